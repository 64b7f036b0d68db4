"""Asking for money: the payment and its lines, the hosted Checkout, promises, giving up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from tortoise.expressions import F

from conference.core import clock
from conference.core.db.fast import insert
from conference.core.jobs import later
from conference.core.running import running
from conference.editions.models import Edition
from conference.payments import queries
from conference.payments.actions.booking import NotOpen
from conference.payments.actions.giving import give_part_back
from conference.payments.actions.settling import ask_void, expire, look_at
from conference.payments.models import MONEY_COMES, Fund, LineKind, Payment, PaymentLine, PaymentState
from conference.payments.stripe_client import CardsNotTaken, SaidNo, StripeAway, ask

log = structlog.get_logger("payments")

CHECKOUT_LASTS = timedelta(minutes=35)
SHORTEST_CHECKOUT = timedelta(minutes=31)
STILL_GOOD = timedelta(minutes=2)
WAYS_TO_PAY = ("card",)


@dataclass(frozen=True)
class Line:
    """A part of a payment, in cents. ``fair_value`` is what the payer receives for it."""

    kind: LineKind
    cents: int
    fair_value: int = 0
    fund: Fund | None = None


async def open_payment(
    edition: Edition, purpose: str, purpose_id: UUID, lines: Sequence[Line], *, label: str, language: str, promised: bool = False
) -> Payment:
    """In the caller's transaction: what is to be paid. ``label`` is all that Stripe will read of it besides the amount.

    promised: a check or cash will come; the payment is on the treasurer's page until then.
    """
    payment = Payment(
        edition_id=edition.id, purpose=purpose, purpose_id=purpose_id, cents=sum(line.cents for line in lines), currency=edition.currency,
        label=label, language=language, promised=promised, made=clock.now(),
    )  # fmt: skip
    parts = [
        PaymentLine(payment_id=payment.id, kind=line.kind, cents=line.cents, fair_value=line.fair_value, fund_id=line.fund and line.fund.id) for line in lines
    ]
    await insert(payment, *parts)
    return payment


async def promise(payment_id: UUID) -> None:
    """In the caller's transaction: a check or cash will come for an open payment. Raises NotOpen."""
    if not await Payment.filter(id=payment_id, state=PaymentState.OPEN).update(promised=True):
        raise NotOpen()


# Checkout


async def open_checkout(payment_id: UUID, back_to: str) -> str:
    """Outside any transaction: the address of a hosted Checkout for an open payment; a page that is still open is used again.

    ``back_to`` is the path people return to, paid or not. Raises StripeAway, CardsNotTaken, NotOpen.
    """
    payment = await _open(payment_id)
    if not _page_good(payment) and not _attempt_usable(payment):
        payment = await _begin_attempt(payment, back_to)
    if payment.checkout_url:
        return payment.checkout_url
    try:
        session = await ask(lambda api: api.checkout.sessions.create_async(payment.parameters, {"idempotency_key": f"{payment.id}:{payment.attempt}"}))
    except SaidNo as no:
        log.error("Stripe refuses our Checkout", code=no.code)
        raise CardsNotTaken() from no
    return await _keep_checkout(payment, session)


async def _open(payment_id: UUID) -> Payment:
    payment = await queries.payment(payment_id)
    if payment.state is not PaymentState.OPEN or payment.part:
        raise NotOpen()
    return payment


def _page_good(payment: Payment) -> bool:
    """Whether there is a page with time left on it."""
    return bool(payment.checkout_url and payment.checkout_expires and payment.checkout_expires > clock.now() + STILL_GOOD)


def _attempt_usable(payment: Payment) -> bool:
    """Whether an attempt was begun whose answer we never saw, and that Stripe would still take."""
    if not payment.parameters or payment.checkout:
        return False
    return payment.parameters["expires_at"] > (clock.now() + SHORTEST_CHECKOUT).timestamp()


async def _begin_attempt(payment: Payment, back_to: str) -> Payment:
    """Close the page of the former attempt, then keep key and parameters before Stripe hears of them.

    Of two clicks at once one begins it, and both go on with the same; its page may be open by then.
    """
    if payment.checkout and await _close_session(payment) == "complete":
        await look_at(payment.id)
        await _open(payment.id)
    attempt = Payment.filter(id=payment.id, state=PaymentState.OPEN, attempt=payment.attempt)
    await attempt.update(attempt=F("attempt") + 1, parameters=_parameters(payment, back_to), checkout=None, checkout_url=None, checkout_expires=None)
    return await _open(payment.id)


def _parameters(payment: Payment, back_to: str) -> dict[str, Any]:
    ours = {"payment": str(payment.id)}
    address = running().settings.base_url + back_to
    price = {"currency": payment.currency.lower(), "unit_amount": payment.cents, "product_data": {"name": payment.label}}
    return {
        "mode": "payment",
        "client_reference_id": str(payment.id),
        "metadata": ours,
        "payment_intent_data": {"metadata": ours},
        "allowed_payment_method_types": list(WAYS_TO_PAY),
        "payment_method_options": {"card": {"capture_method": "manual"}},
        "line_items": [{"price_data": price, "quantity": 1}],
        "locale": payment.language,
        "success_url": address,
        "cancel_url": address,
        "expires_at": int((clock.now() + CHECKOUT_LASTS).timestamp()),
    }


async def _keep_checkout(payment: Payment, session: Any) -> str:
    """The session's address; where the payment was given up meanwhile nobody learns it."""
    still_open = Payment.filter(id=payment.id, attempt=payment.attempt, state=PaymentState.OPEN)
    expires = datetime.fromtimestamp(session.expires_at, UTC)
    if not session.url or not await still_open.update(checkout=session.id, checkout_url=session.url, checkout_expires=expires):
        raise NotOpen()
    return session.url


async def _close_session(payment: Payment) -> str:
    """``expired``: nobody can pay there any more; ``complete``: somebody did. Raises StripeAway, CardsNotTaken."""
    try:
        return (await ask(lambda api: api.checkout.sessions.expire_async(payment.checkout))).status
    except SaidNo:
        pass
    try:
        return (await ask(lambda api: api.checkout.sessions.retrieve_async(payment.checkout))).status
    except SaidNo:
        return "expired"


async def close_checkout(payment_id: UUID) -> None:
    """After a payment came another way: its page is closed; what was paid there meanwhile is settled, as paid twice."""
    payment = await queries.payment(payment_id)
    if payment.checkout and await _close_session(payment) == "complete":
        await look_at(payment.id)


# Nobody pays any more


async def expire_checkout(payment_id: UUID) -> str:
    """Outside any transaction: make sure nobody pays any more.

    ``expired``: nobody can; ``paid``: somebody had (it is being settled); ``away``: Stripe could not be asked.
    """
    payment = await queries.payment(payment_id)
    if payment.state is PaymentState.OPEN:
        try:
            if payment.checkout and await _close_session(payment) == "complete":
                await look_at(payment.id)
        except (StripeAway, CardsNotTaken):
            return "away"
        await expire(payment)
    known = await queries.payment(payment_id)
    return "paid" if known.state in MONEY_COMES else "expired"


async def give_up(payment_id: UUID) -> None:
    """In the caller's transaction: what it was for is cancelled; close the Checkout, or let the card go. A part that came goes back."""
    await Payment.filter(id=payment_id).update(promised=False)
    payment = await queries.payment(payment_id)
    if payment.state is PaymentState.OPEN and payment.part:
        await give_part_back(payment)
    elif payment.state is PaymentState.OPEN:
        await later("payments.expire", payment_id=payment.id)
    elif payment.state is PaymentState.AUTHORISED:
        await ask_void(payment.id)
