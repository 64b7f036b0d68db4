"""Checks and deposits, for the treasurer; and the promises they are sent for."""

import re
from datetime import date, timedelta
from uuid import UUID

from conference.core import codes
from conference.core.errors import NotFound
from conference.editions.models import Edition
from conference.payments.models import Check, CheckState, DepositBatch, Method, Payment, PaymentState
from conference.payments.queries.money import MOST_AT_DESK

DAYS_BEFORE, DAYS_AFTER = timedelta(days=1), timedelta(days=14)


async def check_of(edition: Edition, check_id: str) -> Check:
    """A check of this edition, with its payment and batch; NotFound for others and for what is no id."""
    try:
        found = await Check.get_or_none(id=UUID(check_id), edition_id=edition.id).select_related("payment", "batch")
    except ValueError:
        found = None
    if found is None:
        raise NotFound()
    return found


async def checks_of(payment_id: UUID, *states: CheckState) -> list[Check]:
    """The checks that came for a payment, the oldest first."""
    found = Check.filter(payment_id=payment_id)
    return await (found.filter(state__in=states) if states else found).order_by("made", "id")


async def postmark_of(payment: Payment) -> date | None:
    """The day a check was mailed, which is the day of its gift in law; None for other money, and where nobody wrote it down."""
    sent = [check.postmark for check in await checks_of(payment.id, CheckState.RECEIVED, CheckState.DEPOSITED) if check.postmark]
    return max(sent) if sent and payment.method is Method.CHECK else None


async def checks_in(edition: Edition, *states: CheckState, most: int = MOST_AT_DESK) -> list[Check]:
    """Checks in one of these states, with their payments; the oldest first."""
    return await Check.filter(edition_id=edition.id, state__in=states).select_related("payment").order_by("made", "id").limit(most)


async def batches(edition: Edition, most: int = MOST_AT_DESK) -> list[DepositBatch]:
    return await DepositBatch.filter(edition_id=edition.id).order_by("-number").limit(most)


async def batch_of(edition: Edition, number: str) -> DepositBatch:
    found = await DepositBatch.get_or_none(edition_id=edition.id, number=int(number)) if re.fullmatch("[0-9]{1,9}", number) else None
    if found is None:
        raise NotFound()
    return found


async def checks_of_batch(batch: DepositBatch) -> list[Check]:
    return await Check.filter(batch_id=batch.id).select_related("payment").order_by("made", "id")


async def batches_waiting(edition: Edition) -> list[DepositBatch]:
    """Taken to the bank and not found on its list yet, the oldest first."""
    return await DepositBatch.filter(edition_id=edition.id, banked=None).order_by("number").limit(MOST_AT_DESK)


def fits(batch: DepositBatch, day: date, cents: int) -> bool:
    """Whether a line of the bank's list may be this deposit: the same amount, on that day or in the two weeks after."""
    return batch.cents == cents and batch.day - DAYS_BEFORE <= day <= batch.day + DAYS_AFTER


async def promise_by_memo(edition: Edition, typed: str) -> Payment | None:
    """The open payment that somebody's memo line names: a code of ours, or an order's reference, with or without the year before it."""
    plain = typed.upper().removeprefix(edition.slug.upper()).strip(" -#:")
    wanted = {f"{edition.slug} {plain}"} | ({f"{edition.slug} {code}"} if (code := codes.clean(plain)) else set())
    return await Payment.filter(edition_id=edition.id, state=PaymentState.OPEN, label__in=wanted).order_by("-promised", "-made").first()
