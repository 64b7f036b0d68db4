"""Asking for beds and offering some."""

import json
import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from tortoise.exceptions import IntegrityError

from conference.core import audit, clock, codes, mail, sealing
from conference.core.db import transaction
from conference.core.db.model import Model
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.editions.models import Edition
from conference.housing import queries
from conference.housing.models import Asked, BedNight, BedOffer, BedRequest
from conference.housing.nights import nights_of
from conference.people.models import Person
from conference.registration.models import Order

MOST = 12
MOST_LETTERS_A_DAY = 10
REFERENCE = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
Row = TypeVar("Row", bound=Asked)


class Closed(Refused):
    status = 410

    def sentence(self) -> str:
        return _("This conference is over. Beds can no longer be asked for or offered.")


class WrongNights(Refused):
    def sentence(self) -> str:
        return _("Please choose nights of this conference.")


class WrongNumber(Refused):
    def sentence(self) -> str:
        return _("Please write a number from 1 to 12.")


async def ask_for_beds(
    edition: Edition, *, name: str, people: int, nights: Sequence[date], language: str, needs: Sequence[str] = (), languages: Sequence[str] = (), note: str = "",
    email: str = "", phone: str = "", order: Order | None = None, person: Person | None = None, by: UUID | None = None, once: str = "",
) -> BedRequest:  # fmt: skip
    """A party asks for beds. by: the volunteer who wrote it down for somebody. once: a word of the form, so that a form sent twice is
    one request; with other answers it is another. Raises Closed, WrongNights, WrongNumber."""
    chosen = _check(edition, nights, people, "people")
    new = BedRequest(edition_id=edition.id, person_id=person and person.id, order_id=order and order.id, people=people, nights=[night.isoformat() for night in chosen])
    sealing.seal(new, needs=json.dumps(list(needs)) if needs else None)
    _fill(new, name, languages, note, email, phone, language, _fingerprint(once, people, chosen, needs, languages, name, note, email, phone, order and order.id))
    return await _write(new, [], by)


async def offer_beds(
    edition: Edition, *, name: str, kinds: dict[str, int], nights: Sequence[date], neighborhood: str, language: str, conditions: Sequence[str] = (),
    languages: Sequence[str] = (), note: str = "", email: str = "", phone: str = "", person: Person | None = None, by: UUID | None = None, once: str = "",
) -> BedOffer:  # fmt: skip
    """A host offers beds, the same on each night; a coordinator calls before anybody is sent there. Raises as ``ask_for_beds`` does."""
    beds = sum(kinds.values())
    chosen = _check(edition, nights, beds, "beds")
    new = BedOffer(edition_id=edition.id, person_id=person and person.id, kinds={kind: number for kind, number in kinds.items() if number})
    sealing.seal(new, conditions=json.dumps(list(conditions)) if conditions else None, neighborhood=neighborhood)
    _fill(new, name, languages, note, email, phone, language, _fingerprint(once, sorted(kinds.items()), chosen, conditions, languages, name, note, email, phone, neighborhood))
    return await _write(new, [BedNight(offer_id=new.id, night=night, beds=beds) for night in chosen], by)


def _check(edition: Edition, nights: Sequence[date], number: int, field: str) -> list[date]:
    """The nights in order, each once."""
    if queries.closed(edition):
        raise Closed()
    if not nights or not set(nights) <= set(nights_of(edition)):
        raise WrongNights(field="nights")
    if not 1 <= number <= MOST:
        raise WrongNumber(field=field)
    return sorted(set(nights))


def _fingerprint(once: str, *answers: Any) -> str | None:
    """The form's random word together with its answers; without the word it tells nothing about them."""
    return sha256(repr((once, answers)).encode()).hexdigest()[:40] if once else None


def _fill(row: Asked, name: str, languages: Sequence[str], note: str, email: str, phone: str, language: str, mark: str | None) -> None:
    row.code, row.language, row.once, row.made = reference(), language, mark, clock.now()
    spoken = json.dumps(list(languages)) if languages else None
    sealing.seal(row, name=name, languages=spoken, note=note or None, email=email or None, phone=phone or None, claim=codes.make())


def reference() -> str:
    """A public reference: six symbols that are told apart easily."""
    return "".join(secrets.choice(REFERENCE) for _place in range(6))


async def _write(new: Row, beside: Sequence[Model], by: UUID | None) -> Row:
    known = await type(new).get_or_none(once=new.once) if new.once else None
    if known is not None:
        return known
    try:
        async with transaction():
            await _write_all(new, beside, by)
    except IntegrityError:
        if new.once and (known := await type(new).get_or_none(once=new.once)):
            return known
        raise
    return new


async def _write_all(new: Asked, beside: Sequence[Model], by: UUID | None) -> None:
    side = queries.side_of(new)
    await new.save(force_create=True)
    for row in beside:
        await row.save(force_create=True)
    await audit.record("housing.offered" if beside else "housing.asked", actor=by, row=new.id, edition=new.edition_id)  # type: ignore[attr-defined]
    if 0 < await queries.same_address(new, clock.now() - timedelta(days=1)) <= MOST_LETTERS_A_DAY:
        await mail.post("housing.received", key=f"beds-received:{new.id}", language=new.language, side=str(side), row_id=new.id)
