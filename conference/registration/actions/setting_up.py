"""Pools of places and kinds of tickets, and the proof that the places are counted right."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog
from tortoise.exceptions import IntegrityError

from conference.core import audit
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.core.jobs import later
from conference.core.versions import touch
from conference.editions.models import Edition
from conference.registration import queries
from conference.registration.models import Pool, TicketPool, TicketType

log = structlog.get_logger("registration")


class NameTaken(Refused):
    def sentence(self) -> str:
        return _("There is something with this short name already. Choose another.")


class TooSmall(Refused):
    def sentence(self) -> str:
        return _("More places than that are taken already. Choose a larger number, or cancel registrations first.")


class PricesOutOfOrder(Refused):
    def sentence(self) -> str:
        return _("The least must not be above the suggestion, nor the suggestion above the most.")


async def create_pool(edition: Edition, *, slug: str, title: dict, size: int, by: UUID | None = None) -> Pool:
    """So many places under a name. Raises NameTaken."""
    pool = Pool(edition_id=edition.id, slug=slug, title=title, size=size)
    try:
        async with transaction():
            await pool.save(force_create=True)
            await audit.record("registration.pool_created", actor=by, row=pool.id, edition=edition.id, size=size)
            await touch(f"edition:{edition.slug}")
    except IntegrityError:
        raise NameTaken(field="slug") from None
    return pool


async def change_pool(pool: Pool, *, title: dict, size: int, by: UUID | None = None) -> None:
    """Another title or size; never smaller than what is taken: TooSmall. New places go to those who wait."""
    async with transaction():
        if not await Pool.filter(id=pool.id, taken__lte=size).update(title=title, size=size):
            raise TooSmall(field="size")
        await audit.record("registration.pool_changed", actor=by, row=pool.id, edition=pool.edition_id, size=size)
        await later("registration.offer_places", key=f"offer:{pool.edition_id}", edition_id=pool.edition_id)
        await touch(f"edition:{(await Edition.get(id=pool.edition_id)).slug}")


async def create_ticket_type(edition: Edition, pools: Sequence[Pool], *, by: UUID | None = None, **facts: Any) -> TicketType:
    """A kind of ticket that takes one place of each of these pools. Raises NameTaken, PricesOutOfOrder."""
    ticket = TicketType(edition_id=edition.id, **facts)
    _check_prices(ticket.least, ticket.suggested, ticket.most)
    try:
        async with transaction():
            await ticket.save(force_create=True)
            for pool in pools:
                await TicketPool(ticket_type_id=ticket.id, pool_id=pool.id).save(force_create=True)
            await audit.record("registration.ticket_type_created", actor=by, row=ticket.id, edition=edition.id)
            await touch(f"edition:{edition.slug}")
    except IntegrityError:
        raise NameTaken(field="slug") from None
    return ticket


async def change_ticket_type(ticket: TicketType, *, by: UUID | None = None, **facts: Any) -> None:
    """Other words, prices or times; what it takes a place of stays. Orders made before keep their amount. Raises PricesOutOfOrder."""
    _check_prices(facts["least"], facts["suggested"], facts["most"])
    async with transaction():
        await TicketType.filter(id=ticket.id).update(**facts)
        await audit.record("registration.ticket_type_changed", actor=by, row=ticket.id, edition=ticket.edition_id)
        await touch(f"edition:{(await Edition.get(id=ticket.edition_id)).slug}")


def _check_prices(least: int, suggested: int, most: int) -> None:
    if not 0 <= least <= suggested <= most:
        raise PricesOutOfOrder(field="suggested")


async def recount(edition: Edition) -> list[str]:
    """Prove that ``taken`` is what orders and offers take; the slugs of pools where it is not, noted in audit and log."""
    wrong = [count for count in await queries.recount(edition.id) if count.kept != count.counted]
    for count in wrong:
        await audit.record("registration.recount_differs", row=count.pool_id, edition=edition.id, kept=count.kept, counted=count.counted)
        log.error("places are miscounted", pool=count.slug, edition=edition.slug, kept=count.kept, counted=count.counted)
    return [count.slug for count in wrong]
