"""Payments as others may see them."""

from datetime import timedelta
from uuid import UUID

from conference.core import clock
from conference.core.errors import NotFound
from conference.payments.models import LineKind, Payment, PaymentState, Refund

UNDER_WAY = (PaymentState.OPEN, PaymentState.PROCESSING, PaymentState.AUTHORISED, PaymentState.CAPTURING, PaymentState.VOIDING)


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
    from conference.payments.models import PaymentLine

    rows = await PaymentLine.filter(payment_id=payment_id).order_by("id").values("kind", "cents", "fund__slug")
    return [(LineKind(row["kind"]), row["cents"], row["fund__slug"]) for row in rows]


async def refunds_of(payment_id: UUID) -> list[Refund]:
    return await Refund.filter(payment_id=payment_id).order_by("made")


async def unsettled(older_than: timedelta = timedelta(minutes=5), younger_than: timedelta = timedelta(days=14)) -> list[Payment]:
    """Card and bank payments under way that Stripe may know more about than we do."""
    now = clock.now()
    return await Payment.filter(state__in=UNDER_WAY, checkout__not_isnull=True, made__lt=now - older_than, made__gt=now - younger_than).order_by("made").limit(500)
