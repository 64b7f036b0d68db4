"""Taking money and giving it back.

Cards: ``open`` → Tx A ``authorised`` → (the place is sure) ``capturing`` → Stripe captures → Tx B ``captured``. Every step is a
conditional UPDATE, so that of two who try one wins; what Stripe says is asked for anew and never taken from an event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tortoise.expressions import F

from conference.core import audit, clock
from conference.core.announce import announce
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.core.jobs import later
from conference.core.running import running
from conference.editions.models import Edition
from conference.payments import events, ledger, queries
from conference.payments.models import Fund, LedgerEntry, LineKind, Method, Payment, PaymentLine, PaymentState, Refund, RefundState, StripeEvent
from conference.payments.stripe_client import StripeAway, ask

CHECKOUT_LASTS = timedelta(minutes=35)
SHORTEST_CHECKOUT = timedelta(minutes=31)


class TooMuchBack(Refused):
    def sentence(self) -> str:
        return _("That is more than is left of this payment.")


class NotOpen(Refused):
    def sentence(self) -> str:
        return _("This payment is no longer open.")


@dataclass(frozen=True)
class Line:
    """A part of a payment, in cents. ``fair_value`` is what the payer receives for it."""

    kind: LineKind
    cents: int
    fair_value: int = 0
    fund: Fund | None = None


# Asking for money


async def open_payment(edition: Edition, purpose: str, purpose_id: UUID, lines: Sequence[Line], *, label: str, language: str) -> Payment:
    """In the caller's transaction: what is to be paid. ``label`` is all that Stripe will read of it besides the amount."""
    payment = Payment(
        edition_id=edition.id, purpose=purpose, purpose_id=purpose_id, cents=sum(line.cents for line in lines), currency=edition.currency,
        label=label, language=language, made=clock.now(),
    )  # fmt: skip
    await payment.save(force_create=True)
    for line in lines:
        fund = line.fund and line.fund.id
        await PaymentLine(payment_id=payment.id, kind=line.kind, cents=line.cents, fair_value=line.fair_value, fund_id=fund).save(force_create=True)
    return payment


async def open_checkout(payment_id: UUID, back_to: str) -> str:
    """Outside any transaction: the address of a hosted Checkout for an open payment; a page that is still open is used again.

    ``back_to`` is the path people return to, paid or not. Raises StripeAway, CardsNotTaken, NotOpen.
    """
    payment = await queries.payment(payment_id)
    if payment.state is not PaymentState.OPEN:
        raise NotOpen()
    if payment.checkout_url and payment.checkout_expires and payment.checkout_expires > clock.now() + timedelta(minutes=2):
        return payment.checkout_url
    if not _attempt_usable(payment):
        payment = await _begin_attempt(payment, back_to)
    parameters, key = payment.parameters, f"{payment.id}:{payment.attempt}"
    session = await ask(lambda stripe: stripe.checkout.sessions.create_async(parameters, {"idempotency_key": key}))
    await Payment.filter(id=payment.id, attempt=payment.attempt).update(
        checkout=session.id, checkout_url=session.url, checkout_expires=datetime.fromtimestamp(session.expires_at, UTC)
    )
    return session.url


def _attempt_usable(payment: Payment) -> bool:
    """Whether an attempt was begun whose answer we never saw, and that Stripe would still take."""
    if not payment.parameters or payment.checkout:
        return False
    return payment.parameters["expires_at"] > (clock.now() + SHORTEST_CHECKOUT).timestamp()


async def _begin_attempt(payment: Payment, back_to: str) -> Payment:
    """Keep key and parameters before Stripe hears of them."""
    parameters = _parameters(payment, back_to)
    won = await Payment.filter(id=payment.id, state=PaymentState.OPEN, attempt=payment.attempt).update(
        attempt=F("attempt") + 1, parameters=parameters, checkout=None, checkout_url=None, checkout_expires=None
    )
    if not won:
        raise NotOpen()
    return await queries.payment(payment.id)


def _parameters(payment: Payment, back_to: str) -> dict[str, Any]:
    ours = {"payment": str(payment.id)}
    address = running().settings.base_url + back_to
    return {
        "mode": "payment",
        "client_reference_id": str(payment.id),
        "metadata": ours,
        "payment_intent_data": {"metadata": ours},
        "payment_method_types": ["card"],
        "payment_method_options": {"card": {"capture_method": "manual"}},
        "line_items": [{"price_data": {"currency": payment.currency.lower(), "unit_amount": payment.cents, "product_data": {"name": payment.label}}, "quantity": 1}],
        "locale": payment.language,
        "success_url": address,
        "cancel_url": address,
        "expires_at": int((clock.now() + CHECKOUT_LASTS).timestamp()),
    }


async def expire_checkout(payment_id: UUID) -> str:
    """Outside any transaction: make sure nobody pays any more.

    ``expired``: nobody can; ``paid``: somebody had (it is being settled); ``away``: Stripe could not be asked.
    """
    import stripe

    payment = await queries.payment(payment_id)
    if payment.state is not PaymentState.OPEN:
        return "expired" if payment.state in (PaymentState.EXPIRED, PaymentState.FAILED, PaymentState.VOIDED) else "paid"
    try:
        if payment.checkout:
            await ask(lambda api: api.checkout.sessions.expire_async(payment.checkout))
    except StripeAway:
        return "away"
    except stripe.InvalidRequestError:
        await look_at(payment.id)
        known = await queries.payment(payment.id)
        if known.state is not PaymentState.OPEN:
            return "expired" if known.state is PaymentState.EXPIRED else "paid"
    await _expire(payment)
    return "expired"


async def _expire(payment: Payment) -> None:
    async with transaction():
        if await _move(payment, (PaymentState.OPEN,), PaymentState.EXPIRED, ended=clock.now()):
            await announce(events.PaymentExpired(payment.id, payment.purpose, payment.purpose_id, payment.cents))


async def give_up(payment_id: UUID) -> None:
    """In the caller's transaction: what it was for is cancelled; close the Checkout, or let the card go."""
    payment = await queries.payment(payment_id)
    if payment.state is PaymentState.OPEN:
        await later("payments.expire", payment_id=payment.id)
    elif payment.state is PaymentState.AUTHORISED:
        await ask_void(payment.id)


# What Stripe says


async def remember_event(event_id: str, type_: str, object_id: str, api_version: str) -> None:
    """Keep an event under its own id and ask for its handling; a second delivery adds nothing."""
    async with transaction():
        if await StripeEvent.exists(id=event_id):
            return
        row = StripeEvent(id=event_id, type=type_[:80], object=object_id[:120], api_version=api_version[:40], received=clock.now())
        await StripeEvent.bulk_create([row], ignore_conflicts=True)
        await later("payments.handle_event", key=f"stripe:{event_id}", event_id=event_id)


async def handle_event(event_id: str) -> None:
    """Ask Stripe about the object an event names and settle its payment by what it says now."""
    event = await StripeEvent.get_or_none(id=event_id, handled=None)
    if event is None:
        return
    payment_id = await _payment_named(event)
    if payment_id is not None:
        await look_at(payment_id, event.object if event.object.startswith("pi_") else None)
        if event.type.startswith(("charge.refund", "refund.", "charge.dispute")):
            await _compare_refunds(payment_id, event)
    await StripeEvent.filter(id=event_id).update(handled=clock.now())


async def _payment_named(event: StripeEvent) -> UUID | None:
    """Which payment of ours an event's object belongs to; None for strangers' objects and ones that are gone."""
    import stripe

    kind = event.object.split("_", 1)[0]
    try:
        if kind == "cs":
            found = await ask(lambda api: api.checkout.sessions.retrieve_async(event.object))
        elif kind == "pi":
            found = await ask(lambda api: api.payment_intents.retrieve_async(event.object))
        elif kind in ("ch", "py", "re", "pyr", "du", "dp"):
            found = await _intent_behind(event)
        else:
            return None
    except stripe.InvalidRequestError:
        return None
    name = (found.metadata or {}).get("payment") if found is not None and found.metadata is not None else None
    return await _known(name)


async def _intent_behind(event: StripeEvent) -> Any:
    """Refunds and disputes name a charge only."""
    charge_id = event.object
    if event.object.startswith(("re", "pyr")):
        charge_id = (await ask(lambda api: api.refunds.retrieve_async(event.object))).charge
    elif event.object.startswith(("du", "dp")):
        charge_id = (await ask(lambda api: api.disputes.retrieve_async(event.object))).charge
    charge = await ask(lambda api: api.charges.retrieve_async(charge_id))
    return await ask(lambda api: api.payment_intents.retrieve_async(charge.payment_intent)) if charge.payment_intent else None


async def _known(name: str | None) -> UUID | None:
    try:
        found = await Payment.get_or_none(id=UUID(name)) if name else None
    except ValueError:
        return None
    return found.id if found else None


async def look_at(payment_id: UUID, intent_id: str | None = None) -> None:
    """Ask Stripe how a payment is doing and act on it. May be called at any time, any number of times."""
    payment = await queries.payment(payment_id)
    session = None
    if payment.checkout and not intent_id:
        session = await ask(lambda api: api.checkout.sessions.retrieve_async(payment.checkout))
        intent_id = session.payment_intent
    intent_id = intent_id or payment.intent
    if intent_id:
        await settle(payment, await ask(lambda api: api.payment_intents.retrieve_async(intent_id)))
    elif session is not None and session.status == "expired":
        await _expire(payment)


async def settle(payment: Payment, intent: Any) -> None:
    """Bring a payment to where its PaymentIntent is. A second intent for one payment is let go: nobody pays twice."""
    if payment.intent not in (None, intent.id):
        await _let_go_of_second(payment, intent)
    elif intent.status == "requires_capture":
        await _authorised(payment, intent)
    elif intent.status == "succeeded":
        await _captured(payment, intent)
    elif intent.status == "processing":
        await _processing(payment, intent)
    elif intent.status == "canceled":
        await _voided(payment, intent)
    elif intent.status == "requires_payment_method" and payment.state is PaymentState.PROCESSING:
        await _failed(payment, "bank refused")


async def _let_go_of_second(payment: Payment, intent: Any) -> None:
    if intent.status == "requires_capture":
        await ask(lambda api: api.payment_intents.cancel_async(intent.id, {}, {"idempotency_key": f"{intent.id}:second"}))
    elif intent.status == "succeeded":
        await ask(lambda api: api.refunds.create_async({"payment_intent": intent.id}, {"idempotency_key": f"{intent.id}:second"}))
    await Payment.filter(id=payment.id).update(trouble="paid twice; the second was given back")


async def _authorised(payment: Payment, intent: Any) -> None:
    """Tx A."""
    early = (PaymentState.OPEN, PaymentState.EXPIRED, PaymentState.PROCESSING)
    if intent.amount != payment.cents or intent.currency.upper() != payment.currency:
        await _refuse_amount(payment, intent)
        return
    async with transaction():
        if await _move(payment, early, PaymentState.AUTHORISED, intent=intent.id, method=Method.CARD, ended=None):
            await announce(events.PaymentAuthorised(payment.id, payment.purpose, payment.purpose_id, payment.cents))


async def _refuse_amount(payment: Payment, intent: Any) -> None:
    """Another amount than was asked for is never taken."""
    async with transaction():
        if await _move(payment, (PaymentState.OPEN, PaymentState.EXPIRED), PaymentState.VOIDING, intent=intent.id, trouble="another amount"):
            await later("payments.void", payment_id=payment.id)


async def _processing(payment: Payment, intent: Any) -> None:
    async with transaction():
        if await _move(payment, (PaymentState.OPEN,), PaymentState.PROCESSING, intent=intent.id, method=Method.BANK_DEBIT):
            await announce(events.PaymentProcessing(payment.id, payment.purpose, payment.purpose_id, payment.cents))


async def _captured(payment: Payment, intent: Any) -> None:
    """Tx B. Money may also come late, after we had given up: it is booked, and what it was for decides."""
    before = tuple(state for state in PaymentState if state is not PaymentState.CAPTURED)
    method = payment.method or (Method.CARD if "card" in (intent.payment_method_types or []) else Method.BANK_DEBIT)
    async with transaction():
        if await _move(payment, before, PaymentState.CAPTURED, intent=intent.id, method=method, ended=clock.now()):
            await _book(payment, "captured", ledger.captured(method, await queries.lines_of(payment.id)))
            await announce(events.PaymentCaptured(payment.id, payment.purpose, payment.purpose_id, payment.cents))


async def _voided(payment: Payment, intent: Any) -> None:
    """Let go by us, or by the bank because it took too long."""
    async with transaction():
        if await _move(payment, (PaymentState.VOIDING,), PaymentState.VOIDED, intent=intent.id, ended=clock.now()):
            await announce(events.PaymentVoided(payment.id, payment.purpose, payment.purpose_id, payment.cents))
        elif await _move(payment, (PaymentState.OPEN, PaymentState.AUTHORISED, PaymentState.CAPTURING, PaymentState.PROCESSING), PaymentState.FAILED, ended=clock.now(), trouble="let go by the bank"):
            await announce(events.PaymentFailed(payment.id, payment.purpose, payment.purpose_id, payment.cents))


async def _failed(payment: Payment, trouble: str) -> None:
    under_way = (PaymentState.OPEN, PaymentState.PROCESSING, PaymentState.AUTHORISED, PaymentState.CAPTURING)
    async with transaction():
        if await _move(payment, under_way, PaymentState.FAILED, ended=clock.now(), trouble=trouble):
            await announce(events.PaymentFailed(payment.id, payment.purpose, payment.purpose_id, payment.cents))


async def _move(payment: Payment, before: tuple[PaymentState, ...], to: PaymentState, **more: Any) -> bool:
    """Change state if it is one of ``before``; of two who try, one wins."""
    return bool(await Payment.filter(id=payment.id, state__in=before).update(state=to, **more))


# Capturing, letting go


async def ask_capture(payment_id: UUID) -> None:
    """In the caller's transaction: what was paid for is sure, take the money."""
    if await Payment.filter(id=payment_id, state=PaymentState.AUTHORISED).update(state=PaymentState.CAPTURING):
        await later("payments.capture", payment_id=payment_id)


async def ask_void(payment_id: UUID) -> None:
    """In the caller's transaction: what was paid for is not to be had, let the card go."""
    if await Payment.filter(id=payment_id, state=PaymentState.AUTHORISED).update(state=PaymentState.VOIDING):
        await later("payments.void", payment_id=payment_id)


async def capture(payment_id: UUID) -> None:
    import stripe

    payment = await queries.payment(payment_id)
    if payment.state is not PaymentState.CAPTURING:
        return
    try:
        intent = await ask(lambda api: api.payment_intents.capture_async(payment.intent, {}, {"idempotency_key": f"{payment.id}:capture"}))
    except (stripe.CardError, stripe.InvalidRequestError):
        await look_at(payment.id, payment.intent)
        await _give_up_capture(payment)
        return
    await settle(payment, intent)


async def _give_up_capture(payment: Payment) -> None:
    """Stripe refuses to capture what it had authorised: the place is freed, and the card let go."""
    if (await queries.payment(payment.id)).state is PaymentState.CAPTURING:
        await _failed(payment, "capture refused")
        await later("payments.let_go", payment_id=payment.id)


async def void(payment_id: UUID) -> None:
    import stripe

    payment = await queries.payment(payment_id)
    if payment.state is not PaymentState.VOIDING:
        return
    try:
        intent = await ask(lambda api: api.payment_intents.cancel_async(payment.intent, {}, {"idempotency_key": f"{payment.id}:void"}))
    except stripe.InvalidRequestError:
        await look_at(payment.id, payment.intent)
        return
    await settle(payment, intent)


async def let_go(payment_id: UUID) -> None:
    """After a refused capture: cancel the intent so that the bank frees the amount; one that is over already is fine."""
    import stripe

    payment = await queries.payment(payment_id)
    try:
        await ask(lambda api: api.payment_intents.cancel_async(payment.intent, {}, {"idempotency_key": f"{payment.id}:let-go"}))
    except stripe.InvalidRequestError:
        await look_at(payment.id, payment.intent)


# Money that does not come through Stripe


async def receive(payment_id: UUID, method: Method, *, by: UUID) -> None:
    """A check or cash for an open payment has arrived. Raises NotOpen."""
    payment = await queries.payment(payment_id)
    async with transaction():
        if not await _move(payment, (PaymentState.OPEN,), PaymentState.CAPTURED, method=method, ended=clock.now()):
            raise NotOpen()
        await _book(payment, "received", ledger.captured(method, await queries.lines_of(payment.id)))
        await audit.record("payments.received", actor=by, row=payment.id, edition=payment.edition_id, method=str(method), cents=payment.cents)
        await announce(events.PaymentCaptured(payment.id, payment.purpose, payment.purpose_id, payment.cents))


# Giving back


async def ask_refund(payment_id: UUID, cents: int, reason: str, *, by: UUID | None = None) -> Refund:
    """In the caller's transaction, or alone: give back so much. Raises TooMuchBack when less is left."""
    async with transaction():
        taken = await Payment.filter(id=payment_id, state=PaymentState.CAPTURED, cents__gte=F("refunded") + cents).update(refunded=F("refunded") + cents)
        if cents <= 0 or not taken:
            raise TooMuchBack(field="amount")
        payment = await queries.payment(payment_id)
        refund = Refund(payment_id=payment_id, cents=cents, reason=reason, by=by, made=clock.now())
        await refund.save(force_create=True)
        await audit.record("payments.refund_asked", actor=by, row=payment_id, edition=payment.edition_id, cents=cents, reason=reason)
        if payment.method in (Method.CARD, Method.BANK_DEBIT):
            await later("payments.refund", refund_id=refund.id)
    return refund


async def refund(refund_id: UUID) -> None:
    import stripe

    row = await Refund.get_or_none(id=refund_id, state=RefundState.ASKED).select_related("payment")
    if row is None:
        return
    wanted = {"payment_intent": row.payment.intent, "amount": row.cents, "metadata": {"refund": str(row.id)}}
    try:
        made = await ask(lambda api: api.refunds.create_async(wanted, {"idempotency_key": f"refund:{row.id}"}))
    except stripe.InvalidRequestError as error:
        await _refund_failed(row, error.code or "refused")
        return
    await _refund_made(row, made.id)


async def paid_back(refund_id: UUID, *, by: UUID) -> None:
    """A refund of a check or of cash was handed over."""
    row = await Refund.get(id=refund_id).select_related("payment")
    await audit.record("payments.paid_back", actor=by, row=row.payment_id, edition=row.payment.edition_id, cents=row.cents)
    await _refund_made(row, None)


async def _refund_made(row: Refund, stripe_id: str | None) -> None:
    async with transaction():
        if not await Refund.filter(id=row.id, state=RefundState.ASKED).update(state=RefundState.MADE, stripe=stripe_id, ended=clock.now()):
            return
        await _book_refund(row)


async def _book_refund(row: Refund) -> None:
    payment = await queries.payment(row.payment_id)
    before = sum([known.cents for known in await Refund.filter(payment_id=payment.id, state=RefundState.MADE).exclude(id=row.id)])
    assert payment.method is not None
    await _book(payment, "refunded", ledger.refunded(payment.method, await queries.lines_of(payment.id), before, row.cents), row.id)
    left = payment.cents - before - row.cents
    await announce(events.RefundMade(payment.id, payment.purpose, payment.purpose_id, row.cents, refund_id=row.id, left=left))


async def _refund_failed(row: Refund, trouble: str) -> None:
    async with transaction():
        if await Refund.filter(id=row.id, state=RefundState.ASKED).update(state=RefundState.FAILED, trouble=trouble[:80], ended=clock.now()):
            await Payment.filter(id=row.payment_id).update(refunded=F("refunded") - row.cents)


async def _compare_refunds(payment_id: UUID, event: StripeEvent) -> None:
    """Money that went back without us (the dashboard, a lost dispute) is booked; a dispute is noted for the treasurer."""
    payment = await queries.payment(payment_id)
    if payment.state is not PaymentState.CAPTURED or not payment.intent:
        return
    if event.type.startswith("charge.dispute"):
        await Payment.filter(id=payment.id).update(trouble="disputed")
    intent = await ask(lambda api: api.payment_intents.retrieve_async(payment.intent))
    known = {row.stripe for row in await queries.refunds_of(payment.id) if row.stripe}
    ours = {str(row.id) for row in await queries.refunds_of(payment.id)}
    for made in (await ask(lambda api: api.refunds.list_async({"charge": intent.latest_charge, "limit": 100}))).data:
        if made.id not in known and (made.metadata or {}).get("refund") not in ours and made.status != "failed":
            await _book_foreign_refund(payment, made)


async def _book_foreign_refund(payment: Payment, made: Any) -> None:
    async with transaction():
        if await Refund.exists(stripe=made.id) or not await Payment.filter(id=payment.id, cents__gte=F("refunded") + made.amount).update(refunded=F("refunded") + made.amount):
            return
        row = Refund(payment_id=payment.id, cents=made.amount, reason="made at Stripe", state=RefundState.MADE, stripe=made.id, made=clock.now(), ended=clock.now())
        await row.save(force_create=True)
        await _book_refund(row)


async def reconcile() -> None:
    """Ask Stripe about payments under way, for what its webhooks lost."""
    for payment in await queries.unsettled():
        await look_at(payment.id)


async def _book(payment: Payment, what: str, entries: list[ledger.Entry], refund_id: UUID | None = None) -> None:
    """Write one movement; it sums to zero or is not written."""
    assert sum(cents for _account, cents in entries) == 0, "a movement must balance"
    movement = uuid4()
    await LedgerEntry.bulk_create([
        LedgerEntry(
            movement=movement, edition_id=payment.edition_id, account=account, cents=cents, currency=payment.currency, payment_id=payment.id,
            refund_id=refund_id, what=what, at=clock.now(),
        )
        for account, cents in entries
    ])  # fmt: skip
