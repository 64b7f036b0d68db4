"""What is said at a door: which ticket somebody shows, how it stands with them, and how many came in which hour."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from conference.core import clock
from conference.core.i18n import format_day, format_time
from conference.registration.models import Attendee, Door, OrderState

UNDO_LASTS = timedelta(minutes=10)
LONGEST_TYPED = 64
_LOOK_ALIKES = str.maketrans("oil", "011")


def ticket_in(typed: str) -> str | None:
    """The ticket that was scanned or typed, in the form in which it is kept; None if it cannot be one."""
    if len(typed) > LONGEST_TYPED:
        return None
    symbols = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", typed))).lower().translate(_LOOK_ALIKES)
    return symbols if re.fullmatch("[0-9a-f]{16}", symbols) else None


def ticket_to_type(ticket: str) -> str:
    """A ticket in fours, for people: 3F2A 9C11 04D7 BE60."""
    return " ".join(ticket[start : start + 4].upper() for start in range(0, len(ticket), 4))


def standing(attendee: Attendee, unpaid: bool) -> str:
    """How it stands with somebody who comes to a door, their order loaded: ``cancelled``, ``expired``, ``unpaid`` (a card that
    has not gone through), ``to come``, ``check`` (here, a check is still to come) or ``here``."""
    state = attendee.order.state
    if state is OrderState.HELD:
        return "unpaid"
    if state is not OrderState.CONFIRMED:
        return str(state)
    if attendee.arrived is None:
        return "to come"
    return "check" if unpaid else "here"


def can_undo(attendee: Attendee, door: Door) -> bool:
    """Whether this door let them in, and not long ago."""
    return attendee.arrived is not None and attendee.arrived_at_door_id == door.id and attendee.arrived > clock.now() - UNDO_LASTS


def by_hour(counts: Sequence[tuple[datetime, int]], zone: str) -> list[dict[str, Any]]:
    """Arrivals per hour as bars: ``[{"label": "Fri 9:00 AM", "value": 34}, ...]``; hours in which nobody came are left out."""
    return [{"label": f"{format_day(hour.astimezone(ZoneInfo(zone)).date(), 'EEE')} {format_time(hour, zone)}", "value": count} for hour, count in counts]
