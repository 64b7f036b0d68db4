"""Registering, paying, cancelling, waiting. When places count as taken is decided here and nowhere else."""

import json
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F

from conference.core import audit, clock, codes, mail, sealing
from conference.core.announce import announce
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.core.jobs import later
from conference.editions.models import Edition
from conference.payments import actions as payments
from conference.payments.actions import Line
from conference.payments.events import PaymentAuthorised, PaymentCaptured, PaymentExpired, PaymentFailed, PaymentProcessing, PaymentVoided
from conference.payments.models import LineKind, Payment, PaymentState
from conference.payments.queries import payment_for
from conference.people.models import Person
from conference.registration import prices, queries
from conference.registration.events import OrderCancelled, OrderConfirmed
from conference.registration.models import HAS_PLACE, Attendee, Order, OrderState, PayBy, Pool, TicketPool, TicketType, WaitingEntry, WaitingState

HOLD_LASTS = payments.CHECKOUT_LASTS + timedelta(minutes=10)
HOLD_MORE = timedelta(minutes=10)
OFFER_LASTS = timedelta(hours=24)
MOST_HOLDS_PER_ADDRESS = 3
PURPOSE = "order"


class SoldOut(Refused):
    """No place is left; the waiting list can be offered."""

    def sentence(self) -> str:
        return _("The last place was taken a moment ago. You can join the waiting list.")


class TooManyHolds(Refused):
    def sentence(self) -> str:
        return _("There are registrations waiting for payment with this address already. Finish or cancel one of them first.")


class WrongAmount(Refused):
    def sentence(self) -> str:
        return _("Please choose an amount within what this ticket allows.")


class TooLate(Refused):
    def sentence(self) -> str:
        return _("This registration can no longer be changed.")


class OfferOver(Refused):
    status = 410

    def sentence(self) -> str:
        return _("This offer is over. If you still want to come, join the waiting list again.")


# Setting up


async def create_pool(edition: Edition, *, slug: str, title: dict, size: int) -> Pool:
    pool = Pool(edition_id=edition.id, slug=slug, title=title, size=size)
    async with transaction():
        await pool.save(force_create=True)
        await audit.record("registration.pool_created", row=pool.id, edition=edition.id, size=size)
    return pool


async def create_ticket_type(edition: Edition, pools: Sequence[Pool], **facts: Any) -> TicketType:
    ticket = TicketType(edition_id=edition.id, **facts)
    async with transaction():
        await ticket.save(force_create=True)
        for pool in pools:
            await TicketPool(ticket_type_id=ticket.id, pool_id=pool.id).save(force_create=True)
    return ticket


# Registering


async def register(
    edition: Edition, ticket: TicketType, *, badge_name: str, language: str, email: str = "", needs: dict[str, Any] | None = None, amount: int = 0,
    pay_by: PayBy = PayBy.NOTHING, person: Person | None = None, once: str = "", offer: WaitingEntry | None = None,
) -> Order:  # fmt: skip
    """Take a place: confirmed at once when it costs nothing, else kept while it is paid.

    amount: whole cents, checked against the ticket. once: a word of the form, so that a form sent twice is one order.
    offer: the waiting-list offer whose kept place is taken over. Raises SoldOut, WrongAmount, TooManyHolds, OfferOver.
    """
    _check_amount(ticket, amount, pay_by)
    if once and (known := await Order.get_or_none(once=once)):
        return known
    if offer is None and not await queries.has_room(ticket.id):
        raise SoldOut()
    if amount and email and await queries.open_holds(edition, email) >= MOST_HOLDS_PER_ADDRESS:
        raise TooManyHolds(field="email")
    order, attendee = _new_order(edition, ticket, badge_name, language, email, needs, amount, pay_by, person, once)
    pools = await queries.pool_ids(ticket.id)
    try:
        async with transaction():
            await order.save(force_create=True)
            await attendee.save(force_create=True)
            await _follow_up(edition, order)
            if offer is None:
                await _take(pools)
            else:
                await _take_over(offer, order)
    except IntegrityError:
        if once and (known := await Order.get_or_none(once=once)):
            return known
        raise
    return order


def _check_amount(ticket: TicketType, amount: int, pay_by: PayBy) -> None:
    if not ticket.least <= amount <= ticket.most or (amount > 0) != (pay_by is not PayBy.NOTHING):
        raise WrongAmount(field="amount")


def _new_order(
    edition: Edition, ticket: TicketType, badge_name: str, language: str, email: str, needs: dict[str, Any] | None, amount: int, pay_by: PayBy,
    person: Person | None, once: str,
) -> tuple[Order, Attendee]:  # fmt: skip
    now, held = clock.now(), pay_by is PayBy.CARD
    order = Order(
        edition_id=edition.id, ticket_type_id=ticket.id, code=reference(), state=OrderState.HELD if held else OrderState.CONFIRMED, pay_by=pay_by, total=amount,
        language=language, person_id=person and person.id, once=once or None, made=now, confirmed=None if held else now, hold_until=now + HOLD_LASTS if held else None,
    )  # fmt: skip
    sealing.seal(order, email=email or None, claim=codes.make())
    attendee = Attendee(edition_id=edition.id, order_id=order.id, ticket_type_id=ticket.id, ticket=secrets.token_hex(8), language=language)
    sealing.seal(attendee, badge_name=badge_name, needs=json.dumps(needs) if needs else None)
    return order, attendee


def reference() -> str:
    """A public reference for an order: six symbols that are told apart easily."""
    return "".join(secrets.choice("ABCDEFGHJKMNPQRSTVWXYZ23456789") for _place in range(6))


async def _follow_up(edition: Edition, order: Order) -> None:
    """What goes with a new order in its transaction: its payment, its audit line, its letter."""
    await audit.record("registration.registered", actor=order.person_id, row=order.id, edition=edition.id)
    if order.total:
        lines = _lines(await order.ticket_type, order.total)
        await payments.open_payment(edition, PURPOSE, order.id, lines, label=f"{edition.slug} {order.code}", language=order.language)
    if order.state is OrderState.CONFIRMED:
        await _confirmed(order)


def _lines(ticket: TicketType, total: int) -> list[Line]:
    """What is received for the money, and what is given beyond it."""
    value = min(total, ticket.fair_value or total)
    gift = [Line(LineKind.GIFT, total - value)] if total > value else []
    return [Line(LineKind.VALUE, value, fair_value=value), *gift]


async def _confirmed(order: Order) -> None:
    await later("registration.after_confirmation", order_id=order.id)
    await announce(OrderConfirmed(order.id, order.edition_id))


async def _take(pools: Sequence[UUID]) -> None:
    """One place of each pool, in id order, as the last thing in the transaction. Raises SoldOut: all is undone."""
    for pool_id in pools:
        if not await Pool.filter(id=pool_id, taken__lt=F("size")).update(taken=F("taken") + 1):
            raise SoldOut()


async def _give_back(pools: Sequence[UUID]) -> None:
    for pool_id in pools:
        await Pool.filter(id=pool_id).update(taken=F("taken") - 1)


async def after_confirmation(order_id: UUID) -> None:
    """Outside the hot path: make the name findable, post the letter."""
    order = await Order.get_or_none(id=order_id)
    if order is None:
        return
    async with transaction():
        for attendee in await queries.attendees_of(order.id):
            await sealing.index_words(attendee, "badge_name", sealing.open_one(attendee, "badge_name").badge_name)
        if order.email and order.state is OrderState.CONFIRMED:
            await mail.post("registration.confirmation", key=f"confirmation:{order.id}", language=order.language, order_id=order.id)


# Paying


async def pay(order: Order, back_to: str) -> str:
    """Where to pay: the address of a Checkout; the place is kept meanwhile. Raises StripeAway and CardsNotTaken; the hold stays."""
    if not await Order.filter(id=order.id, state=OrderState.HELD).update(hold_until=clock.now() + HOLD_LASTS):
        raise TooLate()
    payment = await payment_for(PURPOSE, order.id)
    assert payment is not None
    return await payments.open_checkout(payment.id, back_to)


async def pay_by_check(order: Order) -> None:
    """Promise a check instead of the card: the place is theirs, the promise is on the treasurer's page."""
    async with transaction():
        won = await Order.filter(id=order.id, state=OrderState.HELD).update(state=OrderState.CONFIRMED, pay_by=PayBy.CHECK, confirmed=clock.now(), hold_until=None)
        if not won:
            raise TooLate()
        await audit.record("registration.check_promised", actor=order.person_id, row=order.id, edition=order.edition_id)
        await _confirmed(await Order.get(id=order.id))


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
    order = await Order.get(id=event.purpose_id)
    if order.state is OrderState.CONFIRMED:
        return
    if order.state is OrderState.CANCELLED or not await _secure(order.id):
        await payments.ask_refund(event.payment_id, event.cents, "no place")
        return
    if await Order.filter(id=order.id, state=OrderState.HELD).update(state=OrderState.CONFIRMED, confirmed=clock.now(), hold_until=None):
        await _confirmed(await Order.get(id=order.id))


async def _secure(order_id: UUID) -> bool:
    """Whether the order has a place: it still keeps its own, or a new one could be taken."""
    if await Order.filter(id=order_id, state=OrderState.HELD).update(hold_until=None):
        return True
    order = await Order.get(id=order_id)
    if order.state is not OrderState.EXPIRED:
        return False
    try:
        async with transaction():
            if not await Order.filter(id=order_id, state=OrderState.EXPIRED).update(state=OrderState.HELD, hold_until=None, ended=None):
                return False
            await _take(await queries.pool_ids(order.ticket_type_id))
    except SoldOut:
        return False
    return True


async def on_payment_failed(event: PaymentFailed) -> None:
    """No money will come: the place is freed, and a letter says what to do."""
    if event.purpose == PURPOSE and await _end(event.purpose_id, (OrderState.HELD,), OrderState.EXPIRED):
        order = await Order.get(id=event.purpose_id)
        if order.email:
            await mail.post("registration.payment_failed", key=f"payment_failed:{event.payment_id}", language=order.language, order_id=order.id)


async def on_payment_expired(event: PaymentExpired) -> None:
    if event.purpose == PURPOSE:
        await _end(event.purpose_id, (OrderState.HELD,), OrderState.EXPIRED)


async def on_payment_voided(event: PaymentVoided) -> None:
    """The card was let go because there was no place: say so."""
    if event.purpose != PURPOSE:
        return
    order = await Order.get(id=event.purpose_id)
    if order.state is OrderState.EXPIRED and order.email:
        await mail.post("registration.no_place", key=f"no_place:{event.payment_id}", language=order.language, order_id=order.id)


# Giving places back


async def _end(order_id: UUID, before: tuple[OrderState, ...], to: OrderState) -> bool:
    """End an order; only the transaction that wins its state gives the places back."""
    async with transaction():
        order = await Order.get(id=order_id)
        if not await Order.filter(id=order_id, state__in=before).update(state=to, ended=clock.now(), hold_until=None):
            return False
        await _give_back(await queries.pool_ids(order.ticket_type_id))
        await later("registration.offer_places", key=f"offer:{order.ticket_type_id}", ticket_type_id=order.ticket_type_id)
    return True


async def cancel(order: Order, *, as_gift: bool = False, by: UUID | None = None) -> int:
    """Cancel and give back by the edition's table; the cents that go back. ``as_gift`` leaves them with us. Raises TooLate."""
    edition = await Edition.get(id=order.edition_id)
    async with transaction():
        if not await _end(order.id, HAS_PLACE, OrderState.CANCELLED):
            raise TooLate()
        payment = await payment_for(PURPOSE, order.id)
        back = 0 if payment is None else await _settle_cancelled(edition, order, payment, as_gift)
        await audit.record("registration.cancelled", actor=by, row=order.id, edition=order.edition_id, back=back)
        if order.email:
            await mail.post("registration.cancelled", key=f"cancelled:{order.id}", language=order.language, order_id=order.id)
    return back


async def _settle_cancelled(edition: Edition, order: Order, payment: Payment, as_gift: bool) -> int:
    if payment.state is not PaymentState.CAPTURED:
        await payments.give_up(payment.id)
        await announce(OrderCancelled(order.id, order.edition_id, payment.id))
        return 0
    due = min(refund_if_cancelled(edition, payment.cents), payment.cents - payment.refunded)
    if due and not as_gift:
        await payments.ask_refund(payment.id, due, "cancelled")
    await announce(OrderCancelled(order.id, order.edition_id, payment.id, left_as_gift=due if as_gift else 0))
    return 0 if as_gift else due


def refund_if_cancelled(edition: Edition, paid: int) -> int:
    """Cents that would go back if a paid order were cancelled now; shown before the button."""
    from zoneinfo import ZoneInfo

    return prices.refund_due(paid, edition.refunds, edition.begins, clock.now().astimezone(ZoneInfo(edition.zone)).date())


async def release_expired_holds() -> None:
    """Orders nobody paid in time: Stripe is asked first whether somebody just did."""
    late = await Order.filter(state=OrderState.HELD, hold_until__lt=clock.now()).order_by("hold_until").limit(200)
    for order in late:
        payment = await payment_for(PURPOSE, order.id)
        found = "expired" if payment is None else await payments.expire_checkout(payment.id)
        if found == "away":
            await Order.filter(id=order.id, state=OrderState.HELD).update(hold_until=clock.now() + HOLD_MORE)
        elif found == "expired":
            await _end(order.id, (OrderState.HELD,), OrderState.EXPIRED)
        else:
            await Order.filter(id=order.id, state=OrderState.HELD).update(hold_until=None)


async def recount(edition: Edition) -> list[str]:
    """Prove that ``taken`` is what orders and offers take; the slugs of pools where it is not, noted in the audit."""
    wrong = []
    for pool_id, (kept, counted) in (await queries.recount(edition.id)).items():
        if kept != counted:
            pool = await Pool.get(id=pool_id)
            wrong.append(pool.slug)
            await audit.record("registration.recount_differs", row=pool_id, edition=edition.id, kept=kept, counted=counted)
    return wrong


# Waiting


async def join_waiting_list(edition: Edition, ticket: TicketType, *, email: str, language: str) -> None:
    """Wait for one place. An address that waits already is not told so; it gets the letter again."""
    async with transaction():
        scope = sealing.scope_of(WaitingEntry(edition_id=edition.id), "email")
        known = [entry for entry in await sealing.find(WaitingEntry, "email", email, scope) if entry.ticket_type_id == ticket.id]
        entry = next((entry for entry in known if entry.state in (WaitingState.WAITING, WaitingState.OFFERED)), None)
        if entry is None:
            entry = WaitingEntry(edition_id=edition.id, ticket_type_id=ticket.id, language=language, made=clock.now())
            sealing.seal(entry, email=email)
            await entry.save(force_create=True)
        stamp = clock.now().strftime("%Y%m%d%H")
        await mail.post("registration.waiting", key=f"waiting:{entry.id}:{stamp}", language=language, entry_id=entry.id)
        await later("registration.offer_places", key=f"offer:{ticket.id}", ticket_type_id=ticket.id)


async def leave_waiting_list(entry: WaitingEntry) -> None:
    async with transaction():
        if await WaitingEntry.filter(id=entry.id, state=WaitingState.WAITING).update(state=WaitingState.LEFT):
            return
        await _end_offer(entry, WaitingState.LEFT)


async def offer_places(ticket_type_id: UUID) -> None:
    """Offer every free place to whoever waits longest."""
    pools = await queries.pool_ids(ticket_type_id)
    while True:
        entry = await WaitingEntry.filter(ticket_type_id=ticket_type_id, state=WaitingState.WAITING).order_by("made", "id").first()
        if entry is None or not await queries.has_room(ticket_type_id):
            return
        try:
            await _offer(entry, pools)
        except SoldOut:
            return


async def _offer(entry: WaitingEntry, pools: Sequence[UUID]) -> None:
    now = clock.now()
    async with transaction():
        if await WaitingEntry.filter(id=entry.id, state=WaitingState.WAITING).update(state=WaitingState.OFFERED, offered=now, offer_ends=now + OFFER_LASTS):
            await mail.post("registration.offer", key=f"offer:{entry.id}", language=entry.language, entry_id=entry.id)
            await _take(pools)


async def _take_over(offer: WaitingEntry, order: Order) -> None:
    won = await WaitingEntry.filter(id=offer.id, state=WaitingState.OFFERED, offer_ends__gt=clock.now()).update(state=WaitingState.TAKEN, order_id=order.id)
    if not won:
        raise OfferOver()


async def end_offers() -> None:
    """Offers nobody took in time go to the next."""
    for entry in await WaitingEntry.filter(state=WaitingState.OFFERED, offer_ends__lt=clock.now()).limit(500):
        async with transaction():
            await _end_offer(entry, WaitingState.EXPIRED)


async def _end_offer(entry: WaitingEntry, to: WaitingState) -> None:
    if await WaitingEntry.filter(id=entry.id, state=WaitingState.OFFERED).update(state=to):
        await _give_back(await queries.pool_ids(entry.ticket_type_id))
        await later("registration.offer_places", key=f"offer:{entry.ticket_type_id}", ticket_type_id=entry.ticket_type_id)
