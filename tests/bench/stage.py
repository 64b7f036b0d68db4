"""A database with an edition in it: places, a free ticket, 150 released sessions. All of it by the slices' own actions."""

import asyncio
import contextlib
import random
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import date, time, timedelta
from pathlib import Path

from conference.agenda import actions as agenda
from conference.app import make_context, opened
from conference.core.db import transaction
from conference.core.db.migrate import migrate
from conference.editions.actions import create_edition, describe_organization
from conference.editions.models import Edition
from conference.registration import actions as registration
from conference.settings import Settings, orm_config
from tests.bench.servers import SECRET
from tests.cast import a_plain_edition

SLUG, TICKET = "2027", "free"
DAYS, SLOTS, ROOMS = 3, 10, 5  # 150 sessions
WORDS = "housing care water bread school clinic street union land court border river night harvest letter song garden bridge radio kitchen".split()


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bench") as made:
        yield Path(made)


def settings_of(var: Path, url: str = "", **more: object) -> Settings:
    return Settings(var=var, database_url=url or f"sqlite://{var / 'conference.sqlite3'}", secret_key=SECRET, **more)


def prepare(settings: Settings, *, places: int, sessions: bool = False) -> None:
    """An empty database becomes an edition with so many places."""
    asyncio.run(fill(settings, places=places, sessions=sessions))


async def fill(settings: Settings, *, places: int = 100, sessions: bool = False) -> None:
    await migrate(orm_config(settings))
    async with at_work(settings):
        await describe_organization(name="Network", short_name="N", tagline={"en": "Together", "es": "Juntas"}, mail="hello@example.org", hotline="(202) 555-0100", sponsor={"name": "Harbor", "lines": []})
        edition = await create_edition(**a_plain_edition(SLUG) | {"begins": date.today() + timedelta(60), "ends": date.today() + timedelta(59 + DAYS)})
        pool = await registration.create_pool(edition, slug="places", title={"en": "Places", "es": "Lugares"}, size=places)
        await registration.create_ticket_type(edition, [pool], slug=TICKET, title={"en": "Free", "es": "Gratis"})
        if sessions:
            async with transaction():
                await _fill_agenda(edition)


@contextlib.asynccontextmanager
async def at_work(settings: Settings) -> AsyncIterator[None]:
    async with opened(make_context(settings)):
        yield


async def _fill_agenda(edition: Edition) -> None:
    chance = random.Random(7)
    for number in range(ROOMS):
        await agenda.create_room(edition, slug=f"room-{number}", name={"en": f"Room {number}", "es": f"Sala {number}"}, capacity=60, place=number)
        await agenda.create_track(edition, slug=f"track-{number}", name={"en": f"Track {number}", "es": f"Eje {number}"}, color="ochre", place=number)
    for number in range(DAYS * SLOTS * ROOMS):
        await _add_session(edition, number, chance)
    await agenda.release(edition, name={"en": "First", "es": "Primera"})


async def _add_session(edition: Edition, number: int, chance: random.Random) -> None:
    def words(count: int) -> str:
        return " ".join(chance.choices(WORDS, k=count)).capitalize()

    rest, room = divmod(number, ROOMS)
    day, slot = divmod(rest, SLOTS)
    session = await agenda.create_session(
        edition, code=f"B{number:05}", title={"en": words(6), "es": words(6)}, abstract={"en": words(40), "es": words(40)}, track=f"track-{number % 5}",
        languages=["en"], interpretation=["es"],
    )  # fmt: skip
    starts = time(8 + slot)
    await agenda.place(session, edition, day=edition.begins + timedelta(day), starts=starts, ends=time(8 + slot, 50), room=f"room-{room}")
    for person in chance.sample(range(100), chance.choice((1, 1, 2))):
        await agenda.name_contributor(session, name=f"Speaker {person}", role={"en": "Speaker", "es": "Ponente"}, audience="public")
