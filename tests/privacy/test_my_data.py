"""My data: for the signed-in and for who has a code or a link; nobody else's; looks are shown; copies are written down."""

import pytest

from conference.core import jobs, sealing
from conference.core.audit import AuditEntry
from conference.core.mail import Letter
from conference.editions.actions import give_duty
from conference.editions.models import Duties
from conference.people.actions import person_for
from conference.registration import actions as registration
from conference.registration.models import Order, TableKind
from tests.cast import sign_in
from tests.hostile import TEXTS, URLENCODED, form_body
from tests.queries import counting
from tests.registration.conftest import secret_path

MARY, NOTE = "Zebulonquagmire", "Xylophagouscanary"


async def claim_of(order: Order) -> str:
    return sealing.open_one(order, "claim").claim


async def test_without_a_proof_it_says_how_to_give_one(house, visitor):
    page = await visitor.get("/my-data")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert 'action="/my-data/code"' in page.text and "/sign-in?next=%2Fmy-data" in page.text
    assert "Erase my data" not in page.text and "Take it along" not in page.text


async def test_a_code_of_any_conference_opens_what_belongs_to_it(house, visitor):
    order = await house.register(MARY, email="ana@example.org", needs={"note": NOTE})
    other = await house.register("Otherperson")
    answer = await visitor.post("/my-data/code", data={"code": (await claim_of(order)).lower().replace("-", " ")})
    assert (answer.status_code, answer.headers["location"]) == (303, "/my-data")
    page = (await visitor.get("/my-data")).text
    for word in (MARY, NOTE, "ana@example.org", await claim_of(order), "September 23, 2027", "August 1, 2027", f'href="/2027/orders/{order.code}"'):
        assert word in page, word
    assert "Otherperson" not in page and other.code not in page


async def test_a_link_opens_it_too(house, visitor):
    order = await house.register(MARY)
    await visitor.get(secret_path(order))
    assert MARY in (await visitor.get("/my-data")).text


async def test_the_signed_in_see_all_under_their_address(house, visitor):
    order = await house.register(MARY, email="Dov@example.org")
    await house.register("Otherperson", email="else@example.org")
    await registration.join_waiting_list(house.edition, house.free, email="dov@example.org", language="en")
    await sign_in(visitor, "dov@example.org")
    page = (await visitor.get("/my-data")).text
    for word in ("Your sign-in", MARY, order.code, "Waiting list: Strategy Conference"):
        assert word in page, word
    assert "Otherperson" not in page and "else@example.org" not in page


@pytest.mark.parametrize("code", ["", "AAAA-AAAA-AA", "4KXR-9M2P-LY", "x" * 500, "🌻", "<script>"])
async def test_wrong_unknown_and_hostile_codes_look_alike(house, visitor, code):
    answer = await visitor.post("/my-data/code", data={"code": code})
    assert answer.status_code == 422 and "Please look again" in answer.text and "<script>alert" not in answer.text


@pytest.mark.parametrize("text", TEXTS)
async def test_hostile_text_is_no_code(house, visitor, text):
    answer = await visitor.post("/my-data/code", content=form_body({}, code=TEXTS[text][0]), headers=URLENCODED)
    assert answer.status_code in (400, 422)


async def test_who_guesses_codes_is_slowed(house, visitor):
    answers = [(await visitor.post("/my-data/code", data={"code": "4KXR-9M2P-LY"})).status_code for _guess in range(11)]
    assert answers == [422] * 10 + [429]


async def test_every_look_and_list_is_shown_with_the_duty(house, visitor, cast, fixed_clock):
    await registration.export_orders(house.edition, ["badge_name"], TableKind.CSV, "before Ana came", by=(await cast.person("bo")).id)
    fixed_clock.on(hours=1)
    order = await house.register(MARY)
    bo, registrar = await cast.person("bo"), await person_for("reg@example.org", "en")
    await give_duty(registrar, house.edition, Duties.REGISTRAR)
    await registration.reveal(order, "needs", by=registrar.id)
    fixed_clock.on(hours=1)
    await registration.export_orders(house.edition, ["badge_name", "email"], TableKind.CSV, "badges to print", by=bo.id)
    other = await house.register("Otherperson")
    await registration.reveal(other, "email", by=bo.id)
    await visitor.get(secret_path(order))
    page = " ".join((await visitor.get("/my-data")).text.split())
    assert "<strong>An organizer</strong> took a list along with: name for the badge, e-mail address" in page and "(badges to print)" in page
    assert "<strong>Somebody who looks after registration</strong> looked at: needs" in page
    assert "before Ana came" not in page and page.count("looked at:") == 1


async def test_a_letter_that_was_read_in_the_office_is_a_look_too(house, visitor, cast):
    order = await house.register(MARY, email="ana@example.org")
    await jobs.run_due()
    letter = await Letter.get(name="registration.confirmation")
    gus = await cast.browser("gus")
    assert (await gus.get(f"/office/outbox/letters/{letter.id}")).status_code == 200
    await visitor.get(secret_path(order))
    assert "looked at: a letter to you" in (await visitor.get("/my-data")).text


async def test_nobody_looked_is_said(house, visitor):
    await visitor.get(secret_path(await house.register(MARY)))
    assert "Nobody did so far." in (await visitor.get("/my-data")).text


async def test_the_copy_for_programs_holds_everything_and_is_written_down(house, visitor):
    order = await house.register(MARY, email="ana@example.org", needs={"note": NOTE})
    await visitor.get(secret_path(order))
    answer = await visitor.post("/my-data/copy.json")
    assert (answer.status_code, answer.headers["content-disposition"], answer.headers["cache-control"]) == (200, 'attachment; filename="my-data.json"', "no-store")
    told = answer.json()
    facts = {fact["what"]: fact["text"] for one in told["kept"] for fact in one["facts"]}
    assert [one["title"] for one in told["kept"]] == ["Registration: Strategy Conference", "What you need: Strategy Conference"]
    assert (facts["Name for your badge"], facts["What you told us"], facts["E-mail address"], facts["Your code"]) == (MARY, NOTE, "ana@example.org", await claim_of(order))
    assert told["kept"][0]["until"] == "2027-09-23" and told["kept"][1]["until"] == "2027-08-01"
    entry = await AuditEntry.get(what="privacy.taken_along")
    assert (entry.row, entry.facts) == (order.id, {})
    assert "took a copy of everything along" in (await visitor.get("/my-data")).text


async def test_the_copy_for_people_is_a_page_that_needs_nothing_else(house, visitor):
    await visitor.get(secret_path(await house.register("<b>Ana</b> ‮evil", needs={"note": NOTE})))
    answer = await visitor.post("/my-data/copy.html?lang=es")
    assert answer.headers["content-type"] == "text/html; charset=utf-8" and '<html lang="es"' in answer.text
    assert "&lt;b&gt;Ana&lt;/b&gt;" in answer.text and NOTE in answer.text
    assert not any(word in answer.text for word in ("<script", "src=", "href=", "style"))


@pytest.mark.parametrize("path", ["/my-data/copy.json", "/my-data/copy.html", "/my-data/erasure"])
async def test_without_a_proof_there_is_nothing_to_take_or_erase(house, visitor, path):
    answer = await visitor.post(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/my-data")
    assert not await AuditEntry.filter(what__startswith="privacy.").exists()


@pytest.mark.parametrize(("path", "method"), [("/my-data/code", "get"), ("/my-data/copy.json", "get"), ("/my-data", "post"), ("/my-data/erased", "post")])
async def test_wrong_methods(visitor, path, method):
    assert (await getattr(visitor, method)(path)).status_code == 405


async def test_another_site_cannot_make_a_browser_take_or_erase(house, visitor):
    await visitor.get(secret_path(await house.register(MARY)))
    elsewhere = {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}
    assert [(await visitor.post(path, headers=elsewhere)).status_code for path in ("/my-data/copy.json", "/my-data/erasure")] == [403, 403]


async def test_it_speaks_spanish(house, visitor):
    await visitor.get(secret_path(await house.register(MARY)))
    page = (await visitor.get("/my-data?lang=es")).text
    assert '<html lang="es"' in page and MARY in page and "Erase" not in page and "Deleted" not in page


async def test_what_is_held_costs_the_same_for_one_and_for_thirty(house, cast):
    from conference.agenda import actions as agenda
    from conference.core.holdings import Subject
    from conference.notes import actions as notes
    from conference.privacy import queries

    person, asked = await cast.person("ada"), []
    for number in range(30):
        await house.register(MARY, person=person)
        session = await agenda.create_session(house.edition, code=f"S{number:05}", title={"en": "A", "es": "B"})
        await notes.assign(session, house.edition, "ada@example.org")
        if number in (0, 29):
            with counting() as statements:
                held = await queries.holdings(Subject(person.id, "ada@example.org"))
            asked.append((len(held), len(statements)))
    assert [count for count, _statements in asked] == [4, 62] and asked[0][1] == asked[1][1]


async def test_looks_cost_the_same_for_one_and_for_thirty(house, cast):
    from conference.core.holdings import Subject
    from conference.privacy import queries

    order, bo = await house.register(MARY, person=await cast.person("ada")), await cast.person("bo")
    subject, asked = Subject((await cast.person("ada")).id), []
    for number in range(30):
        await registration.reveal(order, "needs", by=bo.id)
        if number in (0, 29):
            held = await queries.holdings(subject)
            with counting() as statements:
                assert len(await queries.looks(subject, held)) == number + 1
            asked.append(len(statements))
    assert asked == [2, 2]


async def test_notes_one_writes_are_told(cast, visitor, fixed_clock):
    from conference.agenda import actions as agenda
    from conference.notes import actions as notes

    edition = await cast.edition()
    session = await agenda.create_session(edition, code="ABC123", title={"en": "Borders", "es": "Fronteras"})
    await notes.assign(session, edition, "eve@example.org")
    await sign_in(visitor, "eve@example.org")
    page = (await visitor.get("/my-data")).text
    for word in ("Notes you write", "Borders", "Your duty: Note-taker", "/2027/sessions/ABC123/notes"):
        assert word in page, word


async def test_nothing_of_anybody_is_in_addresses_or_logs(house, visitor, capfd, caplog):
    order = await house.register(MARY, email="quetzalcanary@example.org", needs={"note": NOTE})
    answer = await visitor.post("/my-data/code", data={"code": await claim_of(order)})
    await visitor.get("/my-data")
    await visitor.post("/my-data/copy.json")
    await jobs.run_due()
    out, err = capfd.readouterr()
    said = out + err + answer.headers["location"] + "\n".join(record.getMessage() for record in caplog.records if record.name != "tortoise.db_client")
    assert "/my-data" in said
    assert [word for word in (MARY, NOTE, "quetzalcanary", await claim_of(order)) if word.lower() in said.lower()] == []


