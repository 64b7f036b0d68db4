"""The demo's signatures, loaded after its editions."""

from conference.demo.loading import editions, endorsements
from conference.demo.world import World
from conference.endorsements import queries
from conference.endorsements.models import Endorsement


async def test_two_conferences_with_their_signatures(app, visitor):
    world = World()
    await editions.load(world)
    await endorsements.load(world)
    found = {}
    for slug in ("2006", "2007", "2027"):
        texts = await queries.texts(world.editions[slug])
        found[slug] = [(text.kind, text.version, texts.counts(text).organizations, texts.counts(text).persons, texts.counts(text).quiet) for text in texts.all]
    assert found == {
        "2006": [("call", 1, 12, 0, 0), ("unity", 1, 0, 0, 0)],
        "2007": [("unity", 1, 0, 0, 0)],
        "2027": [("call", 2, 11, 14, 4), ("unity", 1, 2, 2, 0), ("call", 1, 2, 1, 0)],
    }
    assert await queries.to_do(world.editions["2027"]) == {"look": 5, "call": 4}
    assert [sorted(one.name for one in group) for group in await queries.duplicates(world.editions["2027"])] == [
        ["Tamale Vendors' Association", "The Tamale Vendors Association, Inc."], ["Riverside Legal Circle", "Riverside Legal Circle, Rockford office"],
    ]  # fmt: skip
    assert await Endorsement.filter(state="withdrawn").count() == 1
    room = (await visitor.get("/2006/endorse")).text
    assert "Signing is closed" in room and "Radio Milpa" in room
