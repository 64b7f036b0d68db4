"""Any two things that can happen to an order, in either order or at once, from wherever it stands: seats, ledger and Stripe agree.

Then random histories, and the proof that the guards are what makes them agree: with one off, some history goes wrong.
"""

import asyncio
from itertools import combinations_with_replacement

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from conference.payments import actions
from conference.payments.actions import settling
from conference.payments.models import Payment
from tests.payments.histories import STARTS, STEPS, History

AT_ONCE = ("hear", "cancel", "hold_runs_out", "refund_by_treasurer", "somebody_else_comes", "lose_webhooks_and_reconcile", "promise_a_check")


async def play(till, start, hall, steps):
    history = History(till)
    await history.begin(start, hall)
    await history.go(steps)
    await ends_well(history, f"{start}: {', '.join(steps)}")


async def ends_well(history, what):
    await history.settle()
    try:
        await history.check()
    except AssertionError as error:
        raise AssertionError(f"{what}: {error}") from error


@pytest.mark.parametrize("first", STEPS)
@pytest.mark.parametrize("start", STARTS)
async def test_every_ordered_pair(till, start, first):
    for number, second in enumerate(STEPS):
        await play(till, start, f"hall-{number}", [first, second])


@pytest.mark.parametrize("start", ["paid", "taken"])
async def test_every_pair_at_once(till, start):
    for number, (one, other) in enumerate(combinations_with_replacement(AT_ONCE, 2)):
        history = History(till)
        await history.begin(start, f"hall-{number}")
        await asyncio.gather(history.step(one), history.step(other))
        await ends_well(history, f"{start}: {one} and {other} at once")


@pytest.fixture
def halls():
    """Names that were not used before."""
    return (f"hall-{number}" for number in range(10**6))


@given(start=some.sampled_from(STARTS), steps=some.lists(some.sampled_from(STEPS), min_size=3, max_size=9))
@settings(max_examples=60, derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
async def test_random_histories(till, halls, start, steps):
    await play(till, start, next(halls), steps)


# Proof by breaking


async def _move_always(payment, before, to, **more):
    return bool(await Payment.filter(id=payment.id).update(state=to, **more))


async def _nothing(*_given):
    return None


GUARDS = {
    "only one of two who move a payment wins": (settling, "move", _move_always, "paid", ["hear", "hear"]),
    "a second card is not ours": (settling, "_is_mine", lambda payment, intent: True, "unpaid", ["pay", "pay_a_second_time"]),
    "what webhooks lost is asked for": (actions, "reconcile", _nothing, "taken", ["refund_at_dashboard", "lose_webhooks_and_reconcile"]),
}


@pytest.mark.parametrize("guard", GUARDS)
async def test_without_a_guard_a_history_goes_wrong(till, monkeypatch, guard):
    module, name, broken, start, steps = GUARDS[guard]
    await play(till, start, "guarded", steps)
    monkeypatch.setattr(module, name, broken)
    with pytest.raises(AssertionError):
        await play(till, start, "open", steps)
