"""What the other forms cost the server: a yes to a bed, a signature, a gift; each is the page with the form, and taking what was sent."""

import asyncio
import re
import secrets
import statistics
from collections.abc import Awaitable, Callable, Iterator

from conference.core.db import transaction
from conference.editions.actions import adopt
from conference.editions.models import Edition
from conference.housing import actions as housing
from conference.housing import queries as beds
from conference.housing.models import Side
from conference.housing.nights import nights_of
from conference.people.actions import person_for
from conference.settings import Settings
from tests.bench import stage
from tests.bench.client import Answer, Visitor, crowd
from tests.bench.figures import Figure, at_most
from tests.bench.servers import Server, product

ROUNDS, EACH, AT_ONCE, MOST = 3, 150, 16, 8
ROOT = f"/{stage.SLUG}"
HIDDEN = re.compile(rb'<input[^>]*name="(once|text)"[^>]*value="([^"]*)"')

Flow = Callable[[Visitor, int], Awaitable[list[int]]]


def forms() -> Iterator[Figure]:
    with stage.folder() as var:
        settings = stage.settings_of(var)
        stage.prepare(settings, places=100)
        asked = asyncio.run(_prepared(settings, EACH * (ROUNDS + 1)))
        with product(var, settings.database) as server:
            yield _figure(server, "a yes to a bed", lambda visitor, number: _agree(visitor, asked[number]), [200, 303], asked)
            yield _figure(server, "a signature", _sign, [200, 303])
            yield _figure(server, "a gift by check", _give, [200, 303])


def _figure(server: Server, what: str, flow: Flow, expected: list[int], asked: list[tuple[str, str]] | None = None) -> Figure:
    """The median over rounds, after one to get warm. Links that people come with are opened before it is measured."""
    measured = []
    for turn in range(ROUNDS + 1):
        visitors = {number: Visitor(server.port) for number in range(turn * EACH, (turn + 1) * EACH)}
        if asked:
            asyncio.run(_opened(visitors, asked))
        cpu = server.cpu()
        asyncio.run(_walked(visitors, flow, expected))
        measured.append((server.cpu() - cpu) / EACH * 1e3)
    return at_most(f"{what}, CPU of the server", statistics.median(measured[1:]), MOST, "ms", digits=2)


async def _opened(visitors: dict[int, Visitor], asked: list[tuple[str, str]]) -> None:
    for number, visitor in visitors.items():
        answer = await visitor.get(asked[number][0])
        if answer.status != 303:
            raise RuntimeError(f"the link answers {answer.status}")
        visitor.leave()


async def _walked(visitors: dict[int, Visitor], flow: Flow, expected: list[int]) -> None:
    first = min(visitors)

    async def one(number: int) -> str:
        visitor = visitors[first + number]
        try:
            return str(await flow(visitor, first + number))
        finally:
            visitor.leave()

    ends = await crowd(EACH, AT_ONCE, one)
    if ends != {str(expected): EACH}:
        raise RuntimeError(f"not all went well: {dict(ends)}")


async def _prepared(settings: Settings, count: int) -> list[tuple[str, str]]:
    """A text to sign, and so many hosts who are asked: the secret link of each, and the address of what they are asked."""
    async with stage.at_work(settings):
        edition = await Edition.get()
        by, nights = await person_for("coordinator@example.org", "en"), nights_of(edition)[:2]
        asked = []
        async with transaction():
            await adopt(edition, kind="call", title={"en": "The call", "es": "La llamada"}, points=[{"text": {"en": "We call.", "es": "Llamamos."}}])
            for number in range(count):
                party = await housing.ask_for_beds(edition, name=f"Ana {number}", people=2, nights=nights, language="en")
                host = await housing.offer_beds(edition, name=f"Berta {number}", kinds={"bed": 2}, nights=nights, neighborhood="North", language="en")
                await housing.vet(host, by=by.id)
                stay = await housing.propose(party, host, by=by.id)
                asked.append((f"{ROOT}/housing/offers/{host.id}/{beds.token_of(host)}", f"{ROOT}/housing/stays/{stay.id}/{Side.HOST}"))
        return asked


async def _agree(visitor: Visitor, asked: tuple[str, str]) -> list[int]:
    shown = await visitor.get(asked[1])
    said = await visitor.post(f"{asked[1]}/yes", {})
    return [shown.status, said.status]


async def _sign(visitor: Visitor, number: int) -> list[int]:
    path = f"{ROOT}/endorse/call"
    shown = await visitor.get(path)
    words = _hidden(shown) | {"name": f"Ana {number}", "city": "Chicago", "region": "IL", "email": f"ana{number}@example.org", "phone": "", "listing": "listed"}
    return await _sent(visitor, path, shown, words)


async def _give(visitor: Visitor, number: int) -> list[int]:
    path = f"{ROOT}/donate"
    shown = await visitor.get(path)
    words = {"once": secrets.token_hex(16), "amount": "2000", "way": "check", "name": f"Ana {number}", "email": f"ana{number}@example.org", "language": "en"}
    return await _sent(visitor, path, shown, words)


async def _sent(visitor: Visitor, path: str, shown: Answer, words: dict[str, str]) -> list[int]:
    said = await visitor.post(path, words)
    return [shown.status, said.status]


def _hidden(shown: Answer) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in HIDDEN.findall(shown.body)}
