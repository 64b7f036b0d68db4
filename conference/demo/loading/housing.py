"""The demo's beds of 2027: hosts, parties, and how far each has come."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from conference.core import clock
from conference.core.running import running
from conference.demo.world import World, content
from conference.editions.models import Edition
from conference.housing import actions
from conference.housing.models import BedOffer, BedRequest, Side
from conference.people.models import Person
from conference.registration.models import Order

DAYS = 20


async def load(world: World) -> None:
    edition, told, by = world.editions["2027"], content("housing-2027"), world.people["organizer"]
    hosts = {one["key"]: await _offer(edition, one, world, place / len(told["host"])) for place, one in enumerate(told["host"])}
    for place, one in enumerate(told["party"]):
        with _days_ago(DAYS * (1 - place / len(told["party"])) / 2 + 1):
            request = await _ask(edition, one, world.people.get(one.get("role", "")))
        await _go_on(request, one, hosts, by)


async def _offer(edition: Edition, told: dict[str, Any], world: World, part: float) -> BedOffer:
    kinds, person = {"bed": 0, "sofa": 0, "floor": 0} | told["kinds"], world.people.get(told.get("role", ""))
    with _days_ago(DAYS * (1 - part) + 5):
        offer = await actions.offer_beds(edition, kinds=kinds, neighborhood=told["neighborhood"], conditions=told["conditions"], person=person, **_both(edition, told))
        if told.get("state") != "offered":
            await actions.vet(offer, by=world.people["organizer"].id)
        if told.get("state") == "withdrawn":
            await actions.withdraw(offer)
    return offer


async def _ask(edition: Edition, told: dict[str, Any], person: Person | None) -> BedRequest:
    order = await Order.filter(edition_id=edition.id, person_id=person.id).first() if person else None
    return await actions.ask_for_beds(edition, people=told["people"], needs=told["needs"], order=order, person=person, **_both(edition, told))


def _both(edition: Edition, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": told["name"],
        "nights": _nights(edition, told["nights"]),
        "languages": told["languages"],
        "language": told["language"],
        "note": told.get("note", ""),
        "email": told.get("mail", ""),
        "phone": told.get("phone", ""),
    }


def _nights(edition: Edition, days: Sequence[int]) -> list[date]:
    return [edition.begins.replace(day=day) for day in days]


async def _go_on(request: BedRequest, told: dict[str, Any], hosts: dict[str, BedOffer], by: Person) -> None:
    """From being asked to both yes, as far as this party has come."""
    state = told.get("state", "")
    if state == "withdrawn":
        await actions.withdraw(request)
    if "with" not in told:
        return
    offer = hosts[told["with"]]
    with _days_ago(1.5):
        stay = await actions.propose(request, offer, by=by.id)
        if state in ("guest-asked", "placed"):
            await actions.say_yes(stay, Side.HOST)
        if street := next((one["street"] for one in content("housing-2027")["host"] if one["key"] == told["with"] and state == "placed" and "street" in one), None):
            await actions.give_street(offer, street)
        if state == "placed":
            await actions.say_yes(stay, Side.GUEST)
        if state == "declined":
            await actions.say_no(stay, Side.HOST)


@contextmanager
def _days_ago(days: float) -> Iterator[None]:
    here = running()
    kept, moment = here.clock, clock.now() - timedelta(days=days)
    here.clock = lambda: moment
    try:
        yield
    finally:
        here.clock = kept
