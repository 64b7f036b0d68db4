"""Erasing on request: at once, the place given back, links ended, and no older copy brings it back."""

import json
from uuid import UUID

import pytest

from conference.core import sealing
from conference.core.holdings import Subject
from conference.core.sealing_models import IndexWord
from conference.core import jobs
from conference.editions.models import Duty
from conference.people.actions import person_for
from conference.people.models import Person, SignIn
from conference.privacy import actions
from conference.privacy.models import Erased
from conference.registration import actions as registration
from conference.registration.models import Attendee, Order, OrderState, Pool, WaitingEntry, WaitingState
from tests.cast import sign_in
from tests.registration.conftest import payment_of, secret_path

MARY = "Zebulonquagmire"


async def erase_by_link(visitor, order):
    await visitor.get(secret_path(order))
    return await visitor.post("/my-data/erasure", data={"sure": "y"})


async def test_what_goes_and_what_stays_is_said_before(house, visitor):
    await visitor.get(secret_path(await house.register(MARY)))
    page = (await visitor.get("/my-data/erasure")).text
    assert "<li>Registration: Strategy Conference</li>" in page and "the law asks for books" in page and "Erase my data now" in page
    assert (await Order.get()).email_blind is None and (await Attendee.get()).badge_name


async def test_without_the_tick_nothing_happens(house, visitor):
    await visitor.get(secret_path(await house.register(MARY)))
    answer = await visitor.post("/my-data/erasure", data={})
    assert answer.status_code == 422 and "Please tick this box if you are sure." in answer.text
    assert (await Attendee.get()).badge_name and await Erased.all().count() == 0


async def test_erasing_by_link_empties_cancels_and_ends_links(house, visitor, settings):
    order = await house.register(MARY, email="ana@example.org", needs={"food": ["vegan"]})
    kept = await house.register("Bea", email="bea@example.org")
    await jobs.run_due()
    answer = await erase_by_link(visitor, order)
    assert (answer.status_code, answer.headers["location"]) == (303, "/my-data/erased")
    assert {cookie.split("=")[0] for cookie in answer.headers.get_list("set-cookie") if "Max-Age=0" in cookie} == {"passes", "sign_in"}
    gone, attendee = await Order.get(id=order.id), await Attendee.get(order_id=order.id)
    assert (gone.email, gone.email_blind, gone.claim, gone.claim_blind, gone.once, gone.state) == (None, None, None, None, None, OrderState.CANCELLED)
    assert (attendee.badge_name, attendee.needs, await IndexWord.filter(row=attendee.id).count()) == (None, None, 0)
    assert (await Pool.get()).taken == 1 and await house.recounted()
    assert (await visitor.get(secret_path(order))).status_code == 404, "links made before open nothing any more"
    assert sealing.open_one(await Order.get(id=kept.id), "email").email == "bea@example.org"
    assert "<h1>Your data is erased</h1>" in (await visitor.get("/my-data/erased")).text


async def test_the_signed_in_are_forgotten_in_every_slice(house, visitor):
    person = await person_for("dov@example.org", "en")
    mine = await house.register(MARY, person=person)
    other_way = await house.register(MARY, email="dov@example.org")
    await registration.join_waiting_list(house.edition, house.free, email="dov@example.org", language="en")
    await sign_in(visitor, "dov@example.org")
    assert (await visitor.post("/my-data/erasure", data={"sure": "y"})).status_code == 303
    assert not await Person.exists(id=person.id) and await SignIn.all().count() == 0
    assert [(order.person_id, order.email, order.claim) for order in await Order.filter(id__in=[mine.id, other_way.id])] == [(None, None, None)] * 2
    entry = await WaitingEntry.get()
    assert (entry.email, entry.email_blind, entry.state) == (None, None, WaitingState.LEFT)
    assert (await visitor.get("/my")).status_code == 303


async def test_money_goes_back_by_the_table_and_the_books_stay(house, visitor):
    order = await house.buy(MARY, email="ana@example.org")
    await registration.pay_by_check(order)
    await erase_by_link(visitor, order)
    await jobs.run_due()
    payment = await payment_of(order)
    assert (payment.cents, (await Order.get(id=order.id)).total, str(payment.state)) == (2000, 2000, "expired")


async def test_after_the_conference_nothing_is_cancelled(house, visitor, fixed_clock):
    order = await house.register(MARY)
    fixed_clock.on(days=90)
    await erase_by_link(visitor, order)
    assert ((await Order.get(id=order.id)).state, (await Order.get(id=order.id)).claim) == (OrderState.CONFIRMED, None)


async def test_sent_twice_it_is_done_once(house, visitor):
    order = await house.register(MARY)
    assert (await erase_by_link(visitor, order)).headers["location"] == "/my-data/erased"
    again = await visitor.post("/my-data/erasure", data={"sure": "y"})
    assert (again.headers["location"], (await Pool.get()).taken) == ("/my-data", 0)


async def test_the_only_organizer_is_asked_to_hand_over_first(cast):
    bo = await cast.browser("bo")
    answer = await bo.post("/my-data/erasure", data={"sure": "y"})
    assert answer.status_code == 422 and "You are the only organizer left." in answer.text
    assert await Duty.all().count() == 1
    await cast.person("gus")
    assert (await bo.post("/my-data/erasure", data={"sure": "y"})).status_code == 303
    assert [duty.edition_id for duty in await Duty.all()] == [None]


async def test_what_was_erased_is_listed_by_ids_alone(house, visitor, settings):
    order = await house.register(MARY, email="ana@example.org", needs={"food": ["vegan"]})
    attendee = await Attendee.get(order_id=order.id)
    await erase_by_link(visitor, order)
    wanted = {("attendee.badge_name", attendee.id), ("attendee.needs", attendee.id), ("order.claim", order.id), ("order.email", order.id)}
    assert {(row.place, row.row) for row in await Erased.all()} == wanted
    file = settings.var / "erased.jsonl"
    lines = [json.loads(line) for line in file.read_text().splitlines() if line]
    assert {(line["place"], UUID(line["row"])) for line in lines} == wanted and all(set(line) == {"place", "row", "at"} for line in lines)
    assert file.stat().st_mode & 0o777 == 0o600
    await actions.keep_list()
    assert len([line for line in file.read_text().splitlines() if line]) == len(lines), "each is written once"


async def test_the_list_is_mended_from_the_database_and_survives_a_cut_line(house, visitor, settings):
    await erase_by_link(visitor, await house.register(MARY))
    file = settings.var / "erased.jsonl"
    whole = file.read_text()
    file.write_text(whole[: len(whole) // 2])
    await actions.keep_list()
    told = {(json.loads(line)["place"]) for line in file.read_text().splitlines() if line.endswith("}")}
    assert told == {"attendee.badge_name", "order.claim"}


async def test_what_comes_back_with_an_older_copy_goes_again(house, visitor, settings):
    """As if an older copy of the database had been put back: the rows are there again, and the list beside it is not older."""
    order = await house.register(MARY, email="ana@example.org")
    attendee = await Attendee.get(order_id=order.id)
    await erase_by_link(visitor, order)
    await Erased.all().delete()
    await order.save(update_fields=["email", "email_blind", "claim", "claim_blind", "state", "version"])
    await attendee.save(update_fields=["badge_name"])
    await Pool.all().update(taken=1)
    assert await actions.erase_again() == 3
    gone = await Order.get(id=order.id)
    assert (gone.email, gone.claim, gone.state, gone.version > order.version) == (None, None, OrderState.CANCELLED, True)
    assert ((await Attendee.get()).badge_name, (await Pool.get()).taken, await Erased.all().count()) == (None, 0, 3)


async def test_everything_or_nothing(house, visitor, monkeypatch):
    from conference.people import privacy

    await sign_in(visitor, "dov@example.org")
    order = await house.register(MARY, email="dov@example.org")

    async def breaks(_subject):
        raise RuntimeError("no")

    monkeypatch.setattr(privacy, "forget", breaks)
    with pytest.raises(RuntimeError):
        await actions.erase(Subject(email="dov@example.org"))
    assert (await Order.get(id=order.id)).email is not None and await Erased.all().count() == 0
