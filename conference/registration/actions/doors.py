"""Doors: made for some hours and ended; people are let in at them, once, by code, by name, or as they come with cash."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from tortoise.expressions import F

from conference.core import audit, clock, ratelimit
from conference.core.db import transaction
from conference.core.errors import NotFound, Refused, TooMany
from conference.core.i18n import _
from conference.editions import actions as editions
from conference.editions.models import Edition
from conference.payments import actions as payments
from conference.payments.models import Method, PaymentState
from conference.people.models import Person
from conference.registration import queries
from conference.registration.actions import tallying
from conference.registration.actions.places import PURPOSE
from conference.registration.actions.registering import register
from conference.registration.arriving import UNDO_LASTS
from conference.registration.models import Attendee, Door, Order, OrderState, PayBy, TicketType

MOST_HOURS = 24
BY_DOOR = "arrived"  # how somebody took part who was let in


class DoorKnown(Refused):
    def sentence(self) -> str:
        return _("There is an open door of this name. Use its link, or choose another name.")


class NoPlace(Refused):
    """Cancelled, let go, or not paid."""

    def sentence(self) -> str:
        return _("Nobody has a place with this registration now.")


class UndoOver(Refused):
    def sentence(self) -> str:
        return _("This can be undone for ten minutes only, at the door where it was done.")


async def make_door(edition: Edition, *, name: str, hours: int, takes_cash: bool, by: UUID | None = None) -> Door:
    """A door that is open from now on for so many hours, at most MOST_HOURS. Raises DoorKnown."""
    now = clock.now()
    async with transaction():
        if await Door.exists(edition_id=edition.id, name=name, ended=None, ends__gt=now):
            raise DoorKnown(field="name")
        door = Door(edition_id=edition.id, name=name, takes_cash=takes_cash, made=now, ends=now + timedelta(hours=min(hours, MOST_HOURS)), by=by)
        await door.save(force_create=True)
        await audit.record("registration.door_made", actor=by, row=door.id, edition=edition.id, hours=hours, cash=takes_cash)
    return door


async def end_door(door: Door, *, by: UUID | None = None) -> None:
    """At once, on every phone; ending it again does nothing."""
    async with transaction():
        if await Door.filter(id=door.id, ended=None).update(ended=clock.now(), version=F("version") + 1):
            await audit.record("registration.door_ended", actor=by, row=door.id, edition=door.edition_id)


async def check_in(door: Door, attendee: Attendee) -> bool:
    """They are here. Says whether they came just now; False for somebody who was here already. Raises NoPlace.

    The order is locked first, so that nobody comes in with a place that is being given back.
    """
    now = clock.now()
    async with transaction():
        order = await Order.filter(id=attendee.order_id).select_for_update().get()
        has_place = order.state is OrderState.CONFIRMED
        came = has_place and await first_here(door, attendee, now)
        if came or not has_place:
            what = "registration.arrived" if came else "registration.turned_away"
            await audit.record(what, row=order.id, edition=order.edition_id, door=str(door.id))
        if came and order.person_id:
            await editions.take_part(await Person.get(id=order.person_id), await Edition.get(id=order.edition_id), BY_DOOR)
        if came:
            await tallying.let_in(order.edition_id, door.id, now)
    if not has_place:
        raise NoPlace()
    return came


async def first_here(door: Door, attendee: Attendee, now: datetime) -> bool:
    """Of many doors that see the same person at once one is the first."""
    return bool(await Attendee.filter(id=attendee.id, arrived=None).update(arrived=now, arrived_at_door_id=door.id))


async def undo(door: Door, attendee: Attendee) -> None:
    """It was somebody else: they are not here yet. Raises UndoOver."""
    async with transaction():
        lately = Attendee.filter(id=attendee.id, arrived_at_door_id=door.id, arrived__gt=clock.now() - UNDO_LASTS)
        was_here = await lately.select_for_update().first()
        if was_here is None:
            raise UndoOver()
        await Attendee.filter(id=was_here.id).update(arrived=None, arrived_at_door_id=None)
        order = await Order.get(id=attendee.order_id)
        await audit.record("registration.arrival_undone", row=order.id, edition=order.edition_id, door=str(door.id))
        if order.person_id and not await queries.is_here(order.person_id, order.edition_id):
            await editions.take_no_part(order.person_id, order.edition_id, BY_DOOR)
        await tallying.let_out(order.edition_id, [was_here])


async def take_cash(door: Door, attendee: Attendee) -> None:
    """Cash instead of the check or the card that was to come; then they are here. Raises NotOpen, NoPlace."""
    async with transaction():
        payment = await payments.lock_payment(PURPOSE, attendee.order_id)
        if payment is None:
            raise payments.NotOpen()
        await payments.receive(payment.id, Method.CASH, by=door.id)
        await Door.filter(id=door.id).update(cash=F("cash") + payment.cents)
        await check_in(door, attendee)


async def walk_in(door: Door, edition: Edition, ticket: TicketType, *, badge_name: str, language: str, amount: int, once: str = "") -> Attendee:
    """Somebody comes without having registered: a place, the cash for it, and they are here, all or nothing.

    All that is locked after the places are rows made here, so nobody waits for those who wait for us. A form sent twice is one
    person. Raises SoldOut, WrongAmount.
    """
    async with transaction():
        pay_by = PayBy.CASH if amount else PayBy.NOTHING
        order = await register(edition, ticket, badge_name=badge_name, language=language, amount=amount, pay_by=pay_by, by=door.id, once=once)
        [attendee] = await queries.attendees_of(order.id)
        payment = await payments.lock_payment(PURPOSE, order.id)
        if payment is not None and payment.state is PaymentState.OPEN:
            await take_cash(door, attendee)
        else:
            await check_in(door, attendee)
    return attendee


async def find_by_code(door: Door, edition: Edition, typed: str) -> list[Attendee]:
    """Whose ticket or code this is. Failures are counted, and after too many the rest must wait. Raises NotFound, TooMany."""
    await ratelimit.look(ratelimit.WRONG_CODES, str(door.id))
    try:
        found = await queries.attendees_by_code(edition, typed)
    except NotFound:
        if queries.could_be_a_code(typed):  # other companies' pictures are scanned all day, and tell nothing about ours
            await ratelimit.count(ratelimit.WRONG_CODES, str(door.id))
        raise
    if len(found) > 1:
        async with transaction():
            await _write_down(door, found)
    return found


async def find_by_name(door: Door, edition: Edition, query: str) -> list[Attendee]:
    """A few who come and are called so. Each search is counted; too many must wait: TooMany."""
    if not await ratelimit.count(ratelimit.SEARCHES, str(door.id)):
        raise TooMany()
    found = await queries.attendees_named(edition, query)
    async with transaction():
        await Door.filter(id=door.id).update(searches=F("searches") + 1)
        await _write_down(door, found)
    return found


async def _write_down(door: Door, found: Sequence[Attendee]) -> None:
    """In the caller's transaction: whose names a door is shown, to choose from."""
    for attendee in found:
        await audit.record("registration.name_shown", row=attendee.order_id, edition=attendee.edition_id, door=str(door.id))
