"""Names: sealed in the draft, public where released so, and gone when their key is."""

import json

from conference.agenda import actions, queries
from conference.agenda.models import Contributor, Release
from conference.app import App
from conference.core import sealing
from conference.core.db import rows
from conference.editions.models import Edition
from tests.agenda.hall import a_hall, a_session, release, shift
from tests.cast import Browser, Cast


async def a_named_agenda(cast: Cast) -> Edition:
    edition = await cast.edition()
    await a_hall(edition)
    session = await a_session(edition, "AAAAA1")
    await actions.name_contributor(session, name="Ana Public", role={"en": "Chair"}, audience="public")
    await actions.name_contributor(session, name="Bea Private", role={"en": "Notes"}, audience="participants")
    return edition


async def test_the_draft_holds_no_name_in_clear(cast: Cast) -> None:
    await a_named_agenda(cast)
    stored = str(
        [await rows(f'SELECT * FROM "{table}"') for table in ("contributor", "contribution", "session", "audit_entry")]
    )
    assert [name for name in ("Ana", "Bea") if name in stored] == []


async def test_the_same_person_has_one_guid_in_all_sessions_and_files(cast: Cast, visitor: Browser, app: App) -> None:
    edition = await a_named_agenda(cast)
    other = await a_session(edition, "BBBBB2", (15, 0))
    await actions.name_contributor(other, name="ana public ", role={}, audience="public")
    await release(edition)
    [guid] = {
        one["guid"]
        for event in (await visitor.get("/2027/schedule.json")).json()["schedule"]["events"]
        for one in event["participants"]
    }
    assert (await visitor.get("/2027/schedule.xml")).text.count(f'<person guid="{guid}">Ana Public</person>') == 2
    assert sealing.open_one(await Contributor.get(id=guid), "name").name == "Ana Public"


async def test_once_the_key_is_gone_public_names_stay_and_others_do_not(cast: Cast, visitor: Browser, app: App) -> None:
    edition = await a_named_agenda(cast)
    await release(edition)
    for scope in sealing.scopes_of_edition(edition.id):
        await sealing.destroy(scope)
    await shift(edition, "AAAAA1", (16, 0))
    await release(edition)
    app.ready.versions.expire()
    last = await Release.get(version=2)
    assert (queries.hidden_names(last), "Bea" in json.dumps(last.content)) == ({}, False)
    assert await named(edition) == ["Ana Public"]
    assert "Ana Public" in (await visitor.get("/2027/sessions/AAAAA1")).text
    await actions.roll_back(edition, 1)
    assert await named(edition) == ["Ana Public"]


async def named(edition: Edition) -> list[str]:
    """Who is named in the session, as staff see the newest release."""
    [entry] = await queries.released(edition, "AAAAA1", "staff")
    return [one["name"] for one in entry.contributors]
