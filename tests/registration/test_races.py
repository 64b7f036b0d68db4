"""Many at once: as many orders as places, on either database; and what happens when the guard is off."""

import asyncio

import pytest
from tortoise.expressions import F

from conference.core import jobs
from conference.registration import actions
from conference.registration.actions import places
from conference.registration.models import Order, OrderState, Pool, WaitingEntry, WaitingState

SIZE, BUYERS = 8, 40


async def rush(house, register) -> tuple[int, int]:
    """How many of the buyers got an order, how many were told that all is taken; anything else is raised."""
    await house.resize(SIZE)
    answers = await asyncio.gather(*(register(f"Buyer {number}") for number in range(BUYERS)), return_exceptions=True)
    strange = [answer for answer in answers if isinstance(answer, BaseException) and not isinstance(answer, actions.SoldOut)]
    if strange:
        raise strange[0]
    return sum(isinstance(answer, Order) for answer in answers), sum(isinstance(answer, actions.SoldOut) for answer in answers)


async def test_a_rush_on_free_places_sells_each_once(house):
    assert await rush(house, house.register) == (SIZE, BUYERS - SIZE)
    assert (await Order.all().count(), await house.taken(), await house.recounted()) == (SIZE, SIZE, True)


async def test_a_rush_on_paid_places_keeps_each_once(house):
    assert await rush(house, house.buy) == (SIZE, BUYERS - SIZE)
    assert (await Order.filter(state=OrderState.HELD).count(), await house.taken(), await house.recounted()) == (SIZE, SIZE, True)


async def test_with_the_guard_off_the_rush_sells_too_many(house, monkeypatch):
    """The look before the transaction alone does not decide: this is the bug that ``take`` keeps away."""

    async def take(pools):
        for pool_id in pools:
            known = await Pool.get(id=pool_id)
            await Pool.filter(id=pool_id, taken__lt=F("size")).update(taken=known.taken + 1)

    monkeypatch.setattr(places, "take", take)
    sold, _refused = await rush(house, house.register)
    assert sold > SIZE or not await house.recounted()


async def test_two_who_cancel_the_same_order_give_its_place_back_once(house):
    order = await house.register()
    await house.register("Bea")
    answers = await asyncio.gather(*(actions.cancel(order) for _ in range(5)), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["TooLate"] * 4 + ["int"]
    assert (await house.taken(), await house.recounted()) == (1, True)


async def test_a_form_sent_ten_times_at_once_is_one_order(house):
    orders = await asyncio.gather(*(house.register(once="word") for _ in range(10)))
    assert (len({order.id for order in orders}), await Order.all().count(), await house.taken()) == (1, 1, 1)


async def test_registering_and_cancelling_across_two_pools_never_wait_for_each_other(house):
    """Pools are locked in the order of their ids, whichever ticket takes them."""
    other = await actions.create_pool(house.edition, slug="meals", title={"en": "Meals", "es": "Comidas"}, size=50)
    both = await actions.create_ticket_type(house.edition, [other, house.pool], slug="both", title={"en": "Both", "es": "Ambos"})
    first = [await actions.register(house.edition, both, badge_name=f"A{number}", language="en") for number in range(10)]
    work = [actions.cancel(order) for order in first]
    work += [actions.register(house.edition, both, badge_name=f"B{number}", language="en") for number in range(20)]
    await asyncio.wait_for(asyncio.gather(*work), 60)
    assert (await Pool.get(id=other.id)).taken == 20 and await house.recounted()


async def test_two_workers_offer_each_free_place_once(house):
    await house.resize(2)
    orders = [await house.register(name) for name in ("Ana", "Bea")]
    for number in range(4):
        await actions.join_waiting_list(house.edition, house.free, email=f"w{number}@example.org", language="en")
    for order in orders:
        await actions.cancel(order)
    await asyncio.gather(*(actions.offer_places(house.edition.id) for _ in range(4)))
    assert (await WaitingEntry.filter(state=WaitingState.OFFERED).count(), await house.taken(), await house.recounted()) == (2, 2, True)


async def test_an_offer_is_taken_over_once(house):
    await house.resize(1)
    order = await house.register()
    await actions.join_waiting_list(house.edition, house.free, email="w@example.org", language="en")
    await actions.cancel(order)
    await jobs.run_due()
    entry = await WaitingEntry.get(state=WaitingState.OFFERED)
    answers = await asyncio.gather(*(house.register(f"W{number}", offer=entry) for number in range(5)), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["OfferOver"] * 4 + ["Order"]
    assert (await house.taken(), await house.recounted()) == (1, True)


@pytest.mark.parametrize("first", ["pay", "cancel"])
async def test_paying_and_cancelling_at_once_leaves_one_outcome(house, first):
    from conference.payments.events import PaymentAuthorised
    from tests.registration.conftest import payment_of

    order = await house.buy()
    payment = await payment_of(order)
    work = [actions.on_payment_authorised(PaymentAuthorised(payment.id, "order", order.id, 2000)), actions.cancel(order)]
    await asyncio.gather(*(work if first == "pay" else reversed(work)))
    assert ((await Order.get(id=order.id)).state, await house.taken(), await house.recounted()) == (OrderState.CANCELLED, 0, True)
