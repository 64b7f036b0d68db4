"""One's own endorsements: by a secret link, by the address it was given, by the same words sent again."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from tortoise.expressions import Q

from conference.core import clock, links, sealing
from conference.core.db import rows
from conference.core.errors import NotFound
from conference.core.holdings import Subject
from conference.core.mail import Letter
from conference.editions.models import Edition
from conference.endorsements.models import Endorsement, Kind, State

LINK = "endorsement"


async def mine(edition: Edition, endorsement_id: UUID, tokens: Sequence[str]) -> Endorsement:
    """The endorsement of this id for a browser that holds its secret link. NotFound otherwise."""
    found = await Endorsement.filter(id=endorsement_id, edition_id=edition.id).select_related("text__edition").first()
    if found is None or not _opens(found, tokens):
        raise NotFound()
    return found


def _opens(endorsement: Endorsement, tokens: Sequence[str]) -> bool:
    return any(links.matches(token, LINK, endorsement.id, endorsement.version) for token in tokens)


async def held(edition: Edition, tokens: Sequence[str]) -> list[Endorsement]:
    """Those of an edition that this browser may open, the newest first."""
    named = [row for token in tokens if (row := links.row_of(token))]
    found = await Endorsement.filter(id__in=named, edition_id=edition.id).select_related("text").order_by("-made") if named else []
    return [row for row in found if _opens(row, tokens)]


async def signed_by(edition: Edition, *, email: str, phone: str) -> list[Endorsement]:
    """All that this address, or without one this number, signed already."""
    column, value = ("email", email) if email else ("phone", phone)
    return await sealing.find(Endorsement, column, value, sealing.scope_of(Endorsement(edition_id=edition.id), column))


def same_as(found: Sequence[Endorsement], text_id: UUID, kind: Kind, likeness: str) -> Endorsement | None:
    """That among these which is for this version: of organizations under a like name."""
    same = [row for row in found if row.text_id == text_id and row.kind is kind and row.state is not State.WITHDRAWN]
    if kind is Kind.ORGANIZATION:
        same = [row for row, plain in zip(same, sealing.open(same, "likeness"), strict=True) if plain.likeness == likeness]
    return next(iter(same), None)


async def letters_of_a_day(endorsement: Endorsement) -> int:
    """How many letters went to its address within a day, whatever was signed with it; an address with the same hash, of billions, is taken for it."""
    found = await rows("SELECT id FROM endorsement WHERE edition_id = ? AND email_blind = ?", [str(endorsement.edition_id), endorsement.email_blind])
    about = Q(*[Q(key__contains=f":{row['id']}:") for row in found], join_type="OR")
    return await Letter.filter(about, name__startswith="endorsements.", made__gt=clock.now() - timedelta(days=1)).count() if found else 0


async def of_subject(subject: Subject) -> list[Endorsement]:
    """All that somebody signed, in whichever edition: by their address, or by links opened in this bfounder."""
    named = [row for token in subject.tokens if (row := links.row_of(token))]
    found = [row for row in await Endorsement.filter(id__in=named).exclude(state=State.WITHDRAWN) if _opens(row, subject.tokens)] if named else []
    if subject.email:
        found += await sealing.find(Endorsement, "email", subject.email, await _scopes())
    ids = {row.id for row in found if row.state is not State.WITHDRAWN}
    return await Endorsement.filter(id__in=ids).select_related("edition", "text").order_by("made", "id") if ids else []


async def _scopes() -> list[str]:
    editions = await Endorsement.exclude(email_blind=None).distinct().values_list("edition_id", flat=True)
    return [sealing.scope_of(Endorsement(edition_id=edition_id), "email") for edition_id in editions]
