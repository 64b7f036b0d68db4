"""The kept numbers of orders: equal to a recount after any history, on either database, and put right where somebody miscounted."""

import asyncio
import random
from collections import Counter
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from tortoise.connection import get_connection

from conference.core.audit import AuditEntry
from conference.core.errors import Refused
from conference.payments import events
from conference.payments.models import PaymentState
from conference.registration import actions, queries
from conference.registration.actions import tallying
from conference.registration.models import ArrivalCount, Attendee, Door, Order, OrderCount, OrderState, PayBy
from tests.registration.test_paying import happens

STEPS = 40


async def a_history(house, fixed_clock, seed: int) -> None:
    """Registrations of every kind that are paid, let go, taken again and cancelled, over some days."""
    chance = random.Random(seed)
    for number in range(STEPS):
        await chance.choice((_comes, _comes, _pays, _promises, _is_late, _comes_back, _cancels))(house, chance, f"N{number}")
        fixed_clock.on(hours=chance.choice((0, 1, 9)))


async def _comes(house, chance: random.Random, name: str) -> None:
    way = chance.choice((house.register, house.buy, lambda given: house.buy(given, pay_by=PayBy.CHECK)))
    await way(name)


async def _one(chance: random.Random, *states: OrderState, paid: bool = True) -> Order | None:
    found = await Order.filter(state__in=states, **({"pay_by": PayBy.CARD} if paid else {})).order_by("made", "id")
    return chance.choice(found) if found else None


async def _pays(house, chance: random.Random, _name: str) -> None:
    if order := await _one(chance, OrderState.HELD):
        await happens(events.PaymentCaptured, order, PaymentState.CAPTURED)


async def _promises(house, chance: random.Random, _name: str) -> None:
    if order := await _one(chance, OrderState.HELD):
        try:
            await actions.pay_by_check(order)
        except Refused:
            pass


async def _is_late(house, chance: random.Random, _name: str) -> None:
    if order := await _one(chance, OrderState.HELD):
        await happens(events.PaymentExpired, order, PaymentState.EXPIRED)


async def _comes_back(house, chance: random.Random, _name: str) -> None:
    if order := await _one(chance, OrderState.EXPIRED):
        await happens(events.PaymentAuthorised, order, PaymentState.AUTHORISED)


async def _cancels(house, chance: random.Random, _name: str) -> None:
    if order := await _one(chance, OrderState.HELD, OrderState.CONFIRMED, paid=False):
        try:
            await actions.cancel(order)
        except Refused:
            pass


@pytest.mark.parametrize("seed", range(4))
async def test_after_any_history_the_kept_numbers_are_the_orders(house, fixed_clock, seed):
    await house.resize(20)
    await a_history(house, fixed_clock, seed)
    assert await queries.miscounted_orders(house.edition.id) == []
    assert all(count.kept == count.counted for count in await queries.places_counted(house.edition))
    counted = {state: await Order.filter(state=state).count() for state in OrderState}
    assert await queries.counts_by_state(house.edition) == {state: n for state, n in counted.items() if n}
    assert sum(n for _day, n in await queries.confirmed_by_day(house.edition)) == counted[OrderState.CONFIRMED]
    assert await actions.recount_orders(house.edition) == 0


async def test_the_history_would_show_a_change_that_is_not_counted(house, fixed_clock, monkeypatch):
    async def forgets(order, before):
        return None

    monkeypatch.setattr(tallying, "moved", forgets)
    await a_history(house, fixed_clock, 0)
    assert await queries.miscounted_orders(house.edition.id) != []


async def test_a_refused_registration_counts_nothing(house):
    await house.resize(1)
    await asyncio.gather(*(house.register(f"N{number}") for number in range(6)), return_exceptions=True)
    assert await queries.counts_by_state(house.edition) == {OrderState.CONFIRMED: 1}


async def test_changes_at_once_are_all_counted(house):
    orders = [await house.buy(f"N{number}") for number in range(12)]
    await asyncio.gather(*(actions.pay_by_check(order) for order in orders), *(house.register(f"M{number}") for number in range(12)))
    await asyncio.gather(*(actions.cancel(order) for order in orders), actions.recount_orders(house.edition), *(house.register(f"L{number}") for number in range(6)))
    assert await queries.miscounted_orders(house.edition.id) == []
    assert await queries.counts_by_state(house.edition) == {OrderState.CONFIRMED: 18, OrderState.CANCELLED: 12}


async def test_a_recount_puts_right_and_says_so(house, fixed_clock, capsys):
    await house.register()
    fixed_clock.on(days=1)
    await house.register("Bea")
    await house.buy("Cruz")
    await OrderCount.filter(state=OrderState.HELD).delete()
    await OrderCount.filter(day="2027-05-02").update(n=7)
    await OrderCount(edition_id=house.edition.id, ticket_type_id=house.free.id, state=OrderState.EXPIRED, day="", n=3).save(force_create=True)
    assert await actions.recount_orders(house.edition) == 3
    assert await queries.miscounted_orders(house.edition.id) == []
    assert await queries.confirmed_by_day(house.edition) == [("2027-05-01", 1), ("2027-05-02", 1)]
    told = await AuditEntry.filter(what="registration.orders_miscounted").order_by("facts")
    assert sorted((one.facts["state"], one.facts["kept"], one.facts["counted"]) for one in told) == [("confirmed", 7, 1), ("expired", 3, 0), ("held", 0, 1)]
    assert capsys.readouterr().out.count("orders are miscounted") == 3
    assert await actions.recount_orders(house.edition) == 0


async def test_another_editions_numbers_are_its_own(house, cast):
    other = await cast.edition("2028")
    await house.register()
    assert (await queries.counts_by_state(other), await queries.confirmed_by_day(other), await queries.places_counted(other)) == ({}, [], [])


# Who is here


async def a_day_at_the_doors(house, fixed_clock, seed: int) -> None:
    """Three doors that let people in and take it back, people who come with cash, and some who cancel although they are here."""
    chance, doors = random.Random(seed), [await house.door(f"Door {number}", hours=24) for number in range(3)]
    for number in range(STEPS):
        await chance.choice((_registers, _is_let_in, _is_let_in, _was_another, _walks_in, _leaves))(house, chance, chance.choice(doors), f"N{number}")
        fixed_clock.on(minutes=chance.choice((0, 4, 50)))
    await actions.check_in(doors[0], await house.attendee(await house.register("Last")))


async def _registers(house, _chance: random.Random, _door: Door, name: str) -> None:
    await house.register(name)


async def _somebody(chance: random.Random, **facts) -> Attendee | None:
    found = await Attendee.filter(order__state=OrderState.CONFIRMED, **facts).order_by("order__made", "ticket")
    return chance.choice(found) if found else None


async def _is_let_in(_house, chance: random.Random, door: Door, _name: str) -> None:
    if attendee := await _somebody(chance):
        await actions.check_in(door, attendee)


async def _was_another(_house, chance: random.Random, door: Door, _name: str) -> None:
    if attendee := await _somebody(chance, arrived_at_door_id=door.id):
        try:
            await actions.undo(door, attendee)
        except actions.UndoOver:
            pass


async def _walks_in(house, _chance: random.Random, door: Door, name: str) -> None:
    await actions.walk_in(door, house.edition, house.sliding, badge_name=name, language="en", amount=2000)


async def _leaves(_house, chance: random.Random, _door: Door, _name: str) -> None:
    if attendee := await _somebody(chance, arrived__not_isnull=True):
        await actions.cancel(await Order.get(id=attendee.order_id))


async def here_by_hour_and_door(edition) -> tuple[Counter, Counter]:
    """Counted one by one."""
    here = await Attendee.filter(edition_id=edition.id, arrived__not_isnull=True)
    return Counter(one.arrived.replace(minute=0, second=0, microsecond=0) for one in here), Counter(one.arrived_at_door_id for one in here)


@pytest.mark.parametrize("seed", range(4))
async def test_after_any_day_at_the_doors_the_kept_numbers_are_who_is_here(house, fixed_clock, seed):
    await a_day_at_the_doors(house, fixed_clock, seed)
    by_hour, by_door = await here_by_hour_and_door(house.edition)
    assert by_hour and by_door
    assert dict(await queries.arrivals_by_hour(house.edition)) == by_hour
    assert await queries.arrivals_by_door(house.edition) == by_door
    assert (await queries.arrivals(house.edition)).here == sum(by_hour.values())
    assert (await queries.miscounted_arrivals(house.edition.id), await actions.recount_arrivals(house.edition)) == ([], 0)


@pytest.mark.parametrize("forgotten", ["let_in", "let_out"])
async def test_a_day_at_the_doors_would_show_what_is_not_counted(house, fixed_clock, monkeypatch, forgotten):
    async def forgets(*_facts):
        return None

    monkeypatch.setattr(tallying, forgotten, forgets)
    await a_day_at_the_doors(house, fixed_clock, 0)
    assert await queries.miscounted_arrivals(house.edition.id) != []


async def test_doors_at_once_are_all_counted(house):
    """Who comes with cash locks the places before the count, and so does who cancels: nobody waits for those who wait for them."""
    doors = [await house.door(f"Door {number}") for number in range(2)]
    orders = [await house.register(f"N{number}") for number in range(8)]
    known = [await house.attendee(order) for order in orders]
    for number, attendee in enumerate(known):
        await actions.check_in(doors[number % 2], attendee)
    await asyncio.gather(
        *(actions.cancel(order) for order in orders[:4]),
        *(actions.undo(doors[number % 2], known[number]) for number in (4, 5)),
        *(actions.walk_in(doors[number % 2], house.edition, house.sliding, badge_name=f"W{number}", language="en", amount=2000) for number in range(6)),
        actions.recount_arrivals(house.edition),
    )
    assert ((await queries.arrivals(house.edition)).here, await queries.miscounted_arrivals(house.edition.id)) == (8, [])


async def test_a_recount_puts_arrivals_right_and_says_so(house, capsys):
    door = await house.door()
    await actions.check_in(door, await house.attendee(await house.register()))
    await ArrivalCount.all().update(n=5)
    await ArrivalCount(edition_id=house.edition.id, door_id=door.id, hour="2027-05-02 08", n=2).save(force_create=True)
    assert await actions.recount_arrivals(house.edition) == 2
    assert ((await queries.arrivals(house.edition)).here, await actions.recount_arrivals(house.edition)) == (1, 0)
    told = await AuditEntry.filter(what="registration.arrivals_miscounted")
    assert sorted((one.facts["kept"], one.facts["counted"]) for one in told) == [(2, 0), (5, 1)]
    assert capsys.readouterr().out.count("arrivals are miscounted") == 2


async def test_who_is_here_is_counted_when_the_counts_begin(house, fixed_clock):
    """The migration that brought them, over a database that knew arrivals already."""
    await a_day_at_the_doors(house, fixed_clock, 1)
    kept = sorted([await queries.arrivals_by_hour(house.edition), await queries.arrivals_by_door(house.edition)], key=str)
    await ArrivalCount.all().delete()
    migration = import_module("conference.migrations.0002_arrival_counts")
    await migration.count_arrivals(None, SimpleNamespace(client=get_connection("default")))
    assert sorted([await queries.arrivals_by_hour(house.edition), await queries.arrivals_by_door(house.edition)], key=str) == kept
    assert await queries.miscounted_arrivals(house.edition.id) == []


async def test_the_hourly_recount_is_asked_for(house, fixed_clock):
    from conference.recurring import RECURRING

    assert timedelta(seconds=RECURRING["registration.recount"].seconds) == timedelta(hours=1)


# What takes long to add up where very many come


async def test_a_large_edition_shows_what_was_added_up_last_and_says_when(house, cast, fixed_clock, monkeypatch):
    from conference.core import sealing
    from conference.editions.actions import give_duty
    from conference.editions.models import Duties
    from conference.registration.models import Figures

    for number in range(12):
        await house.register(f"N{number}", needs={"food": ["vegan"], "children": 1})
    await house.buy("Bea", pay_by=PayBy.CHECK)
    await give_duty(await cast.person("bo"), house.edition, Duties.TREASURER)
    bo = await cast.browser("bo")

    async def shown() -> tuple[str, str]:
        return (await bo.get("/office/2027/registration/")).text, (await bo.get("/office/2027/registration/needs")).text

    await actions.add_up(house.edition)
    small = await shown()
    assert (await Figures.all().count(), "As of" in small[1], "as of" in small[0], "$20" in small[0]) == (0, False, False, True)
    monkeypatch.setattr(queries.counted, "LARGE", 10)
    await actions.add_up(house.edition)
    await house.register("Late", needs={"food": ["vegan"]})
    await house.buy("Cruz", pay_by=PayBy.CHECK)
    fixed_clock.on(minutes=10)
    money, needs = await shown()
    assert ("$20" in money, "$40" in money, "Money as of Saturday, May 1, 2027, 7:00" in money) == (True, False, True)
    assert (needs.count(">12<"), needs.count(">13<"), "As of Saturday, May 1, 2027, 7:00" in needs) == (3, 0, True)
    kept = await Figures.get()
    assert "vegan" not in kept.needs and sealing.open_one(kept, "needs").needs.count("vegan") == 1
    await actions.add_up(house.edition)
    money, needs = await shown()
    assert ("$40" in money, needs.count(">13<"), await Figures.all().count()) == (True, 2, 1)
