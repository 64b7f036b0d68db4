"""Pools and tickets, and the proof that places are counted right."""

import pytest

from conference.core import audit
from conference.registration import actions, prices
from conference.registration.actions import setting_up
from conference.registration.models import Pool, TicketType

TITLE = {"en": "T", "es": "T"}


async def test_a_pool_never_becomes_smaller_than_what_is_taken(house):
    for name in ("Ana", "Bea"):
        await house.register(name)
    with pytest.raises(setting_up.TooSmall):
        await house.resize(1)
    await house.resize(2)
    assert (await Pool.get(id=house.pool.id)).size == 2


async def test_names_are_taken_once_per_edition(house, cast):
    with pytest.raises(setting_up.NameTaken):
        await actions.create_pool(house.edition, slug="hall", title=TITLE, size=1)
    with pytest.raises(setting_up.NameTaken):
        await actions.create_ticket_type(house.edition, [house.pool], slug="free", title=TITLE)
    await actions.create_pool(await cast.edition("2028"), slug="hall", title=TITLE, size=1)


@pytest.mark.parametrize(("least", "suggested", "most"), [(2, 1, 3), (1, 4, 3), (-1, 0, 0)])
async def test_prices_stand_in_order(house, least, suggested, most):
    with pytest.raises(setting_up.PricesOutOfOrder):
        await actions.create_ticket_type(house.edition, [], slug="new", title=TITLE, least=least, suggested=suggested, most=most)
    with pytest.raises(setting_up.PricesOutOfOrder):
        await actions.change_ticket_type(house.free, title=TITLE, about={}, least=least, suggested=suggested, most=most)
    assert await TicketType.filter(slug="new").count() == 0


@pytest.mark.parametrize(
    ("prices_of", "amounts"),
    [((500, 2000, 12000), [500, 1000, 2000, 3500]), ((0, 700, 1000), [500, 700, 1000]), ((100, 100, 100), [100]), ((2500, 2500, 90000), [2500, 3500, 5000, 7500, 10000])],
)
def test_a_few_round_amounts_are_suggested(prices_of, amounts):
    least, suggested, most = prices_of
    assert prices.amounts_to_pick(TicketType(least=least, suggested=suggested, most=most)) == amounts


async def test_a_drift_is_found_and_written_down(house):
    await house.register()
    assert await actions.recount(house.edition) == []
    await Pool.filter(id=house.pool.id).update(taken=7)
    assert await actions.recount(house.edition) == ["hall"]
    said = {entry.what: entry.facts for entry in await audit.history(house.pool.id)}
    assert said == {"registration.pool_created": {"size": 50}, "registration.recount_differs": {"kept": 7, "counted": 1}}
