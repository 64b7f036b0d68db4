"""The demo's loader of editions, alone."""

import pytest

from conference.demo.load import load_demo
from conference.demo.loading import editions as loader
from conference.demo.world import World
from conference.editions import queries
from conference.editions.models import AdoptedText, Chapter, Duty, Edition, Page
from conference.people.models import Person

ROOMS = ("", "about", "proposals", "travel", "housing", "endorse", "donate", "unity")


@pytest.fixture
async def world(app) -> World:
    made = World()
    await loader.load(made)
    return made


async def test_three_editions_with_their_pages_people_and_points(world):
    assert sorted(world.editions) == ["2006", "2007", "2027"] and sorted(world.people) == ["attendee", "editor", "note-taker", "organizer", "treasurer"]
    counted = [await model.all().count() for model in (Edition, Page, Chapter, Person, Duty, AdoptedText)]
    assert counted == [3, 3 * 7 + 3, 3, 5, 4, 1]
    assert len((await AdoptedText.get()).points) == 10
    assert (await queries.next_edition()).slug == "2027"


async def test_every_page_is_published_in_both_languages(world):
    pages = await Page.all()
    assert [page.slug for page in pages if page.live is None or not all(page.live[code]["body"] for code in ("en", "es"))] == []


@pytest.mark.parametrize("slug", ["2006", "2007", "2027"])
async def test_every_room_is_furnished(world, visitor, slug):
    for lang in ("en", "es"):
        for room in ROOMS:
            answer = await visitor.get(f"/{slug}/{room}?lang={lang}")
            assert (answer.status_code, answer.text.count("<h1"), "This page is being written." in answer.text) == (200, 1, False), (room, lang)


async def test_the_organizer_runs_all_of_it(world, app):
    from tests.cast import sign_in
    from tests.conftest import new_browser

    async with new_browser(app) as rosario:
        await sign_in(rosario, "rosario@example.org")
        page = (await rosario.get("/office/")).text
    assert [slug in page for slug in ("2006: Washington", "2007: Richmond", "2027: Chicago", "/office/outbox")] == [True] * 4


async def test_a_real_site_is_seeded_without_money(settings, fixed_clock):
    """There is no stand-in for Stripe outside the demo, and nothing is written into real books."""
    from conference.app import create_app, opened
    from conference.payments.models import LedgerEntry
    from conference.registration.models import Order

    made = create_app(settings.model_copy(update={"demo": False}), clock=fixed_clock)
    async with opened(made.context):
        await load_demo()
        assert (await LedgerEntry.all().count(), await Order.exists()) == (0, True)
