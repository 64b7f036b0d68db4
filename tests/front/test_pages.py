"""The organization's pages, over all slices."""

from datetime import timedelta

import pytest

from conference.editions import actions
from tests.cast import sign_in
from tests.queries import counting

COMING = {"news": "News", "subscribe": "Letters from us"}
WORDS = {"en": {"title": "About us", "body": "First part.\n\nSecond part."}, "es": {"title": "Sobre nosotros", "body": "Primera parte.\n\nSegunda parte."}}
PUBLIC = ("/", "/network", "/contact", "/donate", "/news", "/subscribe", "/resources", "/held", "/my-data")


@pytest.mark.parametrize("path", PUBLIC)
async def test_with_nothing_told_every_page_still_says_something(visitor, path):
    answer = await visitor.get(path)
    assert answer.status_code == 200 and answer.text.count("<h1") == 1


async def test_the_home_page_shows_the_coming_edition_and_the_others(cast, visitor):
    await cast.organization()
    coming = await cast.edition()
    await cast.edition("2026", city="Richmond", begins=coming.begins - timedelta(days=364), ends=coming.ends - timedelta(days=364))
    page = (await visitor.get("/")).text
    said = ('href="/2027/">To this conference', 'href="/2027/register">Register', "2026: Richmond", "2027: Chicago", "Network of Neighbors", "Together")
    assert [words in page for words in said] == [True] * 6
    spanish = (await visitor.get("/?lang=es")).text
    assert "Conferencia de estrategia" in spanish and "Juntas" in spanish and '<html lang="es"' in spanish


async def test_a_hidden_edition_is_on_no_page(cast, visitor):
    await cast.edition("2027", public=False, city="Hiddenville")
    assert "Hiddenville" not in (await visitor.get("/")).text and "No conference is announced yet" in (await visitor.get("/")).text


@pytest.mark.parametrize(("path", "slug"), [("/network", "network"), ("/contact", "contact"), ("/donate", "donate")])
async def test_published_words_are_seen_at_once(cast, visitor, path, slug):
    await cast.organization()
    assert "First part." not in (await visitor.get(path)).text
    await actions.publish_page(await actions.write_page(None, slug, WORDS))
    assert "<h1>About us</h1>" in (await visitor.get(path)).text
    assert "<h1>Sobre nosotros</h1>" in (await visitor.get(f"{path}?lang=es")).text


async def test_the_home_page_begins_the_story_of_the_network(cast, visitor):
    await cast.organization()
    await actions.publish_page(await actions.write_page(None, "network", WORDS))
    page = (await visitor.get("/")).text
    assert ("First part." in page, "Second part." in page) == (True, False)


@pytest.mark.parametrize("path", COMING)
async def test_what_is_not_built_says_so_and_whom_to_ask(cast, visitor, path):
    await cast.organization()
    answer = await visitor.get(f"/{path}")
    assert f"<h1>{COMING[path]}</h1>" in answer.text
    assert "This part is not ready yet." in answer.text and 'href="mailto:hello@example.org"' in answer.text


async def test_there_are_no_articles_yet(visitor):
    assert [(await visitor.get(path)).status_code for path in ("/news/about", "/news/2027/", "/news/2027", "/nothing", "/resources/a.pdf")] == [404] * 5


@pytest.mark.parametrize("path", (*PUBLIC, "/my", "/healthz", "/readyz", "/metrics"))
async def test_these_pages_are_read_only(visitor, path):
    assert (await visitor.post(path)).status_code == 405


async def test_own_things_ask_for_a_sign_in_and_bring_back(visitor, cast):
    answer = await visitor.get("/my")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fmy")
    await sign_in(visitor, "dov@example.org")
    page = await visitor.get("/my")
    assert page.status_code == 200 and "Nothing here yet" in page.text and page.headers["cache-control"] == "no-store"


async def test_own_things_name_the_duties(cast):
    bo, gus = await cast.browser("bo"), await cast.browser("gus")
    await cast.edition("2028", public=False)
    assert [path in (await bo.get("/my")).text for path in ('href="/office/2027/"', 'href="/office/2028/"')] == [True, False]
    assert [path in (await gus.get("/my")).text for path in ('href="/office/2027/"', 'href="/office/2028/"')] == [True, True]


async def test_the_language_is_chosen_by_query_cookie_and_browser(visitor, cast):
    await cast.organization()
    spanish = {"accept-language": "es-MX,es;q=0.9"}
    assert '<html lang="es"' in (await visitor.get("/contact", headers=spanish)).text
    assert '<html lang="en"' in (await visitor.get("/contact?lang=en", headers=spanish)).text
    assert '<html lang="en"' in (await visitor.get("/contact", headers=spanish)).text, "the choice is kept"
    assert '<html lang="en"' in (await visitor.get("/contact?lang=xx")).text


async def test_home_and_contact_cost_the_same_for_one_row_and_for_thirty(app, cast):
    from conference.editions import queries

    asked = []
    for number in range(30):
        await actions.add_chapter(name=f"Chapter {number}", city="Chicago", phone="", mail="", about={"en": "x", "es": "x"})
        if number in (0, 29):
            with counting() as statements:
                assert len(await queries.chapters()) == number + 1
            asked.append(len(statements))
    assert asked == [1, 1]
