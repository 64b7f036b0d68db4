"""Taking checks to the bank, and finding them on the bank's list."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from conference.core import audit, clock
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.editions.models import Edition
from conference.payments import ledger, queries
from conference.payments.actions.booking import book, lock
from conference.payments.actions.numbering import next_number
from conference.payments.models import Check, CheckState, DepositBatch, Method

MOST_IN_BATCH = 100


class CheckGone(Refused):
    def sentence(self) -> str:
        return _("One of these checks was taken to the bank or set aside meanwhile. Look at the list again.")


class InBankAlready(Refused):
    def sentence(self) -> str:
        return _("This deposit was found on the bank's list already.")


async def make_batch(edition: Edition, check_ids: Sequence[UUID], day: date, *, by: UUID) -> DepositBatch:
    """These checks go to the bank together: at most MOST_IN_BATCH. Raises CheckGone."""
    async with transaction():
        checks = await Check.filter(id__in=check_ids, edition_id=edition.id, state=CheckState.RECEIVED).order_by("payment_id", "id")
        if not checks or len(checks) != len(set(check_ids)):
            raise CheckGone()
        batch = DepositBatch(
            edition_id=edition.id, number=await next_number(f"deposit:{edition.id}"), day=day, cents=sum(check.cents for check in checks), count=len(checks),
            currency=edition.currency, made=clock.now(),
        )  # fmt: skip
        await batch.save(force_create=True)
        for check in checks:
            await _carry(check, ledger.PLACES[Method.CHECK], ledger.DEPOSITED)
        taken = Check.filter(id__in=check_ids, state=CheckState.RECEIVED)
        if await taken.update(state=CheckState.DEPOSITED, batch_id=batch.id) != len(checks):
            raise CheckGone()
        await audit.record("payments.batch_made", actor=by, row=batch.id, edition=edition.id, number=batch.number, cents=batch.cents)
    return batch


async def batch_in_bank(batch: DepositBatch, day: date, *, by: UUID) -> None:
    """The bank's list shows it. Raises InBankAlready."""
    async with transaction():
        checks = await Check.filter(batch_id=batch.id, state=CheckState.DEPOSITED).order_by("payment_id", "id")
        for payment_id in sorted({check.payment_id for check in checks}):
            await lock(payment_id)
        if not await DepositBatch.filter(id=batch.id, banked=None).update(banked=day):
            raise InBankAlready()
        for check in await Check.filter(batch_id=batch.id, state=CheckState.DEPOSITED).order_by("payment_id", "id"):
            await _carry(check, ledger.DEPOSITED, ledger.BANK)
        await audit.record("payments.batch_in_bank", actor=by, row=batch.id, edition=batch.edition_id, number=batch.number)


async def _carry(check: Check, place: str, to: str) -> None:
    """The money of a check, as far as it was not given back from there."""
    payment = await lock(check.payment_id)
    there = sum(cents for account, cents in await queries.booked(payment.id) if account == place)
    if (cents := min(check.cents, there)) > 0:
        await book(payment, to, ledger.carried(cents, place, to))
