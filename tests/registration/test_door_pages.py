"""The door as a volunteer sees it, on a phone that opened its link and knows nobody's sign-in."""

import asyncio
import re
from html import unescape

import pytest

from conference.core import jobs, links, sealing
from conference.core.middleware import WITH_CAMERA
from conference.editions.actions import give_duty
from conference.editions.models import Duties
from conference.registration import actions
from conference.registration.access import DOOR_LINK
from conference.registration.models import Attendee, Door, Order, OrderState, PayBy
from tests.agenda.counting import counting
from tests.conftest import new_browser
from tests.hostile import TEXTS, URLENCODED, as_shown, form_body
from tests.registration.conftest import door_path, once_of

DOOR = "/2027/door"
OFFICE = "/office/2027/registration"


def said(page) -> str:
    """The words of a page, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


async def at(visitor, door) -> None:
    """This browser opened the door's link."""
    await visitor.open(door_path(door))


async def let_in(visitor, code):
    return await visitor.follow(await visitor.post(f"{DOOR}/arrivals", data={"code": code}))


# The link


async def test_the_link_becomes_a_clean_address(house, visitor):
    door = await house.door()
    answer = await visitor.get(door_path(door))
    assert (answer.status_code, answer.headers["location"]) == (303, DOOR)
    page = await visitor.get(DOOR)
    assert page.status_code == 200 and "North door" in said(page) and "Here: 0 of 0" in said(page)
    assert (page.headers["permissions-policy"], page.headers["cache-control"]) == (WITH_CAMERA, "no-store")
    assert "camera=()" in (await visitor.get("/2027/")).headers["permissions-policy"]


PATHS = ["", "/arrivals", "/search", "/arrivals/{id}", "/arrivals/{id}/entry", "/arrivals/{id}/undoing", "/arrivals/{id}/cash", "/walk-in"]


@pytest.mark.parametrize("path", PATHS)
async def test_without_a_link_there_is_no_page(house, cast, visitor, path):
    attendee = await house.attendee(await house.register())
    path = DOOR + path.format(id=attendee.id)
    for browser in (visitor, await cast.browser("bo"), await cast.browser("dov")):
        answers = [await browser.get(path), await browser.post(path)]
        assert {answer.status_code for answer in answers} <= {404, 405} and 404 in {answer.status_code for answer in answers}
    assert (await Attendee.get(id=attendee.id)).arrived is None


async def test_wrong_ended_late_and_foreign_links_look_alike(house, cast, visitor, fixed_clock):
    other = await cast.edition("2028")
    door, ended, foreign = await house.door(), await house.door("Ended"), await actions.make_door(other, name="Door", hours=1, takes_cash=True)
    await actions.end_door(ended)
    late = await house.door("Late", hours=1)
    fixed_clock.on(hours=1)
    order = links.token("order", door.id, door.version)
    tokens = [links.token(DOOR_LINK, one.id, one.version) for one in (late, ended, foreign)] + [links.token(DOOR_LINK, ended.id, 2), order, "x", "🌻", "A" * 43]
    answers = [await visitor.get(f"{DOOR}/{token}") for token in tokens]
    assert len({re.sub(r"/2027/door/[^?\"]+", "", answer.text) for answer in answers}) == 1
    assert [answer.status_code for answer in answers] == [404] * 8


@pytest.mark.parametrize("how", ["ended", "late"])
async def test_an_open_page_ends_with_its_door(house, visitor, fixed_clock, how):
    door, order = await house.door(), await house.register()
    await at(visitor, door)
    if how == "ended":
        await actions.end_door(door)
    else:
        fixed_clock.on(hours=10)
    attendee = await house.attendee(order)
    answers = [await visitor.get(DOOR), await visitor.post(f"{DOOR}/arrivals", data={"code": attendee.ticket}), await visitor.post(f"{DOOR}/search", data={"name": "Ana"})]
    assert [answer.status_code for answer in answers] == [404] * 3 and (await Attendee.get()).arrived is None


async def test_a_phone_with_two_links_is_at_the_newest_open_door(house, visitor):
    north, south = await house.door(), await house.door("South door")
    await at(visitor, north)
    await at(visitor, south)
    assert "South door" in said(await visitor.get(DOOR))
    await actions.end_door(south)
    assert "North door" in said(await visitor.get(DOOR))


@pytest.mark.parametrize(("path", "methods"), [("", ["post", "delete"]), ("/arrivals", ["get", "put"]), ("/search", ["get"]), ("/arrivals/{id}", ["post"]), ("/arrivals/{id}/cash", ["get"])])
async def test_other_methods_are_refused(house, visitor, path, methods):
    attendee = await house.attendee(await house.register())
    await at(visitor, await house.door())
    expected = 404 if path in ("/arrivals", "/search") else 405  # a GET there is taken for a link that is wrong
    for method in methods:
        status = (await visitor.request(method, DOOR + path.format(id=attendee.id))).status_code
        assert status == (expected if method == "get" else 405)


# Letting in


async def test_a_ticket_lets_in_once_and_says_so_the_second_time(house, visitor, fixed_clock):
    order = await house.register("Ana María")
    attendee = await house.attendee(order)
    await at(visitor, await house.door())
    answer = await visitor.post(f"{DOOR}/arrivals", data={"code": attendee.ticket.upper()})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{DOOR}/arrivals/{attendee.id}")
    page = await visitor.follow(answer)
    assert "Come in Ana María Ticket free" in said(page) and "Here: 1 of 1" in said(page) and "camera=()" in page.headers["permissions-policy"]
    fixed_clock.on(minutes=12)
    page = await let_in(visitor, attendee.ticket)
    assert "Already here Ana María Ticket free Since 7:00\u00a0AM, North door." in unescape(re.sub(r"\s*<[^>]+>\s*", " ", page.text)).replace("  ", " ")
    assert "Undo" not in said(page)


async def test_twenty_scans_in_one_second_are_one_arrival(house, visitor):
    attendee = await house.attendee(await house.register())
    await at(visitor, await house.door())
    answers = await asyncio.gather(*(visitor.post(f"{DOOR}/arrivals", data={"code": attendee.ticket}) for _number in range(20)))
    assert sorted(answer.headers["location"].endswith("before=1") for answer in answers) == [False] + [True] * 19


async def test_the_code_of_the_person_lets_in_too(house, visitor):
    order = await house.register("Bea")
    await at(visitor, await house.door())
    assert "Come in Bea" in said(await let_in(visitor, sealing.open_one(order, "claim").claim.lower().replace("-", " ")))


async def test_where_a_code_is_for_several_one_is_chosen(house, visitor):
    order = await house.register("Bea")
    second = Attendee(edition_id=house.edition.id, order_id=order.id, ticket_type_id=house.free.id, ticket="0123456789abcdef", language="en")
    sealing.seal(second, badge_name="Carlos")
    await second.save(force_create=True)
    await at(visitor, await house.door())
    page = await visitor.post(f"{DOOR}/arrivals", data={"code": sealing.open_one(order, "claim").claim})
    assert page.status_code == 200 and "Who is it?" in said(page) and "Bea" in said(page) and await Attendee.filter(arrived=None).count() == 2
    page = await visitor.follow(await visitor.post(f"{DOOR}/arrivals/{second.id}/entry"))
    assert "Come in Carlos" in said(page) and (await Attendee.get(id=second.id)).arrived is not None


@pytest.mark.parametrize("code", ["", "nothing", "🌻🌻", "0123456789abcdef", "x" * 65, "<b>no</b>"])
async def test_what_is_not_known_is_said_in_words_and_kept(house, visitor, code):
    await house.register()
    await at(visitor, await house.door())
    page = await visitor.post(f"{DOOR}/arrivals", data={"code": code})
    assert (page.status_code, "Not known here" in said(page), as_shown(code) in page.text, "<b>no" in page.text) == (422, True, True, False)
    assert (await Attendee.get()).arrived is None


@pytest.mark.parametrize("field", ["arrivals:code", "search:name", "walk-in?ticket=sliding:badge_name"])
@pytest.mark.parametrize("name", TEXTS)
async def test_bad_input_is_no_fault_of_ours(house, visitor, field, name):
    path, _, field = field.partition(":")
    raw, _left = TEXTS[name]
    await at(visitor, await house.door())
    answer = await visitor.post(f"{DOOR}/{path}", content=form_body({"language": "en", "amount": "20"}, **{field: raw}), headers=URLENCODED)
    page = await visitor.follow(answer)
    assert page.status_code in (200, 400, 422) and "<script>alert" not in page.text


async def test_another_editions_ticket_lets_nobody_in(house, cast, visitor):
    other = await cast.edition("2028")
    attendee = await house.attendee(await house.register())
    await visitor.open(door_path(await actions.make_door(other, name="Door", hours=1, takes_cash=True)).replace("2027", "2028"))
    page = await visitor.post("/2028/door/arrivals", data={"code": attendee.ticket})
    assert page.status_code == 422 and "Not known here" in said(page)
    for more in ("", "/entry", "/undoing", "/cash"):
        path = f"/2028/door/arrivals/{attendee.id}{more}"
        assert (await (visitor.post(path) if more else visitor.get(path))).status_code == 404
    assert (await Attendee.get()).arrived is None


@pytest.mark.parametrize(("state", "words"), [(OrderState.CANCELLED, "Cancelled: no place"), (OrderState.EXPIRED, "Not paid in time: no place"), (OrderState.HELD, "Not paid yet")])
async def test_who_has_no_place_is_told_apart_in_words(house, visitor, state, words):
    order = await house.register("Ana")
    await Order.filter(id=order.id).update(state=state)
    await at(visitor, await house.door())
    page = await let_in(visitor, (await house.attendee(order)).ticket)
    assert words in said(page) and 'class="door-answer stop"' in page.text and "Undo" not in said(page) and (await Attendee.get()).arrived is None


async def test_it_is_undone_where_it_was_done(house, visitor, app, fixed_clock):
    north, south = await house.door(), await house.door("South door")
    attendee = await house.attendee(await house.register("Ana"))
    await at(visitor, north)
    await let_in(visitor, attendee.ticket)
    async with new_browser(app) as other:
        await at(other, south)
        page = await other.post(f"{DOOR}/arrivals/{attendee.id}/undoing")
        assert page.status_code == 422 and "ten minutes only" in said(page)
    page = await visitor.follow(await visitor.post(f"{DOOR}/arrivals/{attendee.id}/undoing"))
    assert "Not here yet Ana" in said(page) and (await Attendee.get()).arrived is None
    assert "Come in Ana" in said(await visitor.follow(await visitor.post(f"{DOOR}/arrivals/{attendee.id}/entry")))


async def test_a_name_is_found_by_post_and_shows_the_badge_and_the_ticket_alone(house, visitor):
    order = await house.register("Ana María", email="ana@example.org", needs={"food": ["vegan"], "note": "nuts"})
    await house.register("Bea")
    await jobs.run_due()
    await at(visitor, await house.door())
    page = await visitor.post(f"{DOOR}/search", data={"name": "mar"})
    assert page.status_code == 200 and "Ana María" in said(page) and "Ticket free" in said(page)
    for secret in ("Bea", "ana@example.org", "nuts", order.code, sealing.open_one(order, "claim").claim, (await house.attendee(order)).ticket):
        assert secret not in page.text
    path = re.search(r'action="([^"]+/entry)"', page.text)[1]
    assert "Come in Ana María" in said(await visitor.follow(await visitor.post(path)))
    assert "Here since" in said(await visitor.post(f"{DOOR}/search", data={"name": "mar"}))


@pytest.mark.parametrize(("name", "status"), [("zo", 200), ("zoe", 200), ("", 422), ("x" * 61, 422), ("🌻", 200), ("%", 200)])
async def test_a_name_that_nobody_has(house, visitor, name, status):
    await house.register("Ana")
    await jobs.run_due()
    await at(visitor, await house.door())
    page = await visitor.post(f"{DOOR}/search", data={"name": name})
    assert page.status_code == status and "Ana" not in said(page) and as_shown(name) in page.text


async def test_too_many_searches_must_wait(house, visitor, monkeypatch):
    from conference.core import ratelimit

    monkeypatch.setattr(ratelimit, "SEARCHES", ratelimit.Limit("few", 1, minutes=10))
    await at(visitor, await house.door())
    answers = [await visitor.post(f"{DOOR}/search", data={"name": "Ana"}) for _number in range(2)]
    assert [answer.status_code for answer in answers] == [200, 422] and "tried too often" in said(answers[1]) and 'value="Ana"' in answers[1].text


async def test_the_door_costs_the_same_for_one_and_for_thirty(house, visitor):
    await at(visitor, await house.door())
    counts = []
    for names in (["Ana"], [f"Ana {number}" for number in range(29)]):
        for name in names:
            await house.register(name)
        await jobs.run_due()
        for data in (None, {"name": "ana"}):
            with counting() as asked:
                await (visitor.post(f"{DOOR}/search", data=data) if data else visitor.get(DOOR))
            counts.append(len([one for one in asked if one.startswith("SELECT") and 'FROM "version"' not in one]))
    assert counts[:2] == counts[2:] == [2, 5]


# Money


async def test_a_check_to_come_lets_in_and_can_be_paid_in_cash(house, visitor):
    order = await house.buy("Ana", pay_by=PayBy.CHECK)
    attendee = await house.attendee(order)
    await at(visitor, await house.door())
    page = await let_in(visitor, attendee.ticket)
    assert "Come in Ana" in said(page) and "A check is still to come: let them in." in said(page) and "They paid $20 in cash" in said(page)
    answers = [await visitor.post(f"{DOOR}/arrivals/{attendee.id}/cash") for _number in range(2)]
    assert [answer.status_code for answer in answers] == [303, 422] and "no longer open" in said(answers[1])
    page = await visitor.follow(answers[0])
    assert "Come in Ana" in said(page) and "check" not in said(page) and "Cash in your box from here: $20" in said(await visitor.get(DOOR))


async def test_who_has_not_paid_is_let_in_once_they_have(house, visitor):
    attendee = await house.attendee(await house.buy("Ana"))
    await at(visitor, await house.door())
    assert "Not paid yet Ana" in said(await let_in(visitor, attendee.ticket))
    assert "Come in Ana" in said(await visitor.follow(await visitor.post(f"{DOOR}/arrivals/{attendee.id}/cash")))


async def test_where_no_cash_is_taken_there_is_no_way_to_say_so(house, visitor):
    attendee = await house.attendee(await house.buy("Ana", pay_by=PayBy.CHECK))
    await at(visitor, await house.door(takes_cash=False))
    pages = [await visitor.get(DOOR), await let_in(visitor, attendee.ticket)]
    assert all("$" not in said(page) and "in cash" not in said(page) and "walk-in" not in page.text for page in pages)
    assert [(await visitor.post(f"{DOOR}/{path}")).status_code for path in (f"arrivals/{attendee.id}/cash", "walk-in")] == [404, 404]
    assert (await visitor.get(f"{DOOR}/walk-in")).status_code == 404


async def test_who_just_comes_is_registered_and_let_in(house, visitor):
    await at(visitor, await house.door())
    page = await visitor.get(f"{DOOR}/walk-in")
    assert all(f"Ticket {slug}" in said(page) for slug in ("free", "sliding", "fixed"))
    form = await visitor.get(f"{DOOR}/walk-in?ticket=sliding")
    sent = {"once": once_of(form.text), "badge_name": "Abuela Chayo 🌻", "language": "es", "amount": "12,50"}
    answers = [await visitor.post(f"{DOOR}/walk-in?ticket=sliding", data=sent) for _number in range(2)]
    assert "Come in Abuela Chayo 🌻" in said(await visitor.follow(answers[0])) and answers[0].headers["location"] == answers[1].headers["location"]
    assert ((await Order.get()).total, (await Door.get()).cash) == (1250, 1250)


@pytest.mark.parametrize(("ticket", "cents"), [("free", 0), ("fixed", 15000)])
async def test_a_free_or_fixed_ticket_asks_for_no_amount(house, visitor, ticket, cents):
    await at(visitor, await house.door())
    path = f"{DOOR}/walk-in?ticket={ticket}"
    assert 'name="amount"' not in (await visitor.get(path)).text
    assert "Come in Chayo" in said(await visitor.follow(await visitor.post(path, data={"badge_name": "Chayo", "language": "es", "amount": "1"})))
    assert ((await Order.get()).total, (await Door.get()).cash) == (cents, cents)


@pytest.mark.parametrize("wrong", [{"badge_name": ""}, {"badge_name": "x" * 61}, {"badge_name": "\u200b"}, {"amount": "ten"}, {"amount": "4.99"}, {"amount": "120.01"}, {"amount": ""}, {"language": "xx"}, {"once": "x" * 41}])
async def test_a_walk_in_that_cannot_be_used_keeps_its_words(house, visitor, wrong):
    await at(visitor, await house.door())
    page = await visitor.post(f"{DOOR}/walk-in?ticket=sliding", data={"badge_name": "Keep me", "language": "en", "amount": "77"} | wrong)
    assert page.status_code == 422 and (as_shown(wrong.get("badge_name", "Keep me")) in page.text) and ("77" in page.text or "amount" in wrong)
    assert await Order.all().count() == 0


async def test_a_walk_in_hears_that_all_is_taken(house, visitor):
    await at(visitor, await house.door())
    await house.resize(1)
    await house.register()
    page = await visitor.post(f"{DOOR}/walk-in?ticket=sliding", data={"badge_name": "Chayo", "language": "en", "amount": "20"})
    assert page.status_code == 422 and "No place is left for this ticket" in said(page) and "Chayo" in page.text
    assert said(await visitor.get(f"{DOOR}/walk-in")).count("Sold out") == 3


async def test_tickets_are_sold_at_the_door_after_registering_ahead_has_ended(house, visitor, fixed_clock):
    from conference.registration.models import TicketType

    facts = {"least": 500, "suggested": 2000, "most": 12000, "sale_ends": fixed_clock.at}
    await actions.change_ticket_type(house.sliding, **facts)
    await actions.change_ticket_type(house.free, least=0, suggested=0, most=0, on_sale=False)
    await at(visitor, await house.door())
    page = said(await visitor.get(f"{DOOR}/walk-in"))
    assert ("Ticket sliding" in page, "Ticket free" in page, await TicketType.all().count()) == (True, False, 3)
    assert said(await visitor.get(f"{DOOR}/walk-in?ticket=free")) == page


# The registrar


@pytest.mark.parametrize("path", ["/doors", "/doors/{id}"])
async def test_doors_are_the_registrars_alone(house, cast, visitor, path):
    path = OFFICE + path.format(id=(await house.door()).id)
    assert (await visitor.get(path)).status_code == 303
    assert {name: (await (await cast.browser(name)).get(path)).status_code for name in ("dov", "cleo", "eve", "bo")} == {"dov": 404, "cleo": 403, "eve": 403, "bo": 200}
    assert [(await (await cast.browser(name)).post(f"{path}/end".replace("/doors/end", "/doors"))).status_code for name in ("dov", "cleo")] == [404, 403]


async def test_a_registrar_makes_a_door_hands_on_its_link_and_ends_it(house, cast, visitor):
    bo = await cast.browser("bo")
    assert "Nobody has arrived yet" in said(await bo.get(f"{OFFICE}/doors"))
    page = await bo.follow(await bo.post(f"{OFFICE}/doors", data={"name": "North door", "hours": "8", "takes_cash": "y"}))
    address = re.search(r'class="door-address">([^<]+)<', page.text)[1]
    assert address.startswith("http://conference.test/2027/door/") and address.rpartition("/")[2] in re.search(r'href="sms:\?body=([^"]+)"', page.text)[1]
    assert page.text.count("<svg") >= 1 and page.headers["cache-control"] == "no-store"
    await visitor.open(address.removeprefix("http://conference.test"))
    await let_in(visitor, (await house.attendee(await house.register())).ticket)
    [door] = await Door.all()
    shown = said(await bo.get(f"{OFFICE}/doors"))
    assert "Arrived, by hour Sat 7:00\u00a0AM 1".replace("\u00a0", " ") in shown and "Arrived, by hour" in said(await bo.get(f"{OFFICE}/"))
    assert "Arrived Saturday, May 1, 2027, 7:00\u00a0AM".replace("\u00a0", " ") in said(await bo.get(f"{OFFICE}/orders/{(await Order.get()).code}"))
    page = await bo.follow(await bo.post(f"{OFFICE}/doors/{door.id}/end"))
    assert "This door is closed" in said(page) and address not in page.text
    assert (await visitor.get(DOOR)).status_code == 404


async def test_cash_of_a_door_is_shown_to_a_treasurer_who_is_registrar_too(house, cast):
    door = await house.door()
    await actions.walk_in(door, house.edition, house.sliding, badge_name="Chayo", language="es", amount=3300)
    bo = await cast.browser("bo")
    paths = [f"{OFFICE}/doors", f"{OFFICE}/doors/{door.id}"]
    before = ["$33" in said(await bo.get(path)) for path in paths]
    await give_duty(await cast.person("bo"), house.edition, Duties.TREASURER)
    assert (before, ["$33" in said(await bo.get(path)) for path in paths]) == ([False, False], [True, True])


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "x" * 61}, {"hours": "0"}, {"hours": "25"}, {"hours": "many"}, {"name": "North door"}])
async def test_a_door_that_cannot_be_made_keeps_its_words(house, cast, wrong):
    await house.door()
    page = await (await cast.browser("bo")).post(f"{OFFICE}/doors", data={"name": "Kept words", "hours": "7"} | wrong)
    assert page.status_code == 422 and all(value in page.text for value in ({"name": "Kept words", "hours": "7"} | wrong).values()) and await Door.all().count() == 1


async def test_doors_of_another_edition_are_not_there(house, cast):
    door = await actions.make_door(await cast.edition("2028"), name="Door", hours=1, takes_cash=True)
    bo = await cast.browser("bo")
    answers = [await bo.get(f"{OFFICE}/doors/{door.id}"), await bo.post(f"{OFFICE}/doors/{door.id}/end")]
    assert [answer.status_code for answer in answers] == [404, 404] and (await Door.get()).ended is None


async def test_the_list_of_doors_costs_the_same_for_one_and_for_twenty(house, cast):
    bo = await cast.browser("bo")
    counts = []
    for names in (["One"], [f"D{number}" for number in range(19)]):
        for name in names:
            await actions.check_in(await house.door(name), await house.attendee(await house.register(name)))
        await bo.get(f"{OFFICE}/doors")
        with counting() as asked:
            await bo.get(f"{OFFICE}/doors")
        counts.append(len([one for one in asked if 'FROM "version"' not in one]))
    assert counts == [6, 6]
