"""What is kept about people, for how long and why: read from the column classes, so that the page cannot drift from the code."""

from collections.abc import Sequence
from dataclasses import dataclass

from tortoise import Tortoise

from conference.core.db.fields import Internal
from conference.core.i18n import _, lazy, ngettext

# The purposes that columns name, here once more to be put into other languages; a test compares.
PURPOSES = {
    purpose.message: purpose
    for purpose in (
        lazy("sign-in"),
        lazy("second step of signing in"),
        lazy("letters that organizers wrote to you"),
        lazy("confirmation and news about your registration"),
        lazy("your code"),
        lazy("badge and door"),
        lazy("interpretation, access, childcare, food"),
        lazy("to offer you a place"),
        lazy("what your host or your guest calls you"),
        lazy("finding a bed that fits"),
        lazy("questions and news about a bed"),
        lazy("the way to your host"),
        lazy("why money was given back"),
        lazy("why a list was taken along"),
        lazy("thanking you and making out your receipt"),
        lazy("telling you how your gift goes"),
        lazy("who wrote a check, for the books"),
        lazy("receipts for gifts, which the law wants kept"),
        lazy("why a receipt no longer counts"),
        lazy("naming who leads a session"),
        lazy("notes of a session until they are released"),
        lazy("a message you wrote to us"),
        lazy("the name and place you endorse under"),
        lazy("confirming what you signed"),
    )
}


@dataclass(frozen=True)
class Kept:
    """``purpose`` says what it is for; ``until`` when it goes, as a sentence; ``days`` after the conference, if it goes by that."""

    purpose: str
    until: str
    days: int | None = None


def what_is_kept() -> list[Kept]:
    """One entry per purpose and lifetime in the reader's language, what goes first first."""
    found = {(field.purpose, field.days, field.after, field.scope if field.after == "end" else "") for field in internal_columns()}
    ordered = sorted(found, key=lambda one: (one[2] != "end", one[1], one[0]))
    return [Kept(_capital(_(purpose)), _until(days, after, scope), days if (after, scope) == ("end", "edition") else None) for purpose, days, after, scope in ordered]


def in_words(purposes: Sequence[str]) -> str:
    """Purposes of columns in the reader's language, as one text."""
    return _capital("; ".join(_(purpose) for purpose in purposes))


def internal_columns() -> list[Internal]:
    """Every column of the product that holds personal text."""
    return [field for model in Tortoise.apps["conference"].values() for field in model._meta.fields_map.values() if isinstance(field, Internal)]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _until(days: int, after: str, scope: str) -> str:
    if after == "entry":
        return ngettext("%(days)d day after you gave it to us", "%(days)d days after you gave it to us", days) % {"days": days}
    if scope == "donor":
        return ngettext("%(days)d day after the end of the year", "%(days)d days after the end of the year", days) % {"days": days}
    return ngettext("%(days)d day after the conference ends", "%(days)d days after the conference ends", days) % {"days": days}
