"""Time zones of feeds, read back by a small reader of our own and compared with Python's."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conference.core import ical_zones
from conference.core.ical import Calendar, Event, calendar

NEW_YORK = "America/New_York"
STAMP = datetime(2026, 11, 1, 12, tzinfo=UTC)
HEAD = Calendar(name="Days", prodid="-//Network//Agenda//EN")
ZONES = (NEW_YORK, "America/Chicago", "Europe/Berlin", "America/Phoenix", "Asia/Kolkata", "Africa/Casablanca",
         "Pacific/Apia", "Europe/Dublin", "America/Santiago", "Asia/Jerusalem", "Australia/Lord_Howe", "Asia/Tehran")  # fmt: skip


def moment(uid: str, start: datetime) -> Event:
    return Event(uid=uid, stamp=STAMP, modified=STAMP, sequence=0, start=start, end=None, summary="Housing")


def unfolded(octets: bytes) -> list[str]:
    return octets.decode().replace("\r\n ", "").split("\r\n")[:-1]


def test_a_rule_where_it_holds_for_every_date():
    by_rule = {
        ("America/Chicago", 2027): ["DTSTART:20070311T020000", "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3",
                                    "DTSTART:20071104T020000", "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11"],
        ("America/Chicago", 2006): ["DTSTART:19870405T020000", "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=4",
                                    "DTSTART:19871025T020000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"],
        ("Europe/Berlin", 2027): ["DTSTART:19960331T020000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
                                  "DTSTART:19961027T030000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"],
    }  # fmt: skip
    for (zone, year), wanted in by_rule.items():
        lines = unfolded(ical_zones.component(zone, year, year))
        assert [line for line in lines if line.startswith(("DTSTART", "RRULE", "RDATE"))] == wanted


def test_a_rule_that_changes_within_the_feed_becomes_dates():
    lines = unfolded(ical_zones.component(NEW_YORK, 2006, 2007))
    assert [line for line in lines if line.startswith(("DTSTART", "RRULE", "RDATE"))] == [
        "DTSTART:20050101T000000",
        "DTSTART:20050403T020000",
        "RDATE:20060402T020000",
        "RDATE:20070311T020000",
        "DTSTART:20051030T020000",
        "RDATE:20061029T020000",
        "RDATE:20071104T020000",
    ]


def test_morocco_changes_by_the_moon():
    lines = unfolded(ical_zones.component("Africa/Casablanca", 2023, 2023))
    assert [line for line in lines if not line.startswith(("TZID", "TZNAME", "END"))] == [
        "BEGIN:VTIMEZONE",
        "BEGIN:STANDARD", "DTSTART:20220101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0100",
        "BEGIN:STANDARD", "DTSTART:20220327T030000", "RDATE:20230319T030000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0000",
        "BEGIN:DAYLIGHT", "DTSTART:20220508T020000", "RDATE:20230423T020000", "TZOFFSETFROM:+0000", "TZOFFSETTO:+0100",
    ]  # fmt: skip


@pytest.mark.parametrize(("zone", "offset"), [("America/Phoenix", "-0700"), ("Asia/Kolkata", "+0530")])
def test_a_zone_that_never_changes_has_one_offset(zone, offset):
    lines = unfolded(ical_zones.component(zone, 2027, 2027))
    assert [line for line in lines if "OFFSET" in line] == [f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}"]


def test_ireland_has_its_summer_in_summer():
    lines = unfolded(ical_zones.component("Europe/Dublin", 2027, 2027))
    daylight = lines[lines.index("BEGIN:DAYLIGHT") : lines.index("END:DAYLIGHT")]
    assert [line for line in daylight if "OFFSET" in line] == ["TZOFFSETFROM:+0000", "TZOFFSETTO:+0100"]


def test_samoa_skips_a_day():
    before = moment("before", datetime(2011, 12, 29, 12, tzinfo=ZoneInfo("Pacific/Apia")))
    after = moment("after", datetime(2011, 12, 31, 12, tzinfo=ZoneInfo("Pacific/Apia")))
    feed = calendar(HEAD, [after, before], "Pacific/Apia")
    assert instants_from_the_feed_alone(feed) == {
        "before": datetime(2011, 12, 29, 22, tzinfo=UTC),
        "after": datetime(2011, 12, 30, 22, tzinfo=UTC),
    }


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("year", [2006, 2007, 2011, 2022, 2027, 2037])
def test_the_time_zone_in_the_feed_is_right_on_every_day_of_the_year(zone, year):
    hours = [datetime(year, 1, 1, 8, tzinfo=UTC) + timedelta(days=day) for day in range(364)]
    local = [hour.astimezone(ZoneInfo(zone)) for hour in hours]
    observances = read_zone(ical_zones.component(zone, year, year))
    assert [offset_at(observances, day.replace(tzinfo=None)) for day in local] == [day.utcoffset() for day in local]


def read_zone(component: bytes) -> list[tuple[datetime, timedelta]]:
    """Local onset and new offset of every change to 2040, by our own small reading of the component."""
    found = []
    for block in re.findall(
        r"BEGIN:(?:STANDARD|DAYLIGHT)\r\n(.*?)END:", component.decode().replace("\r\n ", ""), re.DOTALL
    ):
        lines = dict(line.split(":", 1) for line in block.split("\r\n") if line)
        further = re.findall(r"RDATE:(\w+)\r\n", block)
        start = datetime.strptime(lines["DTSTART"], "%Y%m%dT%H%M%S")
        onsets = [start] + [datetime.strptime(at, "%Y%m%dT%H%M%S") for at in further]
        if "RRULE" in lines:
            onsets = [yearly(lines["RRULE"], year, start) for year in range(start.year, 2041)]
        sign, hours, minutes = re.fullmatch(r"([+-])(\d\d)(\d\d)", lines["TZOFFSETTO"]).groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes)) * (1 if sign == "+" else -1)
        found += [(onset, offset) for onset in onsets]
    return sorted(found)


def yearly(rule: str, year: int, start: datetime) -> datetime:
    nth, weekday, month = re.fullmatch(r"FREQ=YEARLY;BYDAY=(-?\d)(\w\w);BYMONTH=(\d+)", rule).groups()
    days = [start.replace(year=year, month=int(month), day=1) + timedelta(days=d) for d in range(31)]
    fitting = [d for d in days if d.month == int(month) and ical_zones.WEEKDAYS[d.weekday()] == weekday]
    return fitting[int(nth) - 1 if int(nth) > 0 else int(nth)]


def offset_at(observances: list[tuple[datetime, timedelta]], local: datetime) -> timedelta:
    return [offset for onset, offset in observances if onset <= local][-1]


def instants_from_the_feed_alone(feed: bytes) -> dict[str, datetime]:
    observances = read_zone(feed)
    blocks = re.findall(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT", feed.decode(), re.DOTALL)
    found = {}
    for block in blocks:
        in_zone, written, in_utc = re.search(r"DTSTART(;TZID=[^:]+)?:(\d{8}T\d{6})(Z?)", block).groups()
        assert bool(in_zone) != bool(in_utc)
        local = datetime.strptime(written, "%Y%m%dT%H%M%S")
        moment = local if in_utc else local - offset_at(observances, local)
        found[re.search(r"UID:(\S+)", block)[1]] = moment.replace(tzinfo=UTC)
    return found


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.datetimes(datetime(1975, 1, 1), datetime(2039, 12, 31), timezones=st.just(UTC)), st.sampled_from(ZONES))
def test_every_moment_comes_back_from_the_feed_alone(start, zone):
    start = start.replace(microsecond=0)
    feed = calendar(HEAD, [moment("one", start)], zone)
    assert instants_from_the_feed_alone(feed) == {"one": start}
