from uuid import UUID

from conference.core.jobs import job
from conference.payments import actions


@job
async def handle_event(event_id: str) -> None:
    await actions.handle_event(event_id)


@job
async def capture(payment_id: str) -> None:
    await actions.capture(UUID(payment_id))


@job
async def void(payment_id: str) -> None:
    await actions.void(UUID(payment_id))


@job
async def let_go(intent: str) -> None:
    await actions.let_go(intent)


@job
async def expire(payment_id: str) -> None:
    if await actions.expire_checkout(UUID(payment_id)) == "away":
        raise actions.StripeAway()


@job
async def close_checkout(payment_id: str) -> None:
    await actions.close_checkout(UUID(payment_id))


@job
async def refund(refund_id: str) -> None:
    await actions.refund(UUID(refund_id))


@job
async def reconcile() -> None:
    await actions.reconcile()
