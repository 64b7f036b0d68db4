"""Paying for an order, and what payments tells about it."""

from datetime import timedelta
from uuid import UUID

from conference.core import audit, clock, mail
from conference.core.db import transaction
from conference.payments import actions as payments
from conference.payments.events import CheckBounced, PaymentAuthorised, PaymentCaptured, PaymentEvent, PaymentExpired, PaymentFailed, PaymentProcessing, PaymentVoided
from conference.payments.models import PaymentState, Reason
from conference.payments.queries import payment_for
from conference.registration import queries
from conference.registration.actions import places, tallying
from conference.registration.actions.ending import end
from conference.registration.actions.places import HOLD_LASTS, PURPOSE, SoldOut, TooLate
from conference.registration.actions.registering import confirmed
from conference.registration.models import Order, OrderState, PayBy

LONGEST_HOLD = timedelta(hours=3)


async def pay(order: Order, back_to: str) -> str:
    """Where to pay: the address of a Checkout; the place is kept meanwhile, though not for ever.

    Raises TooLate, and StripeAway and CardsNotTaken: the place stays kept.
    """
    now = clock.now()
    unpaid = Order.filter(id=order.id, state=OrderState.HELD, hold_until__not_isnull=True, made__gt=now - LONGEST_HOLD)
    if not await unpaid.update(hold_until=now + HOLD_LASTS):
        raise TooLate()
    payment = await payment_for(PURPOSE, order.id)
    assert payment is not None
    return await payments.open_checkout(payment.id, back_to)


async def pay_by_check(order: Order) -> None:
    """Promise a check instead of the card: the place is theirs, the promise is on the treasurer's page. Raises TooLate."""
    async with transaction():
        payment = await payments.lock_payment(PURPOSE, order.id)
        unpaid = Order.filter(id=order.id, state=OrderState.HELD, hold_until__not_isnull=True)
        if payment is None or payment.state is not PaymentState.OPEN:
            raise TooLate()
        if not await unpaid.update(state=OrderState.CONFIRMED, pay_by=PayBy.CHECK, confirmed=clock.now(), hold_until=None):
            raise TooLate()
        await payments.promise(payment.id)
        await audit.record("registration.check_promised", actor=order.person_id, row=order.id, edition=order.edition_id)
        await _confirmed(order.id)


async def _confirmed(order_id: UUID) -> None:
    """In the transaction that confirmed a kept order."""
    order = await Order.get(id=order_id)
    await tallying.moved(order, (OrderState.HELD, ""))
    await confirmed(order)


async def on_payment_authorised(event: PaymentAuthorised) -> None:
    """The card is good for it: keep the place or take one again, then the money; without a place let the card go."""
    if event.purpose != PURPOSE:
        return
    if await _secure(event.purpose_id):
        await payments.ask_capture(event.payment_id)
    else:
        await payments.ask_void(event.payment_id)


async def on_payment_processing(event: PaymentProcessing) -> None:
    """A bank debit is on its way: the clock stops."""
    if event.purpose == PURPOSE:
        await Order.filter(id=event.purpose_id, state=OrderState.HELD).update(hold_until=None)


async def on_payment_captured(event: PaymentCaptured) -> None:
    """Paid: confirmed. Money that comes when no place is to be had any more goes back in full."""
    if event.purpose != PURPOSE:
        return
    if not await _secure(event.purpose_id):
        await payments.ask_refund(event.payment_id, event.cents, Reason.NO_PLACE)
        await _tell_no_place(event)
    elif await Order.filter(id=event.purpose_id, state=OrderState.HELD).update(state=OrderState.CONFIRMED, confirmed=clock.now(), hold_until=None):
        await _confirmed(event.purpose_id)


async def _secure(order_id: UUID) -> bool:
    """Whether the order has a place: it still keeps its own, or a new one could be taken."""
    if await Order.filter(id=order_id, state=OrderState.HELD).update(hold_until=None):
        return True
    order = await Order.get(id=order_id)
    return order.state is OrderState.CONFIRMED or (order.state is OrderState.EXPIRED and await _retake(order))


async def _retake(order: Order) -> bool:
    look = await queries.look(order.ticket_type_id)
    try:
        async with transaction():
            if not await Order.filter(id=order.id, state=OrderState.EXPIRED).update(state=OrderState.HELD, hold_until=None, ended=None):
                return False
            await tallying.moved(await Order.get(id=order.id), (OrderState.EXPIRED, ""))
            await places.take(look.pools)
    except SoldOut:
        return False
    return True


async def on_payment_failed(event: PaymentFailed) -> None:
    """No money will come: the place is freed, and a letter says what to do."""
    if event.purpose == PURPOSE and await end(event.purpose_id, (OrderState.HELD,), OrderState.EXPIRED):
        order = await Order.get(id=event.purpose_id)
        if order.email:
            await mail.post("registration.payment_failed", key=f"payment_failed:{event.payment_id}", language=order.language, order_id=order.id)


async def on_payment_expired(event: PaymentExpired) -> None:
    """Nobody paid in time: the place is freed."""
    if event.purpose == PURPOSE:
        await end(event.purpose_id, (OrderState.HELD,), OrderState.EXPIRED)


async def on_payment_voided(event: PaymentVoided) -> None:
    """The card was let go, most often because there was no place: say so."""
    if event.purpose == PURPOSE:
        await _tell_no_place(event)


async def on_check_bounced(event: CheckBounced) -> None:
    """The bank did not pay a check: the place stays theirs, the check is a promise again; a letter asks for another."""
    if event.purpose == PURPOSE:
        order = await Order.get(id=event.purpose_id)
        if order.state is OrderState.CONFIRMED and order.email:
            key = f"check_bounced:{event.payment_id}:{clock.now().date()}"
            await mail.post("registration.check_bounced", key=key, language=order.language, order_id=order.id)


async def _tell_no_place(event: PaymentEvent) -> None:
    order = await Order.get(id=event.purpose_id)
    if order.state is OrderState.EXPIRED and order.email:
        await mail.post("registration.no_place", key=f"no_place:{event.payment_id}", language=order.language, order_id=order.id)
