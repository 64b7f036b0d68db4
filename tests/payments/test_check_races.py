"""Two treasurers at once: of two who do the same, one wins, and the ledger balances whoever it was."""

import asyncio
from collections import Counter

import pytest

from conference.core.errors import Refused
from conference.payments import actions, ledger, queries
from conference.payments.actions import checks
from conference.payments.models import Check, CheckState, DepositBatch, LedgerEntry, PaymentState, Receipt
from tests.payments.test_checks import BY, DAY, came, fresh, gift, promised


async def at_once(*doing):
    """How many were done and how many refused; anything else is raised."""
    outcomes = await asyncio.gather(*doing, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, Refused):
            raise outcome
    return Counter("refused" if isinstance(outcome, Refused) else "done" for outcome in outcomes)


async def balanced():
    entries = await LedgerEntry.all().values_list("account", "cents")
    assert sum(cents for _account, cents in entries) == 0
    return {name: cents for name, cents in ledger.merged(entries) if cents}


async def test_one_check_for_one_promise(till):
    payment = await promised(till)
    assert await at_once(*(came(payment, 5000) for _treasurer in range(4))) == {"done": 1, "refused": 3}
    assert (await Check.all().count(), (await balanced())["checks"]) == (1, 5000)


async def test_parts_that_come_at_once_are_all_counted(till):
    payment = await promised(till)
    assert await at_once(*(came(payment, 1000) for _treasurer in range(5))) == {"done": 5}
    assert ((await fresh(payment)).state, (await balanced())["checks"]) == (PaymentState.CAPTURED, 5000)


async def test_a_check_is_in_one_deposit(till):
    await till.open()
    ids = [(await came(await gift(till.edition), 1000)).id for _check in range(3)]
    assert await at_once(*(actions.make_batch(till.edition, ids, DAY, by=BY) for _treasurer in range(3))) == {"done": 1, "refused": 2}
    assert (await DepositBatch.all().values_list("number", flat=True), (await balanced())["deposited"]) == ([1], 3000)


@pytest.mark.parametrize("round_", range(4))
async def test_a_check_bounces_while_its_deposit_is_found(till, round_):
    await till.open()
    bad, good = [await came(await gift(till.edition), 1000 + round_) for _check in range(2)]
    batch = await actions.make_batch(till.edition, [bad.id, good.id], DAY, by=BY)
    doing = [actions.bounce(bad.id, by=BY), actions.batch_in_bank(batch, DAY, by=BY), actions.bounce(bad.id, by=BY), actions.batch_in_bank(batch, DAY, by=BY)]
    assert await at_once(*doing) == {"done": 2, "refused": 2}
    assert await balanced() == {"bank": 1000 + round_, "income:gift": -1000 - round_}, round_
    assert (await Check.get(id=bad.id)).state is CheckState.BOUNCED


async def test_two_who_ask_for_a_receipt_get_the_same(till, cast):
    await cast.organization()
    await till.open()
    check = await came(await gift(till.edition), 1000)
    await actions.make_batch(till.edition, [check.id], DAY, by=BY)
    made = await asyncio.gather(*(actions.issue_receipt(check.payment_id, donor=name, language="en") for name in ("Ada", "Bo", "Eve")))
    assert (len({row.id for row in made}), await Receipt.all().count(), (await queries.receipt_of(check.payment_id)).number) == (1, 1, 1)


async def test_asked_before_the_lock_the_money_would_be_taken_from_the_wrong_place(till, monkeypatch):
    """Proof by breaking: where the check was thought to be before its deposit was found."""
    await till.open()
    check = await came(await gift(till.edition), 1000)
    batch = await actions.make_batch(till.edition, [check.id], DAY, by=BY)
    before = await checks._place_of(check.id)

    async def as_it_was(_check_id):
        return before

    monkeypatch.setattr(checks, "_place_of", as_it_was)
    await actions.batch_in_bank(batch, DAY, by=BY)
    await actions.bounce(check.id, by=BY)
    assert await balanced() == {"bank": 1000, "deposited": -1000}
