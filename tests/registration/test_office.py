"""The registrar's pages."""

import csv
import io
from functools import partial

import pytest

from conference.core import audit, jobs, sealing, tables
from conference.editions.actions import give_duty
from conference.editions.models import Duties
from conference.registration import actions, counting as numbers
from conference.registration.models import Attendee, Export, Order, OrderState, PayBy, Pool, TicketType
from tests.agenda.counting import counting
from tests.core.test_tables import cells_of
from tests.registration.conftest import ANSWERS, once_of

ROOT = "/office/2027/registration"
PAGES = ["/", "/orders", "/orders/new", "/needs", "/export", "/doors", "/printouts", "/places", "/pools/new", "/pools/hall", "/tickets/new", "/tickets/free"]


@pytest.mark.parametrize("page", [*PAGES, "/orders/{code}", "/orders/{code}/cancellation"])
async def test_every_page_is_the_registrars_alone(house, cast, visitor, page):
    order = await house.register()
    path = ROOT + page.format(code=order.code)
    asked = await visitor.get(path)
    assert (asked.status_code, asked.headers["location"].startswith("/sign-in?next=%2Foffice%2F2027")) == (303, True)
    found = {name: (await (await cast.browser(name)).get(path)).status_code for name in ("dov", "cleo", "eve", "bo")}
    assert found == {"dov": 404, "cleo": 403, "eve": 403, "bo": 200}
    assert (await (await cast.browser("bo")).get(path.replace("2027", "2028"))).status_code == 404


@pytest.mark.parametrize("path", ["/orders/search", "/orders/ABC234/reveal/email", "/orders/ABC234/cancellation", "/export", "/pools/new", "/tickets/new"])
async def test_nobody_else_posts(house, cast, visitor, path):
    answers = [await visitor.post(ROOT + path), await (await cast.browser("dov")).post(ROOT + path), await (await cast.browser("cleo")).post(ROOT + path)]
    assert [answer.status_code for answer in answers] == [401, 404, 403]


@pytest.mark.parametrize("path", ["/orders/NOTONE", "/pools/nothing", "/tickets/nothing", "/orders/NOTONE/cancellation", "/nothing", "/orders/" + "X" * 99, "/pools/" + "x" * 99, "/tickets/" + "x" * 99])
async def test_there_is_nothing_under_a_wrong_address(house, cast, path):
    assert (await (await cast.browser("bo")).get(ROOT + path)).status_code == 404


async def test_other_methods_are_refused(house, cast):
    bo = await cast.browser("bo")
    assert [(await bo.delete(ROOT + path)).status_code for path in ("/", "/orders", "/export")] == [405] * 3


async def test_the_overview_counts(house, cast):
    for name in ("Ana", "Bea", "Cruz"):
        await house.register(name)
    await house.buy("Dina")
    page = await (await cast.browser("bo")).get(f"{ROOT}/")
    assert page.text.count("4 of 50") == 1 and "received" not in page.text and "miscounted" not in page.text
    await Pool.filter(id=house.pool.id).update(taken=9)
    assert "Places are miscounted" in (await (await cast.browser("bo")).get(f"{ROOT}/")).text


async def test_money_is_shown_to_a_treasurer_who_is_registrar_too(house, cast):
    order = await house.buy(pay_by=PayBy.CHECK)
    await give_duty(await cast.person("bo"), house.edition, Duties.TREASURER)
    bo = await cast.browser("bo")
    assert "promised by check" in (await bo.get(f"{ROOT}/")).text and "$20" in (await bo.get(f"{ROOT}/orders/{order.code}")).text
    assert "$20" in (await bo.get(f"{ROOT}/orders")).text


async def test_an_empty_house_says_how_to_begin(cast):
    await cast.edition()
    bo = await cast.browser("bo")
    assert "Nobody can register yet" in (await bo.get(f"{ROOT}/")).text and "No places yet" in (await bo.get(f"{ROOT}/places")).text
    assert "Nobody has registered yet" in (await bo.get(f"{ROOT}/orders")).text


async def test_lists_cost_the_same_for_one_and_for_thirty(house, cast):
    bo = await cast.browser("bo")
    counts = []
    for names in (["Ana"], [f"N{number}" for number in range(29)]):
        for name in names:
            await house.register(name)
        for path in ("/", "/orders", "/needs", "/places"):
            await bo.get(ROOT + path)
            with counting() as said:
                await bo.get(ROOT + path)
            counts.append(len([one for one in said if 'FROM "version"' not in one]))
    assert counts == [9, 3, 4, 6] * 2


async def test_pages_follow_each_other_without_gaps(house, cast, fixed_clock):
    for number in range(55):
        await house.resize(60)
        await house.register(f"N{number}")
        if number % 3 == 0:
            fixed_clock.on(seconds=1)
    bo = await cast.browser("bo")
    first = await bo.get(f"{ROOT}/orders")
    after = first.text.split('rel="next" href="')[1].split('"')[0]
    second = await bo.get(after)
    import re

    codes = re.findall(r'<th scope="row"><a href="[^"]+">([A-Z0-9]{6})</a>', first.text + second.text)
    assert (len(codes), len(set(codes))) == (55, 55) and 'rel="next"' not in second.text
    assert (await bo.get(f"{ROOT}/orders?after=NOSUCH&state=bogus")).status_code == 200


async def test_states_filter(house, cast):
    order = await house.register("Ana")
    await house.register("Bea")
    await actions.cancel(order)
    bo = await cast.browser("bo")
    found = {state: (await bo.get(f"{ROOT}/orders?state={state}")).text.count(f"/orders/{order.code}") for state in ("confirmed", "cancelled", "held", "expired")}
    assert found == {"confirmed": 0, "cancelled": 1, "held": 0, "expired": 0}


@pytest.mark.parametrize("query", ["{code}", "{lower}", "ana@example.org", "ANA@example.org", "quin", "María Quiñones", "maria"])
async def test_an_order_is_found_by_what_one_knows(house, cast, query):
    order = await house.register("Ana María Quiñones", email="ana@example.org")
    await house.register("Bea")
    await jobs.run_due()
    answer = await (await cast.browser("bo")).post(f"{ROOT}/orders/search", data={"query": query.format(code=order.code, lower=order.code.lower())})
    assert answer.status_code == 200 and answer.text.count(f'href="{ROOT}/orders/{order.code}"') == 1 and answer.text.count('<th scope="row">') == 1
    assert "Quiñones" not in answer.text.replace('value="María Quiñones"', "")


@pytest.mark.parametrize("query", ["nobody", "ana@example", "ana@example.or", "zz", "x" * 121, "", "%", "' OR 1=1 --"])
async def test_what_is_not_known_is_not_found(house, cast, query):
    await house.register("Ana", email="ana@example.org")
    await jobs.run_due()
    answer = await (await cast.browser("bo")).post(f"{ROOT}/orders/search", data={"query": query})
    assert answer.status_code == (200 if 0 < len(query) <= 120 else 422) and '<th scope="row">' not in answer.text


@pytest.mark.parametrize(
    ("column", "said"),
    [("badge_name", "Ana &lt;3"), ("email", "ana@example.org"), ("needs", "Childcare: 2 children. Food: Vegan, Halal. nuts!"), ("claim", None)],
)
async def test_a_look_at_personal_data_is_written_down_first(house, cast, column, said):
    order = await house.register("Ana <3", email="ana@example.org", needs={"food": ["vegan", "halal"], "children": 2, "note": "nuts!"})
    bo = await cast.browser("bo")
    path = f"{ROOT}/orders/{order.code}"
    said = said or sealing.open_one(order, "claim").claim
    assert said not in (await bo.get(path)).text
    page = await bo.post(f"{path}/reveal/{column}")
    assert (page.status_code, said in page.text, page.headers["cache-control"]) == (200, True, "no-store")
    assert said not in (await bo.get(path)).text
    looked = [entry for entry in await audit.history(order.id) if entry.what == "registration.revealed"]
    assert [(entry.actor, entry.facts) for entry in looked] == [((await cast.person("bo")).id, {"column": column})]


async def test_only_personal_columns_can_be_looked_at(house, cast):
    order = await house.register()
    bo = await cast.browser("bo")
    assert [(await bo.post(f"{ROOT}/orders/{order.code}/reveal/{column}")).status_code for column in ("once", "id", "ticket_type", "x")] == [404] * 4
    assert (await bo.get(f"{ROOT}/orders/{order.code}/reveal/email")).status_code == 405
    assert "nothing" in (await bo.post(f"{ROOT}/orders/{order.code}/reveal/needs")).text


async def test_a_registrar_cancels_for_somebody(house, cast):
    order = await house.register()
    bo = await cast.browser("bo")
    path = f"{ROOT}/orders/{order.code}/cancellation"
    assert (await bo.get(path)).status_code == 200
    answers = [await bo.post(path), await bo.post(path)]
    assert [answer.status_code for answer in answers] == [303, 422] and "can no longer be changed" in answers[1].text
    [entry] = [entry for entry in await audit.history(order.id) if entry.what == "registration.cancelled"]
    assert (entry.actor, (await Order.get(id=order.id)).state) == ((await cast.person("bo")).id, OrderState.CANCELLED)


async def test_somebody_on_the_phone_is_registered_and_told_their_code(house, cast):
    bo = await cast.browser("bo")
    form = await bo.get(f"{ROOT}/orders/new?ticket=sliding")
    assert 'value="card"' not in form.text
    sent = ANSWERS | {"once": once_of(form.text), "amount": "500", "pay_by": "check"}
    page = await bo.post(f"{ROOT}/orders/new?ticket=sliding", data=sent)
    order = await Order.get()
    assert page.status_code == 200 and sealing.open_one(order, "claim").claim in page.text
    assert (order.person_id, order.total, (await audit.history(order.id))[0].actor) == (None, 500, (await cast.person("bo")).id)
    wrong = await bo.post(f"{ROOT}/orders/new?ticket=sliding", data=sent | {"badge_name": "", "note": "keep me"})
    assert wrong.status_code == 422 and "keep me" in wrong.text


async def test_needs_are_numbers_and_small_ones_are_not_shown(house, cast):
    for number in range(12):
        needs = {"food": ["vegan"], "note": "canary words"} if number < 11 else {"food": ["halal"], "children": 3}
        await house.register(f"N{number}", needs=needs)
    await actions.cancel(await house.register("Gone", needs={"food": ["vegan"]}))
    page = await (await cast.browser("bo")).get(f"{ROOT}/needs")
    shown = {row: page.text.split(row)[1].split('class="number">')[1].split("<")[0] for row in ("Vegan<", "Halal<", "Kosher<", "Children for childcare<", "People with any need<")}
    assert shown == {"Vegan<": "11", "Halal<": "fewer than 10", "Kosher<": "fewer than 10", "Children for childcare<": "fewer than 10", "People with any need<": "12"}
    assert "canary words" not in page.text


async def table(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


REASON = "To print the badges"


async def fetched(browser, kind: str = "csv", **data):
    """The file somebody asked for and fetched."""
    asked = await browser.post(f"{ROOT}/export", data={"kind": kind, "reason": REASON} | data)
    assert (asked.status_code, asked.headers["location"]) == (303, f"{ROOT}/export")
    page = (await browser.get(f"{ROOT}/export")).text
    return await browser.get(f"{ROOT}/export/" + page.split(f'href="{ROOT}/export/')[1].split('"')[0])


async def test_the_table_has_the_columns_asked_for_and_no_formulas(house, cast, fixed_clock):
    first = await house.register("=HYPERLINK(1)", email="ana@example.org")
    fixed_clock.on(minutes=1)
    second = await house.register("Bea, \"B\"\n", language="es")
    answer = await fetched(await cast.browser("bo"), columns=["reference", "badge_name", "email", "day"])
    assert (answer.status_code, answer.headers["content-type"], answer.headers["cache-control"]) == (200, "text/csv; charset=utf-8", "no-store")
    assert answer.headers["content-disposition"] == 'attachment; filename="registrations-2027.csv"'
    assert (await table(answer))[1:] == [
        [first.code, "'=HYPERLINK(1)", "ana@example.org", "2027-05-01"], [second.code, 'Bea, "B"\n', "", "2027-05-01"],
    ]  # fmt: skip


async def test_the_same_as_a_workbook(house, cast):
    order = await house.register("=1+1 <b>&", email="ana@example.org")
    answer = await fetched(await cast.browser("bo"), "xlsx", columns=["reference", "badge_name"])
    assert answer.headers["content-disposition"] == 'attachment; filename="registrations-2027.xlsx"'
    assert cells_of(answer.content) == [["Reference", "Name for the badge (personal)"], [order.code, "'=1+1 <b>&"]]


async def test_the_form_offers_the_fewest_columns(cast):
    await cast.edition()
    page = (await (await cast.browser("bo")).get(f"{ROOT}/export")).text
    ticked = [part.split('value="')[1].split('"')[0] for part in page.split("<input ")[1:] if " checked" in part.split(">")[0]]
    assert ticked == ["badge_name", "csv"]


async def test_taking_the_table_along_needs_a_reason_and_is_written_down(house, cast):
    await house.register()
    bo = await cast.browser("bo")
    good = {"columns": ["reference"], "kind": "csv", "reason": REASON}
    wrong = [{"reason": ""}, {"reason": "x"}, {"reason": "x" * 201}, {"columns": []}, {"columns": ["claim"]}, {"kind": "exe"}, {"kind": ""}]
    assert [(await bo.post(f"{ROOT}/export", data=good | one)).status_code for one in wrong] == [422] * 7
    answer = await fetched(bo, columns=["reference"])
    assert answer.status_code == 200
    export = await Export.get()
    [entry] = [entry for entry in await audit.history(house.edition.id) if entry.what == "registration.exported"]
    assert (entry.actor, entry.facts) == ((await cast.person("bo")).id, {"columns": ["reference"], "kind": "csv", "export": str(export.id)})
    assert (sealing.open_one(entry, "reason").reason, REASON in entry.reason) == (REASON, False)
    assert [(entry.what, entry.actor) for entry in await audit.history(export.id)] == [("registration.export_fetched", (await cast.person("bo")).id)]


async def test_a_file_is_for_who_asked_and_for_a_day(house, cast, fixed_clock):
    await house.register()
    bo, gus = await cast.browser("bo"), await cast.browser("gus")
    assert (await fetched(bo, columns=["reference"])).status_code == 200
    here = f"{ROOT}/export/{(await Export.get()).id}"
    assert ((await gus.get(here)).status_code, here in (await gus.get(f"{ROOT}/export")).text) == (404, False)
    await cast.edition("2028")
    assert (await gus.get(here.replace("2027", "2028"))).status_code == 404
    fixed_clock.on(hours=23, minutes=59)
    assert (await bo.get(here)).status_code == 200
    fixed_clock.on(minutes=1)
    assert ((await bo.get(here)).status_code, here in (await bo.get(f"{ROOT}/export")).text) == (410, False)
    await jobs.later("registration.end_exports")
    await jobs.run_due()
    assert ((await bo.get(here)).status_code, await Export.all().count()) == (404, 0)


async def test_the_table_comes_in_portions_without_gaps(house, cast, monkeypatch, fixed_clock):
    from conference.registration import exports

    monkeypatch.setattr(exports, "PORTION", 3)
    for number in range(10):
        await house.register(f"N{number}")
        if number % 4 == 0:
            fixed_clock.on(seconds=1)
    answer = await fetched(await cast.browser("bo"), columns=["badge_name"])
    assert sorted(row[0] for row in (await table(answer))[1:]) == [f"N{number}" for number in range(10)]


async def test_a_long_table_takes_no_more_memory_than_a_short_one(house, monkeypatch):
    """The most memory is that of a portion: three times the rows take as much."""
    import tracemalloc

    from conference.registration import exports

    monkeypatch.setattr(exports, "PORTION", 20)
    peaks, facts = [], {"edition_id": house.edition.id, "ticket_type_id": house.free.id, "language": "en"}
    for wanted in (100, 600):
        orders = [Order(code=f"T{wanted}{number}", state=OrderState.CONFIRMED, pay_by=PayBy.NOTHING, made=house.edition.made, **facts) for number in range(wanted)]
        rows = [Attendee(order_id=order.id, ticket=f"t{order.code}", **facts) for order in orders]
        for row in rows:
            sealing.seal(row, badge_name=f"Somebody with a long name for the badge {row.ticket}")
        await Order.bulk_create(orders)
        await Attendee.bulk_create(rows)
        del orders, rows
        for kind in (tables.csv_stream, partial(tables.xlsx_stream, "2027")):
            tracemalloc.start()
            async for _part in kind(["Name"], exports.orders(house.edition, ["badge_name"])):
                pass
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[2] < peaks[0] * 1.5 + 200_000 and peaks[3] < peaks[1] * 1.5 + 200_000


def test_days_without_anybody_are_counted_too():
    found = numbers.day_by_day([("2027-05-03", 2), ("2027-05-01", 1), ("2027-05-06", 4)])
    assert [(day.day, many, total) for day, many, total in found] == [(1, 1, 1), (2, 0, 1), (3, 2, 3), (4, 0, 3), (5, 0, 3), (6, 4, 7)]
    assert numbers.day_by_day([]) == []


async def test_registrations_over_time_are_a_picture_and_a_table(house, cast, fixed_clock):
    for _number in range(2):
        await house.register()
    fixed_clock.on(days=2)
    await house.register()
    page = (await (await cast.browser("bo")).get(f"{ROOT}/")).text
    plot = page.split("<figcaption>Confirmed altogether")[1].split("</figure>")[0]
    assert plot.count("<polyline") == 1 and [cell.split("<")[0] for cell in plot.split('<td class="number">')[1:]] == ["2", "2", "3"]
    assert [row.split("<")[0] for row in plot.split('<th scope="row">')[1:]] == ["May 1, 2027", "May 2, 2027", "May 3, 2027"]


async def test_places_and_tickets_are_set_up(cast, visitor):
    await cast.edition()
    bo = await cast.browser("bo")
    names = {"title_en": "Hall", "title_es": "Sala"}
    assert (await bo.post(f"{ROOT}/pools/new", data=names | {"slug": "hall", "size": "10"})).status_code == 303
    ticket = names | {"slug": "open", "least": "5", "suggested": "20,50", "most": "$100", "pools": "hall", "on_sale": "y", "place": "1", "sale_ends": "2027-07-01T09:30"}
    assert (await bo.post(f"{ROOT}/tickets/new", data=ticket)).status_code == 303
    made = await TicketType.get(slug="open").prefetch_related("takes__pool")
    assert (made.least, made.suggested, made.most, [take.pool.slug for take in made.takes], made.sale_ends.isoformat()) == (500, 2050, 10000, ["hall"], "2027-07-01T14:30:00+00:00")
    assert "Hall" in (await visitor.get("/2027/register")).text
    changed = {**names, "title_en": "Ballroom", "least": "0", "suggested": "0", "most": "0", "place": "1"}
    assert (await bo.post(f"{ROOT}/tickets/open", data=changed | {"on_sale": "y"})).status_code == 303
    assert "Ballroom" in (await visitor.get("/2027/register")).text
    assert (await bo.post(f"{ROOT}/tickets/open", data=changed)).status_code == 303
    assert "Registration is not open" in (await visitor.get("/2027/register")).text


@pytest.mark.parametrize(
    ("path", "wrong", "said"),
    [
        ("/pools/new", {"slug": "hall"}, "short name already"),
        ("/pools/new", {"slug": "Hall!"}, "small letters"),
        ("/pools/new", {"slug": "new", "size": "-1"}, "from 0 to"),
        ("/pools/new", {"slug": "new", "size": "many"}, "whole number"),
        ("/pools/hall", {"size": "0"}, "taken already"),
        ("/tickets/new", {"slug": "free"}, "short name already"),
        ("/tickets/new", {"slug": "t", "least": "30"}, "must not be above"),
        ("/tickets/free", {"least": "ten"}, "not an amount"),
        ("/tickets/free", {"sale_ends": "tomorrow"}, "day and time"),
        ("/tickets/free", {"title_es": ""}, "fill this in"),
    ],
)
async def test_what_cannot_be_used_is_kept_and_explained(house, cast, path, wrong, said):
    await house.register()
    good = {"slug": "x", "title_en": "Kept words", "title_es": "K", "size": "10", "least": "5", "suggested": "20", "most": "100", "place": "1", "on_sale": "y"}
    answer = await (await cast.browser("bo")).post(ROOT + path, data=good | wrong)
    assert answer.status_code == 422 and said in answer.text and "Kept words" in answer.text
    assert (await Pool.all().count(), await TicketType.all().count()) == (1, 3)


async def test_a_size_is_changed_but_never_below_what_is_taken(house, cast):
    for name in ("Ana", "Bea"):
        await house.register(name)
    bo = await cast.browser("bo")
    answers = [await bo.post(f"{ROOT}/pools/hall", data={"title_en": "H", "title_es": "S", "size": size}) for size in ("1", "2")]
    assert [answer.status_code for answer in answers] == [422, 303] and (await Pool.get(id=house.pool.id)).size == 2


async def test_every_row_of_an_attendee_has_its_edition(house):
    await house.register()
    assert (await Attendee.get()).edition_id == house.edition.id
