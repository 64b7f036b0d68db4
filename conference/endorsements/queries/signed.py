"""Who signed, as everybody may know it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tortoise.expressions import Q
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from conference.editions.models import Edition
from conference.endorsements.likeness import fold
from conference.endorsements.models import Endorsement, Kind, State

AT_ONCE = 100
FEWEST_QUIET = 10
PUBLIC = ("id", "kind", "public_name", "public_place")


@dataclass
class Counts:
    """How many signed one version. ``quiet`` ones are in ``total``; by themselves they are shown from ten on."""

    organizations: int = 0
    persons: int = 0
    quiet: int = 0

    @property
    def total(self) -> int:
        return self.organizations + self.persons + self.quiet

    @property
    def listed(self) -> int:
        return self.organizations + self.persons

    @property
    def shows_quiet(self) -> bool:
        return self.quiet >= FEWEST_QUIET


async def counts(edition: Edition) -> dict[UUID, Counts]:
    """By version signed; one statement for all."""
    grouped = Endorsement.filter(edition_id=edition.id, state=State.COUNTED).annotate(n=Count("id")).group_by("text_id", "kind", "quiet")
    found: dict[UUID, Counts] = {}
    for row in await grouped.values("text_id", "kind", "quiet", "n"):
        of_text = found.setdefault(row["text_id"], Counts())
        if row["quiet"]:
            of_text.quiet += row["n"]
        elif row["kind"] == Kind.ORGANIZATION:
            of_text.organizations += row["n"]
        else:
            of_text.persons += row["n"]
    return found


def _listed(edition: Edition, text_id: UUID) -> QuerySet[Endorsement]:
    return Endorsement.filter(edition_id=edition.id, text_id=text_id, state=State.COUNTED, quiet=False)


async def page_of_list(edition: Edition, text_id: UUID, *, query: str = "", kind: Kind | None = None, after: UUID | None = None) -> list[dict[str, Any]]:
    """The list of one version, organizations first, by name; from after one of its rows on; one more than AT_ONCE where there are more."""
    found = _listed(edition, text_id)
    if kind is not None:
        found = found.filter(kind=kind)
    for word in fold(query).split()[:8]:
        found = found.filter(public_order__contains=word)
    mark = await _listed(edition, text_id).get_or_none(id=after) if after else None
    if mark is not None:
        later = Q(public_order__gt=mark.public_order) | Q(public_order=mark.public_order, id__gt=mark.id)
        found = found.filter(Q(kind__gt=mark.kind) | (Q(kind=mark.kind) & later))
    return await found.order_by("kind", "public_order", "id").limit(AT_ONCE + 1).values(*PUBLIC)


async def whole_list(edition: Edition, text_id: UUID) -> list[dict[str, Any]]:
    """All of it, for the letter; with when each was confirmed."""
    return await _listed(edition, text_id).order_by("kind", "public_order", "id").values(*PUBLIC, "confirmed")
