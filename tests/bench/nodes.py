"""Two nodes on one PostgreSQL: how long after a release on one the other serves it."""

import asyncio
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from conference.agenda import actions as agenda
from conference.agenda.models import Session
from conference.editions.models import Edition
from tests import postgres
from tests.bench import stage
from tests.bench.client import Visitor
from tests.bench.databases import apart
from tests.bench.figures import Figure, at_most
from tests.bench.servers import Server, product

RELEASES = 9
PAGE = f"/{stage.SLUG}/schedule"


def nodes() -> Iterator[Figure]:
    """The release is made in a process of its own, as by a third node; 150 sessions, one reader at each of the others."""
    with postgres.server() as server, stage.folder() as var:
        waits = apart(_measured, var, asyncio.run(postgres.fresh_database(server)))
    yield at_most("a release on one node served by another, median", statistics.median(waits), 500, "ms")
    yield at_most("the same, slowest", max(waits), 1_000, "ms")


def _measured(var: Path, url: str) -> list[float]:
    settings = stage.settings_of(var, url)
    stage.prepare(settings, places=100, sessions=True)
    with ExitStack() as stack:
        servers = [stack.enter_context(product(var, url, path=PAGE)) for _node in range(2)]
        return asyncio.run(_releases(settings, servers))


async def _releases(settings: stage.Settings, servers: list[Server]) -> list[float]:
    """Milliseconds from the end of a release to the answer that shows it, at every other node."""
    waits: list[float] = []
    async with stage.at_work(settings):
        edition, session = await Edition.get(), await Session.filter().order_by("code").first()
        assert session is not None
        for number in range(RELEASES):
            word = f"Release number {number} of the bench"
            await agenda.change_session(session, title={"en": word, "es": word})
            await agenda.release(edition, name={"en": word, "es": word})
            waits += await asyncio.gather(*[_until_seen(server.port, word.encode(), time.perf_counter()) for server in servers])
            await asyncio.sleep(0.3)
    return waits


async def _until_seen(port: int, word: bytes, began: float) -> float:
    reader = Visitor(port)
    try:
        while word not in (await reader.get(PAGE)).body:
            await asyncio.sleep(0.005)
        return 1_000 * (time.perf_counter() - began)
    finally:
        reader.leave()
