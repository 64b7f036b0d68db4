"""Giving money back: by our rules, by the treasurer, and what went back without us."""

from typing import Any
from uuid import UUID

from tortoise.expressions import F

from conference.core import audit, clock, sealing
from conference.core.announce import announce
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.core.jobs import later
from conference.payments import events, ledger, queries
from conference.payments.actions.booking import book
from conference.payments.actions.receipts import end_receipt
from conference.payments.models import BY_STRIPE, Check, CheckState, LineKind, Method, Payment, PaymentLine, PaymentState, Reason, Refund, RefundState, WayBack
from conference.payments.stripe_client import SaidNo, ask

GONE_WRONG = ("failed", "canceled")

LARGEST = 2**31 - 1  # cents that a column can hold


class TooMuchBack(Refused):
    def sentence(self) -> str:
        return _("That is more than is left of this payment.")


class NotToPay(Refused):
    def sentence(self) -> str:
        return _("This was paid back already, or goes back by card.")


class NoSuchCheck(Refused):
    def sentence(self) -> str:
        return _("No check over this amount is in our hands for it. Say how it went back.")


async def ask_refund(payment_id: UUID, cents: int, reason: Reason | str, *, by: UUID | None = None, note: str = "") -> Refund:
    """In the caller's transaction, or alone: give back so much. Raises TooMuchBack when less is left.

    Cards are refunded by a job at once; a check or cash waits on the treasurer's page for somebody to hand the money over.
    """
    async with transaction():
        if not 0 < cents <= LARGEST or not await _reserve(payment_id, cents):
            raise TooMuchBack(field="amount")
        payment = await queries.payment(payment_id)
        row = Refund(edition_id=payment.edition_id, payment_id=payment_id, cents=cents, reason=Reason(reason), by=by, made=clock.now())
        if note:
            sealing.seal(row, note=note)
        await row.save(force_create=True)
        await audit.record("payments.refund_asked", actor=by, row=payment_id, edition=payment.edition_id, cents=cents, reason=str(row.reason))
        if payment.method in BY_STRIPE:
            await later("payments.refund", refund_id=row.id)
    return row


async def give_part_back(payment: Payment) -> None:
    """In the caller's transaction, which holds an open payment that is given up: what came of it goes back by hand.

    The payment is over, and is for what came alone.
    """
    over = Payment.filter(id=payment.id, state=PaymentState.OPEN)
    if await over.update(state=PaymentState.CAPTURED, method=Method.CHECK, cents=payment.part, part=0, ended=clock.now()):
        await PaymentLine.filter(payment_id=payment.id).delete()
        await PaymentLine(payment_id=payment.id, kind=LineKind.VALUE, cents=payment.part).save(force_create=True)
        await ask_refund(payment.id, payment.part, Reason.CANCELLED)


async def _reserve(payment_id: UUID, cents: int) -> bool:
    """Set so much of a payment aside, so that two refunds never give back more than came."""
    open_to = Payment.filter(id=payment_id, state=PaymentState.CAPTURED, cents__gte=F("refunded") + cents)
    return bool(await open_to.update(refunded=F("refunded") + cents))


async def refund(refund_id: UUID) -> None:
    """Let Stripe give it back. Stripe forgets keys after a day, so a refund of ours that is there already is looked for first."""
    row = await Refund.get_or_none(id=refund_id, state=RefundState.ASKED).select_related("payment")
    if row is None or row.payment.method not in BY_STRIPE:
        return
    try:
        made = await _made_before(row) or await ask(lambda api: api.refunds.create_async(_parameters(row), {"idempotency_key": f"refund:{row.id}"}))
    except SaidNo as no:
        await _refund_failed(row, no.code)
        await compare_with_stripe(row.payment_id)
        await _ask_for_the_rest(row)
        return
    await _refund_made(row, made.id)
    if made.status in GONE_WRONG:
        await compare_with_stripe(row.payment_id)


async def _ask_for_the_rest(row: Refund) -> None:
    """Where part of it had gone back without us, the rest of what we owe still goes."""
    async with transaction():
        payment = await _lock(row.payment_id)
        left = payment.cents - payment.refunded
        if 0 < left < row.cents:
            await ask_refund(payment.id, left, row.reason, by=row.by, note=sealing.open_one(row, "note").note or "")


def _parameters(row: Refund) -> Any:
    return {"payment_intent": row.payment.intent, "amount": row.cents, "metadata": {"refund": str(row.id)}}


async def _made_before(row: Refund) -> Any:
    found = await _refunds_at_stripe(row.payment)
    return next((made for made in found if _ours(made) == str(row.id)), None)


async def _refunds_at_stripe(payment: Payment) -> list[Any]:
    return (await ask(lambda api: api.refunds.list_async({"payment_intent": payment.intent, "limit": 100}))).data


def _ours(made: Any) -> str | None:
    """The id of the refund of ours that Stripe carried out; None where it was made at Stripe's dashboard."""
    return made.metadata.to_dict().get("refund") if made.metadata else None


async def paid_back(refund_id: UUID, *, by: UUID, way: WayBack | None = None) -> None:
    """A refund of a check or of cash was handed over; without a way, from where its money is. Raises NotToPay, NoSuchCheck."""
    row = await Refund.get(id=refund_id).select_related("payment")
    async with transaction():
        if row.payment.method in BY_STRIPE or not await _refund_made(row, None, way):
            raise NotToPay()
        if way is WayBack.CHECK:
            await _give_check_back(row)
        await audit.record("payments.paid_back", actor=by, row=row.payment_id, edition=row.edition_id, cents=row.cents, way=str(way or ""))


async def _give_check_back(row: Refund) -> None:
    """In the caller's transaction, which holds the payment: it goes to no bank any more."""
    check = await Check.filter(payment_id=row.payment_id, state=CheckState.RECEIVED, cents=row.cents).order_by("made", "id").first()
    if check is None or not await Check.filter(id=check.id, state=CheckState.RECEIVED).update(state=CheckState.RETURNED, ended=clock.now()):
        raise NoSuchCheck()


async def _refund_made(row: Refund, stripe_id: str | None, way: WayBack | None = None) -> bool:
    async with transaction():
        await _lock(row.payment_id)
        if not await Refund.filter(id=row.id, state=RefundState.ASKED).update(state=RefundState.MADE, stripe=stripe_id, ended=clock.now()):
            return False
        await _book_refund(row, way)
    return True


async def _lock(payment_id: UUID) -> Payment:
    return await Payment.filter(id=payment_id).select_for_update().get()


async def _book_refund(row: Refund, way: WayBack | None = None) -> None:
    """In the caller's transaction, which holds the payment."""
    payment = await queries.payment(row.payment_id)
    assert payment.method is not None
    booked = await queries.booked(payment.id)
    await book(payment, "refunded", ledger.refunded(booked, payment.method, row.cents, way), row.id)
    left = sum(cents for account, cents in booked if account in ledger.HAVE) - row.cents
    await end_receipt(payment.id, "money went back")
    await announce(events.RefundMade(payment.id, payment.purpose, payment.purpose_id, row.cents, refund_id=row.id, left=left))


async def _refund_failed(row: Refund, trouble: str) -> None:
    async with transaction():
        await _lock(row.payment_id)
        if await Refund.filter(id=row.id, state=RefundState.ASKED).update(state=RefundState.FAILED, trouble=trouble[:80], ended=clock.now()):
            await Payment.filter(id=row.payment_id).update(refunded=F("refunded") - row.cents, trouble="refund refused")


# What went back, or came back, without us


async def compare_with_stripe(payment_id: UUID) -> None:
    """Book what Stripe knows of a payment's refunds and disputes and we do not."""
    payment = await queries.payment(payment_id)
    if payment.state is not PaymentState.CAPTURED or not payment.intent:
        return
    for made in await _refunds_at_stripe(payment):
        await _compare_refund(payment, made)
    for dispute in (await ask(lambda api: api.disputes.list_async({"payment_intent": payment.intent, "limit": 100}))).data:
        await _compare_dispute(payment, dispute)


async def _compare_refund(payment: Payment, made: Any) -> None:
    known = await queries.refund_at_stripe(payment.id, made.id, _ours(made))
    if made.status in GONE_WRONG:
        if known is not None and known.state is RefundState.MADE:
            await _came_back(known)
    elif known is None:
        await _book_foreign(payment, made.amount, made.id, Reason.AT_STRIPE)
    elif known.state is RefundState.ASKED:
        await _refund_made(known, made.id)


async def _compare_dispute(payment: Payment, dispute: Any) -> None:
    """A lost dispute is money gone; an open one is the treasurer's trouble; a won one is over."""
    if dispute.status == "lost":
        await _book_foreign(payment, dispute.amount, dispute.id, Reason.DISPUTE)
    trouble = {"lost": "dispute lost", "won": "dispute won"}.get(dispute.status, "disputed")
    await Payment.filter(id=payment.id).update(trouble=trouble)


async def _book_foreign(payment: Payment, cents: int, stripe_id: str, reason: Reason) -> None:
    """Where a refund of ours that waits has set the amount aside, Stripe will refuse that one, and this is looked at again."""
    async with transaction():
        await _lock(payment.id)
        if await Refund.exists(stripe=stripe_id) or not await _reserve(payment.id, cents):
            return
        now = clock.now()
        row = Refund(
            edition_id=payment.edition_id, payment_id=payment.id, cents=cents, reason=reason, state=RefundState.MADE, stripe=stripe_id, made=now, ended=now
        )  # fmt: skip
        await row.save(force_create=True)
        await _book_refund(row)


async def _came_back(row: Refund) -> None:
    """The payer's bank could not take a refund: it is ours again, and the treasurer has to find another way."""
    async with transaction():
        payment = await _lock(row.payment_id)
        if not await Refund.filter(id=row.id, state=RefundState.MADE).update(state=RefundState.FAILED, trouble="came back", ended=clock.now()):
            return
        await Payment.filter(id=payment.id).update(refunded=F("refunded") - row.cents, trouble="refund came back")
        await book(payment, "refund came back", ledger.undone(await queries.booked(payment.id, row.id)), row.id)
