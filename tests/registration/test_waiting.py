"""The waiting list."""

import pytest

from conference.core import jobs, sealing
from conference.core.mail import Letter
from conference.registration import actions, queries
from conference.registration.models import Order, OrderState, Pool, WaitingEntry, WaitingState
from tests.cast import newest_letter


async def full(house) -> Order:
    """A house with one place, taken."""
    await house.resize(1)
    return await house.register()


async def wait(house, *names: str, clock=None) -> list[WaitingEntry]:
    for name in names:
        await actions.join_waiting_list(house.edition, house.free, email=f"{name}@example.org", language="en")
        if clock:
            clock.on(minutes=1)
    return await WaitingEntry.all().order_by("made")


async def states() -> list[str]:
    return [str(entry.state) for entry in await WaitingEntry.all().order_by("made")]


async def test_who_joins_gets_a_letter_and_waits(house):
    await full(house)
    [entry] = await wait(house, "wu")
    await jobs.run_due()
    assert (entry.state, sealing.open_one(entry, "email").email) == (WaitingState.WAITING, "wu@example.org")
    letter = await newest_letter("registration.waiting")
    assert letter.startswith("To: wu@example.org\nSubject: You are on the waiting list\n") and "/2027/waiting/" in letter


async def test_who_joins_twice_waits_once(house, fixed_clock):
    await full(house)
    await wait(house, "wu", "wu", "WU")
    assert (await WaitingEntry.all().count(), await Letter.filter(name="registration.waiting").count()) == (1, 1)
    fixed_clock.on(hours=1)
    await wait(house, "wu")
    assert (await WaitingEntry.all().count(), await Letter.filter(name="registration.waiting").count()) == (1, 2)


async def test_a_place_that_comes_free_is_offered_to_who_waits_longest(house, fixed_clock):
    order = await full(house)
    await wait(house, "wu", "xi", clock=fixed_clock)
    await actions.cancel(order)
    await jobs.run_due()
    assert (await states(), await house.taken(), await house.recounted()) == (["offered", "waiting"], 1, True)
    letter = await newest_letter("registration.offer")
    assert "To: wu@example.org" in letter and "Subject: A place is yours to take" in letter


async def test_nobody_passes_those_who_wait(house):
    """Between a cancellation and the offer a place is free, but not for whoever comes by."""
    order = await full(house)
    await wait(house, "wu")
    await actions.cancel(order)
    assert await house.taken() == 0
    with pytest.raises(actions.SoldOut):
        await house.register("Passer-by")
    assert await queries.sold_out(house.edition) == frozenset({house.free.id})


async def test_places_shared_by_two_tickets_go_to_who_waits_for_either(house, fixed_clock):
    order = await full(house)
    await actions.join_waiting_list(house.edition, house.sliding, email="wu@example.org", language="en")
    await actions.cancel(order)
    await jobs.run_due()
    assert await states() == ["offered"]


async def test_a_taken_offer_is_an_order_in_the_same_place(house):
    order = await full(house)
    [entry] = await wait(house, "wu")
    await actions.cancel(order)
    await jobs.run_due()
    taken = await house.register("Wu", offer=await WaitingEntry.get(id=entry.id))
    after = await WaitingEntry.get(id=entry.id)
    assert (taken.state, after.state, after.order_id, await house.taken()) == (OrderState.CONFIRMED, WaitingState.TAKEN, taken.id, 1)


async def test_an_offer_for_another_ticket_is_no_place(house):
    order = await full(house)
    [entry] = await wait(house, "wu")
    await actions.cancel(order)
    await jobs.run_due()
    with pytest.raises(actions.OfferOver):
        await house.buy("Wu", offer=await WaitingEntry.get(id=entry.id))
    assert (await states(), await house.taken()) == (["offered"], 1)


async def test_an_offer_nobody_takes_goes_to_the_next(house, fixed_clock):
    order = await full(house)
    first, _second = await wait(house, "wu", "xi", clock=fixed_clock)
    await actions.cancel(order)
    await jobs.run_due()
    fixed_clock.on(hours=48, minutes=1)
    with pytest.raises(actions.OfferOver):
        await house.register("Wu", offer=await WaitingEntry.get(id=first.id))
    await actions.end_offers()
    assert (await states(), await house.taken(), await house.recounted()) == (["expired", "offered"], 1, True)


async def test_leaving_gives_an_offered_place_to_the_next(house, fixed_clock):
    order = await full(house)
    first, second = await wait(house, "wu", "xi", clock=fixed_clock)
    await actions.cancel(order)
    await jobs.run_due()
    await actions.leave_waiting_list(first)
    await actions.leave_waiting_list(first)
    await jobs.run_due()
    assert (await states(), await house.taken()) == (["left", "offered"], 1)
    await actions.leave_waiting_list(second)
    await jobs.run_due()
    assert (await states(), await house.taken(), await house.recounted()) == (["left", "left"], 0, True)


async def test_more_places_are_offered_at_once(house, fixed_clock):
    await full(house)
    await wait(house, "wu", "xi", "yu", clock=fixed_clock)
    await house.resize(3)
    await jobs.run_due()
    assert (await states(), await house.taken()) == (["offered", "offered", "waiting"], 3)


async def test_the_timed_look_offers_what_was_missed(house):
    await full(house)
    await wait(house, "wu")
    await jobs.run_due()
    await Pool.filter(id=house.pool.id).update(size=2)
    await actions.end_offers()
    assert await states() == ["offered"]


async def test_after_the_edition_nothing_is_offered(house, fixed_clock):
    order = await full(house)
    await wait(house, "wu")
    fixed_clock.on(days=90)
    await actions.cancel(order)
    await jobs.run_due()
    assert await states() == ["waiting"]


async def test_letters_about_what_is_over_are_not_sent(house):
    order = await full(house)
    [entry] = await wait(house, "wu")
    await actions.cancel(order)
    await actions.leave_waiting_list(entry)
    await jobs.run_due()
    assert sorted(await Letter.filter(name__startswith="registration.").values_list("name", "state")) == [("registration.waiting", "dropped")]
