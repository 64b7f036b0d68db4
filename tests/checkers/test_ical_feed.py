"""Five calendar programs read our feeds, agree when everything starts, and can tell a bad feed."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from conference.core.ical import Calendar, Event, calendar, notice, single
from tests.checkers import ical
from tests.checkers.ical import check

CHECKERS = ["vobject", "ics", "khal", "ical.js", "libical", "libical strict"]
NEW_YORK = "America/New_York"
STAMP = datetime(2026, 11, 1, 12, tzinfo=UTC)
HEAD = Calendar(name="Encuentro; días, 2027", prodid="-//Network//Agenda//EN", language="es", color="#4682b4",
                url="https://example.org/2027/", description="Mesas, y más")  # fmt: skip


def event(uid: str, start: datetime | date, **changes) -> Event:
    plain = {"uid": uid, "stamp": STAMP, "modified": STAMP, "sequence": 1, "start": start,
             "end": start + timedelta(days=1 if type(start) is date else 1 / 24), "summary": "Housing, “techo”; \\o/",
             "location": "Room 3, Main Hall", "description": "Línea uno\nline two; 住宅 🕊 " * 20,
             "url": "https://example.org/2027/sessions/AB12", "categories": ("Housing", "Food, water")}  # fmt: skip
    return Event(**{**plain, **changes})


def assert_all_agree(feed: bytes, starts: dict[str, str]) -> None:
    verdicts = check(feed)
    assert {name: (v.accepts, v.starts, v.said) for name, v in verdicts.items()} == dict.fromkeys(
        CHECKERS, (True, starts, "")
    )


def shown(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        (NEW_YORK, [(2027, 3, 12), (2027, 3, 15), (2027, 11, 8)]),
        (NEW_YORK, [(2006, 4, 1), (2007, 3, 20)]),
        ("America/Chicago", [(2009, 7, 24)]),
        ("Europe/Berlin", [(2027, 3, 27), (2027, 3, 29)]),
        ("America/Phoenix", [(2027, 7, 1)]),
        ("Asia/Kolkata", [(2027, 7, 1)]),
        ("Africa/Casablanca", [(2023, 3, 1), (2023, 4, 1), (2023, 7, 1)]),
        ("Pacific/Apia", [(2011, 12, 29), (2011, 12, 31)]),
    ],
)
def test_everybody_agrees_on_the_hours(zone, days):
    starts = {"-".join(map(str, day)): datetime(*day, 9, 30, tzinfo=ZoneInfo(zone)) for day in days}
    feed = calendar(HEAD, [event(uid, start) for uid, start in starts.items()], zone)
    assert_all_agree(feed, {uid: shown(start) for uid, start in starts.items()})


def test_the_repeated_hour_is_understood_both_times():
    first, second = datetime(2027, 11, 7, 5, 30, tzinfo=UTC), datetime(2027, 11, 7, 6, 30, tzinfo=UTC)
    feed = calendar(HEAD, [event("first", first), event("second", second)], NEW_YORK)
    assert_all_agree(feed, {"first": "2027-11-07T05:30:00Z", "second": "2027-11-07T06:30:00Z"})


def test_a_feed_of_150_with_cancelled_busy_and_whole_days():
    begin = datetime(2027, 3, 12, 14, tzinfo=UTC)
    sessions = [event(f"{i}", begin + timedelta(minutes=20 * i), cancelled=i % 7 == 0, busy=i % 2 == 0, color="#b22222")
                for i in range(149)]  # fmt: skip
    feed = calendar(HEAD, [*sessions, event("days", date(2027, 3, 12))], NEW_YORK)
    assert_all_agree(feed, {**{one.uid: shown(one.start) for one in sessions}, "days": "2027-03-12"})


@pytest.mark.parametrize("zone", [NEW_YORK, "UTC"])
def test_an_empty_feed_is_a_feed(zone):
    assert_all_agree(calendar(HEAD, [], zone), {})


def test_a_notice_and_a_deadline():
    told = notice(uid="gone", stamp=STAMP, day=date(2027, 3, 1), summary="Subscribe again", url="https://example.org/")
    deadline = event("deadline", datetime(2027, 2, 1, 5, tzinfo=UTC), end=None)
    assert_all_agree(single(HEAD, told, NEW_YORK), {"gone": "2027-03-01"})
    assert_all_agree(
        calendar(HEAD, [told, deadline], "UTC"), {"gone": "2027-03-01", "deadline": "2027-02-01T05:00:00Z"}
    )


def test_what_people_type_disturbs_nobody():
    typed = 'a\x00b\ud800c\r\nEND:VEVENT\r\n\\n;,:"\u2028\x85\x1c{}%s 住' * 20
    nasty = event("nasty", datetime(2027, 3, 12, 14, tzinfo=UTC), summary=typed, location=typed, description=typed,
                  categories=(typed, typed))  # fmt: skip
    assert_all_agree(single(Calendar(name=typed, prodid=typed), nasty, NEW_YORK), {"nasty": "2027-03-12T14:00:00Z"})


# Each of them can say no

SOUND = single(HEAD, event("one", datetime(2027, 3, 12, 14, tzinfo=UTC)), NEW_YORK)
BROKEN = {
    "no calendar": (b"<html>", b"<html>", set()),
    "the end is missing": (b"END:VCALENDAR\r\n", b"", {"ics"}),
    "no uid": (b"\r\nUID:one", b"", {"ics", "khal"}),
    "no stamp": (b"\r\nDTSTAMP:", b"\r\nX-STAMP:", {"ics", "khal", "ical.js", "libical"}),
    "no start": (b"\r\nDTSTART;TZID=America/New_York:2027", b"\r\nX-START:2027", set()),
    "half a time": (b":20270312T090000", b":2027031209", {"vobject"}),
    "a line without colon": (b"SEQUENCE:1", b"SEQUENCE 1", {"khal"}),
    "no product": (b"\r\nPRODID:", b"\r\nX-PRODID:", {"khal", "ical.js"}),
    "two starts": (b"\r\nDTEND;", b"\r\nDTSTART;", {"ical.js"}),
    "not in UTF-8": ("í".encode(), b"\xed", {"ical.js", "libical", "libical strict"}),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_feed_is_refused(fault):
    """By all but those named last, which are known to forgive it; each program refuses something."""
    old, new, forgiving = BROKEN[fault]
    feed = new if old == new else SOUND.replace(old, new)
    assert feed != SOUND
    verdicts = check(feed)
    assert {name for name, verdict in verdicts.items() if verdict.accepts} == forgiving
    assert all(verdict.said for verdict in verdicts.values() if not verdict.accepts)


def test_a_wrong_time_zone_is_noticed_by_those_who_read_it():
    shifted = SOUND.replace(b"TZOFFSETTO:-0500", b"TZOFFSETTO:-0600").replace(b"FROM:-0500", b"FROM:-0600")
    late, right = {"one": "2027-03-12T15:00:00Z"}, {"one": "2027-03-12T14:00:00Z"}
    assert {name: verdict.starts for name, verdict in check(shifted).items()} == {
        "vobject": late, "ics": right, "khal": right, "ical.js": late, "libical": late, "libical strict": late,
    }  # fmt: skip


# Missing checkers are said, not skipped


def test_a_missing_program_is_named(monkeypatch):
    monkeypatch.setattr(ical.shutil, "which", lambda name: None)
    with pytest.raises(AssertionError, match=r"^The program gcc is missing: install gcc and libical-dev"):
        ical._program("gcc", "gcc and libical-dev")


def test_a_missing_npm_package_is_named(monkeypatch):
    monkeypatch.setattr(ical, "HERE", Path("/nowhere"))
    with pytest.raises(AssertionError, match=r"^The checker ical\.js is missing: run `npm install "):
        ical._script_with_ical_js()


def test_a_missing_python_package_is_named():
    with pytest.raises(AssertionError, match=r"^The checker nosuchpackage is missing: install tests/requirements\.txt"):
        ical._package("nosuchpackage")
