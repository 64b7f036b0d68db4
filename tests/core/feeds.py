"""Events and feeds for tests of iCalendar, and looks into them."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from conference.core.ical import Calendar, Event

STAMP = datetime(2026, 11, 1, 12, tzinfo=UTC)
NEW_YORK = "America/New_York"
HEAD = Calendar(name="Strategy; days, 2027", prodid="-//Network//Agenda//EN")


def event(uid="one", zone=NEW_YORK, **changes) -> Event:
    start = changes.get("start", datetime(2027, 3, 12, 9, tzinfo=ZoneInfo(zone)))
    plain = {"uid": uid, "stamp": STAMP, "modified": STAMP, "sequence": 0, "start": start,
             "end": start + timedelta(hours=1), "summary": "Housing"}  # fmt: skip
    return Event(**{**plain, **changes})


def unfolded(feed: bytes) -> list[str]:
    assert feed.endswith(b"\r\n")
    return feed.decode().replace("\r\n ", "").split("\r\n")[:-1]


def value(feed: bytes, name: str) -> str:
    """The value of the only line of that name, parameters or not."""
    (found,) = [line.split(":", 1)[1] for line in unfolded(feed) if re.match(rf"{name}[;:]", line)]
    return found


def of_event(feed: bytes) -> bytes:
    """The octets from the first event on."""
    return feed[feed.index(b"BEGIN:VEVENT") :]
