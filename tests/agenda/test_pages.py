"""The public pages and files of the agenda."""

import json
from datetime import date, time
from xml.etree import ElementTree

import pytest

from conference.agenda import actions, queries
from conference.app import App
from conference.core.versions import touch
from conference.editions.models import Edition
from tests.agenda.counting import counting
from tests.agenda.hall import SATURDAY, a_hall, a_session, events, line, placement, release, shift
from tests.agenda.test_formats import json_faults, schema, xml_faults
from tests.cast import Browser, Cast
from tests.checkers import ical as checkers

FILES = ("/2027/schedule.ics", "/2027/schedule.xml", "/2027/schedule.json")
ALL = (
    "/2027/schedule",
    *FILES,
    "/2027/tracks/work.ics",
    "/2027/rooms/hall.ics",
    "/2027/sessions/AAAAA1",
    "/2027/sessions/AAAAA1.ics",
    "/schedule.ics",
)


@pytest.fixture
async def edition(cast: Cast) -> Edition:
    made = await cast.edition()
    await a_hall(made)
    await a_session(
        made,
        "AAAAA1",
        (9, 0),
        languages=["es"],
        interpretation=["en"],
        abstract={"en": "What, and *why*.", "es": "Qué y por qué."},
    )
    await a_session(made, "BBBBB2", (9, 0), room="river", kind="meal", track=None)
    await a_session(made, "CCCCC3", (14, 0), day=SATURDAY)
    return made


@pytest.fixture
async def released(edition: Edition) -> Edition:
    await release(edition)
    return edition


# Before a release


async def test_before_a_release_the_page_says_what_will_be_there(visitor: Browser, edition: Edition) -> None:
    page = await visitor.get("/2027/schedule")
    assert page.status_code == 200
    assert "The schedule is not out yet" in page.text
    assert "webcal://conference.test/2027/schedule.ics" in page.text
    assert "Todavía no se publica el programa" in (await visitor.get("/2027/schedule?lang=es")).text


async def test_before_a_release_the_calendar_is_empty_and_valid(
    visitor: Browser, edition: Edition, capsys: pytest.CaptureFixture
) -> None:
    feed = (await visitor.get("/2027/schedule.ics")).content
    assert events(feed) == {}
    assert {name: verdict.accepts for name, verdict in checkers.check(feed).items() if not verdict.accepts} == {}
    xml, said = (await visitor.get("/2027/schedule.xml")).content, (await visitor.get("/2027/schedule.json")).content
    assert (len(ElementTree.fromstring(xml).findall(".//event")), json.loads(said)["schedule"]["events"]) == (0, [])
    _assert_valid(xml, said, capsys)


async def test_before_a_release_there_is_no_session_track_or_room(visitor: Browser, edition: Edition) -> None:
    for path in ("/2027/sessions/AAAAA1", "/2027/sessions/AAAAA1.ics", "/2027/tracks/work.ics", "/2027/rooms/hall.ics"):
        assert (path, (await visitor.get(path)).status_code) == (path, 404)


# The schedule


async def test_the_schedule_says_when_where_and_in_which_language(visitor: Browser, released: Edition) -> None:
    page = (await visitor.get("/2027/schedule")).text
    said = [
        "Friday, July 23, 2027",
        "Session AAAAA1",
        "Great Hall",
        "Spanish, interpreted into English",
        "Work",
        "Saturday, July 24, 2027",
        "Session CCCCC3",
        "River Room",
    ]
    assert [words for words in said if words not in page] == []
    places = [page.index(words) for words in (*said[:4], *said[5:7])]
    assert places == sorted(places)
    assert 'href="#day-2027-07-23"' in page
    assert 'href="#track-work"' in page
    assert 'id="track-work"' in page
    assert "Last released: Saturday, May 1, 2027" in page


async def test_the_schedule_in_spanish(visitor: Browser, released: Edition) -> None:
    page = (await visitor.get("/2027/schedule?lang=es")).text
    said = [
        "viernes, 23 de julio de 2027",
        "Mesa AAAAA1",
        "Salón Grande",
        "Español, con interpretación en inglés",
        "Trabajo",
    ]
    assert [words for words in said if words not in page] == []
    assert "webcal://conference.test/2027/schedule.ics?lang=es" in page


async def test_parallel_sessions_stand_in_one_slot(visitor: Browser, released: Edition) -> None:
    page = (await visitor.get("/2027/schedule")).text
    assert page.count('<li class="slot">') == 2
    assert page.count('<div class="slot-sessions alone">') == 1


async def test_a_move_and_a_cancellation_are_said(visitor: Browser, app: App, released: Edition) -> None:
    await shift(released, "AAAAA1", (15, 30), room="river")
    await actions.cancel(await placement(released, "CCCCC3"))
    await actions.release(
        released, name={"en": "Second", "es": "Segunda"}, notes={"en": "A larger room.", "es": "Una sala más grande."}
    )
    app.ready.versions.expire()
    page = (await visitor.get("/2027/schedule")).text
    for words in (
        "It was: Fri, Jul 23, 9:00\xa0AM, Great Hall",
        '<span class="chip bad">Cancelled</span>',
        '<span class="chip warn">Moved</span>',
        "A larger room.",
        "Second",
    ):
        assert words in page
    one, other = (
        (await visitor.get("/2027/sessions/CCCCC3")).text,
        (await visitor.get("/2027/sessions/AAAAA1?lang=es")).text,
    )
    assert "It will not take place on Saturday, July 24, 2027" in one
    assert "Era: vie, 23 jul, 9:00" in other.replace("\xa0", " ")


async def test_what_was_taken_off_is_shown_as_cancelled(visitor: Browser, app: App, released: Edition) -> None:
    await actions.unplace(await placement(released, "CCCCC3"))
    await release(released)
    app.ready.versions.expire()
    page = (await visitor.get("/2027/schedule")).text
    assert page.count('class="session cancelled"') == 1
    assert "It will not take place" in (await visitor.get("/2027/sessions/CCCCC3")).text


# A session


async def test_a_sessions_page(visitor: Browser, released: Edition) -> None:
    page = (await visitor.get("/2027/sessions/AAAAA1")).text
    for words in (
        "<h1>Session AAAAA1</h1>",
        "<em>why</em>",
        "Friday, July 23, 2027",
        "Great Hall",
        "Spanish, interpreted into English",
        "/2027/sessions/AAAAA1.ics",
    ):
        assert words in page
    found = events((await visitor.get("/2027/sessions/AAAAA1.ics")).content)
    assert [line(event, "SUMMARY") for event in found.values()] == ["Session AAAAA1"]


@pytest.mark.parametrize("code", ["ZZZZZ9", "aaaaa1", "AAAAA", "AAAAA11", "AAAA%201", "../../x"])
async def test_unknown_and_mistyped_codes_are_not_found(visitor: Browser, released: Edition, code: str) -> None:
    assert (await visitor.get(f"/2027/sessions/{code}")).status_code == 404
    assert (await visitor.get(f"/2027/sessions/{code}.ics")).status_code == 404


async def test_a_session_of_another_edition_is_not_found_here(visitor: Browser, cast: Cast, released: Edition) -> None:
    other = await cast.edition("2026", begins=date(2026, 7, 24), ends=date(2026, 7, 26))
    await a_hall(other)
    await a_session(other, "OLDER1", day=date(2026, 7, 24))
    await release(other)
    assert [(await visitor.get(f"/{slug}/sessions/OLDER1")).status_code for slug in ("2026", "2027")] == [200, 404]
    assert (await visitor.get("/1999/schedule")).status_code == 404


async def test_what_a_session_takes_up_again_is_linked(
    visitor: Browser, cast: Cast, app: App, released: Edition
) -> None:
    other = await cast.edition("2026", begins=date(2026, 7, 24), ends=date(2026, 7, 26))
    await a_hall(other)
    await a_session(other, "OLDER1", day=date(2026, 7, 24))
    await a_session(other, "OLDER2", (12, 0), day=date(2026, 7, 24), audience="participants")
    await release(other)
    await a_session(released, "NEWER1", (16, 0), continues=["OLDER1", "OLDER2", "NOSUCH"])
    await release(released)
    app.ready.versions.expire()
    page = (await visitor.get("/2027/sessions/NEWER1")).text
    assert '<a href="/2026/sessions/OLDER1">Session OLDER1</a> (2026)' in page
    assert "OLDER2" not in page

    # Closed since, it is linked no more, though nothing was released here.
    await actions.change_session(await queries.session(other, "OLDER1"), audience="participants")
    await release(other)
    app.ready.versions.expire()
    assert "OLDER1" not in (await visitor.get("/2027/sessions/NEWER1")).text


async def test_a_session_placed_twice_has_both_times(visitor: Browser, app: App, released: Edition) -> None:
    session = await queries.session(released, "CCCCC3")
    await actions.place(session, released, day=SATURDAY, starts=time(16, 0), ends=time(17, 0), room="river")
    await release(released)
    app.ready.versions.expire()
    assert len(events((await visitor.get("/2027/sessions/CCCCC3.ics")).content)) == 2
    page = (await visitor.get("/2027/sessions/CCCCC3")).text
    assert [
        words in page for words in ("2:00\xa0PM – 3:00\xa0PM", "4:00\xa0PM – 5:00\xa0PM", "Great Hall", "River Room")
    ] == [True] * 4


# Files


def _assert_valid(xml: bytes, said: bytes, capsys: pytest.CaptureFixture) -> None:
    if found := schema("schedule.xml.xsd", capsys):
        assert xml_faults(found, xml) == []
    if found := schema("schedule-v2.schema.json", capsys):
        assert json_faults(found, said) == []


async def test_calendars_are_read_by_five_programs_alike(visitor: Browser, released: Edition) -> None:
    feed = (await visitor.get("/2027/schedule.ics")).content
    starts = {
        str((await placement(released, code)).uid): (await placement(released, code)).starts.strftime(
            "%Y-%m-%dT%H:%M:%SZ"
        )
        for code in ("AAAAA1", "BBBBB2", "CCCCC3")
    }
    for name, verdict in checkers.check(feed).items():
        # libical is strict about METHOD only in the form that adds one
        assert (name, verdict.accepts, verdict.starts) == (name, True, starts), verdict.said


async def test_xml_and_json_are_valid_and_say_what_the_calendar_says(
    visitor: Browser, app: App, released: Edition, capsys: pytest.CaptureFixture
) -> None:
    await actions.cancel(await placement(released, "CCCCC3"))
    await a_session(released, "NOROOM", (20, 0), room=None)
    await release(released)
    app.ready.versions.expire()
    for language in ("en", "es"):
        feed = events((await visitor.get(f"/2027/schedule.ics?lang={language}")).content)
        xml, said = (
            (await visitor.get(f"/2027/schedule.xml?lang={language}")).content,
            (await visitor.get(f"/2027/schedule.json?lang={language}")).content,
        )
        _assert_valid(xml, said, capsys)
        wanted = {uid: (line(event, "SUMMARY"), line(event, "DTSTART")) for uid, event in feed.items()}
        told = {
            event.get("guid"): (event.findtext("title"), event.findtext("date"))
            for event in ElementTree.fromstring(xml).iter("event")
        }
        assert {
            uid: (title, moment[:16].replace("-", "").replace(":", "") + "00") for uid, (title, moment) in told.items()
        } == wanted
        assert {event["guid"]: event["title"] for event in json.loads(said)["schedule"]["events"]} == {
            uid: title for uid, (title, _start) in wanted.items()
        }
    assert len(feed) == 4


async def test_feeds_of_a_track_and_a_room(visitor: Browser, released: Edition) -> None:
    found = {
        path: sorted(line(event, "SUMMARY") for event in events((await visitor.get(path)).content).values())
        for path in ("/2027/tracks/work.ics", "/2027/rooms/river.ics")
    }
    assert found == {
        "/2027/tracks/work.ics": ["Session AAAAA1", "Session CCCCC3"],
        "/2027/rooms/river.ics": ["Session BBBBB2"],
    }
    for path in ("/2027/tracks/none.ics", "/2027/rooms/none.ics", "/2027/rooms/..%2f.ics"):
        assert (path, (await visitor.get(path)).status_code) == (path, 404)


async def test_feeds_take_their_language_from_the_query_alone(visitor: Browser, released: Edition) -> None:
    said = {"accept-language": "es", "cookie": "lang=es"}
    assert "Session AAAAA1" in (await visitor.get("/2027/schedule.ics", headers=said)).text
    assert "Mesa AAAAA1" in (await visitor.get("/2027/schedule.ics?lang=es")).text
    assert "Mesa AAAAA1" in (await visitor.get("/2027/schedule", headers=said)).text


async def test_an_event_says_all_that_a_calendar_needs(visitor: Browser, released: Edition) -> None:
    uid = str((await placement(released, "AAAAA1")).uid)
    event = events((await visitor.get("/2027/schedule.ics")).content)[uid]
    assert event.replace(b"\r\n ", b"").decode().splitlines() == [
        "BEGIN:VEVENT",
        f"UID:{uid}",
        "DTSTAMP:20270501T120000Z",
        "LAST-MODIFIED:20270501T120000Z",
        "SEQUENCE:0",
        "DTSTART;TZID=America/Chicago:20270723T090000",
        "DTEND;TZID=America/Chicago:20270723T100000",
        "SUMMARY:Session AAAAA1",
        "LOCATION:Great Hall\\, Lakeside Hall\\, 1 Lake Street\\, Chicago",
        "DESCRIPTION:What\\, and *why*.\\n\\nSpanish\\, interpreted into English\\n\\nhttp://conference.test/2027/sessions/AAAAA1",
        "URL;VALUE=URI:http://conference.test/2027/sessions/AAAAA1",
        "CATEGORIES:Work",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "COLOR:saddlebrown" if b"saddlebrown" in event else f"COLOR:{line(event, 'COLOR')}",
        "END:VEVENT",
    ]


@pytest.mark.parametrize("path", ALL)
async def test_unchanged_is_304(visitor: Browser, released: Edition, path: str) -> None:
    first = await visitor.get(path)
    again = await visitor.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert first.headers["cache-control"] == "public, no-cache"
    assert "set-cookie" not in first.headers


@pytest.mark.parametrize("path", ALL)
async def test_nothing_is_posted_here(visitor: Browser, released: Edition, path: str) -> None:
    assert (await visitor.post(path)).status_code == 405


@pytest.mark.parametrize("path", ALL)
async def test_words_with_every_trap_in_them_arrive(visitor: Browser, app: App, released: Edition, path: str) -> None:
    traps = "Ñandú <b>& \"q\" 'a'; x,y\\n 🌻 \u200fעברית\u200e"
    await actions.change_session(
        await queries.session(released, "AAAAA1"), title={"en": traps}, abstract={"en": traps}, note={"en": traps}
    )
    await release(released)
    app.ready.versions.expire()
    answer = await visitor.get(path)
    assert answer.status_code == 200
    assert "<b>" not in answer.text.replace("\r\n ", "") or not answer.headers["content-type"].startswith("text/html")


# The edition and the release; a session's page also asks for its row and its notes.
QUERIES = {"/2027/schedule": 4, "/2027/schedule.ics": 3, "/2027/schedule.xml": 3, "/2027/sessions/AAAAA1": 5}


async def test_a_rebuild_asks_the_database_the_same_for_3_sessions_and_for_33(
    visitor: Browser, app: App, released: Edition
) -> None:
    async def asked() -> dict[str, int]:
        found = {}
        for path in QUERIES:
            await visitor.get(path)
            app.context.parts["agenda.public"].clear()
            await touch("edition:2027")
            with counting() as statements:
                assert (await visitor.get(path)).status_code == 200
            found[path] = len([said for said in statements if 'FROM "version"' not in said])
        return found

    assert await asked() == QUERIES
    for number in range(30):
        session = await a_session(released, f"Q{number:05}", (8 + number % 10, 0), room=None)
        await actions.name_contributor(session, name=f"Name {number}", role={"en": "Chair"}, audience="public")
    await release(released)
    assert await asked() == QUERIES
