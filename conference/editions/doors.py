"""What the home page of an edition points to, by where the edition stands in time."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from conference.core.i18n import lazy


class Standing(StrEnum):
    COMING = "coming"
    ON = "on"
    PAST = "past"


def standing(begins: date, ends: date, today: date) -> Standing:
    """Where an edition stands on a day of its own zone."""
    if today < begins:
        return Standing.COMING
    return Standing.ON if today <= ends else Standing.PAST


@dataclass(frozen=True)
class Door:
    """A way on: the name of a route, what it is called, and what is behind it."""

    name: str
    title: Any
    text: Any


_REGISTER = Door("registration.choose", lazy("Register"), lazy("A name for your badge and a language are all it takes."))
_SCHEDULE = Door("agenda.schedule", lazy("See the schedule"), lazy("What happens when and where; also for your calendar."))
_TRAVEL = Door("editions.travel", lazy("Travel and housing"), lazy("How to get here, and where to sleep."))
_PROPOSALS = Door("editions.proposals", lazy("Proposals"), lazy("What is to be discussed, changed and adopted together."))
_NOTES = Door("notes.released", lazy("Read the session notes"), lazy("Goals and decisions, session by session, to read and to print."))
_UNITY = Door("editions.unity", lazy("Points of unity"), lazy("What we agree on, in the words that were adopted."))
_DONATE = Door("donations.donate", lazy("Donate"), lazy("Small gifts keep the places affordable."))
_ENDORSE = Door("endorsements.endorse", lazy("Endorse"), lazy("Say in public that you stand with this conference."))

# The first two are the buttons of the cover.
_DOORS = {
    Standing.COMING: (_REGISTER, _SCHEDULE, _TRAVEL, _PROPOSALS, _ENDORSE, _DONATE),
    Standing.ON: (_SCHEDULE, _NOTES, _REGISTER, _TRAVEL, _PROPOSALS, _DONATE),
    Standing.PAST: (_NOTES, _SCHEDULE, _PROPOSALS, _UNITY),
}


def doors(standing: Standing) -> list[Door]:
    return list(_DOORS[standing])
