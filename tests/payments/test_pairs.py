"""Any two things that can happen to an order, in either order, from wherever it stands: seats, ledger and Stripe agree in the end."""

import asyncio

import pytest

from conference.payments.actions import settling, taking
from conference.payments.models import Payment
from tests.payments.histories import STARTS, STEPS, History


@pytest.mark.parametrize("first", STEPS)
@pytest.mark.parametrize("start", STARTS)
async def test_every_ordered_pair(till, start, first):
    for number, second in enumerate(STEPS):
        await play(till, start, f"hall-{number}", [first, second])


async def play(till, start, hall, steps):
    history = History(till)
    await history.begin(start, hall)
    await history.go(steps)
    await history.settle()
    try:
        await history.check()
    except AssertionError as error:
        raise AssertionError(f"{start}: {', '.join(steps)}: {error}") from error
