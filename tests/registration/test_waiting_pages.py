"""The waiting list over HTTP."""

import pytest

from conference.core import jobs, links, sealing
from conference.registration import actions, queries
from conference.registration.models import Order, WaitingEntry, WaitingState
from tests.conftest import new_browser
from tests.registration.conftest import ANSWERS


def secret_of(entry: WaitingEntry) -> str:
    return f"/2027/waiting/{links.token(queries.WAITING_LINK, entry.id, entry.version)}"


async def offered(house) -> WaitingEntry:
    """Somebody to whom the one place of the house is offered."""
    await house.resize(1)
    order = await house.register()
    await actions.join_waiting_list(house.edition, house.free, email="wu@example.org", language="en")
    await actions.cancel(order)
    await jobs.run_due()
    return await WaitingEntry.get(state=WaitingState.OFFERED)


async def test_known_and_unknown_addresses_are_answered_alike(house, visitor):
    answers = [await visitor.post("/2027/register/free/waiting", data={"email": address}) for address in ("wu@example.org", "wu@example.org", "xi@example.org")]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert answers[0].text == answers[1].text == answers[2].text and "Look at your mail" in answers[0].text
    assert await WaitingEntry.all().count() == 2


@pytest.mark.parametrize(("address", "said"), [("", "Please fill this in."), ("wu at example", "does not look like"), ("x" * 300 + "@example.org", "at most 254"), ("<b>@x", "does not look like")])
async def test_what_cannot_be_used_is_kept_and_explained(house, visitor, address, said):
    answer = await visitor.post("/2027/register/free/waiting", data={"email": address})
    assert (answer.status_code, said in answer.text, await WaitingEntry.all().count()) == (422, True, 0)
    assert "<b>@x" not in answer.text


async def test_one_address_gets_few_letters(house, visitor, fixed_clock):
    for _ in range(8):
        assert (await visitor.post("/2027/register/free/waiting", data={"email": "wu@example.org"})).status_code == 200
    assert await WaitingEntry.all().count() == 1


@pytest.mark.parametrize("path", ["/2027/register/nothing/waiting", "/2027/waiting/nothing", "/2027/waiting/" + "A" * 43, "/2027/waiting/entries/nothing"])
async def test_there_is_nothing_under_a_wrong_address(house, visitor, path):
    assert (await visitor.get(path)).status_code == 404


async def test_a_secret_link_becomes_a_cookie_and_a_clean_address(house, visitor):
    entry = await offered(house)
    answer = await visitor.get(secret_of(entry))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/2027/waiting/entries/{entry.id}")
    page = await visitor.get(answer.headers["location"])
    assert page.status_code == 200 and "A place is kept for you" in page.text and 'name="badge_name"' in page.text


async def test_nobody_else_sees_or_takes_the_offer(house, visitor, app):
    entry = await offered(house)
    path = f"/2027/waiting/entries/{entry.id}"
    assert [(await visitor.get(path)).status_code, (await visitor.post(path, data=ANSWERS)).status_code, (await visitor.post(f"{path}/end")).status_code] == [404] * 3
    assert (await visitor.get(f"{path}/end")).status_code == 405
    order = await house.register("Other", offer=entry)
    async with new_browser(app) as browser:
        answer = await browser.get(f"/2027/waiting/{links.token(queries.ORDER_LINK, order.id, 1)}")
        assert answer.status_code == 404


async def test_taking_the_offered_place(house, visitor):
    entry = await offered(house)
    await visitor.open(secret_of(entry))
    path = f"/2027/waiting/entries/{entry.id}"
    wrong = await visitor.post(path, data=ANSWERS | {"badge_name": ""})
    assert wrong.status_code == 422 and "A place is kept for you" in wrong.text
    answer = await visitor.post(path, data=ANSWERS | {"badge_name": "Wu"})
    order = await Order.filter(state="confirmed").get()
    assert (answer.status_code, answer.headers["location"], await house.taken()) == (303, f"/2027/orders/{order.code}", 1)
    assert (await visitor.get(answer.headers["location"])).status_code == 200
    assert "You took this place" in (await visitor.get(path)).text


async def test_an_offer_that_ends_while_one_types_keeps_the_words(house, visitor, fixed_clock):
    entry = await offered(house)
    await visitor.open(secret_of(entry))
    fixed_clock.on(hours=49)
    path = f"/2027/waiting/entries/{entry.id}"
    assert "This offer is over" in (await visitor.get(path)).text
    assert (await visitor.post(path, data=ANSWERS)).status_code == 200
    assert await Order.filter(state="confirmed").count() == 0


async def test_leaving(house, visitor):
    entry = await offered(house)
    await visitor.open(secret_of(entry))
    answer = await visitor.post(f"/2027/waiting/entries/{entry.id}/end")
    assert answer.status_code == 303 and "You are no longer on the waiting list" in (await visitor.follow(answer)).text
    assert await house.taken() == 0


async def test_who_waits_sees_that_they_do(house, visitor):
    await house.resize(1)
    await house.register()
    await actions.join_waiting_list(house.edition, house.free, email="wu@example.org", language="en")
    entry = await WaitingEntry.get()
    page = await visitor.open(secret_of(entry))
    assert "You are on the waiting list" in page.text and "Leave the waiting list" in page.text
    assert sealing.open_one(entry, "email").email not in page.text
