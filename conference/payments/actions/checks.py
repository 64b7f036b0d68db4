"""Checks that came: taking them in, setting them aside, and what happens when the bank does not pay one."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from tortoise.expressions import F

from conference.core import audit, clock, codes, sealing
from conference.core.announce import announce
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import DEFAULT, _
from conference.editions.models import Edition
from conference.editions.queries import today
from conference.payments import events, ledger, queries
from conference.payments.actions.asking import Line, close_checkout, open_payment
from conference.payments.actions.booking import NotOpen, book, lock, new_check
from conference.payments.actions.receipts import end_receipt
from conference.payments.actions.taking import arrived
from conference.payments.models import Check, CheckState, Fund, LineKind, Method, Payment, PaymentLine, PaymentState, Refund, RefundState

GOOD_FOR = timedelta(days=180)
GIFT = "gift"
SET_ASIDE = (CheckState.WRONG_PAYEE, CheckState.STALE)


class NotEnough(Refused):
    def sentence(self) -> str:
        return _("This is less than is to be paid, and no check was promised for it. Call the person before you go on.")


class NotHere(Refused):
    def sentence(self) -> str:
        return _("This check is not in a state in which this can be done.")


async def record_check(
    edition: Edition, cents: int, *, by: UUID, payment: Payment | None = None, fund: Fund | None = None, number: str = "", dated: date | None = None,
    postmark: date | None = None, writer: str = "", payee_ok: bool = True,
) -> Check:  # fmt: skip
    """A check came, for an open payment or unannounced. Made out to somebody else, or too old, it is set aside and nothing is booked.

    More than was asked for is a gift beside it; less stays as a part of a promise, of a gift it is all there is. Raises NotOpen,
    NotEnough, and StripeAway where the payment has a page that cannot be closed.
    """
    state = _state(edition, dated, payee_ok)
    if payment is not None and payment.checkout and state is CheckState.RECEIVED:
        await close_checkout(payment.id)
    async with transaction():
        held = await lock(payment.id) if payment else None
        if held is not None and held.state is not PaymentState.OPEN:
            raise NotOpen()
        if held is None:
            held = await _open_unannounced(edition, cents, fund) if state is CheckState.RECEIVED else None
        check = _written_down(edition, held, cents, state, number=number, dated=dated, postmark=postmark)
        sealing.seal(check, writer=writer or None)
        await check.save(force_create=True)
        if held is not None and state is CheckState.RECEIVED and (extra := await _take_in(held, cents, by)):
            await Check.filter(id=check.id).update(extra=extra)
        await audit.record("payments.check_recorded", actor=by, row=check.id, edition=edition.id, cents=cents, state=str(state))
    return check


def _state(edition: Edition, dated: date | None, payee_ok: bool) -> CheckState:
    if not payee_ok:
        return CheckState.WRONG_PAYEE
    return CheckState.STALE if dated is not None and dated < today(edition) - GOOD_FOR else CheckState.RECEIVED


def _written_down(edition: Edition, payment: Payment | None, cents: int, state: CheckState, **facts: Any) -> Check:
    if payment is not None:
        return new_check(payment, cents, state, **facts)
    now = clock.now()
    return Check(edition_id=edition.id, currency=edition.currency, state=state, cents=cents, year=now.year, made=now, **facts)


async def _open_unannounced(edition: Edition, cents: int, fund: Fund | None) -> Payment:
    """The payment of a gift that nobody had promised."""
    code, gift_id = codes.make(), uuid4()
    lines = [Line(LineKind.GIFT, cents, fund=fund)]
    payment = await open_payment(edition, GIFT, gift_id, lines, label=f"{edition.slug} {code}", language=DEFAULT, promised=True)
    await announce(events.GiftUnannounced(payment.id, GIFT, gift_id, cents, edition_id=edition.id, code=code))
    return payment


async def _take_in(payment: Payment, cents: int, by: UUID) -> int:
    """Book what came; how much of it is more than was asked for."""
    missing = payment.cents - payment.part
    if payment.purpose == GIFT and cents != missing:
        await _ask_for(payment, cents)
    elif cents < missing:
        await _take_part(payment, cents)
        return 0
    elif cents > missing:
        await PaymentLine(payment_id=payment.id, kind=LineKind.GIFT, cents=cents - missing).save(force_create=True)
        await _now_over(payment, payment.cents + cents - missing)
    await arrived(payment, Method.CHECK, by=by)
    return max(cents - missing, 0) if payment.purpose != GIFT else 0


async def _ask_for(payment: Payment, cents: int) -> None:
    """A gift is what came, whatever was promised."""
    await PaymentLine.filter(payment_id=payment.id).update(cents=cents)
    await _now_over(payment, cents)


async def _now_over(payment: Payment, cents: int) -> None:
    await Payment.filter(id=payment.id).update(cents=cents)
    payment.cents = cents


async def _take_part(payment: Payment, cents: int) -> None:
    if not payment.promised:
        raise NotEnough(field="amount")
    await Payment.filter(id=payment.id).update(part=F("part") + cents)
    await book(payment, "came in part", ledger.came_in_part(cents))


async def send_back(check_id: UUID, *, by: UUID) -> None:
    """A check that was set aside went back to who wrote it. Raises NotHere."""
    async with transaction():
        check = await Check.get(id=check_id)
        if not await Check.filter(id=check_id, state__in=SET_ASIDE).update(state=CheckState.RETURNED, ended=clock.now()):
            raise NotHere()
        await audit.record("payments.check_returned", actor=by, row=check.id, edition=check.edition_id)


# Not paid by the bank


async def bounce(check_id: UUID, *, by: UUID) -> None:
    """The bank does not pay a check: its payment is a promise again, or, where money was given back already, short of it. Raises NotHere."""
    check = await Check.get(id=check_id)
    if check.payment_id is None:
        raise NotHere()
    async with transaction():
        payment = await lock(check.payment_id)
        if not await Check.filter(id=check_id, state=CheckState.DEPOSITED).update(state=CheckState.BOUNCED, ended=clock.now()):
            raise NotHere()
        place, booked = await _place_of(check_id), await queries.booked(payment.id)
        if await _given_back(payment):
            await _bounce_late(payment, check, ledger.bounced_late(place, check.cents, booked))
        else:
            await _bounce(payment, check, ledger.bounced(place, check.cents, booked))
        await end_receipt(payment.id, "the check was not paid by the bank")
        await audit.record("payments.check_bounced", actor=by, row=check.id, edition=check.edition_id, cents=check.cents)
        await announce(events.CheckBounced(payment.id, payment.purpose, payment.purpose_id, check.cents))


async def _place_of(check_id: UUID) -> str:
    """Where the money of a check at the bank is thought to be: its deposit may be on the bank's list already.

    Asked with the payment locked: who finds a deposit on the list locks the payments of its checks before.
    """
    check = await Check.get(id=check_id).select_related("batch")
    return ledger.BANK if check.batch.banked else ledger.DEPOSITED


async def _given_back(payment: Payment) -> bool:
    """Whether money of it went back; what is only on the list of things to hand over is taken off it."""
    waiting = Refund.filter(payment_id=payment.id, state=RefundState.ASKED)
    asked = sum(await waiting.values_list("cents", flat=True))
    if asked:
        await waiting.update(state=RefundState.FAILED, trouble="check bounced", ended=clock.now())
        await Payment.filter(id=payment.id).update(refunded=F("refunded") - asked)
        payment.refunded -= asked
    return payment.refunded > 0


async def _bounce(payment: Payment, check: Check, entries: list[ledger.Entry]) -> None:
    await book(payment, "check bounced", entries)
    if check.extra:
        await (await PaymentLine.filter(payment_id=payment.id, kind=LineKind.GIFT, cents=check.extra).order_by("-id").first()).delete()
    part = -sum(cents for account, cents in [*await queries.booked(payment.id)] if account == ledger.PART)
    again = {"state": PaymentState.OPEN, "method": None, "promised": True, "ended": None}
    await Payment.filter(id=payment.id).update(**again, part=part, cents=payment.cents - check.extra, trouble="check bounced")


async def _bounce_late(payment: Payment, check: Check, entries: list[ledger.Entry]) -> None:
    """Like money that went back, but for what is lost."""
    await book(payment, "check bounced", entries)
    lost = sum(cents for account, cents in entries if account == ledger.LOST)
    await Payment.filter(id=payment.id).update(refunded=F("refunded") + (check.cents - lost), trouble="bounced late")
