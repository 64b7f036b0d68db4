"""The rooms of an edition as visitors see them."""

from datetime import UTC, datetime, timedelta

import pytest

from conference.core import jobs
from conference.editions import actions
from tests.queries import counting

ROOMS = ("about", "proposals", "travel")
WORDS = {"en": {"title": "Come by train", "body": "## By train\n\nWalk **north**."}, "es": {"title": "Venga en tren", "body": "## En tren\n\nCamine al **norte**."}}


async def test_the_home_page_says_when_where_and_what_to_do(cast, visitor):
    await cast.edition()
    answer = await visitor.get("/2027/")
    assert answer.status_code == 200
    said = [text in answer.text for text in ("Strategy Conference", "Jul 23 – 25, 2027", "Lakeside Hall", "(312) 555-0100", 'href="/2027/register"', 'href="/2027/schedule"')]
    assert said == [True] * 6


@pytest.mark.parametrize(
    ("now", "first", "second"),
    [
        (datetime(2027, 7, 23, 4, 59, tzinfo=UTC), "Register", "See the schedule"),  # still Thursday in Chicago
        (datetime(2027, 7, 23, 5, 0, tzinfo=UTC), "See the schedule", "Read the session notes"),
        (datetime(2027, 7, 26, 4, 59, tzinfo=UTC), "See the schedule", "Read the session notes"),  # still Sunday in Chicago
        (datetime(2027, 7, 26, 5, 0, tzinfo=UTC), "Read the session notes", "See the schedule"),
    ],
)
async def test_the_buttons_of_the_cover_are_those_of_the_day(cast, visitor, fixed_clock, now, first, second):
    await cast.edition()
    fixed_clock.at = now
    cover = (await visitor.get("/2027/")).text.split('<div class="actions">')[1].split("</div>")[0]
    assert [part.rpartition(">")[2] for part in cover.split("</a")[:-1]] == [first, second]


async def test_a_past_edition_asks_nobody_to_register(cast, visitor, fixed_clock):
    await cast.edition()
    fixed_clock.on(days=365)
    page = (await visitor.get("/2027/about")).text
    assert ('href="/2027/register"' in page, 'href="/2027/schedule"' in page) == (False, True)


async def test_home_pages_turn_with_the_days(app, cast, visitor, fixed_clock):
    await cast.edition()
    fixed_clock.at = datetime(2027, 7, 22, 12, tzinfo=UTC)
    before = (await visitor.get("/2027/")).text
    fixed_clock.on(days=1)
    assert (await visitor.get("/2027/")).text == before, "a ready page is not made anew by itself"
    await jobs.later("editions.turn_the_page")
    await jobs.run_due()
    assert (await visitor.get("/2027/")).text != before


@pytest.mark.parametrize("room", ROOMS)
async def test_a_room_without_words_says_what_will_be_there_and_whom_to_ask(cast, visitor, room):
    await cast.edition()
    answer = await visitor.get(f"/2027/{room}")
    assert answer.status_code == 200
    assert "This page is being written." in answer.text and 'href="mailto:hello@example.org"' in answer.text and "(312) 555-0100" in answer.text


@pytest.mark.parametrize("room", ROOMS)
async def test_published_words_are_seen_at_once_in_both_languages(cast, visitor, room):
    edition = await cast.edition()
    assert "Come by train" not in (await visitor.get(f"/2027/{room}")).text
    await actions.publish_page(await actions.write_page(edition, room, WORDS))
    english, spanish = await visitor.get(f"/2027/{room}?lang=en"), await visitor.get(f"/2027/{room}?lang=es")
    assert '<h1>Come by train</h1>\n<div class="prose"><h2>By train</h2>\n<p>Walk <strong>north</strong>.</p>' in english.text
    assert '<h1>Venga en tren</h1>\n<div class="prose"><h2>En tren</h2>\n<p>Camine al <strong>norte</strong>.</p>' in spanish.text


async def test_a_draft_is_seen_by_nobody(cast, visitor):
    edition = await cast.edition()
    await actions.write_page(edition, "about", WORDS)
    assert "Come by train" not in (await visitor.get("/2027/about")).text


async def test_what_organizers_write_cannot_run(cast, visitor):
    edition = await cast.edition()
    words = {code: {"title": "<b>T</b>", "body": "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"} for code in ("en", "es")}
    await actions.publish_page(await actions.write_page(edition, "about", words))
    page = (await visitor.get("/2027/about")).text
    assert "<h1>&lt;b&gt;T&lt;/b&gt;</h1>" in page
    assert [bad in page for bad in ("<script>alert", 'href="javascript', "<img")] == [False] * 3


async def test_points_of_unity_stand_in_the_editions_after(cast, visitor):
    first = await cast.edition()
    later = await cast.edition("2028", begins=first.begins + timedelta(days=365), ends=first.ends + timedelta(days=365))
    assert "once it has been adopted" in (await visitor.get("/2028/unity")).text
    points = [{"title": {"en": "Together", "es": "Juntos"}, "text": {"en": "We stand together.", "es": "Estamos juntos."}}]
    await actions.adopt(first, adopted=first.ends, title={"en": "Points", "es": "Puntos"}, points=points)
    from conference.core import versions

    await versions.touch(f"edition:{later.slug}")
    assert "We stand together." in (await visitor.get("/2028/unity")).text and "July 25, 2027" in (await visitor.get("/2028/unity")).text
    assert "Estamos juntos." in (await visitor.get("/2027/unity?lang=es")).text


async def test_a_wrong_edition_is_no_page(cast, visitor):
    await cast.edition()
    found = {path: (await visitor.get(path)).status_code for path in ("/2026/", "/2026/about", "/20277/", "/2027/nothing", "/2027-%00/", "/1", "/2027")}
    assert found == {"/2026/": 404, "/2026/about": 404, "/20277/": 404, "/2027/nothing": 404, "/2027-%00/": 404, "/1": 404, "/2027": 307}


@pytest.mark.parametrize("room", ("", *ROOMS, "unity"))
async def test_rooms_are_read_only(cast, visitor, room):
    await cast.edition()
    answer = await visitor.post(f"/2027/{room}")
    assert answer.status_code == 405 and "takes no such request" in answer.text


async def test_an_edition_in_preparation_is_for_its_people_only(cast, visitor):
    edition = await cast.edition(public=False)
    bo, dov = await cast.browser("bo"), await cast.browser("dov")
    assert [(await browser.get("/2027/")).status_code for browser in (visitor, dov, bo)] == [404, 404, 200]
    assert [(await browser.get("/2027/about")).status_code for browser in (visitor, dov, bo)] == [404, 404, 200]
    await actions.change_edition(edition, public=True)
    assert [(await browser.get("/2027/")).status_code for browser in (visitor, dov, bo)] == [200, 200, 200]
    await actions.change_edition(edition, public=False)
    assert [(await browser.get("/2027/")).status_code for browser in (visitor, dov, bo)] == [404, 404, 200]


async def test_a_ready_page_carries_nothing_of_who_asks(cast, visitor):
    await cast.edition()
    bo = await cast.browser("bo")
    assert (await bo.get("/2027/")).text == (await visitor.get("/2027/")).text
    assert "set-cookie" not in (await visitor.get("/2027/")).headers


async def test_many_editions_cost_no_more_questions_than_one(app, cast):
    from conference.editions import queries

    asked = []
    for slug in ("2027", *(f"20{year}" for year in range(28, 57))):
        await cast.edition(slug)
        if slug in ("2027", "2056"):
            with counting() as statements:
                assert len(await queries.public_editions()) in (1, 30)
                await queries.next_edition()
            asked.append(len(statements))
    assert asked == [2, 2]


async def test_every_door_leads_to_a_page(app):
    from conference.editions.doors import Standing, doors

    names = {door.name for standing in Standing for door in doors(standing)}
    assert names - set(app.inner.state.paths) == set()
