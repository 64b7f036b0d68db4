"""What Stripe tells us, and what we ask for because it may have been lost."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from conference.core import clock
from conference.core.db import transaction
from conference.core.jobs import later
from conference.payments import queries
from conference.payments.actions.giving import compare_with_stripe, refund
from conference.payments.actions.settling import look_at, retrieve_intent, settle
from conference.payments.actions.taking import capture, void
from conference.payments.models import Payment, PaymentState, StripeEvent
from conference.payments.stripe_client import CardsNotTaken, SaidNo, StripeAway, ask

log = structlog.get_logger("payments")

HEARD = (
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "payment_intent.amount_capturable_updated",
    "payment_intent.processing",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "charge.captured",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
)
"""The events Stripe is to send to /stripe/webhook, and the ones looked for where it did not."""

ABOUT_MONEY_BACK = ("charge.refund", "refund.", "charge.dispute")
LOOK_BACK, FIRST_LOOK_BACK = timedelta(hours=1), timedelta(days=3)
MOST_PAGES = 20


async def remember_event(event_id: str, type_: str, object_id: str, api_version: str) -> None:
    """Keep an event under its own id and ask for its handling; a second delivery adds nothing."""
    async with transaction():
        if await StripeEvent.exists(id=event_id):
            return
        row = StripeEvent(id=event_id, type=type_, object=object_id, api_version=api_version, received=clock.now())
        await StripeEvent.bulk_create([row], ignore_conflicts=True)
        await later("payments.handle_event", key=f"stripe:{event_id}", event_id=event_id)


async def handle_event(event_id: str) -> None:
    """Ask Stripe about the object an event names and settle its payment by what it says now."""
    event = await StripeEvent.get_or_none(id=event_id, handled=None)
    if event is None:
        return
    try:
        payment, intent = await _about(event)
    except SaidNo:
        payment, intent = None, None
    if payment is not None:
        await (settle(payment, intent) if intent else look_at(payment.id))
        if event.type.startswith(ABOUT_MONEY_BACK):
            await compare_with_stripe(payment.id)
    outcome: dict[str, Any] = {"handled": clock.now(), "payment_id": payment and payment.id}
    await StripeEvent.filter(id=event_id).update(**outcome)


async def _about(event: StripeEvent) -> tuple[Payment | None, Any]:
    """Our payment that an event's object belongs to, and its intent; (None, None) for strangers' objects. SaidNo for ones that are gone."""
    if event.object.startswith("cs_"):
        session = await ask(lambda api: api.checkout.sessions.retrieve_async(event.object))
        intent = await retrieve_intent(session.payment_intent) if session.status == "complete" and session.payment_intent else None
        return await _known(session.metadata), intent
    intent_id = await _intent_behind(event)
    if intent_id is None:
        return None, None
    intent = await retrieve_intent(intent_id)
    return await Payment.get_or_none(intent=intent_id) or await _known(intent.metadata), intent


async def _intent_behind(event: StripeEvent) -> str | None:
    """The events of refunds and disputes name a charge only; the objects themselves know more."""
    kind = event.object.split("_", 1)[0]
    if kind == "pi":
        return event.object
    if kind in ("re", "pyr"):
        return (await ask(lambda api: api.refunds.retrieve_async(event.object))).payment_intent
    if kind in ("du", "dp"):
        return (await ask(lambda api: api.disputes.retrieve_async(event.object))).payment_intent
    if kind in ("ch", "py"):
        return (await ask(lambda api: api.charges.retrieve_async(event.object))).payment_intent
    return None


async def _known(metadata: Any) -> Payment | None:
    """The payment that an object's metadata names, if it is one of ours."""
    name = metadata.to_dict().get("payment") if metadata else None
    try:
        return await Payment.get_or_none(id=UUID(name)) if name else None
    except ValueError:
        return None


# What was lost


async def reconcile() -> None:
    """Ask Stripe for events that never came, and push on what stopped halfway. One that fails does not stop the others."""
    if not await queries.ever_paid_by_card():
        return
    try:
        await _hear_what_was_lost()
        for event_id in await queries.unhandled_events():
            await _try(handle_event, event_id)
        for payment in await queries.unsettled():
            await _try(*_next_step(payment))
        for refund_id in await queries.refunds_not_made():
            await _try(refund, refund_id)
    except (StripeAway, CardsNotTaken):
        log.info("Stripe is away; the next round asks again")


async def _hear_what_was_lost() -> None:
    last = await queries.last_heard()
    since = last - LOOK_BACK if last else clock.now() - FIRST_LOOK_BACK
    wanted: dict[str, Any] = {"types": list(HEARD), "created": {"gte": int(since.timestamp())}, "limit": 100}
    for _page in range(MOST_PAGES):
        found = await ask(lambda api: api.events.list_async(wanted))
        known = await queries.known_events([event.id for event in found.data])
        for event in found.data:
            if event.id not in known:
                await remember_event(event.id, event.type, event.data.object.id, event.api_version or "")
        if not found.has_more:
            return
        wanted["starting_after"] = found.data[-1].id


def _next_step(payment: Payment) -> tuple[Any, UUID]:
    steps = {PaymentState.CAPTURING: capture, PaymentState.VOIDING: void}
    return steps.get(payment.state, look_at), payment.id


async def _try(step: Any, row_id: Any) -> None:
    try:
        await step(row_id)
    except SaidNo as no:
        log.warning("Stripe refuses", code=no.code, row=str(row_id))
