"""A small conference with people who registered, and letters to them."""

from dataclasses import dataclass

import pytest_asyncio

from conference.core import jobs
from conference.core.mail import Letter
from conference.editions.models import Edition
from conference.letters import actions
from conference.letters.models import Mailing
from conference.letters.segments import Segment
from conference.people.models import Person
from conference.registration.models import PayBy
from tests.registration.conftest import House
from tests.registration.conftest import house as house

WORDS = {"en": {"subject": "About the rooms", "body": "Hello,\n\nthe rooms are open at **nine**."}, "es": {"subject": "Sobre los salones", "body": "Hola:\n\nLos salones abren a las **nueve**."}}
SENT = {f"{part}_{code}": text for code, parts in WORDS.items() for part, text in parts.items()}


@dataclass
class Desk:
    """Bo writes; ``people`` by name: Ana and Eli need interpretation, Bea reads Spanish, Cam's check is to come, Dee left no address, Eve cancelled."""

    house: House
    edition: Edition
    bo: Person
    orders: dict

    async def write(self, segment: Segment | None = None, words: dict = WORDS, code: str | None = None) -> Mailing:
        return await actions.write(self.edition, segment=segment or Segment(), code=code, words=words, by=self.bo)

    async def sent(self) -> list[str]:
        """Names of those who have a letter in the outbox, one for each."""
        names = {str(order.id): name for name, order in self.orders.items()}
        return sorted([names[row.ids["order_id"]] for row in await Letter.filter(name="letters.to_one")])


@pytest_asyncio.fixture
async def desk(house, cast) -> Desk:
    bo = await cast.person("bo")
    orders = {
        "Ana": await house.register("Ana", email="ana@example.org", needs={"interpretation": ["spanish"]}),
        "Bea": await house.register("Bea", email="bea@example.org", language="es"),
        "Cam": await house.buy("Cam", email="cam@example.org", pay_by=PayBy.CHECK),
        "Dee": await house.register("Dee", needs={"food": ["vegan"]}),
        "Eli": await house.register("Eli", email="eli@example.org", needs={"interpretation": ["asl"], "food": ["halal"]}),
    }
    return Desk(house, house.edition, bo, orders)


async def let_it_go(fixed_clock, minutes: float = 15) -> None:
    """Time goes by, and the worker works."""
    fixed_clock.on(minutes=minutes)
    for _look in range(40):
        if not await jobs.run_due():
            return
        fixed_clock.on(seconds=3)
