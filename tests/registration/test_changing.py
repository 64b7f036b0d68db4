"""Changing one's own registration; a new address counts once the letter to it was opened."""

import re

import pytest

from conference.core import jobs, links, sealing
from conference.core.audit import AuditEntry
from conference.core.errors import NotFound
from conference.core.mail import Letter
from conference.core.sealing_models import IndexWord
from conference.registration import actions, queries
from conference.registration.models import Attendee, Order
from tests.cast import newest_letter
from tests.hostile import TEXTS, URLENCODED, as_shown, form_body
from tests.registration.conftest import secret_path

ANSWERS = {"badge_name": "Ana", "language": "en", "email": "", "children": "0", "note": ""}


@pytest.fixture
async def order(house, visitor) -> Order:
    """Ana's registration, opened in this browser."""
    made = await house.register("Ana", email="ana@example.org", needs={"food": ["vegan"], "children": 2})
    await jobs.run_due()
    await visitor.get(secret_path(made))
    return made


def at(order: Order, rest: str = "changes") -> str:
    return f"/2027/orders/{order.code}/{rest}"


async def now(order: Order) -> dict:
    return await queries.answers_of(await Order.get(id=order.id))


async def test_the_form_shows_what_was_answered(order, visitor):
    page = (await visitor.get(at(order))).text
    for said in ('value="Ana"', 'value="ana@example.org"', 'value="vegan" checked', '<option selected value="2">'):
        assert said in page, said


async def test_name_language_and_needs_change_at_once(order, visitor):
    answer = await visitor.post(at(order), data=ANSWERS | {"badge_name": "Ana María", "language": "es", "email": "ana@example.org", "food": "halal", "note": "No stairs"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/2027/orders/{order.code}?changed=yes")
    assert await now(order) == {"badge_name": "Ana María", "language": "es", "email": "ana@example.org", "needs": {"food": ["halal"], "note": "No stairs"}}
    scope = sealing.scope_of(await Attendee.get(), "badge_name")
    assert await sealing.find_words(Attendee, "badge_name", "María", scope) == [(await Attendee.get()).id]
    entry = await AuditEntry.get(what="registration.changed")
    assert (entry.row, entry.facts) == (order.id, {"columns": ["badge_name", "language", "needs"]})
    assert "Your changes are saved" in (await visitor.follow(answer)).text


async def test_nothing_changed_is_nothing_written_down(order, visitor):
    await visitor.post(at(order), data=ANSWERS | {"email": "ana@example.org", "food": "vegan", "children": "2"})
    assert not await AuditEntry.filter(what="registration.changed").exists() and await Letter.filter(name="registration.confirm_address").count() == 0


async def test_a_new_address_waits_for_its_letter(order, visitor):
    answer = await visitor.post(at(order), data=ANSWERS | {"email": "new@example.org"})
    assert "it counts once you open the link in that letter" in (await visitor.follow(answer)).text
    assert (await now(order))["email"] == "ana@example.org"
    letter = await newest_letter("registration.confirm_address")
    assert letter.startswith("To: new@example.org\nSubject: Confirm your address\n") and "Ana" not in letter and order.code in letter
    page = (await visitor.get(link_in(letter))).headers["location"]
    assert page == f"/2027/orders/{order.code}/address", "the secret leaves the address"
    assert "new@example.org" in (await visitor.get(page)).text and (await now(order))["email"] == "ana@example.org", "a look changes nothing"
    done = await visitor.post(page)
    assert (done.status_code, (await now(order))["email"]) == (303, "new@example.org")
    assert (await visitor.follow(done)).status_code == 200, "this browser may still open it"
    fresh = await Order.get(id=order.id)
    assert (fresh.new_email, fresh.new_email_asked) == (None, None)
    assert [found.id for found in await sealing.find(Order, "email", "new@example.org", sealing.scope_of(fresh, "email"))] == [order.id]


def link_in(letter: str) -> str:
    return re.search(r"<http://[^/]+(/2027/orders/[^>]+)>", letter)[1]


async def test_afterwards_links_in_the_old_mailbox_open_nothing_and_the_new_one_gets_the_letter(order, visitor, house):
    old = secret_path(order)
    await actions.change(order, badge_name="Ana", language="en", email="new@example.org", needs=None)
    await actions.confirm_address(await Order.get(id=order.id), "new@example.org")
    await jobs.run_due()
    assert (await visitor.get(old)).status_code == 404
    letters = [row.key for row in await Letter.filter(name="registration.confirmation")]
    assert sorted(letters) == sorted([f"confirmation:{order.id}", f"confirmation:{order.id}:2"])
    assert (await newest_letter("registration.confirmation")).startswith("To: new@example.org")


async def test_a_link_confirms_its_own_address_once(order, visitor):
    await visitor.post(at(order), data=ANSWERS | {"email": "first@example.org"})
    first = link_in(await newest_letter("registration.confirm_address"))
    await visitor.post(at(order), data=ANSWERS | {"email": "second@example.org"})
    assert (await visitor.get(first)).status_code == 404, "another one was asked for since"
    order_now = await Order.get(id=order.id)
    token = links.token(queries.address_link("second@example.org"), order.id, order_now.version)
    await visitor.get(at(order, f"address/{token}"))
    assert [(await visitor.post(at(order, "address"))).status_code for _twice in range(2)] == [303, 404]
    assert (await now(order))["email"] == "second@example.org"


async def test_of_two_who_confirm_at_once_one_wins(order):
    await actions.change(order, badge_name="Ana", language="en", email="new@example.org", needs=None)
    stale = await Order.get(id=order.id)
    await actions.confirm_address(await Order.get(id=order.id), "new@example.org")
    with pytest.raises(NotFound):
        await actions.confirm_address(stale, "new@example.org")


async def test_without_an_address_there_are_no_letters(order, visitor):
    await visitor.post(at(order), data=ANSWERS)
    row = await Order.get(id=order.id)
    assert (row.email, row.email_blind, row.new_email) == (None, None, None)


async def test_the_answer_does_not_tell_whether_an_address_is_known(order, visitor, house):
    await house.register("Bea", email="bea@example.org")
    answers = [await visitor.post(at(order), data=ANSWERS | {"email": address}) for address in ("bea@example.org", "nobody@example.org")]
    assert answers[0].headers["location"] == answers[1].headers["location"]


async def test_few_letters_go_to_one_address(order, visitor):
    statuses = []
    for number in range(7):
        statuses.append((await visitor.post(at(order), data=ANSWERS | {"badge_name": f"Ana {number}", "email": "new@example.org"})).status_code)
    assert statuses == [303] * 5 + [422] * 2


@pytest.mark.parametrize("sent", [{"badge_name": ""}, {"badge_name": "x" * 61}, {"language": "xx"}, {"email": "no address"}, {"children": "99"}, {"note": "x" * 501}])
async def test_bad_input_keeps_what_was_typed(order, visitor, sent):
    answer = await visitor.post(at(order), data=ANSWERS | {"badge_name": "Somebody"} | sent)
    assert answer.status_code == 422 and "Please look again" in answer.text
    assert (await now(order))["badge_name"] == "Ana"


@pytest.mark.parametrize("text", TEXTS)
async def test_hostile_names_are_cleaned_and_shown_as_text(order, visitor, text):
    sent, left = TEXTS[text]
    answer = await visitor.post(at(order), content=form_body(ANSWERS | {"email": "ana@example.org"}, badge_name=sent), headers=URLENCODED)
    if left is None:
        assert answer.status_code in (303, 400)
        return
    assert (await now(order))["badge_name"] == left
    assert as_shown(left) in (await visitor.get(f"/2027/orders/{order.code}")).text


async def test_only_whose_it_is_may_change_it(order, house, cast):
    dov = await cast.browser("dov")
    assert [(await dov.get(at(order))).status_code, (await dov.post(at(order), data=ANSWERS)).status_code, (await dov.post(at(order, "address"))).status_code] == [404] * 3
    assert (await dov.get(at(order, "address/" + "A" * 43))).status_code == 404
    assert (await now(order))["badge_name"] == "Ana"


async def test_what_is_cancelled_is_not_changed(order, visitor):
    await actions.cancel(order)
    answer = await visitor.get(at(order))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/2027/orders/{order.code}")
    with pytest.raises(actions.TooLate):
        await actions.change(await Order.get(id=order.id), badge_name="X", language="en", email="", needs=None)


async def test_an_address_nobody_confirms_goes_after_two_weeks(order, fixed_clock):
    await actions.change(order, badge_name="Ana", language="en", email="stranger@example.org", needs=None)
    fixed_clock.on(days=15)
    assert await actions.forget_unfinished(fixed_clock.at.replace(day=14)) == 1
    row = await Order.get(id=order.id)
    assert (row.new_email, sealing.open_one(row, "email").email) == (None, "ana@example.org")
    assert await IndexWord.filter(row=(await Attendee.get()).id).exists()
