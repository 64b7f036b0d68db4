"""Feeds compared with what the icalendar library reads and writes, over texts and times that nobody would think of."""

import re
import string
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
from hypothesis import given, settings
from hypothesis import strategies as st

from conference.core import ical
from conference.core.ical import Calendar, Event, calendar
from tests.core.feeds import HEAD, NEW_YORK, event, of_event, value

LINK = "https://example.org/2027/sessions/AB12"


def test_a_feed_of_150_events_costs_a_fraction_of_what_the_library_takes():
    many = [event(f"{i}", start=datetime(2027, 3, 12 + i % 3, 9, i % 60, tzinfo=UTC), description="Niños, techo. " * 30,
                  url=LINK, categories=("Housing", "Plenary"), location=f"Room {i}") for i in range(150)]  # fmt: skip
    calendar(HEAD, many, NEW_YORK)  # the time zone is kept from here on
    ours = calls_of(lambda: calendar(HEAD, many, NEW_YORK))
    theirs = calls_of(lambda: with_the_library(many, NEW_YORK).to_ical())
    assert ours * 3 < theirs


def calls_of(work) -> int:
    """How many functions it calls: a measure of its cost that no busy machine changes."""
    counted = []
    sys.setprofile(lambda frame, kind, argument: counted.append(kind) if kind in ("call", "c_call") else None)
    try:
        work()
    finally:
        sys.setprofile(None)
    return len(counted)


def with_the_library(events: list[Event], zone: str) -> icalendar.Calendar:
    built = icalendar.Calendar()
    for one in events:
        component = icalendar.Event()
        component.add("UID", one.uid)
        component.add("DTSTAMP", one.stamp)
        component.add("LAST-MODIFIED", one.modified)
        component.add("SEQUENCE", one.sequence)
        component.add("DTSTART", one.start.astimezone(ZoneInfo(zone)))
        component.add("DTEND", one.end.astimezone(ZoneInfo(zone)))
        component.add("SUMMARY", one.summary)
        component.add("DESCRIPTION", one.description + ("\n\n" if one.description else "") + one.url)
        component.add("URL", one.url, {"VALUE": "URI"})
        component.add("STATUS", "CANCELLED" if one.cancelled else "CONFIRMED")
        component.add("TRANSP", "OPAQUE" if one.busy and not one.cancelled else "TRANSPARENT")
        if one.location:
            component.add("LOCATION", one.location)
        if one.categories:
            component.add("CATEGORIES", list(one.categories))
        built.add_component(component)
    return built


def parsed(feed: bytes) -> icalendar.Calendar:
    """As the library reads it, with no complaint."""
    read = icalendar.Calendar.from_ical(feed)
    assert [error for component in read.walk() for error in component.errors] == []
    return read


PRINTABLE = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs"), include_characters=" ,;\\:\"'")
LINES = st.text(PRINTABLE, max_size=120).map(lambda text: " ".join(text.split()))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
ZONES = (NEW_YORK, "America/Phoenix", "Europe/Berlin", "Asia/Kolkata", "Africa/Casablanca")
EVENTS = st.builds(
    lambda start, minutes, **rest: event(start=start, end=start + timedelta(minutes=minutes), url=LINK, **rest),
    start=MOMENTS, minutes=st.integers(1, 3000), summary=LINES, location=LINES, description=LINES,
    categories=st.lists(LINES.filter(bool), max_size=3).map(tuple), cancelled=st.booleans(), busy=st.booleans(),
    sequence=st.integers(0, 1000), uid=st.uuids().map(str),
)  # fmt: skip
ANYTHING = st.text(st.characters(), max_size=2000) | st.text("a ,\n\r\x00\ud800é者", max_size=2000)
thorough = settings(deadline=None, derandomize=True, max_examples=60)


@thorough
@given(st.lists(EVENTS, max_size=4, unique_by=lambda one: one.uid), st.sampled_from(ZONES))
def test_the_library_reads_what_it_would_have_written(events, zone):
    read = parsed(calendar(HEAD, events, zone)).walk("VEVENT")
    wanted = icalendar.Calendar.from_ical(with_the_library(events, zone).to_ical()).walk("VEVENT")
    assert by_uid(read) == by_uid(wanted)


def by_uid(components: list[icalendar.Event]) -> dict[str, dict]:
    return {component["UID"]: comparable(component) for component in components}


def comparable(component: icalendar.Event) -> dict:
    """The properties; times as moments, for ours are in UTC within the hour that clocks repeat."""
    found = {name: component.get(name).to_ical() for name in component if name not in ("DTSTART", "DTEND")}
    return {**found, "DTSTART": component.start.astimezone(UTC), "DTEND": component.end.astimezone(UTC)}


@thorough
@given(summary=ANYTHING, location=ANYTHING, description=ANYTHING, category=ANYTHING, name=ANYTHING)
def test_any_text_gives_a_sound_feed(summary, location, description, category, name):
    one = event(summary=summary, location=location, description=description, categories=(category,), url=LINK)
    feed = calendar(Calendar(name=name, prodid=name, description=description), [one], NEW_YORK)
    assert max(len(line) for line in feed.split(b"\r\n")) <= 75
    assert re.search(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]|(?<!\r)\n|\r(?!\n)", feed.replace(b"\t", b"")) is None
    assert len(value(of_event(feed), "DESCRIPTION").encode()) <= 1000
    assert value(of_event(feed), "DESCRIPTION").endswith(LINK)
    (read,) = parsed(feed).walk("VEVENT")
    assert read["SUMMARY"] == " ".join(re.split(r"[ \t\n]+", ical._clean(summary))).strip()


@thorough
@given(st.text(string.printable + "é者🕊\x00\ud800", max_size=1500))
def test_a_description_begins_as_it_was_written(text):
    written = value(of_event(calendar(HEAD, [event(description=text, url=LINK)], NEW_YORK)), "DESCRIPTION")
    shown = written.removesuffix(LINK).removesuffix("\\n\\n").removesuffix("…")
    assert ical._text(ical._clean(text).strip()).startswith(shown)
