"""Registering: one order, its attendee and its place, all or nothing."""

import json
import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError

from conference.core import audit, clock, codes, mail, sealing
from conference.core.announce import announce
from conference.core.db import transaction
from conference.core.db.fast import insert
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.core.jobs import asked, later
from conference.editions.models import Edition
from conference.payments import actions as payments
from conference.payments.actions import Line
from conference.payments.models import LineKind
from conference.people.models import Person
from conference.registration import queries
from conference.registration.actions import places, tallying, waiting
from conference.registration.actions.places import HOLD_LASTS, PURPOSE, SoldOut
from conference.registration.events import OrderConfirmed
from conference.registration.models import Attendee, Order, OrderState, PayBy, TicketType, WaitingEntry

MOST_HOLDS_PER_ADDRESS = 3
MOST_LETTERS_A_DAY = 10
REFERENCE = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


class TooManyHolds(Refused):
    def sentence(self) -> str:
        return _("There are registrations waiting for payment with this address already. Finish or cancel one of them first.")


class TooManyUnpaid(Refused):
    def sentence(self) -> str:
        return _("Very many people are paying at this moment. Please leave an e-mail address, pay by check, or try again in an hour.")


class WrongAmount(Refused):
    def sentence(self) -> str:
        return _("Please choose an amount within what this ticket allows.")


async def register(
    edition: Edition, ticket: TicketType, *, badge_name: str, language: str, email: str = "", needs: dict[str, Any] | None = None, amount: int = 0,
    pay_by: PayBy = PayBy.NOTHING, person: Person | None = None, by: UUID | None = None, once: str = "", offer: WaitingEntry | None = None,
) -> Order:  # fmt: skip
    """Take a place: confirmed at once when it costs nothing, or a check or cash is promised, else kept while it is paid by card.

    amount: whole cents, checked against the ticket. by: the volunteer who wrote it down for somebody. once: a word of the form, so
    that a form sent twice is one order; the same word with other answers is another. offer: the waiting-list offer whose kept place
    is taken over. Raises SoldOut, WrongAmount, TooManyHolds, TooManyUnpaid, OfferOver.
    """
    if not ticket.least <= amount <= ticket.most or (amount > 0) != (pay_by is not PayBy.NOTHING):
        raise WrongAmount(field="amount")
    mark = _fingerprint(once, ticket.id, badge_name, language, email, needs, amount, pay_by)
    look = None if offer else await queries.look(ticket.id, mark)
    if look and look.sent and (known := await queries.order_of_form(mark)):
        return known
    if look:
        await _refuse_if_in_vain(edition, ticket, pay_by, email, look)
    order, attendee = _new_order(edition, ticket, badge_name, language, email, needs, amount, pay_by, person)
    order.once = mark
    try:
        await _write(edition, ticket, order, attendee, look.pools if look else (), offer, by)
    except (IntegrityError, SoldOut, waiting.OfferOver):
        if mark and (known := await queries.order_of_form(mark)):
            return known
        raise
    return order


def _fingerprint(once: str, *answers: Any) -> str | None:
    """The form's random word together with its answers; without the word it tells nothing about them."""
    return sha256(repr((once, answers)).encode()).hexdigest()[:40] if once else None


def _new_order(
    edition: Edition, ticket: TicketType, badge_name: str, language: str, email: str, needs: dict[str, Any] | None, amount: int, pay_by: PayBy, person: Person | None
) -> tuple[Order, Attendee]:
    now, kept = clock.now(), pay_by is PayBy.CARD
    order = Order(
        edition_id=edition.id, ticket_type_id=ticket.id, code=reference(), state=OrderState.HELD if kept else OrderState.CONFIRMED, pay_by=pay_by, total=amount,
        language=language, person_id=person and person.id, made=now, confirmed=None if kept else now, hold_until=now + HOLD_LASTS if kept else None,
    )  # fmt: skip
    sealing.seal(order, email=email or None, claim=codes.make())
    attendee = Attendee(edition_id=edition.id, order_id=order.id, ticket_type_id=ticket.id, ticket=secrets.token_hex(8), language=language)
    sealing.seal(attendee, badge_name=badge_name, needs=json.dumps(needs) if needs else None)
    return order, attendee


def reference() -> str:
    """A public reference for an order: six symbols that are told apart easily."""
    return "".join(secrets.choice(REFERENCE) for _place in range(6))


async def _refuse_if_in_vain(edition: Edition, ticket: TicketType, pay_by: PayBy, email: str, look: queries.Look) -> None:
    """After a look without a lock: spares most of those who come too late the transaction."""
    if not look.room:
        raise SoldOut()
    if pay_by is PayBy.CARD and email and await queries.unpaid_of_address(edition, email) >= MOST_HOLDS_PER_ADDRESS:
        raise TooManyHolds(field="email")
    if pay_by is PayBy.CARD and not email and await queries.unpaid_without_address(ticket.id) >= most_without_address(look.smallest):
        raise TooManyUnpaid(field="email")


def most_without_address(size: int) -> int:
    """How many places may be kept at once for people who pay by card and left no address: nobody can block a whole conference."""
    return max(50, size * 2 // 3)


async def _write(
    edition: Edition, ticket: TicketType, order: Order, attendee: Attendee, pools: Sequence[UUID], offer: WaitingEntry | None, by: UUID | None
) -> None:
    new = [order, attendee, audit.entry("registration.registered", actor=by or order.person_id, row=order.id, edition=edition.id)]
    async with transaction():
        if order.state is OrderState.CONFIRMED:
            new.append(asked("registration.after_confirmation", order_id=order.id))
        await insert(*new, then=[tallying.came(order)])
        if order.total:
            await _owe(edition, ticket, order)
        if order.state is OrderState.CONFIRMED:
            await announce(OrderConfirmed(order.id, order.edition_id))
        if offer is not None:
            await waiting.take_over(offer, order)
        await places.take(pools)


async def _owe(edition: Edition, ticket: TicketType, order: Order) -> None:
    """In the caller's transaction: the payment that an order asks for."""
    lines, label = _lines(ticket, order.total), f"{edition.slug} {order.code}"
    await payments.open_payment(edition, PURPOSE, order.id, lines, label=label, language=order.language, promised=order.pay_by in (PayBy.CHECK, PayBy.CASH))


def _lines(ticket: TicketType, total: int) -> list[Line]:
    """What is received for the money, and what is given beyond it; all is received where no fair value is known."""
    value = min(total, ticket.fair_value or total)
    gift = [Line(LineKind.GIFT, total - value)] if total > value else []
    return [Line(LineKind.VALUE, value, fair_value=value), *gift]


async def confirmed(order: Order) -> None:
    """In the transaction that confirmed it: what follows."""
    await later("registration.after_confirmation", order_id=order.id)
    await announce(OrderConfirmed(order.id, order.edition_id))


async def after_confirmation(order_id: UUID) -> None:
    """Outside the hot path: make the name findable, post the letter."""
    order = await Order.get_or_none(id=order_id, state=OrderState.CONFIRMED)
    if order is None:
        return
    attendees = await queries.attendees_of(order.id)
    names = [plain.badge_name for plain in sealing.open(attendees, "badge_name")]
    letters = await queries.orders_of_address_since(order, clock.now() - timedelta(days=1)) if order.email else 0
    async with transaction():
        for attendee, name in zip(attendees, names, strict=True):
            await sealing.index_words(attendee, "badge_name", name)
        if 0 < letters <= MOST_LETTERS_A_DAY:
            await mail.post("registration.confirmation", key=f"confirmation:{order.id}", language=order.language, order_id=order.id)
