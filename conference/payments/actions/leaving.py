"""Money that was paid for something and is left as a gift."""

from uuid import UUID

from conference.core import audit
from conference.core.db import transaction
from conference.payments import ledger, queries
from conference.payments.actions.booking import book, lock
from conference.payments.actions.receipts import end_receipt
from conference.payments.models import LineKind, PaymentLine


async def leave_as_gift(payment_id: UUID, cents: int) -> int:
    """In the caller's transaction: so much of a paid payment is received for nothing any more; the cents that became a gift by it."""
    async with transaction():
        payment = await lock(payment_id)
        booked = ledger.merged(await queries.booked(payment.id))
        turned = min(cents, max(-dict(booked).get("income:value", 0), 0))
        if turned:
            await _turn_lines(payment_id, turned)
            await book(payment, "left as a gift", ledger.left_as_gift(turned))
            await end_receipt(payment_id, "the registration was cancelled and its money left as a gift")
            await audit.record("payments.left_as_gift", row=payment.id, edition=payment.edition_id, cents=turned)
    return turned


async def _turn_lines(payment_id: UUID, cents: int) -> None:
    due = cents
    for line in await PaymentLine.filter(payment_id=payment_id, kind=LineKind.VALUE).order_by("-cents", "id"):
        part = min(line.cents, due)
        due -= part
        await PaymentLine.filter(id=line.id).update(cents=line.cents - part, fair_value=min(line.fair_value, line.cents - part))
    await PaymentLine(payment_id=payment_id, kind=LineKind.GIFT, cents=cents).save(force_create=True)
