"""The demo's money of 2027: most who promised to pay have paid by card at the stand-in, some checks came, one person got money back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from conference.core.running import running
from conference.demo.double import double_of
from conference.demo.world import World
from conference.payments import actions, queries
from conference.payments.models import Method, Payment, Reason

MOST_CARDS = 16
FUND = {"en": "Free places for whoever needs one", "es": "Lugares gratuitos para quien los necesite"}


async def load(world: World) -> None:
    await actions.open_fund("free-places", FUND, 150_000)
    edition, treasurer = world.editions["2027"], world.people["treasurer"]
    promised = await queries.open_promises(edition)
    by_card = [payment for place, payment in enumerate(promised) if place % 4][:MOST_CARDS]
    rest = [payment for payment in promised if payment not in by_card]
    for payment in by_card:
        with _some_time_after(payment.made):
            await pay_by_card(payment)
    for payment in rest[::2]:
        with _some_time_after(payment.made, days=3):
            await actions.receive(payment.id, Method.CASH if payment.cents < 1000 else Method.CHECK, by=treasurer.id)
    await _exceptions(by_card, treasurer.id)


async def pay_by_card(payment: Payment) -> None:
    """Pay at the stand-in for Stripe and settle at once, as the timed work does; nothing is left for webhooks."""
    double = double_of(running())
    double.lose_webhooks(100)
    session = (await actions.open_checkout(payment.id, "/")).rsplit("/", 1)[1]
    double.pay(session)
    await actions.look_at(payment.id)
    await actions.capture(payment.id)
    double.deliveries.to_lose = 0


async def _exceptions(paid: list[Payment], by: UUID) -> None:
    """Something for the treasurer to see: a refund that was made, and a payer who asks the bank for the money."""
    if len(paid) < 2:
        return
    row = await actions.ask_refund(paid[0].id, paid[0].cents, Reason.EXCEPTION, by=by, note="Paid for by their union after all")
    await actions.refund(row.id)
    disputed = await queries.payment(paid[1].id)
    double_of(running()).dispute(disputed.intent)
    await actions.compare_with_stripe(disputed.id)


@contextmanager
def _some_time_after(moment: datetime, days: int = 0) -> Iterator[None]:
    context = running()
    present = context.clock
    context.clock = lambda: min(moment + timedelta(days=days, minutes=7), present())
    try:
        yield
    finally:
        context.clock = present
