"""What every step of a payment does: lock it, move its state, write its movement."""

from typing import Any
from uuid import UUID, uuid4

from conference.core import audit, clock, versions
from conference.core.announce import announce
from conference.core.db import transaction
from conference.core.errors import NotFound, Refused
from conference.core.i18n import _
from conference.payments import events, ledger
from conference.payments.models import Check, CheckState, Fund, LedgerEntry, Payment, PaymentState


class NotOpen(Refused):
    def sentence(self) -> str:
        return _("This payment is no longer open.")


async def open_fund(slug: str, title: dict, goal: int = 0) -> Fund:
    """A fund that gifts can be given for; the known one where there is one of this name."""
    async with transaction():
        fund, new = await Fund.get_or_create(slug=slug, defaults={"title": title, "goal": goal})
        if new:
            await versions.touch("site")
    return fund


async def change_fund(fund: Fund, *, title: dict, goal: int, by: UUID) -> Fund:
    """Other words, or another goal; its short name stays, because the ledger names it."""
    async with transaction():
        await Fund.filter(id=fund.id).update(title=title, goal=goal)
        await audit.record("payments.fund_changed", actor=by, row=fund.id, goal=goal)
        await announce(events.FundChanged(fund.id))
    return await Fund.get(id=fund.id)


async def lock(payment_id: UUID) -> Payment:
    """In the caller's transaction: this payment, kept until the end."""
    found = await Payment.filter(id=payment_id).select_for_update().first()
    if found is None:
        raise NotFound()
    return found


async def lock_payment(purpose: str, purpose_id: UUID) -> Payment | None:
    """In the caller's transaction, first of all: the newest payment for this thing, held until the end.

    Settling locks the payment and then what it is for; who locked them the other way round could wait for it forever.
    """
    return await Payment.filter(purpose=purpose, purpose_id=purpose_id).order_by("-made", "-id").select_for_update().first()


async def move(payment: Payment, before: tuple[PaymentState, ...], to: PaymentState, **more: Any) -> bool:
    """Change state if it is one of ``before``; of two who try, one wins."""
    return bool(await Payment.filter(id=payment.id, state__in=before).update(state=to, **more))


def new_check(payment: Payment, cents: int, state: CheckState, **facts: Any) -> Check:
    """A check for a payment, still to be written."""
    now = clock.now()
    return Check(edition_id=payment.edition_id, payment_id=payment.id, currency=payment.currency, state=state, cents=cents, year=now.year, made=now, **facts)


async def book(payment: Payment, what: str, entries: list[ledger.Entry], refund_id: UUID | None = None) -> None:
    """Write one movement, in the caller's transaction; it sums to zero or is not written."""
    assert sum(cents for _account, cents in entries) == 0, "a movement must balance"
    movement, at = uuid4(), clock.now()
    await LedgerEntry.bulk_create([
        LedgerEntry(
            movement=movement, edition_id=payment.edition_id, account=account, cents=cents, currency=payment.currency, payment_id=payment.id,
            refund_id=refund_id, what=what, at=at,
        )
        for account, cents in entries
    ])  # fmt: skip
    for slug in sorted({slug for account, _cents in entries if (slug := ledger.fund_of(account))}):
        await announce(events.FundChanged((await Fund.get(slug=slug)).id))
