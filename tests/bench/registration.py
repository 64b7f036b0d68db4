"""A free registration: the whole flow over HTTP, and the writing alone beside a bare transaction that writes the same rows."""

import asyncio
import re
import secrets
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from tortoise.expressions import F
from tortoise.transactions import in_transaction

from conference.core import clock
from conference.core.audit import AuditEntry
from conference.core.jobs import Job
from conference.editions.models import Edition
from conference.registration import actions
from conference.registration.models import Attendee, Order, OrderState, PayBy, Pool, TicketType
from conference.settings import Settings
from tests.bench import stage
from tests.bench.client import Visitor, crowd
from tests.bench.databases import apart, each
from tests.bench.figures import Figure, at_least, at_most, ratio_at_least
from tests.bench.servers import Server, product

FORM = f"/{stage.SLUG}/register/{stage.TICKET}"
ONCE = re.compile(rb'name="once"[^>]*value="([^"]+)"')
ROUNDS, FLOWS, AT_ONCE = 5, 600, 16
WRITES = 300


def flow() -> Iterator[Figure]:
    """Form, order, order page, as a browser does it."""
    with stage.folder() as var:
        settings = stage.settings_of(var)
        stage.prepare(settings, places=1_000_000)
        with product(var, settings.database) as server:
            asyncio.run(_flows(server.port, 50))
            rounds = [_round(server) for _round_number in range(ROUNDS)]
    cpu, speed = (statistics.median(column) for column in zip(*rounds, strict=True))
    yield at_most("free registration, CPU of the server per flow", cpu, 6, "ms", digits=2)
    yield at_least(f"free registration, {AT_ONCE} at once, SQLite", speed, 150, "flows/s")


def _round(server: Server) -> tuple[float, float]:
    """CPU milliseconds per flow, flows per second."""
    cpu, began = server.cpu(), time.perf_counter()
    asyncio.run(_flows(server.port, FLOWS))
    return (server.cpu() - cpu) / FLOWS * 1e3, FLOWS / (time.perf_counter() - began)


async def _flows(port: int, count: int) -> None:
    async def buy(number: int) -> str:
        visitor = Visitor(port)
        found = await visitor.get(FORM)
        sent = await visitor.post(FORM, answers(number, ONCE.search(found.body)[1].decode()))
        shown = await visitor.get(sent.headers["location"])
        visitor.leave()
        return f"{found.status} {sent.status} {shown.status}"

    ends = await crowd(count, AT_ONCE, buy)
    if ends != {"200 303 200": count}:
        raise RuntimeError(f"not all flows went well: {dict(ends)}")


def answers(number: int, once: str) -> dict[str, str]:
    return {"once": once, "badge_name": f"Ana {number}", "language": "en", "email": f"ana{number}@example.org", "children": "0"}


def commit() -> Iterator[Figure]:
    for name, var, url in each():
        rounds = apart(_written, var, url)
        speeds = [statistics.median(column) for column in zip(*rounds, strict=True)]
        ratio = statistics.median(ours / bare for ours, bare in rounds)
        yield ratio_at_least(f"writing a registration, {name}", speeds[0], speeds[1], ratio, 0.5, "orders/s")


def _written(var: Path, url: str) -> list[tuple[float, float]]:
    settings = stage.settings_of(var, url)
    stage.prepare(settings, places=1_000_000)
    return asyncio.run(_writing(settings))


async def _writing(settings: Settings) -> list[tuple[float, float]]:
    """Orders per second of the action and of a bare transaction, in turns."""
    async with stage.at_work(settings):
        edition, ticket, pool = await Edition.get(), await TicketType.get(), await Pool.get()

        async def ours(number: int) -> str:
            await actions.register(edition, ticket, badge_name=f"Ana {number}", language="en", email=f"ana{number}@example.org", once=secrets.token_hex(16))
            return "written"

        async def bare(number: int) -> str:
            await _bare(edition, ticket, pool, number)
            return "written"

        for write in (ours, bare):
            await _speed(write)
        rounds = []
        for number in range(ROUNDS):
            turn = {write: await _speed(write) for write in ((ours, bare) if number % 2 else (bare, ours))}
            rounds.append((turn[ours], turn[bare]))
        return rounds


async def _speed(write: Callable[[int], Awaitable[str]]) -> float:
    began = time.perf_counter()
    await crowd(WRITES, AT_ONCE, write)
    return WRITES / (time.perf_counter() - began)


async def _bare(edition: Edition, ticket: TicketType, pool: Pool, number: int) -> None:
    """The rows that the action writes, with plain text where it seals; the columns want it to begin like sealed text."""
    now, word = clock.now(), secrets.token_hex(8)
    async with in_transaction():
        order = await Order.create(
            edition_id=edition.id, ticket_type_id=ticket.id, code=word, state=OrderState.CONFIRMED, pay_by=PayBy.NOTHING, language="en", made=now, confirmed=now,
            email=f"s1.ana{number}@example.org", claim=f"s1.{word}", once=secrets.token_hex(16),
        )  # fmt: skip
        await Attendee.create(edition_id=edition.id, order_id=order.id, ticket_type_id=ticket.id, ticket=word, language="en", badge_name=f"s1.Ana {number}")
        await AuditEntry.create(what="registration.registered", at=now, row=order.id, edition=edition.id)
        await Job.create(name="registration.after_confirmation", ids={"order_id": str(order.id)}, due=now, made=now)
        await Pool.filter(id=pool.id, taken__lt=F("size")).update(taken=F("taken") + 1)
