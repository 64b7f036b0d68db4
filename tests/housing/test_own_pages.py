"""One's own page, answering, the contact card."""

import pytest

from conference.core import codes, sealing
from conference.housing import actions
from conference.housing.models import BedRequest, Side, Stay
from tests.conftest import new_browser
from tests.housing.conftest import FRIDAY, SATURDAY, opened, secret_path, state
from tests.queries import counting

# One's own page


@pytest.mark.parametrize("kind", ["ask", "offer"])
async def test_a_secret_link_becomes_a_cookie_and_a_clean_address(house, visitor, kind):
    row, other = await getattr(house, kind)("Ana"), await getattr(house, kind)("Bea")
    path = await opened(visitor, row)
    assert path == secret_path(row).rpartition("/")[0]
    page = await visitor.get(path)
    assert (page.status_code, page.headers["cache-control"], "<dd>Ana</dd>" in page.text) == (200, "no-store", True)
    for wrong in (secret_path(row)[:-1], secret_path(row) + "x", secret_path(row).replace(str(row.id), str(other.id)), path.rpartition("/")[0] + f"/{other.id}", path + "/" + "A" * 43):
        assert (await visitor.get(wrong)).status_code == 404, wrong
    await type(row).filter(id=row.id).update(version=2)
    assert (await visitor.get(path)).status_code == 404


async def test_a_link_of_one_side_opens_nothing_of_the_other(house, visitor):
    request, offer = await house.ask(), await house.offer()
    stay = await house.placed(request, offer)
    await opened(visitor, request)
    paths = [f"/2027/housing/offers/{offer.id}", f"/2027/housing/offers/{offer.id}/street", f"/2027/housing/stays/{stay.id}/host", f"/2027/housing/stays/{stay.id}/nobody", f"/2027/housing/requests/{offer.id}"]
    assert [(await visitor.get(path)).status_code for path in paths] == [404] * 5
    buttons = [f"/2027/housing/stays/{stay.id}/host/{word}" for word in ("yes", "no", "card", "arrival", "leaving")] + [f"/2027/housing/offers/{offer.id}/withdrawal"]
    assert [(await visitor.post(path)).status_code for path in buttons] == [404] * 6
    assert (await state(stay), (await visitor.get(f"/2027/housing/stays/{stay.id}/guest")).status_code) == ("placed", 200)
    assert (await visitor.get(f"/2027/housing/stays/{stay.id}/guest".replace("2027", "2028"))).status_code == 404


async def test_strangers_and_signed_out_people_learn_nothing(house, visitor, cast):
    stay = await house.placed(await house.ask(), await house.offer())
    dov = await cast.browser("dov")
    for path in (f"requests/{stay.request_id}", f"offers/{stay.offer_id}", f"stays/{stay.id}/guest", f"stays/{stay.id}/host"):
        known, unknown = f"/2027/housing/{path}", f"/2027/housing/{path}".replace(path.split("/")[1], "00000000-0000-4000-8000-000000000000")
        answers = [await browser.get(one) for browser in (visitor, dov) for one in (known, unknown)]
        assert [answer.status_code for answer in answers] == [404] * 4
        assert answers[0].text.replace(path.split("/")[1], "x") == answers[1].text.replace("00000000-0000-4000-8000-000000000000", "x")
    assert (await visitor.get("/2027/housing/requests/not-an-id")).status_code == 404


async def test_a_code_opens_its_page_on_another_device_and_wrong_ones_are_slowed(house, visitor, cast):
    row, other = await house.ask(), await house.offer()
    code = sealing.open_one(row, "claim").claim
    for typed in (code, code.lower().replace("-", " "), sealing.open_one(other, "claim").claim):
        answer = await visitor.post("/2027/housing/mine", data={"code": typed})
        assert answer.status_code == 303 and answer.headers["location"].endswith((str(row.id), str(other.id)))
    assert "A request for beds" in (await visitor.get("/2027/housing/mine")).text
    await cast.edition("2028")
    said = {(await visitor.post(path, data={"code": typed})).status_code for path, typed in (("/2027/housing/mine", "AAAA"), ("/2027/housing/mine", codes.make()), ("/2028/housing/mine", code))}
    assert said == {422}
    answers = [await visitor.post("/2027/housing/mine", data={"code": codes.make()}) for _ in range(9)]
    assert answers[-1].status_code == 429


async def test_a_signed_in_person_finds_their_own_without_a_link(house, cast):
    ada, dov = await cast.browser("ada"), await cast.browser("dov")
    row = await house.ask("Ada", person=await cast.person("ada"))
    assert [(await browser.get(f"/2027/housing/requests/{row.id}")).status_code for browser in (ada, dov)] == [200, 404]
    assert f'href="/2027/housing/requests/{row.id}"' in (await ada.get("/my")).text and str(row.id) not in (await dov.get("/my")).text


@pytest.mark.parametrize("kind", ["ask", "offer"])
async def test_taking_back_is_a_button(house, visitor, kind):
    row = await getattr(house, kind)()
    path = await opened(visitor, row)
    assert (await visitor.post(f"{path}/withdrawal")).status_code == 303
    page = (await visitor.get(path)).text
    assert "This is withdrawn" in page and "/withdrawal" not in page and await state(row) == "withdrawn"


async def test_the_own_page_says_who_looked(house, visitor):
    row = await house.ask("Ana")
    path = await opened(visitor, row)
    assert "Nobody has looked" in (await visitor.get(path)).text
    await actions.reveal(row, "name", by=house.by.id)
    assert "7:00 AM: the coordinator, Name" in (await visitor.get(path)).text.replace("\xa0", " ")


# Asked, answered, placed


async def test_the_host_is_asked_without_name_or_contact_and_then_for_the_street(house, visitor):
    request = await house.ask("Zebulon", email="zeb@example.org", phone="+13125550177", needs=["quiet"], languages=["es"], note="We bring bread.")
    offer = await house.offer()
    stay = await house.propose(request, offer)
    path = f"/2027/housing/stays/{stay.id}/host"
    own = await visitor.get(await opened(visitor, offer))
    assert f'href="{path}"' in own.text and "We have a question for you" in own.text
    page = (await visitor.get(path)).text
    assert [word in page for word in ("Quiet", "Spanish", "We bring bread.", "Fri, Jul 23 – Sat, Jul 24", "Zebulon", "zeb@", "55501", request.code, str(request.id))] == [True] * 4 + [False] * 5
    assert (await visitor.get(f"/2027/housing/offers/{offer.id}/street")).status_code == 404
    answer = await visitor.post(f"{path}/yes")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/2027/housing/offers/{offer.id}/street")
    assert [(await visitor.post(answer.headers["location"], data={"street": street})).status_code for street in ("", "x" * 201, "1 North Street")] == [422, 422, 303]
    again = await visitor.post(f"{path}/yes")
    assert again.headers["location"] == path and "Your yes has arrived" in (await visitor.get(path)).text


async def test_the_guest_is_asked_only_after_the_host_and_without_name_street_or_part_of_town(house, visitor):
    request = await house.ask()
    offer = await house.offer("Quetzal", neighborhood="Pelicanville", conditions=["pets"], note="Soup on Friday.", email="quetzal@example.org")
    stay = await house.propose(request, offer)
    path = f"/2027/housing/stays/{stay.id}/guest"
    own = await opened(visitor, request)
    assert ((await visitor.get(path)).status_code, "We have a question" in (await visitor.get(own)).text) == (404, False)
    await actions.say_yes(stay, Side.HOST)
    await actions.give_street(offer, "1 Canary Lane")
    assert "We have a question for you" in (await visitor.get(own)).text
    page = (await visitor.get(path)).text
    assert [word in page for word in ("There are pets", "Soup on Friday.", "Beds: 2, Sofas: 1", "Quetzal", "quetzal@", "Pelicanville", "Canary")] == [True] * 3 + [False] * 4


async def test_both_see_the_card_by_a_button_and_who_opened_it(house, app, visitor):
    request = await house.ask("Ana", email="ana@example.org", phone="+13125550101", note="We sing.")
    offer = await house.offer("Berta", phone="+13125550102", neighborhood="Pelicanville")
    stay = await house.placed(request, offer)
    await actions.give_street(offer, "1 North Street")
    async with new_browser(app) as host:
        for browser, row in ((visitor, request), (host, offer)):
            await opened(browser, row)
        paths = {visitor: f"/2027/housing/stays/{stay.id}/guest", host: f"/2027/housing/stays/{stay.id}/host"}
        before = [(await browser.get(path)).text for browser, path in paths.items()]
        assert [word in page for page in before for word in ("Berta", "Ana", "North Street", "55501")] == [False] * 8
        cards = [await browser.post(f"{path}/card") for browser, path in paths.items()]
        assert [card.headers["cache-control"] for card in cards] == ["no-store"] * 2
        assert [word in cards[0].text for word in ("Berta", "+13125550102", "1 North Street", "Pelicanville")] == [True, True, True, False]
        assert [word in cards[1].text for word in ("Ana", "+13125550101", "ana@example.org", "We sing.", "North Street")] == [True] * 4 + [False]
        for browser, path in paths.items():
            log = (await browser.get(path)).text
            assert (log.count(": the guest<"), log.count(": the host<")) == (1, 1)
        assert (await visitor.get(f"{paths[visitor]}/card")).headers["location"] == paths[visitor]


async def test_after_departure_or_a_no_the_card_is_closed(house, visitor, fixed_clock):
    request, offer = await house.ask("Ana"), await house.offer("Berta")
    stay = await house.placed(request, offer)
    await opened(visitor, request)
    path = f"/2027/housing/stays/{stay.id}/guest"
    await actions.say_no(stay, Side.HOST)
    closed = await visitor.post(f"{path}/card")
    assert (closed.status_code, "Berta" in closed.text, "not after" in closed.text) == (410, False, True)
    again = await house.placed(await BedRequest.get(id=request.id), offer)
    fixed_clock.on(days=87)
    answers = [await visitor.post(f"/2027/housing/stays/{again.id}/guest/{word}") for word in ("card", "arrival", "leaving")]
    assert [answer.status_code for answer in answers] == [410] * 3 and not any("Berta" in answer.text for answer in answers)


async def test_no_is_one_button_and_asks_nothing(house, visitor):
    request, offer = await house.ask(), await house.offer()
    stay = await house.propose(request, offer)
    await opened(visitor, offer)
    path = f"/2027/housing/stays/{stay.id}/host"
    answers = [await visitor.post(f"{path}/no") for _twice in range(2)]
    assert [answer.headers["location"] for answer in answers] == [path] * 2
    page = (await visitor.get(path)).text
    assert "This question is over" in page and "Quiet" not in page and await state(request) == "open"
    late = await visitor.post(f"{path}/yes")
    assert (late.status_code, "This question is over: it was answered" in late.text) == (410, True)


async def test_an_answer_after_it_lapsed_gets_a_sentence(house, visitor, fixed_clock):
    request, offer = await house.ask(), await house.offer()
    stay = await house.propose(request, offer)
    await opened(visitor, offer)
    path = f"/2027/housing/stays/{stay.id}/host"
    fixed_clock.on(days=5)
    assert "/yes" not in (await visitor.get(path)).text
    before = await visitor.post(f"{path}/yes")
    await actions.let_lapse()
    after = await visitor.post(f"{path}/yes")
    assert [before.status_code, after.status_code, await state(stay)] == [410, 410, "lapsed"]


async def test_arriving_and_needing_to_leave(house, visitor):
    request = await house.ask()
    stay = await house.placed(request, await house.offer())
    await opened(visitor, request)
    path = f"/2027/housing/stays/{stay.id}/guest"
    assert (await visitor.post(f"{path}/arrival")).headers["location"] == path
    assert "You arrived" in (await visitor.get(path)).text
    page = await visitor.post(f"{path}/leaving")
    assert (page.status_code, '<a href="tel:3125550100">(312) 555-0100</a>' in page.text) == (200, True)
    found = await Stay.get(id=stay.id)
    assert found.arrived is not None and found.leaving is not None


async def test_only_a_guest_arrives_and_leaves_so(house, visitor):
    offer = await house.offer()
    stay = await house.placed(await house.ask(), offer)
    await opened(visitor, offer)
    assert [(await visitor.post(f"/2027/housing/stays/{stay.id}/host/{word}")).status_code for word in ("arrival", "leaving")] == [404, 404]


async def test_other_methods_are_refused(house, visitor):
    stay = await house.placed(await house.ask(), await house.offer())
    assert [(await visitor.put(path)).status_code for path in ("/2027/housing", f"/2027/housing/requests/{stay.request_id}/withdrawal", f"/2027/housing/stays/{stay.id}/guest/yes")] == [405] * 3


async def test_own_pages_cost_the_same_for_one_stay_and_for_many(house, visitor):
    offer = await house.offer(kinds={"bed": 12})
    path = await opened(visitor, offer)
    counts = []
    for parties in (1, 5):
        for number in range(parties):
            await house.propose(await house.ask(f"N{parties}{number}", nights=[FRIDAY, SATURDAY]), offer)
        await visitor.get(path)
        with counting() as said:
            await visitor.get(path)
        counts.append(len(said))
    assert counts == [4, 4]


async def test_a_host_who_skipped_the_street_can_still_say_it(house, visitor):
    offer = await house.offer()
    stay = await house.propose(await house.ask(), offer)
    own = await opened(visitor, offer)
    assert "/street" not in (await visitor.get(own)).text
    await actions.say_yes(stay, Side.HOST)
    assert f'href="{own}/street"' in (await visitor.get(own)).text
    await visitor.post(f"{own}/street", data={"street": "1 North Street"})
    assert "1 North Street" in (await visitor.get(own)).text and 'value="1 North Street"' in (await visitor.get(f"{own}/street")).text
