"""Feeds looked at by hand, octet by octet, because calendar programs forgive what phones do not."""

import logging
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from conference.core.ical import Calendar, Event, calendar, notice, single
from tests.core.feeds import HEAD, NEW_YORK, STAMP, event, of_event, unfolded, value


def zone_of(feed: bytes) -> list[str]:
    lines = unfolded(feed)
    return lines[lines.index("BEGIN:VTIMEZONE") : lines.index("END:VTIMEZONE") + 1]


# The whole of it


def test_a_whole_feed():
    head = Calendar(name="Congreso, 2027", prodid="-//Network//Agenda//EN", language="es", color="#4682b4",
                    url="https://example.org/2027/", description="Mesas; y más")  # fmt: skip
    full = event(
        uid="1f0c2b8e-0d0f-4a55-8d0e-3c1f5c3c9a01", sequence=2, modified=STAMP + timedelta(days=1), created=STAMP,
        summary="Cancelled: Housing, “techo”; \\o/", location="Room 3, Main Hall", description="One\nTwo",
        url="https://example.org/2027/sessions/AB12", categories=("Housing", "Food, water"), cancelled=True, color="Gold",
    )  # fmt: skip
    assert unfolded(calendar(head, [full], NEW_YORK)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Network//Agenda//EN",
        "NAME;LANGUAGE=es:Congreso\\, 2027",
        "X-WR-CALNAME:Congreso\\, 2027",
        "DESCRIPTION;LANGUAGE=es:Mesas\\; y más",
        "X-WR-CALDESC:Mesas\\; y más",
        "URL;VALUE=URI:https://example.org/2027/",
        "COLOR:steelblue",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "BEGIN:VTIMEZONE",
        "TZID:America/New_York",
        "BEGIN:DAYLIGHT",
        "DTSTART:20070311T020000",
        "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3",
        "TZNAME:EDT",
        "TZOFFSETFROM:-0500",
        "TZOFFSETTO:-0400",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20071104T020000",
        "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11",
        "TZNAME:EST",
        "TZOFFSETFROM:-0400",
        "TZOFFSETTO:-0500",
        "END:STANDARD",
        "END:VTIMEZONE",
        "BEGIN:VEVENT",
        "UID:1f0c2b8e-0d0f-4a55-8d0e-3c1f5c3c9a01",
        "DTSTAMP:20261101T120000Z",
        "CREATED:20261101T120000Z",
        "LAST-MODIFIED:20261102T120000Z",
        "SEQUENCE:2",
        "DTSTART;TZID=America/New_York:20270312T090000",
        "DTEND;TZID=America/New_York:20270312T100000",
        "SUMMARY:Cancelled: Housing\\, “techo”\\; \\\\o/",
        "LOCATION:Room 3\\, Main Hall",
        "DESCRIPTION:One\\nTwo\\n\\nhttps://example.org/2027/sessions/AB12",
        "URL;VALUE=URI:https://example.org/2027/sessions/AB12",
        "CATEGORIES:Housing,Food\\, water",
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
        "COLOR:gold",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_what_is_empty_is_left_out():
    assert unfolded(of_event(calendar(HEAD, [event()], NEW_YORK))) == [
        "BEGIN:VEVENT",
        "UID:one",
        "DTSTAMP:20261101T120000Z",
        "LAST-MODIFIED:20261101T120000Z",
        "SEQUENCE:0",
        "DTSTART;TZID=America/New_York:20270312T090000",
        "DTEND;TZID=America/New_York:20270312T100000",
        "SUMMARY:Housing",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_what_would_make_an_invitation_of_it_is_absent():
    feed = calendar(HEAD, [event(busy=True, description="METHOD ATTENDEE")], NEW_YORK)
    names = {re.split("[;:]", line)[0] for line in unfolded(feed)}
    assert names & {"METHOD", "ATTENDEE", "ORGANIZER", "COMMENT", "VALARM"} == set()


@pytest.mark.parametrize(
    ("busy", "cancelled", "transparency", "status"),
    [
        (False, False, "TRANSPARENT", "CONFIRMED"),
        (True, False, "OPAQUE", "CONFIRMED"),
        (False, True, "TRANSPARENT", "CANCELLED"),
        (True, True, "TRANSPARENT", "CANCELLED"),
    ],
)
def test_a_personal_entry_takes_time_until_it_is_cancelled(busy, cancelled, transparency, status):
    feed = calendar(HEAD, [event(busy=busy, cancelled=cancelled)], NEW_YORK)
    assert (value(feed, "TRANSP"), value(feed, "STATUS")) == (transparency, status)


def test_refresh_is_said_twice_in_the_same_words():
    feed = calendar(Calendar(name="x", prodid="y", refresh=timedelta(hours=6)), [], NEW_YORK)
    assert (value(feed, "REFRESH-INTERVAL"), value(feed, "X-PUBLISHED-TTL")) == ("PT6H", "PT6H")


def test_a_strange_language_is_not_said():
    assert b"\r\nNAME:x\r\n" in calendar(Calendar(name="x", prodid="y", language="en:\r\nX"), [], NEW_YORK)


def test_a_notice_is_one_whole_day():
    told = notice(uid="gone", stamp=STAMP, day=date(2027, 3, 1), summary="Subscribe again",
                  description="This address has ended.", url="https://example.org/2027/my")  # fmt: skip
    feed = single(HEAD, told, NEW_YORK)
    assert unfolded(of_event(feed)) == [
        "BEGIN:VEVENT",
        "UID:gone",
        "DTSTAMP:20261101T120000Z",
        "LAST-MODIFIED:20261101T120000Z",
        "SEQUENCE:0",
        "DTSTART;VALUE=DATE:20270301",
        "DTEND;VALUE=DATE:20270302",
        "SUMMARY:Subscribe again",
        "DESCRIPTION:This address has ended.\\n\\nhttps://example.org/2027/my",
        "URL;VALUE=URI:https://example.org/2027/my",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


# Lines


def test_every_line_ends_with_cr_and_lf():
    feed = calendar(HEAD, [event(description="a\nb\r\nc\rd\u2028e\x85f\x0bg")], NEW_YORK)
    assert re.findall(rb"[^\r]\n|\r[^\n]", feed) == []
    assert value(feed, "DESCRIPTION") == "a\\nb\\nc\\nd\\ne\\nf\\ng"


@pytest.mark.parametrize("length", [60, 66, 67, 68, 140, 141, 142, 214, 215, 216, 217])
def test_lines_are_folded_at_75_octets(length):
    feed = calendar(HEAD, [event(summary="x" * length)], NEW_YORK)
    lines = of_event(feed).split(b"\r\n")
    at = next(i for i, line in enumerate(lines) if line.startswith(b"SUMMARY:"))
    folded = [lines[at]] + [line for line in lines[at + 1 :] if line.startswith(b" ")]
    whole = len("SUMMARY:") + length
    full, rest = divmod(max(whole - 75, 0), 74)
    assert [len(line) for line in folded] == [min(whole, 75)] + [75] * full + ([rest + 1] if rest else [])
    assert value(feed, "SUMMARY") == "x" * length


@pytest.mark.parametrize("letter", ["é", "者", "🕊", "a\u0301"])
@pytest.mark.parametrize("before", range(4))
def test_folding_tears_no_letter_apart(letter, before):
    feed = calendar(HEAD, [event(summary="x" * before + letter * 100)], NEW_YORK)
    for line in feed.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # each line is text by itself
    assert value(feed, "SUMMARY") == "x" * before + letter * 100


def test_folding_keeps_spaces_where_it_cuts():
    words = "x" * 66 + " y  " + "z" * 80
    assert value(calendar(HEAD, [event(description=words)], NEW_YORK), "DESCRIPTION") == words


# Letters


@pytest.mark.parametrize(
    ("given_text", "written"),
    [
        ("a,b;c\\d", "a\\,b\\;c\\\\d"),
        ("a\\nb", "a\\\\nb"),
        ("a\nb", "a b"),
        ("  a \t b ", "a b"),
        ("a\x00b\x07c\x1bd\x7fe", "abcde"),
        ("a\ud800b\udfffc", "abc"),
        ("\ud83d\ude00", ""),
        ("a: \"b\" 'c'", "a: \"b\" 'c'"),
        ("BEGIN:VEVENT\r\nUID:x", "BEGIN:VEVENT UID:x"),
        ("¿Qué? “Sí” — 住宅 עברית", "¿Qué? “Sí” — 住宅 עברית"),
    ],
)
def test_text_is_cleaned_and_escaped(given_text, written):
    feed = calendar(HEAD, [event(summary=given_text, location="x")], NEW_YORK)
    assert value(feed, "SUMMARY") == written


@pytest.mark.parametrize("field", ["uid", "summary", "location", "description"])
def test_nobody_adds_lines_through_a_text(field):
    feed = calendar(HEAD, [event(**{field: "x\r\nATTENDEE:mailto:a@example.org\nMETHOD:REQUEST\u2028X-A:1"})], NEW_YORK)
    names = {re.split("[;:]", line)[0] for line in unfolded(feed)}
    assert names & {"ATTENDEE", "METHOD", "X-A"} == set()


def test_nobody_adds_lines_through_an_address_or_a_category():
    feed = calendar(HEAD, [event(url="https://example.org/\r\nX-A:1", categories=("a\r\nX-A:1", "", "b,c"))], NEW_YORK)
    assert value(feed, "URL") == "https://example.org/%20X-A:1"
    assert value(feed, "CATEGORIES") == "a X-A:1,b\\,c"


def test_addresses_are_written_in_ascii():
    feed = calendar(HEAD, [event(url='https://example.org/é?a=1&b=%20#"x"')], NEW_YORK)
    assert value(feed, "URL") == "https://example.org/%C3%A9?a=1&b=%20#%22x%22"


@pytest.mark.parametrize(
    ("color", "word"),
    [("#b22222", "firebrick"), ("#B32424", "firebrick"), ("#ffffff", "white"), ("SteelBlue", "steelblue"),
     ("#fff", None), ("red;x", None), ("", None), (None, None)],
)  # fmt: skip
def test_colors_are_words(color, word):
    lines = unfolded(of_event(calendar(HEAD, [event(color=color)], NEW_YORK)))
    assert [line for line in lines if line.startswith("COLOR")] == ([f"COLOR:{word}"] if word else [])


# Descriptions


LINK = "https://example.org/2027/sessions/AB12"


def test_a_description_ends_with_its_link_once():
    for text in ("About it.", f"About it.\n\n{LINK}", f"About it. {LINK} \n"):
        feed = calendar(HEAD, [event(description=text, url=LINK)], NEW_YORK)
        assert value(feed, "DESCRIPTION") == f"About it.\\n\\n{LINK}"


def test_the_link_alone_is_a_description():
    assert value(calendar(HEAD, [event(url=LINK)], NEW_YORK), "DESCRIPTION") == LINK


def test_a_long_description_is_cut_after_a_word():
    feed = calendar(HEAD, [event(description="seven7 " * 400, url=LINK)], NEW_YORK)
    words, _, link = value(feed, "DESCRIPTION").partition("…\\n\\n")
    assert link == LINK
    assert words == " ".join(["seven7"] * len(words.split()))
    assert 1000 - 7 < len(value(feed, "DESCRIPTION").encode()) <= 1000


@pytest.mark.parametrize("length", range(940, 1010))
def test_at_the_limit_only_what_is_too_long_is_cut(length):
    text = ("ab " * 400)[: length - 1] + "x"
    written = value(calendar(HEAD, [event(description=text, url=LINK)], NEW_YORK), "DESCRIPTION")
    fits = length + len(f"\\n\\n{LINK}") <= 1000
    assert ("…" not in written) == fits
    assert len(written.encode()) <= 1000
    assert {word for word in written.split("…")[0].split("\\n")[0].split()} <= {"ab", "x", "ax", "abx"}


@pytest.mark.parametrize("letter", ["x", "é", "者", ",", "\\", "🕊"])
def test_one_endless_word_is_cut_between_letters(letter):
    feed = calendar(HEAD, [event(description=letter * 3000, url=LINK)], NEW_YORK)
    words, _, link = value(feed, "DESCRIPTION").partition("…\\n\\n")
    written = {",": "\\,", "\\": "\\\\"}.get(letter, letter)
    assert link == LINK
    assert words == written * (len(words) // len(written))
    assert 1000 - 4 <= len(value(feed, "DESCRIPTION").encode()) <= 1000


# Time


def test_a_moment_is_written_in_the_zone_of_the_feed():
    start = datetime(2027, 3, 12, 14, tzinfo=UTC)
    for zone in (UTC, ZoneInfo("Asia/Kolkata"), ZoneInfo("America/Chicago")):
        feed = calendar(HEAD, [event(start=start.astimezone(zone))], NEW_YORK)
        assert b"\r\nDTSTART;TZID=America/New_York:20270312T090000\r\n" in feed


def test_the_repeated_hour_is_written_in_utc_the_second_time():
    zone = ZoneInfo(NEW_YORK)
    first = event(
        "first", start=datetime(2027, 11, 7, 1, 30, tzinfo=zone), end=datetime(2027, 11, 7, 2, 30, tzinfo=zone)
    )
    second = event("second", start=datetime(2027, 11, 7, 6, 30, tzinfo=UTC))
    lines = [line for line in unfolded(of_event(calendar(HEAD, [first, second], NEW_YORK))) if line.startswith("DT")]
    assert [line for line in lines if not line.startswith("DTSTAMP")] == [
        "DTSTART;TZID=America/New_York:20271107T013000",
        "DTEND;TZID=America/New_York:20271107T023000",
        "DTSTART:20271107T063000Z",
        "DTEND:20271107T073000Z",
    ]


def test_a_session_while_clocks_are_put_back_keeps_its_length_and_place():
    zone = ZoneInfo(NEW_YORK)
    first, again = datetime(2027, 11, 7, 1, 30, tzinfo=zone), datetime(2027, 11, 7, 1, 30, tzinfo=zone, fold=1)
    early = again.replace(minute=10)
    hour, short = event("a", start=first, end=again), event("b", start=first, end=early)
    after = event("0", start=early, end=early.astimezone(UTC) + timedelta(hours=1))
    lines = unfolded(of_event(calendar(HEAD, [hour, short, after], NEW_YORK)))
    assert [line for line in lines if line.startswith(("UID", "DTSTART", "DTEND"))] == [
        "UID:a", "DTSTART:20271107T053000Z", "DTEND:20271107T063000Z",
        "UID:b", "DTSTART:20271107T053000Z", "DTEND:20271107T061000Z",
        "UID:0", "DTSTART:20271107T061000Z", "DTEND:20271107T071000Z",
    ]  # fmt: skip


def test_an_hour_that_does_not_exist_becomes_the_one_that_does():
    start = datetime(2027, 3, 14, 2, 30, tzinfo=ZoneInfo(NEW_YORK))
    feed = calendar(HEAD, [event(start=start, end=None)], NEW_YORK)
    assert b"\r\nDTSTART;TZID=America/New_York:20270314T033000\r\n" in feed


def test_a_session_over_the_change_of_clocks_keeps_both_ends():
    start = datetime(2027, 3, 14, 6, 30, tzinfo=UTC)
    feed = calendar(HEAD, [event(start=start, end=start + timedelta(hours=1))], NEW_YORK)
    assert value(of_event(feed), "DTSTART") == "20270314T013000"
    assert value(of_event(feed), "DTEND") == "20270314T033000"


def test_whole_days():
    feed = calendar(HEAD, [event(start=date(2027, 3, 12), end=date(2027, 3, 15))], NEW_YORK)
    assert b"\r\nDTSTART;VALUE=DATE:20270312\r\nDTEND;VALUE=DATE:20270315\r\n" in feed
    assert b"VTIMEZONE" not in feed


@pytest.mark.parametrize("start", [date(2027, 3, 12), datetime(2027, 3, 12, 14, tzinfo=UTC)])
def test_a_deadline_has_no_end(start):
    for end in (None, start):
        assert b"DTEND" not in calendar(HEAD, [event(start=start, end=end)], NEW_YORK)


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC"])
def test_utc_needs_no_time_zone(zone):
    feed = calendar(HEAD, [event()], zone)
    assert b"\r\nDTSTART:20270312T140000Z\r\nDTEND:20270312T150000Z\r\n" in feed
    assert b"TZID" not in feed


def test_an_unknown_zone_is_an_error():
    with pytest.raises(KeyError):
        calendar(HEAD, [event()], "America/Nowhere")


def test_an_empty_feed_holds_the_time_zone_alone():
    lines = unfolded(calendar(HEAD, [], NEW_YORK))
    assert [line for line in lines if line.startswith("BEGIN:V")] == ["BEGIN:VCALENDAR", "BEGIN:VTIMEZONE"]
    assert zone_of(calendar(HEAD, [], NEW_YORK)) == zone_of(calendar(HEAD, [event()], NEW_YORK))


# One bad event


POISON = {
    "no zone": {"start": datetime(2027, 3, 12, 9), "end": datetime(2027, 3, 12, 10)},
    "ends before it starts": {
        "start": datetime(2027, 3, 12, 9, tzinfo=UTC),
        "end": datetime(2027, 3, 12, 8, tzinfo=UTC),
    },
    "day and moment": {"start": date(2027, 3, 12), "end": datetime(2027, 3, 12, 8, tzinfo=UTC)},
    "year 1": {"start": datetime(1, 1, 1, tzinfo=UTC), "end": None},
    "year 9999": {"start": datetime(9999, 12, 31, 23, tzinfo=UTC), "end": datetime(9999, 12, 31, 23, 59, tzinfo=UTC)},
    "no start": {"start": None, "end": None},
    "no title": {"summary": None},
    "naive stamp": {"stamp": datetime(2027, 3, 12)},
    "no stamp": {"stamp": None},
    "negative sequence": {"sequence": -1},
    "script": {"url": "javascript:alert(1)"},
    "endless address": {"url": "https://example.org/" + "," * 500},
    "categories of numbers": {"categories": (1, 2)},
}


@pytest.mark.parametrize("poison", POISON)
def test_one_bad_event_never_stops_the_rest(poison):
    bad = event("bad", **{"start": datetime(2027, 3, 12, 9, tzinfo=UTC), **POISON[poison]}) if "start" not in POISON[poison] \
        else Event(**{**as_fields(event()), "uid": "bad", **POISON[poison]})  # fmt: skip
    said = []
    assert calendar(HEAD, [event("a"), bad, event("b")], NEW_YORK, said.append) == calendar(
        HEAD, [event("a"), event("b")], NEW_YORK
    )
    assert said == ["bad"]


def as_fields(one: Event) -> dict:
    return {name: getattr(one, name) for name in Event.__slots__}


@pytest.mark.parametrize("uid", ["", "\x00", "\ud800"])
def test_an_event_without_uid_is_left_out(uid):
    said = []
    assert calendar(HEAD, [event(uid)], NEW_YORK, said.append) == calendar(HEAD, [], NEW_YORK)
    assert said == [""]


def test_what_is_no_event_is_left_out():
    said = []
    assert calendar(HEAD, [None], NEW_YORK, said.append) == calendar(HEAD, [], NEW_YORK)
    assert said == ["?"]


def test_a_uid_stands_once_in_a_feed():
    said = []
    twice = [event("a"), event("b"), event("a", summary="Other")]
    assert calendar(HEAD, twice, NEW_YORK, said.append) == calendar(HEAD, twice[:2], NEW_YORK)
    assert said == ["a"]


def test_the_log_gets_the_uid_and_no_word_of_the_event(caplog):
    with caplog.at_level(logging.DEBUG):
        calendar(HEAD, [event("bad\r\nforged", sequence=-1, summary="Secret place", location="Elm Street")], NEW_YORK)
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "calendar event left out: bad forged")
    ]


def test_a_single_bad_event_is_an_error():
    with pytest.raises(ValueError, match=r"^the event bad cannot be written as a calendar entry$"):
        single(HEAD, event("bad", sequence=-1), NEW_YORK)


# The same bytes


def three() -> list[Event]:
    return [event(uid, start=datetime(2027, 3, 12, 9 + i, tzinfo=ZoneInfo(NEW_YORK))) for i, uid in enumerate("cab")]


def test_order_is_by_time_then_uid():
    late = datetime(2027, 3, 12, 9, tzinfo=ZoneInfo(NEW_YORK))
    mixed = [*three(), event("d", start=late), event("e", start=date(2027, 3, 12), end=None)]
    feeds = {calendar(HEAD, order, NEW_YORK) for order in (mixed, mixed[::-1], mixed[2:] + mixed[:2])}
    (feed,) = feeds
    assert re.findall(rb"\r\nUID:(.*)\r\n", feed) == [b"e", b"c", b"d", b"a", b"b"]


def test_an_event_is_written_the_same_whatever_stands_beside_it():
    whole = calendar(HEAD, three(), NEW_YORK)
    for one in three():
        alone = of_event(single(HEAD, one, NEW_YORK)).removesuffix(b"END:VCALENDAR\r\n")
        assert whole.count(alone) == 1
