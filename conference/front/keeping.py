"""What is kept about people, for how long and why: read from the column classes, so that the page cannot drift from the code."""

from dataclasses import dataclass

from tortoise import Tortoise

from conference.core.db.fields import Internal
from conference.core.i18n import _


@dataclass(frozen=True)
class Kept:
    """``purpose`` says what it is for; ``until`` when it goes, as a sentence."""

    purpose: str
    until: str


def what_is_kept() -> list[Kept]:
    """One entry per purpose and lifetime, in the reader's language."""
    found = {(field.purpose, field.days, field.after) for field in internal_columns()}
    return [Kept(_(purpose), _until(days, after)) for purpose, days, after in sorted(found, key=lambda one: (one[1], one[0]))]


def internal_columns() -> list[Internal]:
    """Every column of the product that holds personal text."""
    return [field for model in Tortoise.apps["conference"].values() for field in model._meta.fields_map.values() if isinstance(field, Internal)]


def _until(days: int, after: str) -> str:
    if after == "end":
        return _("%(days)d days after the conference ends") % {"days": days}
    return _("%(days)d days after you gave it to us") % {"days": days}
