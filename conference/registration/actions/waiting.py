"""The waiting list: places that come free are offered to whoever waits longest."""

from datetime import timedelta
from uuid import UUID

from conference.core import audit, clock, mail, sealing
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.core.jobs import later
from conference.editions.models import Edition
from conference.registration import queries
from conference.registration.actions import places
from conference.registration.actions.places import SoldOut
from conference.registration.models import Order, TicketType, WaitingEntry, WaitingState

OFFER_LASTS = timedelta(hours=48)


class OfferOver(Refused):
    status = 410

    def sentence(self) -> str:
        return _("This offer is over. If you still want to come, join the waiting list again.")


async def join_waiting_list(edition: Edition, ticket: TicketType, *, email: str, language: str) -> None:
    """Wait for one place. An address that waits already is not told so; it gets the letter again, once an hour at most."""
    known = await queries.waiting_of(edition, ticket, email)
    async with transaction():
        entry = known or await _new_entry(edition, ticket, email, language)
        stamp = clock.now().strftime("%Y%m%d%H")
        await mail.post("registration.waiting", key=f"waiting:{entry.id}:{stamp}", language=language, entry_id=entry.id)
        await later("registration.offer_places", key=f"offer:{edition.id}", edition_id=edition.id)


async def _new_entry(edition: Edition, ticket: TicketType, email: str, language: str) -> WaitingEntry:
    entry = WaitingEntry(edition_id=edition.id, ticket_type_id=ticket.id, language=language, made=clock.now())
    sealing.seal(entry, email=email)
    await entry.save(force_create=True)
    return entry


async def leave_waiting_list(entry: WaitingEntry) -> None:
    """Stop waiting, or give an offered place to the next."""
    async with transaction():
        if not await WaitingEntry.filter(id=entry.id, state=WaitingState.WAITING).update(state=WaitingState.LEFT):
            await _end_offer(entry, WaitingState.LEFT)


async def offer_places(edition_id: UUID) -> None:
    """Offer every free place to whoever waits longest for one."""
    while (entry := await queries.next_to_be_offered(edition_id)) is not None:
        try:
            await _offer(entry)
        except SoldOut:
            return


async def _offer(entry: WaitingEntry) -> None:
    now, look = clock.now(), await queries.look(entry.ticket_type_id)
    async with transaction():
        waits = WaitingEntry.filter(id=entry.id, state=WaitingState.WAITING)
        if await waits.update(state=WaitingState.OFFERED, offered=now, offer_ends=now + OFFER_LASTS):
            await audit.record("registration.place_offered", row=entry.id, edition=entry.edition_id)
            await mail.post("registration.offer", key=f"offer:{entry.id}", language=entry.language, entry_id=entry.id)
            await places.take(look.pools)


async def take_over(offer: WaitingEntry, order: Order) -> None:
    """In the transaction of a new order: the place kept by an offer becomes the order's. Raises OfferOver."""
    mine = WaitingEntry.filter(id=offer.id, ticket_type_id=order.ticket_type_id, state=WaitingState.OFFERED, offer_ends__gt=clock.now())
    if not await mine.update(state=WaitingState.TAKEN, order_id=order.id):
        raise OfferOver()


async def end_offers() -> None:
    """Offers nobody took in time go to the next; and nobody waits while a place is free."""
    for entry in await WaitingEntry.filter(state=WaitingState.OFFERED, offer_ends__lt=clock.now()).limit(500):
        async with transaction():
            await _end_offer(entry, WaitingState.EXPIRED)
    for edition_id in await queries.editions_with_waiting():
        await offer_places(edition_id)


async def _end_offer(entry: WaitingEntry, to: WaitingState) -> None:
    if await WaitingEntry.filter(id=entry.id, state=WaitingState.OFFERED).update(state=to):
        await places.give_back((await queries.look(entry.ticket_type_id)).pools, entry.edition_id)
