"""Taking the money, letting a card go, and money that does not come through Stripe."""

from typing import Any
from uuid import UUID

from conference.core import audit, clock
from conference.core.announce import announce
from conference.core.db import transaction
from conference.core.jobs import later
from conference.payments import events, ledger, queries
from conference.payments.actions.booking import NotOpen, book, lock, move, new_check
from conference.payments.actions.settling import failed, let_intent_go, look_at, settle
from conference.payments.models import CheckState, Method, Payment, PaymentState
from conference.payments.stripe_client import SaidNo, ask

SEE_CHARGE: Any = {"expand": ["latest_charge"]}


async def capture(payment_id: UUID) -> None:
    """Between Tx A and Tx B: the one call that takes money."""
    payment = await queries.payment(payment_id)
    if payment.state is not PaymentState.CAPTURING:
        return
    try:
        intent = await ask(lambda api: api.payment_intents.capture_async(payment.intent, SEE_CHARGE, {"idempotency_key": f"{payment.intent}:capture"}))
    except SaidNo:
        await look_at(payment.id)
        await _give_up_capture(payment)
        return
    await settle(payment, intent)


async def _give_up_capture(payment: Payment) -> None:
    """Stripe refuses to take what it had authorised: the place is freed, and the card let go."""
    async with transaction():
        if await failed(payment, (PaymentState.CAPTURING,), "card refused at the end"):
            await later("payments.let_go", intent=payment.intent)


async def void(payment_id: UUID) -> None:
    payment = await queries.payment(payment_id)
    if payment.state is not PaymentState.VOIDING:
        return
    try:
        intent = await ask(lambda api: api.payment_intents.cancel_async(payment.intent, SEE_CHARGE, {"idempotency_key": f"{payment.intent}:void"}))
    except SaidNo:
        await look_at(payment.id)
        return
    await settle(payment, intent)


async def let_go(intent_id: str) -> None:
    """So that the bank frees at once what nobody will take."""
    await let_intent_go(intent_id)


async def see_trouble(payment_id: UUID, *, by: UUID) -> None:
    """The treasurer has dealt with what was wrong with a payment."""
    async with transaction():
        payment = await Payment.filter(id=payment_id, trouble__not_isnull=True).select_for_update().first()
        if payment is not None:
            await Payment.filter(id=payment_id).update(trouble=None)
            await audit.record("payments.trouble_seen", actor=by, row=payment_id, edition=payment.edition_id, trouble=payment.trouble)


async def receive(payment_id: UUID, method: Method, *, by: UUID) -> None:
    """What is still missing of an open payment has arrived, as a check or in cash. Raises NotOpen."""
    assert method in (Method.CHECK, Method.CASH)
    async with transaction():
        payment = await lock(payment_id)
        if method is Method.CHECK:
            await new_check(payment, payment.cents - payment.part, CheckState.RECEIVED).save(force_create=True)
        await arrived(payment, method, by=by)


async def arrived(payment: Payment, method: Method, *, by: UUID) -> None:
    """In the caller's transaction, which holds the payment: all of it is here now. Raises NotOpen."""
    if not await move(payment, (PaymentState.OPEN,), PaymentState.CAPTURED, method=method, promised=False, part=0, ended=clock.now()):
        raise NotOpen()
    await book(payment, "paid", ledger.captured(method, await queries.lines_of(payment.id), payment.part))
    await audit.record("payments.received", actor=by, row=payment.id, edition=payment.edition_id, method=str(method), cents=payment.cents)
    if payment.checkout:
        await later("payments.close_checkout", payment_id=payment.id)
    await announce(events.PaymentCaptured(payment.id, payment.purpose, payment.purpose_id, payment.cents))
