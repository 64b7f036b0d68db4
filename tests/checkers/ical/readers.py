"""Reads a calendar feed from standard input with the library named on the command line, and prints what it understood.

Each runs in a process of its own: vobject remembers time zones of earlier feeds, khal changes the icalendar library.
Prints {"starts": {uid: moment in UTC, or day}} as JSON; an error of the library ends the process.
"""

import json
import sys
import tempfile
from datetime import UTC, date, datetime

KHAL_FALLBACK = "Pacific/Kiritimati"  # where no event of ours is: times that khal did not understand come out wrong


def vobject(feed: str) -> dict[str, str]:
    import vobject

    calendar = vobject.readOne(feed)
    calendar.validate(raiseException=True)
    return {event.uid.value: moment(event.dtstart.value) for event in calendar.contents.get("vevent", [])}


def ics(feed: str) -> dict[str, str]:
    from ics import Calendar

    events = Calendar(feed).events
    return {event.uid: moment(event.begin.date() if event.all_day else event.begin.datetime) for event in events}


def khal(feed: str) -> dict[str, str]:
    """What khal keeps after `khal import --batch`."""
    import pytz
    from khal.controllers import import_ics
    from khal.khalendar import CalendarCollection

    zone = pytz.timezone(KHAL_FALLBACK)
    locale = {"default_timezone": zone, "local_timezone": zone}
    with tempfile.TemporaryDirectory() as folder:
        feeds = {"name": "feed", "path": f"{folder}/feed", "color": "", "priority": 10, "readonly": False, "addresses": ""}
        kept = CalendarCollection({"feed": feeds}, dbpath=f"{folder}/khal.db", locale=locale)
        import_ics(kept, {"locale": locale, "view": {"event_format": ""}}, feed, batch=True)
        first, last = datetime(1971, 1, 1), datetime(2199, 12, 31)
        events = [*kept.get_floating(first, last), *kept.get_localized(zone.localize(first), zone.localize(last))]
        return {event.uid: moment(event.start) for event in events}


def moment(value: date | datetime) -> str:
    """2027-03-12T14:00:00Z, or 2027-03-12. A time without a zone is an error."""
    if not isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    if value.utcoffset() is None:
        raise ValueError(f"a floating time: {value}")
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


READERS = {"vobject": vobject, "ics": ics, "khal": khal}

if __name__ == "__main__":
    # As octets, because text would be given other line ends on the way in.
    print(json.dumps({"starts": READERS[sys.argv[1]](sys.stdin.buffer.read().decode())}))
