"""Badges and lists on paper: asked for with a reason, made part by part, taken along, gone."""

import asyncio
import io
import re
from html import unescape

import pikepdf
import pytest

from conference.core import audit, jobs, sealing
from conference.core.pdf import Renderer
from conference.registration import actions, exports, queries
from conference.registration.models import Attendee, Paper, PayBy, Printed, Printout, PrintoutPart
from tests.checkers.pdf import fonts, problems
from tests.notes.conftest import QUICK
from tests.registration.test_door_pages import OFFICE, said

ASKED = {"what": "new", "paper": "letter", "reason": "Badges for Friday"}


@pytest.fixture
def quick(app):
    """A stand-in makes the PDFs."""
    app.context.parts["pdf"] = Renderer(command=QUICK)


@pytest.fixture
def pages(app, monkeypatch):
    """What was handed to the PDF process, as HTML."""
    seen: list[str] = []

    async def render(html: str, **how) -> bytes:
        seen.append(html)
        return b"%PDF-" + html.encode()

    monkeypatch.setattr(exports.pdf, "render", render)
    return seen


def names_on(html: str) -> list[str]:
    return [unescape(name) for name in re.findall(r"<h2 class=\"\w+\"><span>([^<]*)</span>", html)]


async def ask(house, cast, what=Printed.BADGES, **choice) -> Printout:
    people = await queries.people_to_print(house.edition, **choice)
    return await actions.ask_for_printout(house.edition, what, people, paper=Paper.LETTER, language="en", reason="x", by=(await cast.person("bo")).id)


async def test_badges_are_made_in_parts_by_name(house, cast, pages, monkeypatch):
    monkeypatch.setattr(actions.printing, "BADGES_IN_A_PART", 3)
    for name in ("Zoe", "ángela", "Angel", "Bea", "Ñandú", "Nadia", "angela b"):
        await house.register(name)
    printout = await ask(house, cast)
    assert [(part["people"], part["ready"]) for part in await queries.parts(printout.id)] == [(3, False), (3, False), (1, False)]
    await jobs.run_due()
    assert [names_on(html) for html in pages] == [["Angel", "ángela", "angela b"], ["Bea", "Nadia", "Ñandú"], ["Zoe"]]
    assert [part["ready"] for part in await queries.parts(printout.id)] == [True] * 3


async def test_a_badge_says_the_name_and_the_languages_and_nothing_of_money_or_needs(house, cast, pages):
    order = await house.register("Ana <3", language="es", needs={"interpretation": ["english"], "food": ["halal"], "access": ["quiet"], "note": "canary note"}, email="ana@example.org")
    await house.register("Bea", needs={"interpretation": ["asl"]})
    await house.buy("Cruz", pay_by=PayBy.CHECK, amount=4242)
    await ask(house, cast)
    await jobs.run_due()
    [html] = pages
    words = unescape(re.sub(r"\s*<[^>]+>\s*", " | ", html.split("</head>")[1]))
    attendee = await house.attendee(order)
    assert "Conferencia de estrategia" in words and "Español · Interpretación" in words and words.count("Interpretation") == 0 and words.count("Ana <3") == 1
    for secret in ("42.42", "$", "Ticket", "Boleto", "halal", "canary", "ana@example.org", order.code, sealing.open_one(order, "claim").claim, "ASL", "sign"):
        assert secret not in words.replace(attendee.ticket, ""), secret
    assert " ".join(attendee.ticket.upper()[start : start + 4] for start in range(0, 16, 4)) in words


@pytest.mark.parametrize("name", ["x" * 60, "W" * 60, "Ana " * 15, "🌻👩🏽‍🌾", "شيكاغو غو", "-", "a b c d e f g h"])
async def test_any_name_has_a_size(house, cast, pages, name):
    await house.register(name.strip())
    await ask(house, cast)
    await jobs.run_due()
    assert names_on(pages[0]) == [name.strip()] and re.search(r'<h2 class="(huge|large|medium|small)"', pages[0])


async def test_lists_hold_everybody_with_a_place_by_name(house, cast, pages):
    for name in ("Zoe", "Ana"):
        await house.register(name)
    await actions.cancel(await house.register("Gone"))
    await house.buy("Not paid")
    await ask(house, cast, Printed.LISTS)
    await jobs.run_due()
    assert re.findall(r'<th scope="row"[^>]*>([^<]+)</th><td>([^<]+)', pages[0]) == [("Ana", "Ticket free"), ("Zoe", "Ticket free")]
    assert "destroy it afterwards" in pages[0] and "counter(pages)" in pages[0]


async def test_real_sheets_have_their_pages(house, cast):
    for number in range(9):
        await house.register(f"Somebody {number}", language="es" if number % 2 else "en")
    badges, lists = await ask(house, cast), await ask(house, cast, Printed.LISTS)
    await jobs.run_due()
    sizes = []
    for printout in (badges, lists):
        body = await actions.take_part_along(printout, await queries.part(printout, 1), by=(await cast.person("bo")).id)
        assert problems(body) == []
        with pikepdf.open(io.BytesIO(body)) as made:
            sizes.append([[round(float(side)) for side in page.mediabox[2:]] for page in made.pages])
    assert sizes == [[[612, 792]] * 2, [[612, 792]]]


@pytest.mark.parametrize(("name", "font"), [("李明 田中さん 김영희", "Droid-Sans-Fallback"), ("🌻🌹", "Symbola"), ("شيكاغو", "DejaVu-Sans-Bold"), ("ዓለም", "Noto-"), ("สมชาย", "Noto-"), ("\U000fffd0", "")])
async def test_names_in_any_script_are_printed_with_their_letters(house, cast, name, font):
    """Each has a font of its own beside those of a badge without them; the last is a sign that no font can have."""
    told = []
    for one in ("Ana", name):
        order = await house.register(one)
        printout = await ask(house, cast, code=order.code)
        await jobs.run_due()
        told.append(fonts(await actions.take_part_along(printout, await queries.part(printout, 1), by=(await cast.person("bo")).id)))
    new = told[1] - told[0]
    assert [one for one in new if font and one.startswith(font)] if font else new == set(), told


# From the office


@pytest.mark.parametrize(("path", "method", "status"), [("", "get", 200), ("/{id}", "get", 200), ("", "post", 422), ("/{id}/parts/1", "post", 200), ("/{id}/removal", "post", 303)])
async def test_printouts_are_the_registrars_alone(house, cast, visitor, quick, path, method, status):
    await house.register()
    printout = await ask(house, cast)
    await jobs.run_due()
    path = f"{OFFICE}/printouts{path}".format(id=printout.id)
    assert (await visitor.request(method, path)).status_code == (303 if method == "get" else 401)
    await cast.edition("2028")
    found = {name: (await (await cast.browser(name)).request(method, path)).status_code for name in ("dov", "cleo", "eve")}
    assert (found, await Printout.all().count(), (await PrintoutPart.get()).taken) == ({"dov": 404, "cleo": 403, "eve": 403}, 1, None)
    bo = await cast.browser("bo")
    assert [(await bo.request(method, path.replace("2027", "2028"))).status_code, (await bo.request(method, path)).status_code] == [404, status]
    assert (await bo.delete(path)).status_code == 405


async def test_badges_are_asked_for_taken_along_once_and_then_no_longer_new(house, cast, quick, fixed_clock):
    await house.register()
    bo = await cast.browser("bo")
    page = await bo.follow(await bo.post(f"{OFFICE}/printouts", data=ASKED))
    assert "being made" in said(page) and "0 of 1" in said(page)
    path = str(page.url.path)
    assert (await bo.post(f"{path}/parts/1")).status_code == 404
    await jobs.run_due()
    assert "Take it along" in said(await bo.get(path))
    file = await bo.post(f"{path}/parts/1")
    assert (file.status_code, file.content, file.headers["content-type"], file.headers["cache-control"]) == (200, b"%PDF-1.7 quick", "application/pdf", "no-store")
    assert file.headers["content-disposition"] == 'attachment; filename="badges-2027-1.pdf"'
    assert (await Attendee.get()).badge_taken == fixed_clock.at and "taken along" in said(await bo.get(path))
    again = await bo.post(f"{OFFICE}/printouts", data=ASKED)
    assert again.status_code == 422 and "nobody to print this for" in said(again) and "Badges for Friday" in again.text
    assert (await bo.post(f"{OFFICE}/printouts", data=ASKED | {"what": "all"})).status_code == 303


async def test_who_prints_and_why_is_written_down(house, cast, quick):
    await house.register()
    bo = await cast.browser("bo")
    page = await bo.follow(await bo.post(f"{OFFICE}/printouts", data=ASKED))
    await jobs.run_due()
    await bo.post(f"{page.url.path}/parts/1")
    told = [(entry.what, entry.actor, entry.facts) for entry in await audit.history(house.edition.id) if entry.what.startswith("registration.print")]
    person = (await cast.person("bo")).id
    assert sorted(told) == [
        ("registration.printed", person, {"printed": "badges", "people": 1}), ("registration.printout_taken", person, {"part": 1}),
    ]  # fmt: skip


async def test_one_badge_by_its_reference(house, cast, pages):
    order = await house.register("Ana")
    await house.register("Bea")
    bo = await cast.browser("bo")
    link = re.search(r'href="([^"]+order=[^"]+)"', (await bo.get(f"{OFFICE}/orders/{order.code}")).text)[1]
    form = await bo.get(link)
    assert f'value="{order.code}"' in form.text and re.search(r'value="one" checked', form.text)
    assert (await bo.post(f"{OFFICE}/printouts", data=ASKED | {"what": "one", "code": order.code.lower()})).status_code == 303
    await jobs.run_due()
    assert [names_on(html) for html in pages] == [["Ana"]]


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"reason": "x" * 201}, {"what": ""}, {"what": "money"}, {"paper": "a3"}, {"what": "one"}, {"what": "one", "code": "NOTONE"}, {"what": "one", "code": "🌻"}, {"what": "one", "code": "x" * 17}])
async def test_what_cannot_be_printed_keeps_its_words(house, cast, wrong):
    await house.register()
    page = await (await cast.browser("bo")).post(f"{OFFICE}/printouts", data=ASKED | {"code": "", "reason": "Kept words"} | wrong)
    assert page.status_code == 422 and ("reason" in wrong or "Kept words" in page.text) and await Printout.all().count() == 0


async def test_it_goes_an_hour_after_it_was_taken_and_after_a_day(house, cast, quick, fixed_clock):
    await house.register()
    taken, kept = await ask(house, cast), await ask(house, cast, Printed.LISTS)
    await jobs.run_due()
    await actions.take_part_along(taken, await queries.part(taken, 1), by=taken.by)
    found = []
    for hours in (0.9, 0.2, 22.8, 0.2):
        fixed_clock.on(hours=hours)
        await actions.remove_old_printouts()
        found.append(({row.id for row in await Printout.all()}, await PrintoutPart.all().count()))
    assert found == [({taken.id, kept.id}, 2), ({kept.id}, 1), ({kept.id}, 1), (set(), 0)]


async def test_it_can_be_removed_at_once_and_is_not_made_any_more(house, cast, pages):
    await house.register()
    printout = await ask(house, cast)
    part = await queries.next_part(printout.id)
    bo = await cast.browser("bo")
    assert (await bo.post(f"{OFFICE}/printouts/{printout.id}/removal")).status_code == 303
    await actions.keep_part(part, b"late")
    await jobs.run_due()
    assert (await PrintoutPart.all().count(), [(await bo.get(f"{OFFICE}/printouts/{printout.id}")).status_code]) == (0, [404])


async def test_a_part_made_twice_at_once_is_kept_once(house, cast, pages):
    await house.register()
    printout = await ask(house, cast)
    copies = [await queries.next_part(printout.id) for _number in range(3)]
    await asyncio.gather(*(actions.keep_part(copy, f"{number}".encode()) for number, copy in enumerate(copies)))
    await jobs.run_due()
    assert (await PrintoutPart.filter(body=None).count(), pages) == (0, [])


async def test_a_machine_that_is_slow_is_told_of(house, cast, fixed_clock):
    bo = await cast.browser("bo")
    await house.register()
    printout = await ask(house, cast)
    assert "longer than it should" not in said(await bo.get(f"{OFFICE}/printouts/{printout.id}"))
    fixed_clock.on(minutes=6)
    assert "longer than it should" in said(await bo.get(f"{OFFICE}/printouts/{printout.id}"))


async def test_who_left_meanwhile_is_on_no_badge(house, cast, pages):
    order = await house.register("Gone")
    await house.register("Stays")
    await ask(house, cast)
    await actions.cancel(order)
    await jobs.run_due()
    assert [names_on(html) for html in pages] == [["Stays"]]
