"""What is not for everybody is planted, and looked for in every public output."""

import pytest

from conference.agenda import actions, queries
from conference.agenda.models import Audience, Release
from conference.app import App
from conference.editions.actions import take_part
from conference.editions.models import Edition
from tests.agenda.hall import a_hall, a_session, events, facts, line, placement, release, shift
from tests.cast import Browser, Cast
from tests.conftest import FixedClock

PATHS = (
    "/2027/schedule", "/2027/schedule.ics", "/2027/schedule.xml", "/2027/schedule.json", "/2027/tracks/work.ics", "/2027/rooms/hall.ics",
    "/2027/sessions/PUBLC1", "/2027/sessions/PUBLC1.ics", "/schedule.ics",
)  # fmt: skip
CLOSED = (
    "/2027/sessions/PRVTE2",
    "/2027/sessions/PRVTE2.ics",
    "/2027/sessions/STAFF3",
    "/2027/sessions/STAFF3.ics",
    "/2027/rooms/den.ics",
)


@pytest.fixture
async def edition(cast: Cast) -> Edition:
    """One public session with a private room, and names of every audience; sessions for participants and for staff."""
    made = await cast.edition()
    await a_hall(made)
    await actions.create_room(
        made,
        slug="den",
        name={"en": "Planted Den", "es": "Planted Guarida"},
        access={"en": "Planted door"},
        audience="participants",
        place=9,
    )
    public = await a_session(made, "PUBLC1", (9, 0), room="den")
    private = await a_session(
        made, "PRVTE2", (11, 0), title={"en": "Planted Private", "es": "Planted Privada"}, audience="participants"
    )
    await a_session(made, "STAFF3", (13, 0), title={"en": "Planted Staff", "es": "Planted Equipo"}, audience="staff")
    await actions.name_contributor(public, name="Ana Public", role={"en": "Chair"}, audience="public")
    await actions.name_contributor(
        public, name="Planted Participant", role={"en": "Planted Role"}, audience="participants"
    )
    await actions.name_contributor(public, name="Planted Staffer", role={}, audience="staff")
    await actions.name_contributor(private, name="Planted Open", role={}, audience="public")
    return made


async def test_public_outputs_hold_public_matter_only(visitor: Browser, edition: Edition) -> None:
    await release(edition)
    for path in PATHS:
        for language in ("en", "es"):
            answer = await visitor.get(f"{path}?lang={language}")
            text = answer.text.replace("\r\n ", "")
            assert (path, answer.status_code, "planted" in text.lower(), "PRVTE2" in text, "STAFF3" in text) == (
                path,
                200,
                False,
                False,
                False,
            )
    assert "Ana Public (Chair)" in (await visitor.get("/2027/schedule.ics")).text.replace("\r\n ", "")
    for path in CLOSED:
        assert (path, (await visitor.get(path)).status_code) == (path, 404)


async def test_names_that_are_not_public_are_nowhere_in_clear(edition: Edition) -> None:
    await release(edition)
    [row] = await Release.all().values()
    stored = str({name: value for name, value in row.items()})
    assert [name for name in ("Planted Participant", "Planted Staffer", "Planted Open") if name in stored] == []
    assert "Ana Public" in stored
    assert sorted(queries.hidden_names(await Release.get()).values()) == [
        "Planted Open",
        "Planted Participant",
        "Planted Staffer",
    ]


async def test_participants_and_staff_see_what_is_theirs(cast: Cast, edition: Edition, fixed_clock: FixedClock) -> None:
    await release(edition)
    dov = await cast.browser("dov")
    fixed_clock.on(seconds=1)
    bo = await cast.browser("bo")
    answer = await dov.get("/2027/my/schedule")
    assert (answer.status_code, answer.headers["location"]) == (303, "/2027/schedule")
    assert (await dov.get("/2027/my/sessions/PRVTE2")).status_code == 404

    await take_part(await cast.person("dov"), edition, "checked in")
    words = (
        "Planted Private",
        "Planted Den",
        "Planted Participant",
        "Planted Open",
        "Planted Staff",
        "Planted Staffer",
    )
    page = (await dov.get("/2027/my/schedule")).text
    assert [word for word in words if word in page.replace("Planted Staffer", "")] == list(words[:4])
    assert (await dov.get("/2027/my/sessions/PRVTE2")).status_code == 200
    assert (await dov.get("/2027/my/sessions/STAFF3")).status_code == 404

    page = await bo.get("/2027/my/schedule")
    assert [word for word in words if word in page.text] == list(words)
    assert page.headers["cache-control"] == "no-store"


async def test_signed_out_people_are_asked_in_for_the_participants_schedule(visitor: Browser, edition: Edition) -> None:
    answer = await visitor.get("/2027/my/schedule")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2F2027%2Fmy%2Fschedule")


async def test_a_session_closed_after_its_release_leaves_calendars_without_a_word(
    visitor: Browser, app: App, edition: Edition, fixed_clock: FixedClock
) -> None:
    await actions.change_session(await queries.session(edition, "PRVTE2"), audience=Audience.PUBLIC)
    await release(edition)
    uid = str((await placement(edition, "PRVTE2")).uid)
    assert line(events((await visitor.get("/2027/schedule.ics")).content)[uid], "SUMMARY") == "Planted Private"

    fixed_clock.on(hours=1)
    await actions.change_session(await queries.session(edition, "PRVTE2"), audience=Audience.PARTICIPANTS)
    await release(edition)
    app.ready.versions.expire()
    event = events((await visitor.get("/2027/schedule.ics")).content)[uid]
    assert facts(event) == (1, "20270501T130000Z", "CANCELLED")
    assert [line(event, name) for name in ("SUMMARY", "LOCATION", "DESCRIPTION", "CATEGORIES")] == [
        "Cancelled: No longer on this schedule", "", "http://conference.test/2027/schedule", "",
    ]  # fmt: skip
    for path in PATHS:
        assert "planted" not in (await visitor.get(path)).text.lower(), path

    # Taken off altogether, it stays without a word, and opened again it is itself.
    await actions.unplace(await placement(edition, "PRVTE2"))
    await release(edition)
    app.ready.versions.expire()
    assert events((await visitor.get("/2027/schedule.ics")).content)[uid] == event


async def test_a_private_change_leaves_public_bytes_alone(
    visitor: Browser, app: App, edition: Edition, fixed_clock: FixedClock
) -> None:
    """Somebody who polls must not learn that something happened behind the door."""
    await release(edition)
    before = (await visitor.get("/2027/schedule.ics")).content
    fixed_clock.on(hours=1)
    await shift(edition, "PRVTE2", (12, 30))
    public = await queries.session(edition, "PUBLC1")
    await actions.name_contributor(public, name="Another Planted", role={}, audience="participants")
    await release(edition)
    app.ready.versions.expire()
    assert (await visitor.get("/2027/schedule.ics")).content == before


async def test_a_hidden_edition_is_nowhere(visitor: Browser, cast: Cast) -> None:
    edition = await cast.edition("2028", public=False)
    await a_hall(edition)
    await a_session(edition, "HIDDN1")
    await release(edition)
    for path in (
        "/2028/schedule",
        "/2028/schedule.ics",
        "/2028/schedule.xml",
        "/2028/schedule.json",
        "/2028/sessions/HIDDN1",
        "/2028/rooms/hall.ics",
    ):
        assert (path, (await visitor.get(path)).status_code) == (path, 404)
