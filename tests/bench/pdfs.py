"""A breakout's notes as PDF: what our process adds to WeasyPrint, and how late the event loop is meanwhile."""

import asyncio
import statistics
import sys
import time
from collections.abc import Coroutine, Iterator
from datetime import time as hour
from pathlib import Path
from uuid import uuid4

import uvloop

from conference.agenda import actions as agenda
from conference.core import jobs
from conference.core.pdf import Renderer
from conference.core.running import running
from conference.editions.models import Edition
from conference.notes import actions as notes
from conference.notes.models import Sheet
from conference.notes.operations import Op
from conference.people.actions import person_for
from conference.people.models import Person
from tests.bench import stage
from tests.bench.figures import Figure, at_most, ratio_at_most
from tests.bench.servers import cpu_of, memory_of

HERE = Path(__file__).resolve().parent
ROUNDS, PER_ROUND = 5, 6
TICK = 0.002
WATCHED_SECONDS = 6


def pdfs() -> Iterator[Figure]:
    html = asyncio.run(_a_breakout())
    rounds, memory, idle, busy = uvloop.run(_measured(html))
    ours, bare = (statistics.median(column) for column in zip(*rounds, strict=True))
    yield ratio_at_most("a breakout's PDF", ours, bare, statistics.median(a / b for a, b in rounds), 1.25, "ms CPU")
    yield at_most("renderer after one page", memory, 100, "MB", digits=0)
    yield Figure("event loop late at p99.9 while PDFs are made", f"{busy:.1f} ms (idle {idle:.1f})", busy <= 20, "at most 20 ms")


class Keeper:
    """In the renderer's place: keeps the HTML it is given."""

    def __init__(self) -> None:
        self.html: list[str] = []

    async def render(self, html: str, **_more: object) -> bytes:
        self.html.append(html)
        return b"%PDF-"

    async def close(self) -> None:
        pass


async def _a_breakout() -> str:
    """The HTML of one breakout's notes, written and handed in as note-takers do it."""
    with stage.folder() as var:
        settings = stage.settings_of(var)
        await stage.fill(settings)
        async with stage.at_work(settings):
            keeper = running().parts["pdf"] = Keeper()
            sheet, writer = await _a_sheet(await Edition.get())
            await notes.apply(sheet, [Op(id=uuid4(), what="add", block=uuid4(), text=text) for text in _goals()], writer)
            await notes.submit(sheet, prepared_by="Eve Aranda", credited=True, by=writer)
            await jobs.run_due()
    return keeper.html[0]


async def _a_sheet(edition: Edition) -> tuple[Sheet, Person]:
    session = await agenda.create_session(edition, code="B1KNOW", title={"en": "Know your rights", "es": "Conozca sus derechos"})
    await agenda.place(session, edition, day=edition.begins, starts=hour(13, 30), ends=hour(15))
    await notes.assign(session, edition, "eve@example.org")
    return await Sheet.get(session_id=session.id).select_related("session"), await person_for("eve@example.org", "en")


def _goals() -> list[str]:
    return [f"**Goal {number}.** Visit {number * 3} neighborhoods by the end of the season, together with the choirs, and write down what was promised." for number in range(12)]


async def _measured(html: str) -> tuple[list[tuple[float, float]], float, float, float]:
    """CPU milliseconds per PDF, ours and WeasyPrint's own, by rounds; megabytes of our process; lateness idle and busy."""
    renderer, bare = Renderer(), await _Bare.start(html)
    try:
        await renderer.render(html, epoch=0)
        memory = memory_of(renderer.pid)
        await bare.cpu()
        rounds = [(await _cpu(renderer, html), await bare.cpu()) for _round in range(ROUNDS)]
        idle = await _late(asyncio.sleep(WATCHED_SECONDS))
        busy = await _late(_make_for(renderer, html, WATCHED_SECONDS))
    finally:
        await renderer.close()
        await bare.end()
    return rounds, memory, idle, busy


async def _cpu(renderer: Renderer, html: str) -> float:
    before = cpu_of(renderer.pid)
    for _document in range(PER_ROUND):
        await renderer.render(html, epoch=0)
    return (cpu_of(renderer.pid) - before) / PER_ROUND * 1e3


class _Bare:
    """WeasyPrint alone in a warm process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def start(cls, html: str) -> "_Bare":
        pipe = asyncio.subprocess.PIPE
        made = cls(await asyncio.create_subprocess_exec(sys.executable, str(HERE / "bare_pdf.py"), stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL))
        body = html.encode()
        made.process.stdin.write(b"%d\n" % len(body) + body)
        return made

    async def cpu(self) -> float:
        """CPU milliseconds per PDF, over as many as ours makes in a round."""
        self.process.stdin.write(b"%d\n" % PER_ROUND)
        return float(await self.process.stdout.readline())

    async def end(self) -> None:
        self.process.stdin.close()
        await self.process.wait()


async def _make_for(renderer: Renderer, html: str, seconds: float) -> None:
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        await renderer.render(html, epoch=0)


async def _late(work: Coroutine) -> float:
    """How many milliseconds later than asked the loop wakes a sleeper while this goes on: all but one in a thousand are earlier."""
    late, task = [], asyncio.ensure_future(work)
    while not task.done():
        asked = time.perf_counter() + TICK
        await asyncio.sleep(TICK)
        late.append((time.perf_counter() - asked) * 1e3)
    await task
    return sorted(late)[int(len(late) * 0.999)]
