"""The coordinator's pages."""

import re

import pytest

from conference.core import audit, sealing
from conference.editions.actions import give_duty
from conference.editions.models import Duties
from conference.housing import actions
from conference.housing.models import BedOffer, BedRequest, Side, Stay
from tests.housing.conftest import FRIDAY, GUEST, HOST, SATURDAY, SUNDAY, THURSDAY, once_of, state
from tests.queries import counting

ROOT = "/office/2027/housing"
PAGES = ["/", "/requests", "/requests/new", "/offers", "/offers/new", "/requests/{party}", "/offers/{host}"]


async def test_every_page_is_the_coordinators_alone(house, cast, visitor):
    request, offer = await house.ask(), await house.offer()
    await give_duty(await cast.person("ada"), house.edition, Duties.HOUSING)
    for page in PAGES:
        path = ROOT + page.format(party=request.code, host=offer.code)
        asked = await visitor.get(path)
        assert (asked.status_code, asked.headers["location"].startswith("/sign-in?next=%2Foffice%2F2027")) == (303, True), page
        found = {name: (await (await cast.browser(name)).get(path)).status_code for name in ("dov", "cleo", "fay", "bo", "ada")}
        assert found == {"dov": 404, "cleo": 403, "fay": 403, "bo": 200, "ada": 200}, page


POSTS = ["/requests/{party}/placing", "/requests/{party}/withdrawal", "/requests/{party}/reveal/name", "/offers/{host}/vetting", "/offers/{host}/withdrawal", "/offers/{host}/reveal/name",
         "/stays/{stay}/host/yes", "/stays/{stay}/host/no", "/stays/{stay}/end"]  # fmt: skip


async def test_nobody_else_posts(house, cast, visitor):
    request, offer = await house.ask(), await house.offer()
    stay = await house.propose(request, offer)
    dov, cleo, bo = await cast.browser("dov"), await cast.browser("cleo"), await cast.browser("bo")
    for path in POSTS:
        here = ROOT + path.format(party=request.code, host=offer.code, stay=stay.id)
        assert [(await browser.post(here)).status_code for browser in (visitor, dov, cleo)] == [401, 404, 403], path
        assert (await bo.get(here)).status_code in (404, 405)
    assert [await state(row) for row in (request, offer, stay)] == ["asked", "vetted", "host-asked"]


async def test_there_is_nothing_under_a_wrong_address(house, cast):
    bo = await cast.browser("bo")
    for path in ("/requests/NOTONE", "/offers/NOTONE", "/requests/" + "x" * 99, "/offers/" + "x" * 99, "/requests/%00", "/stays/x", "/nothing"):
        assert (await bo.get(ROOT + path)).status_code == 404, path


async def test_nothing_of_another_edition_is_reached(house, cast):
    await cast.edition("2028")
    stay = await house.propose(await house.ask(), await house.offer())
    await give_duty(await cast.person("bo"), await cast.edition("2028"), Duties.ORGANIZER)
    bo, there = await cast.browser("bo"), ROOT.replace("2027", "2028")
    posts = [f"/requests/{(await BedRequest.get()).code}/reveal/name", f"/offers/{(await BedOffer.get()).code}/vetting", f"/stays/{stay.id}/host/yes", f"/stays/{stay.id}/end"]
    assert [(await bo.post(there + path)).status_code for path in posts] == [404] * 4
    assert await state(stay) == "host-asked"


async def test_an_empty_board_says_what_will_be_there(house, cast):
    bo = await cast.browser("bo")
    page = (await bo.get(f"{ROOT}/")).text
    assert "Nobody waits for a bed" in page and "No host who can be asked has a free bed." in page
    assert "No party here" in (await bo.get(f"{ROOT}/requests")).text and "No host here" in (await bo.get(f"{ROOT}/offers")).text


async def test_the_board_counts_beds_by_night(house, cast):
    offer = await house.offer(kinds={"bed": 5}, nights=[THURSDAY, FRIDAY, SATURDAY])
    await house.placed(await house.ask(people=2, nights=[FRIDAY, SATURDAY]), offer)
    await house.propose(await house.ask("B", people=1, nights=[THURSDAY, FRIDAY]), offer)
    await house.ask("C", people=4, nights=[FRIDAY, SUNDAY])
    await house.offer("not asked yet", vetted=False)
    page = (await (await cast.browser("bo")).get(f"{ROOT}/")).text
    table = page.split('<figure class="plot bed-plot">')[1].split("</tbody>")[0]
    rows = [re.findall(r'class="number">(?:<strong>)?(\d+)', row) for row in table.split("<tr>")[2:]]
    assert rows == [["5", "0", "1", "4", "0"], ["5", "2", "1", "2", "4"], ["5", "2", "0", "3", "0"], ["0", "0", "0", "0", "4"]]


async def test_who_has_no_bed_is_listed_oldest_first_with_the_reason(house, cast, fixed_clock):
    await house.offer(conditions=["stairs"])
    first = await house.ask("A", needs=["no-stairs"])
    fixed_clock.on(hours=1)
    second = await house.ask("B", people=9)
    page = (await (await cast.browser("bo")).get(f"{ROOT}/")).text.split("bed-unplaced")[1]
    assert re.findall(r"/requests/([A-Z0-9]{6})\"", page)[:2] == [first.code, second.code]
    assert "Least with the nearest one: There are stairs." in page and "No host has room for 9 people on Fri, Jul 23." in page


async def test_the_board_names_nobody_and_says_who_is_to_be_called(house, cast):
    offer = await house.offer("Quetzalcanary", email="berta@example.org")
    stay = await house.propose(await house.ask("Zebuloncanary", phone="+13125550177"), offer)
    await house.offer("Pelicancanary", vetted=False)
    bo = await cast.browser("bo")
    before = (await bo.get(f"{ROOT}/")).text
    await actions.say_yes(stay, Side.HOST)
    after = (await bo.get(f"{ROOT}/")).text
    called = ["To be called</span>" in page for page in (before, after)]
    assert called == [False, True]
    assert [word in before + after for word in ("Quetzal", "Zebulon", "Pelican", "55501", "berta@")] == [False] * 5


async def test_who_needs_to_leave_stands_on_top(house, cast):
    request = await house.ask()
    stay = await house.placed(request, await house.offer())
    bo = await cast.browser("bo")
    assert "needs to leave" not in (await bo.get(f"{ROOT}/")).text
    await actions.leave(house.edition, stay)
    board = (await bo.get(f"{ROOT}/")).text
    assert board.index("A guest needs to leave") < board.index("Beds by night") and request.code in board
    assert "1 guest needs to leave" in (await bo.get("/office/2027/")).text


async def test_lists_cost_the_same_for_one_and_for_thirty(house, cast):
    bo = await cast.browser("bo")
    counts = []
    for number in (1, 29):
        for one in range(number):
            offer = await house.offer(f"H{number}{one}")
            await house.ask(f"N{number}{one}")
            if one % 3 == 0:
                await house.propose(await house.ask(f"P{number}{one}"), offer)
        for path in ("/", "/requests", "/offers"):
            await bo.get(ROOT + path)
            with counting() as said:
                await bo.get(ROOT + path)
            counts.append(len(said))
    assert counts == [7, 3, 4] * 2


async def test_pages_follow_each_other_without_gaps(house, cast, fixed_clock):
    for number in range(55):
        await house.ask(f"N{number}")
        fixed_clock.on(seconds=number % 3 == 0)
    bo = await cast.browser("bo")
    first = await bo.get(f"{ROOT}/requests?state=open")
    second = await bo.get(first.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&"))
    codes = re.findall(r'<th scope="row"><a href="[^"]+">([A-Z0-9]{6})</a>', first.text + second.text)
    assert (len(codes), len(set(codes)), 'rel="next"' in second.text) == (55, 55, False)
    for odd in ("?after=NOSUCH", "?after=" + "x" * 99):
        assert (await bo.get(f"{ROOT}/requests{odd}")).status_code == 200


async def test_states_filter(house, cast):
    open_, asked = await house.ask("A"), await house.ask("B")
    await house.propose(asked, await house.offer())
    bo = await cast.browser("bo")
    found = {state: [row.code in (await bo.get(f"{ROOT}/requests?state={state}")).text for row in (open_, asked)] for state in ("open", "asked", "placed", "bogus", "")}
    assert found == {"open": [True, False], "asked": [False, True], "placed": [False, False], "bogus": [True, True], "": [True, True]}


async def test_a_party_is_placed_by_form_with_warnings_in_words(house, cast):
    request = await house.ask(needs=["no-pets", "own-room"])
    clashing, fitting, small = await house.offer("A", conditions=["pets", "shared"]), await house.offer("B"), await house.offer("C", kinds={"bed": 1})
    bo = await cast.browser("bo")
    page = (await bo.get(f"{ROOT}/requests/{request.code}")).text
    assert re.findall(r'name="offer" value="([A-Z0-9]{6})"', page) == [fitting.code, clashing.code] and small.code not in page
    assert "There are pets; Guests share a room with others" in page and "Nothing clashes." in page
    answer = await bo.post(f"{ROOT}/requests/{request.code}/placing", data={"offer": clashing.code})
    stay = await Stay.get()
    assert (answer.headers["location"], stay.offer_id) == (f"{ROOT}/requests/{request.code}", clashing.id)
    assert [(entry.what, entry.actor) for entry in await audit.history(stay.id)] == [("housing.proposed", house.by.id)]
    page = (await bo.get(f"{ROOT}/requests/{request.code}")).text
    assert "Host is asked" in page and "To be called" in page and 'name="offer"' not in page


async def test_a_host_who_cannot_be_asked_is_refused_on_the_same_page(house, cast):
    request, bo = await house.ask(), await cast.browser("bo")
    await house.offer("room")
    small, not_vetted = await house.offer("C", kinds={"bed": 1}), await house.offer("D", vetted=False)
    for code in ("", "NOTONE", small.code, not_vetted.code, "<b>", "x" * 500):
        answer = await bo.post(f"{ROOT}/requests/{request.code}/placing", data={"offer": code})
        assert (answer.status_code, "Please choose one of these." in answer.text, await Stay.all().count()) == (422, True, 0), code


async def test_the_second_coordinator_gets_a_sentence(house, cast, monkeypatch):
    """Both have the page open; the beds, or the party, are gone when the second presses the button."""
    first, second, offer = await house.ask("A"), await house.ask("B"), await house.offer()
    bo = await cast.browser("bo")
    await bo.post(f"{ROOT}/requests/{first.code}/placing", data={"offer": offer.code})
    again = await bo.post(f"{ROOT}/requests/{first.code}/placing", data={"offer": offer.code})
    assert (again.status_code, "found a host for this party a moment ago" in again.text) == (422, True)
    from conference.housing import matching

    monkeypatch.setattr(matching, "has_room", lambda party, host: True)  # as the page was when it was opened
    late = await bo.post(f"{ROOT}/requests/{second.code}/placing", data={"offer": offer.code})
    assert (late.status_code, "These beds were given to somebody else a moment ago." in late.text, await Stay.all().count()) == (422, True, 1)


async def test_answers_by_telephone_and_calling_off(house, cast):
    request, offer = await house.ask(), await house.offer()
    stay = await house.propose(request, offer)
    bo = await cast.browser("bo")
    for side, word in (("host", "host-asked"), ("guest", "guest-asked")):
        assert await state(stay) == word
        assert (await bo.post(f"{ROOT}/stays/{stay.id}/{side}/yes")).headers["location"] == f"{ROOT}/requests/{request.code}"
    assert [entry.actor for entry in await audit.history(stay.id)] == [house.by.id] * 3
    assert (await bo.post(f"{ROOT}/stays/{stay.id}/end")).status_code == 303
    late = await bo.post(f"{ROOT}/stays/{stay.id}/host/yes")
    page = (await bo.get(f"{ROOT}/requests/{request.code}")).text
    assert (late.status_code, await state(request), "Declined" in page, "Was asked for this party before." in page) == (410, "open", True, True)
    assert (await bo.post(f"{ROOT}/stays/{stay.id}/nobody/yes")).status_code == 404
    again = await house.propose(await BedRequest.get(), offer)
    await bo.post(f"{ROOT}/stays/{again.id}/host/no")
    assert await state(again) == "declined"


async def test_the_coordinator_sees_declined_and_not_by_whom(house, cast):
    pages = []
    bo = await cast.browser("bo")
    for side in Side:
        request, offer = await house.ask(), await house.offer()
        stay = await house.placed(request, offer)
        await actions.say_no(stay, side)
        page = (await bo.get(f"{ROOT}/requests/{request.code}")).text
        pages.append(page.split("What was tried")[1].replace(request.code, "PARTY").replace(offer.code, "HOST").split("withdrawal")[0])
    assert pages[0] == pages[1] and "Declined" in pages[0]


async def test_vetting_and_withdrawing_for_somebody(house, cast):
    request, offer = await house.ask(), await house.offer(vetted=False)
    bo = await cast.browser("bo")
    answers = [await bo.post(ROOT + path) for path in (f"/offers/{offer.code}/vetting", f"/offers/{offer.code}/withdrawal", f"/offers/{offer.code}/vetting", f"/requests/{request.code}/withdrawal")]
    assert [answer.status_code for answer in answers] == [303, 303, 422, 303] and "This host cannot be asked" in answers[2].text
    assert [await state(row) for row in (request, offer)] == ["withdrawn", "withdrawn"]


@pytest.mark.parametrize(("kind", "column", "said"), [("requests", "name", "Ana &lt;3"), ("requests", "phone", "+13125550101"), ("requests", "note", "We sing."), ("offers", "neighborhood", "North"), ("offers", "email", "b@example.org")])
async def test_a_look_is_written_down_first_and_shows_one_thing(house, cast, kind, column, said):
    rows = {"requests": await house.ask("Ana <3", phone="+13125550101", note="We sing."), "offers": await house.offer(email="b@example.org")}
    row, bo = rows[kind], await cast.browser("bo")
    path = f"{ROOT}/{kind}/{row.code}"
    assert said not in (await bo.get(path)).text
    page = await bo.post(f"{path}/reveal/{column}")
    assert (page.status_code, said in page.text, page.headers["cache-control"]) == (200, True, "no-store")
    assert said not in (await bo.get(path)).text
    looked = [entry for entry in await audit.history(row.id) if entry.what == "housing.revealed"]
    assert [(entry.actor, entry.facts) for entry in looked] == [(house.by.id, {"column": column})]
    assert [(await bo.post(f"{path}/reveal/{other}")).status_code for other in ("once", "id", "state", "needs")] == [404] * 4


@pytest.mark.parametrize(("path", "sent", "model"), [("/requests/new", GUEST, BedRequest), ("/offers/new", HOST, BedOffer)])
async def test_somebody_on_the_telephone_is_written_down_and_told_their_code(house, cast, path, sent, model):
    bo = await cast.browser("bo")
    form = await bo.get(ROOT + path)
    page = await bo.post(ROOT + path, data=sent | {"once": once_of(form.text)})
    row = await model.get()
    assert page.status_code == 200 and sealing.open_one(row, "claim").claim in page.text
    assert (row.person_id, (await audit.history(row.id))[0].actor) == (None, house.by.id)
    wrong = await bo.post(ROOT + path, data=sent | {"name": "", "note": "keep me"})
    assert (wrong.status_code, "keep me" in wrong.text, await model.all().count()) == (422, True, 1)
