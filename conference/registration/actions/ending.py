"""Cancelling, and letting go what nobody paid for."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from conference.core import audit, clock, mail
from conference.core.announce import announce
from conference.core.db import transaction
from conference.editions.models import Edition
from conference.payments import actions as payments
from conference.payments.models import Payment, PaymentState, Reason
from conference.payments.queries import payment_for
from conference.registration import prices, queries
from conference.registration.actions import places, tallying
from conference.registration.actions.places import PURPOSE, TooLate
from conference.registration.events import OrderCancelled
from conference.registration.models import HAS_PLACE, Attendee, Order, OrderState

HOLD_MORE = timedelta(minutes=10)
MOST_AT_ONCE = 200


async def cancel(order: Order, *, as_gift: bool = False, by: UUID | None = None) -> int:
    """Cancel and give back by the edition's table; the cents that go back. ``as_gift`` leaves them with us. Raises TooLate.

    The payment is locked before the order, as everywhere, so that two who change both never wait for each other.
    """
    edition = await Edition.get(id=order.edition_id)
    async with transaction():
        payment = await payments.lock_payment(PURPOSE, order.id)
        back = 0 if payment is None else await _settle(edition, order, payment, as_gift)
        await audit.record("registration.cancelled", actor=by or order.person_id, row=order.id, edition=order.edition_id, back=back)
        if order.email:
            await mail.post("registration.cancelled", key=f"cancelled:{order.id}", language=order.language, order_id=order.id)
        if not await end(order.id, HAS_PLACE, OrderState.CANCELLED):
            raise TooLate()
    return back


async def _settle(edition: Edition, order: Order, payment: Payment, as_gift: bool) -> int:
    """Close what is open, ask for what is due back; the cents that go back."""
    due = 0
    if payment.state is PaymentState.CAPTURED:
        due = min(refund_if_cancelled(edition, payment.cents), payment.cents - payment.refunded)
    else:
        await payments.give_up(payment.id)
    if due and not as_gift:
        await payments.ask_refund(payment.id, due, Reason.CANCELLED)
    await announce(OrderCancelled(order.id, order.edition_id, payment.id, left_as_gift=due if as_gift else 0))
    return 0 if as_gift else due


def refund_if_cancelled(edition: Edition, paid: int) -> int:
    """Cents that would go back if a paid order were cancelled now; shown before the button."""
    return prices.refund_due(paid, edition.refund_table, edition.begins, clock.now().astimezone(ZoneInfo(edition.zone)).date())


async def end(order_id: UUID, before: tuple[OrderState, ...], to: OrderState) -> bool:
    """End an order; only the transaction that wins its state gives the places back."""
    async with transaction():
        if not await Order.filter(id=order_id, state__in=before).update(state=to, ended=clock.now(), hold_until=None):
            return False
        order = await Order.get(id=order_id)
        were_here = await Attendee.filter(order_id=order.id, arrived__not_isnull=True).order_by("id").select_for_update()
        was = OrderState.CONFIRMED if order.confirmed else OrderState.HELD  # it never loses the day on which it was confirmed
        await tallying.moved(order, tallying.place_of(was, order.confirmed))
        await places.give_back((await queries.look(order.ticket_type_id)).pools, order.edition_id)
        if were_here:  # who goes is not counted as here
            await Attendee.filter(id__in=[one.id for one in were_here]).update(arrived=None, arrived_at_door_id=None)
            await tallying.let_out(order.edition_id, were_here)
    return True


async def release_expired_holds() -> None:
    """Orders nobody paid in time: Stripe is asked first whether somebody just did. While it is away all are kept longer."""
    late = await Order.filter(state=OrderState.HELD, hold_until__lt=clock.now()).order_by("hold_until").limit(MOST_AT_ONCE)
    for order in late:
        payment = await payment_for(PURPOSE, order.id)
        found = "expired" if payment is None else await payments.expire_checkout(payment.id)
        if found == "away":
            await Order.filter(id__in=[kept.id for kept in late], state=OrderState.HELD, hold_until__lt=clock.now()).update(hold_until=clock.now() + HOLD_MORE)
            return
        if found == "expired":
            await end(order.id, (OrderState.HELD,), OrderState.EXPIRED)
        else:
            await Order.filter(id=order.id, state=OrderState.HELD).update(hold_until=None)
