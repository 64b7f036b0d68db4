"""What calendars see over edits, releases and rollbacks."""

import asyncio
import json
from datetime import timedelta
from xml.etree import ElementTree

import httpx
import pytest

from conference.agenda import actions, queries
from conference.agenda.actions import ChangedMeanwhile, NothingToRelease
from conference.agenda.models import Audience, Release
from conference.app import App
from conference.core.errors import NotFound
from conference.editions.models import Edition
from tests.agenda.hall import SATURDAY, a_hall, a_session, events, facts, line, placement, release, shift
from tests.cast import Browser, Cast
from tests.conftest import FixedClock

NOON = "20270501T120000Z"


class Reader:
    """Reads every public output; asserts that all of them say the same."""

    def __init__(self, visitor: Browser, app: App) -> None:
        self.visitor, self.app = visitor, app

    async def get(self, path: str) -> httpx.Response:
        self.app.ready.versions.expire()
        answer = await self.visitor.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer

    async def feed(self) -> dict[str, bytes]:
        found = events((await self.get("/2027/schedule.ics")).content)
        await self._xml_and_json_agree(found)
        return found

    async def _xml_and_json_agree(self, found: dict[str, bytes]) -> None:
        xml = ElementTree.fromstring((await self.get("/2027/schedule.xml")).content)
        said = json.loads((await self.get("/2027/schedule.json")).content)["schedule"]["events"]
        titles = {uid: line(event, "SUMMARY").replace("\\,", ",") for uid, event in found.items()}
        assert {event.get("guid"): event.findtext("title") for event in xml.iter("event")} == titles
        assert {event["guid"]: event["title"] for event in said} == titles
        cancelled = {uid for uid, event in found.items() if line(event, "STATUS") == "CANCELLED"}
        assert {event["guid"] for event in said if event["state"] == "CANCELED"} == cancelled


@pytest.fixture
def reader(visitor: Browser, app: App) -> Reader:
    return Reader(visitor, app)


@pytest.fixture
async def edition(cast: Cast) -> Edition:
    made = await cast.edition()
    await a_hall(made)
    for hour, code in enumerate(("AAAAA1", "BBBBB2", "CCCCC3"), 9):
        await a_session(made, code, (hour, 0))
    return made


async def uid(edition: Edition, code: str) -> str:
    return str((await placement(edition, code)).uid)


async def test_a_calendar_over_edits_releases_and_rollbacks(
    reader: Reader, edition: Edition, fixed_clock: FixedClock
) -> None:
    a, b, c = [await uid(edition, code) for code in ("AAAAA1", "BBBBB2", "CCCCC3")]

    # Before a release: an empty calendar.
    assert await reader.feed() == {}

    # 1. All is new.
    await release(edition)
    first = await reader.feed()
    assert {one: facts(event) for one, event in first.items()} == {one: (0, NOON, "CONFIRMED") for one in (a, b, c)}

    # Editing, moving and cancelling show nowhere before they are released.
    fixed_clock.on(hours=1)
    await actions.change_session(
        await queries.session(edition, "AAAAA1"), title={"en": "Another title", "es": "Otro título"}
    )
    await shift(edition, "BBBBB2", (14, 0), room="river")
    await actions.cancel(await placement(edition, "CCCCC3"))
    assert await reader.feed() == first

    # 2. A new title moves DTSTAMP alone; a move and a cancellation raise SEQUENCE too.
    fixed_clock.on(hours=1)
    await release(edition)
    second = await reader.feed()
    assert {one: facts(event) for one, event in second.items()} == {
        a: (0, "20270501T140000Z", "CONFIRMED"),
        b: (1, "20270501T140000Z", "CONFIRMED"),
        c: (1, "20270501T140000Z", "CANCELLED"),
    }
    assert [line(second[one], "SUMMARY") for one in (a, b, c)] == [
        "Another title",
        "Session BBBBB2",
        "Cancelled: Session CCCCC3",
    ]
    assert line(second[b], "DTSTART") == "20270723T140000"

    # 3. One is taken off: cancelled in calendars, and every other event keeps its bytes.
    fixed_clock.on(hours=1)
    await actions.unplace(await placement(edition, "AAAAA1"))
    await release(edition)
    third = await reader.feed()
    assert facts(third[a]) == (1, "20270501T150000Z", "CANCELLED")
    assert line(third[a], "SUMMARY") == "Cancelled: Another title"
    assert {one: third[one] for one in (b, c)} == {one: second[one] for one in (b, c)}

    # 4. Back to the first release: same UIDs, and SEQUENCE goes up wherever time, room or status differ.
    fixed_clock.on(hours=1)
    await actions.roll_back(edition, 1)
    fourth = await reader.feed()
    assert {one: facts(event) for one, event in fourth.items()} == {
        a: (2, "20270501T160000Z", "CONFIRMED"),
        b: (2, "20270501T160000Z", "CONFIRMED"),
        c: (2, "20270501T160000Z", "CONFIRMED"),
    }
    assert [line(fourth[one], "SUMMARY") for one in (a, b, c)] == ["Session AAAAA1", "Session BBBBB2", "Session CCCCC3"]
    assert line(fourth[b], "DTSTART") == "20270723T100000"

    # 5. The draft was kept, and is released again: SEQUENCE is above all that was ever published.
    fixed_clock.on(hours=1)
    await release(edition)
    fifth = await reader.feed()
    assert {one: facts(event) for one, event in fifth.items()} == {
        a: (3, "20270501T170000Z", "CANCELLED"),
        b: (3, "20270501T170000Z", "CONFIRMED"),
        c: (3, "20270501T170000Z", "CANCELLED"),
    }

    # 6. A new session leaves all others as they were, to the byte.
    fixed_clock.on(hours=1)
    await a_session(edition, "DDDDD4", (16, 0))
    await release(edition)
    sixth = await reader.feed()
    assert {one: sixth[one] for one in (a, b, c)} == fifth
    assert facts(sixth[await uid(edition, "DDDDD4")]) == (0, "20270501T180000Z", "CONFIRMED")


async def test_every_kind_of_feed_keeps_the_bytes_of_what_did_not_change(
    reader: Reader, edition: Edition, fixed_clock: FixedClock
) -> None:
    await release(edition)
    paths = (
        "/2027/schedule.ics",
        "/2027/tracks/work.ics",
        "/2027/rooms/hall.ics",
        "/2027/sessions/AAAAA1.ics",
        "/2027/schedule.ics?lang=es",
    )
    before = {path: (await reader.get(path)).content for path in paths}
    fixed_clock.on(days=1)
    await actions.change_session(
        await queries.session(edition, "CCCCC3"), links=[{"url": "https://example.org/", "title": "Slides"}]
    )
    await release(edition)
    after = {path: (await reader.get(path)).content for path in paths}
    changed = await uid(edition, "CCCCC3")
    for path in paths:
        one, other = events(before[path]), events(after[path])
        assert {id for id in other if other[id] != one[id]} == ({changed} & one.keys())
        assert before[path].partition(b"BEGIN:VEVENT")[0] == after[path].partition(b"BEGIN:VEVENT")[0]
    assert facts(events(after["/2027/schedule.ics"])[changed]) == (0, "20270502T120000Z", "CONFIRMED")


async def test_a_link_added_moves_the_stamp_and_not_the_sequence(
    reader: Reader, edition: Edition, fixed_clock: FixedClock
) -> None:
    await release(edition)
    fixed_clock.on(hours=1)
    await actions.change_room(await queries.room(edition, "hall"), name={"en": "Grand Hall", "es": "Salón Grande"})
    await release(edition)
    assert {facts(event) for event in (await reader.feed()).values()} == {(0, "20270501T130000Z", "CONFIRMED")}


async def test_nothing_unreleased_shows_anywhere(reader: Reader, visitor: Browser, edition: Edition) -> None:
    await release(edition)
    await a_session(edition, "SECRET", (17, 0), title={"en": "Planted Secret", "es": "Secreto plantado"}, room="river")
    await actions.create_room(edition, slug="planted", name={"en": "Planted Secret Room", "es": "Sala secreta"})
    await actions.create_track(
        edition, slug="planted", name={"en": "Planted Secret Track", "es": "Eje secreto"}, color="plum"
    )
    for path in (
        "/2027/schedule",
        "/2027/schedule?lang=es",
        "/2027/schedule.ics",
        "/2027/schedule.xml",
        "/2027/schedule.json",
        "/2027/rooms/river.ics",
        "/schedule.ics",
    ):
        text = (await reader.get(path)).text.lower()
        assert [word for word in ("planted", "secret") if word in text] == [], path
    for path in (
        "/2027/sessions/SECRET",
        "/2027/sessions/SECRET.ics",
        "/2027/rooms/planted.ics",
        "/2027/tracks/planted.ics",
    ):
        assert (await visitor.get(path)).status_code == 404, path


async def test_what_was_cancelled_already_keeps_its_bytes_when_taken_off(
    reader: Reader, edition: Edition, fixed_clock: FixedClock
) -> None:
    one = await uid(edition, "BBBBB2")
    await actions.cancel(await placement(edition, "BBBBB2"))
    await release(edition)
    before = await reader.feed()
    fixed_clock.on(hours=1)
    await actions.unplace(await placement(edition, "BBBBB2"))
    await release(edition)
    after = await reader.feed()
    assert after == before
    assert line(after[one], "STATUS") == "CANCELLED"


async def test_what_was_taken_off_is_told_until_the_edition_ends(
    reader: Reader, edition: Edition, fixed_clock: FixedClock
) -> None:
    one = await uid(edition, "AAAAA1")
    await release(edition)
    await actions.unplace(await placement(edition, "AAAAA1"))
    await release(edition)
    assert one in await reader.feed()
    fixed_clock.at = fixed_clock.at.replace(month=7, day=26, hour=6)  # 1:00 in Chicago, on the day after the last
    from conference.agenda.jobs import let_go_of_ended

    await let_go_of_ended()
    assert sorted(await reader.feed()) == sorted([await uid(edition, code) for code in ("BBBBB2", "CCCCC3")])


async def test_a_release_says_who_when_and_of_what(edition: Edition, cast: Cast) -> None:
    fay = await cast.person("fay")
    made = await actions.release(edition, by=fay.id, name={"en": "First"}, notes={"en": "Come all"})
    back = await actions.release(await _with_a_change(edition), name={"en": "Second"})
    again = await actions.roll_back(edition, 1, by=fay.id)
    assert [(one.version, one.name, one.of_version, one.by) for one in (made, back, again)] == [
        (1, {"en": "First"}, None, fay.id),
        (2, {"en": "Second"}, None, None),
        (3, {"en": "First"}, 1, fay.id),
    ]


async def _with_a_change(edition: Edition) -> Edition:
    await shift(edition, "AAAAA1", (12, 0), day=SATURDAY)
    return edition


async def test_nothing_new_is_refused(edition: Edition) -> None:
    await release(edition)
    with pytest.raises(NothingToRelease):
        await release(edition)
    with pytest.raises(NothingToRelease):
        await actions.roll_back(edition, 1)
    with pytest.raises(NotFound):
        await actions.roll_back(edition, 7)
    assert await Release.all().count() == 1


async def test_two_releases_at_once_are_one(edition: Edition) -> None:
    outcomes = await asyncio.gather(
        *(actions.release(edition, name={"en": "Both"}) for _n in range(4)), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NothingToRelease"] * 3 + ["Release"]
    assert await Release.all().count() == 1


async def test_what_changed_since_it_was_looked_at_is_not_released(edition: Edition) -> None:
    seen = actions.seen_digest(*await queries.draft(edition))
    await shift(edition, "AAAAA1", (12, 0))
    with pytest.raises(ChangedMeanwhile):
        await actions.release(edition, name={"en": "Blind"}, seen=seen)
    made = await actions.release(edition, name={"en": "Seen"}, seen=actions.seen_digest(*await queries.draft(edition)))
    assert made.version == 1


async def test_a_rollback_shows_nobody_what_was_closed_since(reader: Reader, edition: Edition) -> None:
    """A session, a room and a name were public in the first release; each was withdrawn for a reason."""
    session = await queries.session(edition, "BBBBB2")
    stays = await queries.session(edition, "CCCCC3")
    named = await actions.name_contributor(stays, name="Nadia Planted", role={"en": "Chair"}, audience="public")
    gone = await actions.name_contributor(stays, name="Omar Planted", role={}, audience="public")
    alias = await actions.name_contributor(stays, name="Old Planted Name", role={}, audience="public")
    await release(edition)
    await actions.change_session(session, audience=Audience.PARTICIPANTS)
    await actions.change_room(await queries.room(edition, "hall"), audience=Audience.STAFF)
    await actions.change_contribution(
        await queries.contribution(edition, named.id), name="Nadia Planted", role={}, audience="participants"
    )
    await actions.remove_contribution(await queries.contribution(edition, gone.id))
    await actions.change_contribution(
        await queries.contribution(edition, alias.id), name="Luz", role={}, audience="public"
    )
    await shift(edition, "AAAAA1", (18, 0))
    await release(edition)
    await actions.roll_back(edition, 1)
    for path in (
        "/2027/schedule",
        "/2027/schedule.ics",
        "/2027/schedule.xml",
        "/2027/schedule.json",
        "/2027/sessions/CCCCC3",
    ):
        text = (await reader.get(path)).text.replace("\r\n ", "")
        assert [word for word in ("Planted", "Session BBBBB2", "Great Hall") if word in text] == [], path
        assert "Luz" in text, path


async def test_the_sequence_never_goes_down_over_many_releases(
    reader: Reader, edition: Edition, fixed_clock: FixedClock
) -> None:
    one, highest = await uid(edition, "AAAAA1"), -1
    await release(edition)
    for step, at in enumerate((11, 12, 9, 15, 9), 2):
        fixed_clock.at += timedelta(hours=1)
        await shift(edition, "AAAAA1", (at, 30))
        await release(edition)
        if step % 2:
            await actions.roll_back(edition, step - 1)
        sequence = facts((await reader.feed())[one])[0]
        assert sequence > highest
        highest = sequence
