"""Bringing a payment to where its PaymentIntent is at Stripe, from wherever it was. Each kind of money has one outcome:

as asked and in time: taken once the place is sure · late: what it was for decides, taken or let go · another amount, or a second
time: let go, and what was taken already is booked as stray and given back · refused, or let go by the bank: failed.
"""

from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError

from conference.core import clock
from conference.core.announce import announce
from conference.core.db import transaction
from conference.core.jobs import later
from conference.payments import events, ledger, queries
from conference.payments.actions.booking import book, move
from conference.payments.actions.giving import ask_refund
from conference.payments.models import Method, Payment, PaymentState, Reason
from conference.payments.stripe_client import SaidNo, ask

WITHOUT_INTENT = (PaymentState.OPEN, PaymentState.EXPIRED)
EARLY = (PaymentState.OPEN, PaymentState.EXPIRED, PaymentState.PROCESSING)
UNDER_WAY = (PaymentState.PROCESSING, PaymentState.AUTHORISED, PaymentState.CAPTURING)


async def look_at(payment_id: UUID, intent_id: str | None = None) -> None:
    """Ask Stripe how a payment is doing and act on it. May be called at any time, any number of times."""
    payment = await queries.payment(payment_id)
    intent_id = intent_id or payment.intent
    if intent_id is None and payment.checkout:
        intent_id = await _look_at_checkout(payment)
    if intent_id:
        await settle(payment, await retrieve_intent(intent_id))


async def retrieve_intent(intent_id: str) -> Any:
    return await ask(lambda api: api.payment_intents.retrieve_async(intent_id, {"expand": ["latest_charge"]}))


async def _look_at_checkout(payment: Payment) -> str | None:
    """The intent of a payment's Checkout, if it has one that matters; one that is over, or that Stripe does not know, expires the payment."""
    try:
        session = await ask(lambda api: api.checkout.sessions.retrieve_async(payment.checkout))
    except SaidNo:
        await expire(payment)
        return None
    if session.status == "expired":
        await expire(payment)
        return None
    return session.payment_intent


async def expire(payment: Payment) -> None:
    """Nobody can pay this attempt any more: the payment is over, unless another attempt was begun or a check is promised."""
    async with transaction():
        attempt = Payment.filter(id=payment.id, state=PaymentState.OPEN, attempt=payment.attempt)
        if await attempt.filter(promised=False).update(state=PaymentState.EXPIRED, ended=clock.now()):
            await announce(events.PaymentExpired(payment.id, payment.purpose, payment.purpose_id, payment.cents))
        else:
            await attempt.update(checkout=None, checkout_url=None, checkout_expires=None, parameters=None)


async def settle(payment: Payment, intent: Any) -> None:
    if not _is_mine(payment, intent):
        await _stray(payment, intent)
    elif intent.status == "requires_capture":
        await _authorised(payment, intent)
    elif intent.status == "succeeded":
        await _captured(payment, intent)
    elif intent.status == "processing":
        await _processing(payment, intent)
    elif intent.status == "canceled" and payment.intent:
        await _canceled(payment)
    elif intent.status == "requires_payment_method" and payment.state is PaymentState.PROCESSING:
        await failed(payment, (PaymentState.PROCESSING,), "bank refused")


def _is_mine(payment: Payment, intent: Any) -> bool:
    return payment.intent == intent.id or (payment.intent is None and payment.state in WITHOUT_INTENT)


async def _authorised(payment: Payment, intent: Any) -> None:
    """Tx A."""
    if not _as_asked(payment, intent, intent.amount):
        await _refuse_amount(payment, intent)
        return
    async with transaction():
        won = await move(payment, EARLY, PaymentState.AUTHORISED, intent=intent.id, method=Method.CARD, ended=None)
        if won:
            await announce(events.PaymentAuthorised(payment.id, payment.purpose, payment.purpose_id, payment.cents))
    if not won:
        await _look_for_stray(payment, intent)


async def _captured(payment: Payment, intent: Any) -> None:
    """Tx B. Money may also come late, after we had given up: it is booked, and what it was for decides."""
    if not _as_asked(payment, intent, intent.amount_received):
        await _refuse_amount(payment, intent)
        return
    before = tuple(state for state in PaymentState if state is not PaymentState.CAPTURED)
    method = payment.method or _method_of(intent)
    async with transaction():
        won = await move(payment, before, PaymentState.CAPTURED, intent=intent.id, method=method, promised=False, ended=clock.now())
        if won:
            await book(payment, "paid", ledger.captured(method, await queries.lines_of(payment.id)))
            await announce(events.PaymentCaptured(payment.id, payment.purpose, payment.purpose_id, payment.cents))
    if not won:
        await _look_for_stray(payment, intent)


async def _processing(payment: Payment, intent: Any) -> None:
    async with transaction():
        won = await move(payment, WITHOUT_INTENT, PaymentState.PROCESSING, intent=intent.id, method=Method.BANK_DEBIT, ended=None)
        if won:
            await announce(events.PaymentProcessing(payment.id, payment.purpose, payment.purpose_id, payment.cents))


async def _canceled(payment: Payment) -> None:
    """Let go by us, or by the bank because it took too long."""
    async with transaction():
        if await move(payment, (PaymentState.VOIDING,), PaymentState.VOIDED, ended=clock.now()):
            await announce(events.PaymentVoided(payment.id, payment.purpose, payment.purpose_id, payment.cents))
        else:
            await failed(payment, UNDER_WAY, "let go by the bank")


async def failed(payment: Payment, before: tuple[PaymentState, ...], trouble: str) -> bool:
    """No money will come this way. A promised check may still come: then the payment is open as before, and nobody is told."""
    async with transaction():
        under_way = Payment.filter(id=payment.id, state__in=before)
        if await under_way.filter(promised=True).update(state=PaymentState.OPEN, method=None, trouble=trouble):
            return True
        if await under_way.update(state=PaymentState.FAILED, ended=clock.now(), trouble=trouble):
            await announce(events.PaymentFailed(payment.id, payment.purpose, payment.purpose_id, payment.cents))
            return True
    return False


# What is to be done with a card that was good for it


async def ask_capture(payment_id: UUID) -> None:
    """In the caller's transaction: what was paid for is sure, take the money."""
    if await Payment.filter(id=payment_id, state=PaymentState.AUTHORISED).update(state=PaymentState.CAPTURING):
        await later("payments.capture", payment_id=payment_id)


async def ask_void(payment_id: UUID) -> None:
    """In the caller's transaction: what was paid for is not to be had, let the card go."""
    if await Payment.filter(id=payment_id, state=PaymentState.AUTHORISED).update(state=PaymentState.VOIDING):
        await later("payments.void", payment_id=payment_id)


# Money that is not as it was asked for


def _as_asked(payment: Payment, intent: Any, cents: int) -> bool:
    return cents == payment.cents and intent.currency.upper() == payment.currency


async def _refuse_amount(payment: Payment, intent: Any) -> None:
    """Another amount than was asked for is never kept."""
    async with transaction():
        if await failed(payment, (*EARLY, *UNDER_WAY), "another amount"):
            await Payment.filter(id=payment.id, intent=intent.id).update(intent=None)
    await _stray(payment, intent, "another amount")


async def _look_for_stray(payment: Payment, intent: Any) -> None:
    """Somebody else moved the payment meanwhile: by this same intent, or is this one too many?"""
    fresh = await queries.payment(payment.id)
    if not _is_mine(fresh, intent):
        await _stray(fresh, intent)


async def _stray(payment: Payment, intent: Any, trouble: str = "paid twice") -> None:
    """A card is let go without being charged; money that came is booked as owed and goes back at once."""
    if intent.status == "requires_capture":
        await let_intent_go(intent.id)
    elif intent.status != "succeeded" or not await _book_stray(payment, intent):
        return
    await Payment.filter(id=payment.id).update(trouble=trouble)


async def let_intent_go(intent_id: str) -> None:
    """Cancel what a card was authorised for; that it is over already is fine."""
    try:
        await ask(lambda api: api.payment_intents.cancel_async(intent_id, {}, {"idempotency_key": f"{intent_id}:let-go"}))
    except SaidNo:
        return


async def _book_stray(payment: Payment, intent: Any) -> bool:
    method, now = _method_of(intent), clock.now()
    stray = Payment(
        edition_id=payment.edition_id, purpose="stray", purpose_id=payment.id, state=PaymentState.CAPTURED, method=method, cents=intent.amount_received,
        currency=intent.currency.upper(), label=payment.label, language=payment.language, intent=intent.id, made=now, ended=now,
    )  # fmt: skip
    try:
        async with transaction():
            await stray.save(force_create=True)
            await book(stray, "came by mistake", ledger.strayed(method, stray.cents))
            await ask_refund(stray.id, stray.cents, Reason.STRAY)
    except IntegrityError:
        return False
    return True


def _method_of(intent: Any) -> Method:
    kind = intent.latest_charge.payment_method_details.type if intent.latest_charge else "card"
    return Method.CARD if kind == "card" else Method.BANK_DEBIT
