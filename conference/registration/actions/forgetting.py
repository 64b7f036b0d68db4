"""Registrations of which nobody shall know any more whose they were. The rows stay, for places and books are counted by them."""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tortoise.expressions import F

from conference.core import sealing
from conference.core.db import transaction
from conference.registration import queries
from conference.registration.actions.ending import cancel, end
from conference.registration.actions.places import TooLate
from conference.registration.actions.waiting import leave_waiting_list
from conference.registration.models import HAS_PLACE, Attendee, Order, OrderState, WaitingEntry, WaitingState

ON_ORDER, ON_ATTENDEE = ("email", "new_email", "claim"), ("badge_name", "needs")
OVER = (WaitingState.TAKEN, WaitingState.EXPIRED, WaitingState.LEFT)


async def forget_order(order: Order) -> None:
    """Cancel it as its owner would, unless the conference is over; then empty it, and end its links."""
    async with transaction():
        if order.state in HAS_PLACE and not queries.is_over(order.edition):
            with contextlib.suppress(TooLate):
                await cancel(order)
        await _empty([order.id])


async def _empty(ids: Sequence[UUID]) -> None:
    attendees = await Attendee.filter(order_id__in=ids).values_list("id", flat=True)
    await sealing.empty_rows(Attendee, ON_ATTENDEE, attendees)
    await sealing.empty_rows(Order, ON_ORDER, ids)
    await Order.filter(id__in=ids).update(person_id=None, once=None, new_email_asked=None, version=F("version") + 1)


async def forget_waiting(entry: WaitingEntry) -> None:
    """Leave the list, and the address with it."""
    async with transaction():
        await leave_waiting_list(entry)
        await sealing.empty_rows(WaitingEntry, ["email"], [entry.id])
        await WaitingEntry.filter(id=entry.id).update(version=F("version") + 1)


async def forget_unfinished(before: datetime) -> int:
    """Registrations nobody paid in time, addresses nobody confirmed, and waiting that is over, begun before that moment."""
    async with transaction():
        unpaid = await Order.filter(state=OrderState.EXPIRED, made__lt=before, claim__isnull=False).values_list("id", flat=True)
        await _empty(unpaid)
        unconfirmed = await Order.filter(new_email__isnull=False, new_email_asked__lt=before).values_list("id", flat=True)
        await sealing.empty_rows(Order, ["new_email"], unconfirmed)
        waited = await WaitingEntry.filter(state__in=OVER, made__lt=before, email__isnull=False).values_list("id", flat=True)
        await sealing.empty_rows(WaitingEntry, ["email"], waited)
    return len(unpaid) + len(unconfirmed) + len(waited)


async def forget_again(rows: Sequence[UUID]) -> None:
    """Orders that came back with a place give it up again; about money Stripe is asked, which knows what was given back."""
    for order in await Order.filter(id__in=rows):
        await end(order.id, HAS_PLACE, OrderState.CANCELLED)
    await _empty(await Order.filter(id__in=rows).values_list("id", flat=True))
    for entry in await WaitingEntry.filter(id__in=rows):
        await leave_waiting_list(entry)
