"""The demo's loader of beds."""

import pytest

from conference.demo.loading import editions, housing, registration
from conference.demo.world import World, content
from conference.housing.forms import OfferForm, RequestForm
from conference.housing.matching import CONDITIONS, LANGUAGES_SPOKEN, NEEDS
from conference.housing.models import BedOffer, BedRequest, OfferState, RequestState, Stay, StayState
from tests.cast import sign_in


@pytest.fixture
async def world(app) -> World:
    made = World()
    for loader in (editions, registration, housing):
        await loader.load(made)
    return made


async def test_every_state_is_there_to_be_seen(world, visitor):
    assert (await BedOffer.all().count(), await BedRequest.all().count()) == (14, 18)
    found = [{str(row.state) for row in await model.all()} for model in (BedOffer, BedRequest, Stay)]
    assert found == [set(OfferState), set(RequestState), {*StayState} - {StayState.LAPSED, StayState.ENDED}]
    await sign_in(visitor, "rosario@example.org")
    board = (await visitor.get("/office/2027/housing/")).text
    assert [words in board for words in ("Conditions clash", "No host has room", "1 host fits", "hosts fit", "To be called</span>")] == [True] * 5


async def test_the_attendee_has_a_bed_with_her_registration(world):
    row = await BedRequest.get(person_id=world.people["attendee"].id).select_related("order")
    assert (row.state, row.order.person_id) == (RequestState.PLACED, row.person_id)


def test_what_the_demo_says_could_have_been_ticked_and_typed():
    told = content("housing-2027")
    ticked = {"needs": NEEDS, "conditions": CONDITIONS, "languages": LANGUAGES_SPOKEN}
    wrong = [(one["name"], word) for one in [*told["host"], *told["party"]] for name, known in ticked.items() for word in one.get(name, ()) if word not in dict(known)]
    assert wrong == []
    long = [one["name"] for form, kind in ((OfferForm, "host"), (RequestForm, "party")) for one in told[kind] if len(one["name"]) > 60 or len(one.get("note", "")) > 500]
    assert long == []
