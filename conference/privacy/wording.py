"""Words for looks at personal data: who looked, at what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from conference.core.i18n import _, lazy
from conference.editions.models import Duties


@dataclass(frozen=True)
class Look:
    """Somebody looked at personal data or took a list of it. ``duty`` is one they have in that edition today, if any."""

    at: datetime
    what: str
    duty: Duties | None
    columns: Sequence[str]
    reason: str
    by_oneself: bool


WHO = {
    Duties.ORGANIZER: lazy("An organizer"),
    Duties.REGISTRAR: lazy("Somebody who looks after registration"),
    Duties.TREASURER: lazy("Somebody who looks after the money"),
    Duties.HOUSING: lazy("Somebody who looks after housing"),
    Duties.EDITOR: lazy("An editor"),
    Duties.NOTE_TAKER: lazy("A note-taker"),
}

# Columns by the names under which looks are written down; others are shown as they are named.
COLUMNS = {
    "badge_name": lazy("name for the badge"),
    "email": lazy("e-mail address"),
    "phone": lazy("telephone number"),
    "needs": lazy("needs"),
    "claim": lazy("code"),
    "name": lazy("name"),
    "address": lazy("postal address"),
    "reference": lazy("reference"),
    "ticket": lazy("ticket"),
    "state": lazy("how it goes"),
    "language": lazy("language"),
    "day": lazy("day of registering"),
    "letter": lazy("a letter to you"),
}


def who(look: Look) -> str:
    if look.by_oneself or look.what == "taken_along":
        return _("You, or somebody with your link")
    return str(WHO[look.duty]) if look.duty else _("Somebody who had a duty then")


def did(look: Look) -> str:
    """``looked at: needs``, ``took a list with: name, e-mail address``."""
    columns = named(look.columns)
    if look.what == "taken_along":
        return _("took a copy of everything along")
    if look.what == "exported":
        return _("took a list along with: %(columns)s") % {"columns": columns} if columns else _("took a list along")
    return _("looked at: %(columns)s") % {"columns": columns} if columns else _("looked at this")


def named(columns: Sequence[str]) -> str:
    return ", ".join(str(COLUMNS.get(column, column.replace("_", " "))) for column in columns)
