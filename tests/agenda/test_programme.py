"""The program booklet: made after a release, from what that release tells everybody, in both languages."""

from datetime import date

import pytest

from conference.agenda import actions, queries
from conference.agenda.exports import programme
from conference.core import blobs, jobs
from conference.core.jobs import Job
from conference.editions import actions as editions
from conference.editions import queries as about_editions
from conference.editions.models import Edition
from tests.agenda.hall import a_hall, a_session, placement, release
from tests.cast import Browser, Cast
from tests.checkers import pdf as check

WORDS = {"en": {"title": "Getting here", "body": "Take the **green** line."}, "es": {"title": "Cómo llegar", "body": "Tome la línea verde."}}
PLANTED = ("PLANTED-PRIVATE", "PLANTED-STAFF", "PLANTED-NAME", "PLANTED-DRAFT", "PLANTED-PAGE")


@pytest.fixture
async def edition(cast: Cast) -> Edition:
    """Two public sessions; planted are sessions and a name for fewer people."""
    made = await cast.edition()
    await cast.organization()
    await a_hall(made)
    public = await a_session(made, "PUBLC1", (9, 0), abstract={"en": "What to say at the door.", "es": "Qué decir en la puerta."}, interpretation=["es"])
    await a_session(made, "PUBLC2", (11, 0), room="river", title={"en": "Songs", "es": "Canciones"})
    await a_session(made, "PRVTE2", (13, 0), title={"en": PLANTED[0], "es": PLANTED[0]}, audience="participants")
    await a_session(made, "STAFF3", (15, 0), title={"en": PLANTED[1], "es": PLANTED[1]}, audience="staff")
    await actions.name_contributor(public, name="Ana Public", role={"en": "Chair", "es": "Modera"}, audience="public")
    await actions.name_contributor(public, name=PLANTED[2], role={"en": "Guest"}, audience="participants")
    return made


async def booklet(visitor: Browser, language: str = "en") -> bytes:
    answer = await visitor.get(f"/2027/programme.pdf?lang={language}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    return answer.content


async def test_there_is_none_before_the_first_release(visitor: Browser, edition: Edition) -> None:
    await jobs.run_due()
    assert (await visitor.get("/2027/programme.pdf")).status_code == 404
    assert "programme.pdf" not in (await visitor.get("/2027/schedule")).text


async def test_a_release_makes_it_and_the_schedule_leads_to_it(visitor: Browser, edition: Edition) -> None:
    await release(edition)
    assert ((await visitor.get("/2027/programme.pdf")).status_code, "programme.pdf" in (await visitor.get("/2027/schedule")).text) == (404, False)
    await jobs.run_due()
    page = (await visitor.get("/2027/schedule?lang=es")).text
    assert 'href="/2027/programme.pdf?lang=es"' in page
    assert (await visitor.get("/2027/programme.pdf")).headers["content-disposition"] == 'inline; filename="2027-programme-en.pdf"'


@pytest.mark.usefixtures("real_pdfs")
async def test_it_holds_what_the_public_may_read_and_nothing_else(visitor: Browser, cast: Cast, edition: Edition) -> None:
    await editions.publish_page(await editions.write_page(edition, "travel", WORDS))
    await editions.write_page(edition, "travel", {code: {"title": PLANTED[4], "body": PLANTED[4]} for code in WORDS}, revision=1)
    await editions.adopt(edition, title={"en": "Points of unity", "es": "Puntos de unidad"}, points=[{"title": {"en": "One", "es": "Uno"}, "text": {"en": "All are welcome.", "es": "Todas las personas."}}], adopted=date(2027, 1, 2))
    await editions.add_chapter(name="Los Angeles", city="Los Angeles", phone="(213) 555-0101", mail="la@example.org", about={"en": "x", "es": "x"})
    await actions.cancel(await placement(edition, "PUBLC2"))
    await release(edition)
    await a_session(edition, "DRAFT4", (17, 0), title={"en": PLANTED[3], "es": PLANTED[3]})
    await jobs.run_due()
    said = {
        "en": ("Friday, July 23, 2027", "9:00 AM – 10:00 AM", "Session PUBLC1", "Great Hall · Work · English, interpreted into Spanish", "Ana Public (Chair)", "What to say at the door.",
               "Cancelled Songs", "Getting here", "Take the green line.", "All are welcome.", "Adopted on January 2, 2027.", "Los Angeles, (213) 555-0101, la@example.org", "Space for notes", "conference.test/2027/schedule"),
        "es": ("Viernes, 23 de julio de 2027", "Mesa PUBLC1", "Salón Grande · Trabajo", "Ana Public (Modera)", "Qué decir en la puerta.", "Cancelada Canciones", "Cómo llegar", "Todas las personas.", "Espacio para apuntes"),
    }  # fmt: skip
    for language, told in said.items():
        data = await booklet(visitor, language)
        assert check.qpdf_says(data) == "" and check.problems(data) == []
        words = check.spoken_text(data)
        assert [text for text in told if text not in words] == []
        assert [text for text in PLANTED if text in words or text in " ".join(check.page_texts(data))] == []
        assert len([1 for level, _title in check.bookmarks(data) if level == 2]) == 7
        assert check.page_texts(data)[-1].rstrip().endswith(str(len(check.page_texts(data))))


@pytest.mark.usefixtures("real_pdfs")
async def test_same_words_same_bytes(cast: Cast, edition: Edition) -> None:
    await release(edition)
    shown = await queries.agenda(edition)
    around = programme.Around(network=await about_editions.organization(), chapters=[], travel=None, unity=None)
    assert await programme.programme_pdfs(edition, shown, around) == await programme.programme_pdfs(edition, shown, around)


async def test_what_a_new_release_may_no_longer_tell_goes_at_once(visitor: Browser, edition: Edition) -> None:
    await release(edition)
    await jobs.run_due()
    session = await queries.session(edition, "PUBLC2")
    await actions.change_session(session, audience="staff")
    await release(edition)
    assert (await visitor.get("/2027/programme.pdf")).status_code == 404
    await jobs.run_due()
    assert (await visitor.get("/2027/programme.pdf")).status_code == 200


async def test_a_booklet_that_was_overtaken_is_not_kept(edition: Edition) -> None:
    await release(edition)
    await actions.cancel(await placement(edition, "PUBLC2"))
    await release(edition)
    assert [await actions.keep_programme(edition, version, {"en": b"%PDF"}) for version in (1, 3, 2)] == [False, False, True]
    assert (await blobs.get(edition.id, "programme.en.pdf")).body == b"%PDF"


async def test_new_words_of_its_pages_make_it_anew(edition: Edition) -> None:
    async def asked() -> int:
        return await Job.filter(name="agenda.make_programme").count()

    points = {"title": {"en": "Unity"}, "points": []}
    await editions.publish_page(await editions.write_page(edition, "travel", WORDS))
    await editions.adopt(edition, **points)
    assert await asked() == 0  # nothing is released yet
    await release(edition)
    await jobs.run_due()
    for change, count in ((lambda: editions.adopt(edition, **points | {"intro": {"en": "Newer"}}), 1), (lambda: _published(edition, "travel"), 1), (lambda: _published(edition, "about"), 0)):
        await change()
        assert await asked() == count
        await jobs.run_due()


async def _published(edition: Edition, slug: str) -> None:
    known = await about_editions.page(edition, slug)
    words = {code: {"title": f"New {slug}", "body": "New"} for code in ("en", "es")}
    await editions.publish_page(await editions.write_page(edition, slug, words, revision=known.revision if known else 0))
