"""The demo's agendas load, are complete, and have nothing an editor would be warned of."""

from conference.agenda import conflicts, queries
from conference.agenda.models import Release
from conference.agenda.snapshots import entries_of
from conference.app import App
from conference.demo.loading import agenda, editions
from conference.demo.world import World
from tests.cast import Browser


async def test_three_agendas_are_released(app: App, visitor: Browser) -> None:
    world = World()
    await editions.load(world)
    await agenda.load(world)
    assert sorted(world.made["sessions"]) == sorted(
        {one.code for e in world.editions.values() for one in await queries.sessions(e)}
    )
    releases = [
        (one["edition__slug"], one["version"])
        for one in await Release.all().order_by("edition__slug", "version").values("edition__slug", "version")
    ]
    assert releases == [("2006", 1), ("2007", 1), ("2027", 1), ("2027", 2)]
    shown = {slug: await queries.agenda(edition) for slug, edition in world.editions.items()}
    assert {slug: len(one.entries) for slug, one in shown.items()} == {"2006": 16, "2007": 12, "2027": 42}
    assert [(one.code, one.sequence, one.cancelled) for one in shown["2027"].entries if one.sequence] == [
        ("B1WALK", 1, False),
        ("SO27FR", 1, True),
    ]
    for edition in world.editions.values():
        content, names = await queries.draft(edition)
        assert (
            conflicts.find(entries_of(content, "staff", names).values(), edition.begins, edition.ends, edition.zone)
            == []
        )
    for slug in world.editions:
        for path in ("schedule", "schedule.ics", "schedule.xml", "schedule.json"):
            assert (slug, path, (await visitor.get(f"/{slug}/{path}")).status_code) == (slug, path, 200)
