"""A small conference with beds: hosts, parties, and somebody who places them."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest_asyncio

from conference.core.mail import Letter
from conference.editions.models import Edition
from conference.housing import actions, queries
from conference.housing.models import LIVE, Asked, BedNight, BedOffer, BedRequest, Side, Stay, StayState
from conference.housing.nights import parse
from conference.people.models import Person

THURSDAY, FRIDAY, SATURDAY, SUNDAY = (date(2027, 7, day) for day in (22, 23, 24, 25))
GUEST = {"name": "Ana María", "people": "2", "nights": ["2027-07-23", "2027-07-24"], "language": "en", "email": "", "phone": "", "note": ""}
HOST = {"name": "Berta", "beds": "2", "sofas": "1", "floor": "", "nights": ["2027-07-23", "2027-07-24"], "neighborhood": "North", "language": "en", "email": "", "phone": "", "note": ""}


@dataclass
class House:
    """An edition from Friday, July 23, to Sunday, July 25; ``by`` places people."""

    edition: Edition
    by: Person

    async def ask(self, name: str = "Ana", **facts: Any) -> BedRequest:
        """Two people for Friday and Saturday."""
        return await actions.ask_for_beds(self.edition, **{"name": name, "people": 2, "nights": [FRIDAY, SATURDAY], "language": "en"} | facts)

    async def offer(self, name: str = "Berta", *, vetted: bool = True, **facts: Any) -> BedOffer:
        """Two beds and a sofa for Friday and Saturday."""
        given = {"name": name, "kinds": {"bed": 2, "sofa": 1}, "nights": [FRIDAY, SATURDAY], "neighborhood": "North", "language": "en"}
        made = await actions.offer_beds(self.edition, **given | facts)
        if vetted:
            await actions.vet(made, by=self.by.id)
        return await BedOffer.get(id=made.id)

    async def propose(self, request: BedRequest, offer: BedOffer) -> Stay:
        return await actions.propose(request, offer, by=self.by.id)

    async def placed(self, request: BedRequest, offer: BedOffer) -> Stay:
        """Both have said yes."""
        stay = await self.propose(request, offer)
        await actions.say_yes(stay, Side.HOST)
        await actions.say_yes(stay, Side.GUEST)
        return await Stay.get(id=stay.id)

    async def taken(self, offer: BedOffer) -> list[int]:
        return [night.taken for night in await queries.nights_of_offer(offer.id)]

    async def recounted(self) -> bool:
        """Whether what is taken of each night is what live and ended stays take."""
        counted: dict[tuple, int] = {}
        for stay in await Stay.filter(state__in=[*LIVE, StayState.ENDED]):
            for night in parse(stay.nights):
                counted[stay.offer_id, night] = counted.get((stay.offer_id, night), 0) + stay.people
        return all(night.taken == counted.get((night.offer_id, night.night), 0) for night in await BedNight.all())


@pytest_asyncio.fixture
async def house(cast) -> House:
    return House(await cast.edition(), await cast.person("bo"))


async def state(row: Any) -> str:
    return str((await type(row).get(id=row.id)).state)


async def letters() -> list[tuple[str, str]]:
    """``(name, side)`` of every letter about beds, in order of name."""
    return sorted((row.name.removeprefix("housing."), row.ids.get("side", "")) for row in await Letter.filter(name__startswith="housing."))


def secret_path(row: Asked) -> str:
    folder = "requests" if isinstance(row, BedRequest) else "offers"
    return f"/2027/housing/{folder}/{row.id}/{queries.token_of(row)}"


async def opened(visitor: Any, row: Asked) -> str:
    """The clean address of a row whose secret link this browser has opened."""
    answer = await visitor.get(secret_path(row))
    assert answer.status_code == 303
    return answer.headers["location"]


def once_of(page: str) -> str:
    return re.search(r'name="once"[^>]*value="([^"]+)"', page)[1]
