"""Payments as others may see them."""

from datetime import datetime, timedelta
from uuid import UUID

from tortoise.expressions import Q

from conference.core import clock
from conference.core.errors import NotFound
from conference.core.running import running
from conference.payments.models import BY_STRIPE, LedgerEntry, LineKind, Payment, PaymentLine, PaymentState, Refund, RefundState, StripeEvent

HALFWAY = (PaymentState.PROCESSING, PaymentState.AUTHORISED, PaymentState.CAPTURING, PaymentState.VOIDING)
PATIENCE, LONG_PATIENCE = timedelta(minutes=5), timedelta(hours=1)


async def payment(payment_id: UUID | str) -> Payment:
    found = await Payment.get_or_none(id=payment_id)
    if found is None:
        raise NotFound()
    return found


async def payment_for(purpose: str, purpose_id: UUID) -> Payment | None:
    """The newest payment for this thing."""
    return await Payment.filter(purpose=purpose, purpose_id=purpose_id).order_by("-made", "-id").first()


async def lines_of(payment_id: UUID) -> list[tuple[LineKind, int, str | None]]:
    """(kind, cents, fund slug) of each line."""
    rows = await PaymentLine.filter(payment_id=payment_id).order_by("id").values("kind", "cents", "fund__slug")
    return [(LineKind(row["kind"]), row["cents"], row["fund__slug"]) for row in rows]


async def booked(payment_id: UUID, refund_id: UUID | None = None) -> list[tuple[str, int]]:
    """(account, cents) of a payment's ledger entries so far, or of one refund's among them."""
    entries = LedgerEntry.filter(payment_id=payment_id)
    return await (entries.filter(refund_id=refund_id) if refund_id else entries).values_list("account", "cents")


async def refund_at_stripe(payment_id: UUID, stripe_id: str, ours: str | None) -> Refund | None:
    """Our row of a refund at Stripe: by Stripe's id, or by ours that Stripe carries."""
    for row in await Refund.filter(payment_id=payment_id):
        if row.stripe == stripe_id or str(row.id) == ours:
            return row
    return None


def checkout_origin() -> str:
    """The origin that forms leading to Checkout end up at; "" where it is our own."""
    from urllib.parse import urlsplit

    settings = running().settings
    if "stripe.make" in running().parts:
        return ""
    own = urlsplit(settings.stripe_api)
    return f"{own.scheme}://{own.netloc}" if own.netloc else "https://checkout.stripe.com"


# For the reconciler


async def ever_paid_by_card() -> bool:
    return await Payment.exists(attempt__gt=0)


async def last_heard() -> datetime | None:
    """When the newest event came."""
    newest = await StripeEvent.all().order_by("-received").first()
    return newest.received if newest else None


async def known_events(ids: list[str]) -> set[str]:
    return set(await StripeEvent.filter(id__in=ids).values_list("id", flat=True))


async def unhandled_events() -> list[str]:
    """Events whose job gave up."""
    waiting = StripeEvent.filter(handled=None, received__lt=clock.now() - PATIENCE)
    return await waiting.order_by("received").limit(500).values_list("id", flat=True)


async def unsettled() -> list[Payment]:
    """Card and bank payments under way that Stripe may know more about than we do."""
    open_page = Q(state=PaymentState.OPEN, checkout__not_isnull=True)
    return await Payment.filter(open_page | Q(state__in=HALFWAY), made__lt=clock.now() - PATIENCE).order_by("made").limit(500)


async def refunds_not_made() -> list[UUID]:
    """Refunds that Stripe should have carried out by now."""
    waiting = Refund.filter(state=RefundState.ASKED, made__lt=clock.now() - LONG_PATIENCE, payment__method__in=BY_STRIPE)
    return await waiting.order_by("made").limit(500).values_list("id", flat=True)
