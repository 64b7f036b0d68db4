"""Several nodes on one PostgreSQL: what one publishes the others serve; a node that dies under load loses nothing that was acknowledged.

They are processes of their own, so they are asked only where the tests run on PostgreSQL.
"""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import time as clock_time
from pathlib import Path
from uuid import uuid4

import pytest

from conference.agenda import actions as agenda
from conference.core.jobs import Job
from conference.core.mail import Letter, LetterState
from conference.editions.actions import give_duty
from conference.editions.models import Duties, Edition
from conference.people.actions import link_for, person_for
from conference.recurring import RECURRING
from conference.registration.models import Order, Pool
from tests.bench import stage
from tests.bench.client import Visitor
from tests.bench.registration import FORM, answers
from tests.bench.servers import Server, environment
from tests.conftest import POSTGRES

PORTS = range(8400, 8421)
AT_ONCE, ANSWERS_BEFORE_IT_DIES = 4, 25


class Nodes:
    """Two that serve and one that works, over one database and one keyring."""

    def __init__(self, var: Path, url: str) -> None:
        self.ports = _free_ports(2)
        self.serving = [Server(_command("serve", "--no-worker", "--port", str(port)), port, "/readyz", environment(var, url, self.ports[0])) for port in self.ports]
        self.worker = subprocess.Popen(
            _command("worker"), env={**os.environ, **environment(var, url, self.ports[0])}, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    async def open(self) -> None:
        for server in self.serving:
            await asyncio.to_thread(server.wait)

    def kill(self, number: int) -> None:
        """At once, whatever it was doing."""
        self.serving[number].process.send_signal(signal.SIGKILL)
        self.serving[number].process.wait(20)

    def close(self) -> None:
        for process in [*(server.process for server in self.serving), self.worker]:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        for process in [*(server.process for server in self.serving), self.worker]:
            process.wait(40)


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "conference.cli", *words]


def _free_ports(count: int) -> list[int]:
    found: list[int] = []
    for port in PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                found.append(port)
        if len(found) == count:
            return found
    raise AssertionError(f"not enough ports are free from {PORTS.start} to {PORTS.stop - 1}")


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[list[Nodes]]:
    """Put those that are started here: they are stopped in the end."""
    started: list[Nodes] = []
    yield started
    for one in started:
        one.close()


if POSTGRES:

    async def test_what_one_releases_the_others_serve_and_what_one_acknowledged_outlives_it(tmp_path, request, nodes):
        """One test, for three processes take their time to start."""
        from tests.postgres import fresh_database

        url = await fresh_database(request.getfixturevalue("postgres_url"))
        settings = stage.settings_of(tmp_path, url)
        await stage.fill(settings, places=100_000)
        nodes.append(Nodes(tmp_path, url))
        async with stage.at_work(settings):
            await _publishing(nodes[0])
            await _dying(nodes[0])


async def _publishing(here: Nodes) -> None:
    edition = await Edition.get()
    await give_duty(await person_for("fay@example.org", "en"), edition, Duties.EDITOR)
    link = await link_for(await person_for("fay@example.org", "en"))
    session = await agenda.create_session(edition, code="ZEBU10", title={"en": "Zebulon session", "es": "Mesa Zebulon"})
    await agenda.place(session, edition, day=edition.begins, starts=clock_time(10), ends=clock_time(11))
    await here.open()
    editor, reader = Visitor(here.ports[0]), Visitor(here.ports[1])
    try:
        assert b"Zebulon session" not in (await reader.get("/2027/schedule")).body
        assert [(await editor.get(link)).status, (await editor.post("/sign-in/now", {})).status] == [303, 303]
        took = await _release(editor, reader)
    finally:
        editor.leave()
        reader.leave()
    assert took < 5, "within half a second when nothing else runs, see the bench; never so late as this"


async def _dying(here: Nodes) -> None:
    acknowledged = await _register_until_it_dies(here)
    more = await _register_some(here.ports[1], 5)
    assert len(more) == 5, "the other goes on"
    orders = {order.code: order for order in await Order.all()}
    assert (acknowledged | more) - orders.keys() == set(), "orders that were acknowledged are gone"
    assert (await Pool.get()).taken == len(orders)
    await _until_all_work_is_done()
    letters = {row.key: row.state for row in await Letter.filter(name="registration.confirmation")}
    assert letters == {f"confirmation:{order.id}": LetterState.KEPT for order in orders.values()}


async def _release(editor: Visitor, reader: Visitor) -> float:
    """Press the button on one node; seconds until the other shows it."""
    page = (await editor.get("/office/2027/agenda/release")).body.decode()
    seen = page.split('name="seen"')[1].split('value="')[1].split('"')[0] if 'name="seen"' in page else ""
    began = time.perf_counter()
    answer = await editor.post("/office/2027/agenda/release", {"name_en": "First", "name_es": "Primera", "notes_en": "", "notes_es": "", "seen": seen})
    assert answer.status == 303, answer.body[-2_000:]
    while b"Zebulon session" not in (await reader.get("/2027/schedule")).body:
        assert time.perf_counter() - began < 20
        await asyncio.sleep(0.02)
    return time.perf_counter() - began


async def _register_until_it_dies(here: Nodes) -> set[str]:
    """Many register at the first node, which is killed in the middle; the codes of those it said yes to."""
    acknowledged: set[str] = set()

    async def one_after_another() -> None:
        with contextlib.suppress(OSError, EOFError):
            while True:
                acknowledged.update(await _register_some(here.ports[0], 1))
                if len(acknowledged) >= ANSWERS_BEFORE_IT_DIES and here.serving[0].process.poll() is None:
                    here.kill(0)

    await asyncio.gather(*[one_after_another() for _place in range(AT_ONCE)])
    assert len(acknowledged) >= ANSWERS_BEFORE_IT_DIES
    return acknowledged


async def _register_some(port: int, count: int) -> set[str]:
    codes = set()
    for _one in range(count):
        visitor = Visitor(port)
        try:
            answer = await visitor.post(FORM, answers(int(time.monotonic_ns() % 1_000_000_000), uuid4().hex))
        finally:
            visitor.leave()
        assert answer.status == 303, answer.body[-2_000:]
        codes.add(answer.headers["location"].rpartition("/")[2])
    return codes


async def _until_all_work_is_done() -> None:
    """The worker is another process, and nobody told it to hurry."""
    for _look in range(600):
        if not await Job.exclude(name__in=list(RECURRING)).exists():
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"left undone: {await Job.all().values('name', 'state', 'trouble')}")

