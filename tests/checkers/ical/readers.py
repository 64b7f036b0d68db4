"""Reads calendar feeds with the library named on the command line, and says what it understood.

Standard input: for each feed its length in four octets, then the feed. Standard output: for each a line of JSON,
{"accepts": bool, "starts": {uid: moment in UTC, or day}, "said": complaints}. The library is loaded once, and every feed
read in a fork, because vobject remembers the time zones of earlier feeds.
"""

import importlib
import io
import json
import os
import signal
import struct
import sys
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, date, datetime

SECONDS = 60  # for one feed
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
        feeds = {
            "name": "feed",
            "path": f"{folder}/feed",
            "color": "",
            "priority": 10,
            "readonly": False,
            "addresses": "",
        }
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
LOADED_FIRST = {"vobject": "vobject", "ics": "ics", "khal": "khal.controllers"}


def serve(read: Callable[[str], dict[str, str]]) -> None:
    while length := sys.stdin.buffer.read(4):
        feed = sys.stdin.buffer.read(*struct.unpack(">I", length))
        child = os.fork()
        if not child:
            signal.alarm(SECONDS)
            say(verdict(read, feed))
            os._exit(0)
        if ended := os.waitpid(child, 0)[1]:
            say({"accepts": False, "starts": {}, "said": f"the program ended with {os.waitstatus_to_exitcode(ended)}"})


def say(verdict: dict) -> None:
    print(json.dumps(verdict), flush=True)


def verdict(read: Callable[[str], dict[str, str]], feed: bytes) -> dict:
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        try:
            return {"accepts": True, "starts": read(feed.decode()), "said": said.getvalue()}
        except (Exception, SystemExit) as error:  # noqa: BLE001 any way of failing is a refusal
            return {"accepts": False, "starts": {}, "said": f"{said.getvalue()}{type(error).__name__}: {error}"}


if __name__ == "__main__":
    importlib.import_module(LOADED_FIRST[sys.argv[1]])
    serve(READERS[sys.argv[1]])
