"""Work for later: a row written beside the change, in its transaction, run by a worker here or on another node.

A worker claims rows with a lease timed by the database, keeps it alive while it works, and may only end what it still holds.
A job may run twice; it must do no harm then. What fails is tried again, later each time, and at last set aside as dead, with the
exception's type and no values.
"""

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import structlog

from conference.core import clock
from conference.core.db import after_commit, fields, is_postgres, rows, transaction
from conference.core.db.fast import insert
from conference.core.db.model import Model, StockModel
from conference.core.errors import place_of
from conference.core.running import running

log = structlog.get_logger("jobs")

MOST_TRIES = 10
LONGEST_PAUSE = timedelta(hours=1)
LEASE_SECONDS = 30
BEAT_SECONDS = 10

Work = Callable[..., Awaitable[None]]
_works: dict[str, Work] = {}


class JobState(StrEnum):
    READY = "ready"
    RUNNING = "running"
    DEAD = "dead"


class Job(Model):
    """One piece of work: a name, ids, and how it is going. The row goes when the work is done."""

    name = fields.Short(80)
    ids = fields.Json()
    state = fields.Choice(JobState, default=JobState.READY)
    due = fields.Moment()
    made = fields.Moment()
    tries = fields.Number(default=0)
    token = fields.Uuid(null=True)
    leased_until = fields.Moment(null=True)
    key = fields.Short(160, null=True, unique=True)
    trouble = fields.Short(120, null=True)

    class Meta:
        table = "job"
        indexes = [("state", "due")]


class Beat(StockModel):
    """When a timed job is due next; whoever moves it on asks for the job."""

    name = fields.SlugKey(80)
    next_due = fields.Moment()

    class Meta:
        table = "beat"


@dataclass(frozen=True)
class Every:
    """A period of timed work; see conference/recurring.py."""

    seconds: int


def every(*, seconds: int = 0, minutes: int = 0, hours: int = 0) -> Every:
    return Every(seconds + 60 * minutes + 3600 * hours)


def job(work: Work) -> Work:
    """Register the function as ``<slice>.<its name>``."""
    _works[f"{work.__module__.split('.')[1]}.{work.__name__}"] = work
    return work


def known_jobs() -> dict[str, Work]:
    return dict(_works)


async def later(name: str, *, due: datetime | None = None, key: str | None = None, **ids: Any) -> None:
    """Ask for a job; it happens only if the caller's transaction commits. A key keeps two from waiting at once."""
    await insert(asked(name, due=due, key=key, **ids), unless_known=key is not None)


def asked(name: str, *, due: datetime | None = None, key: str | None = None, **ids: Any) -> Job:
    """The row that asks for a job, for whoever writes it together with others, in the transaction this is called in."""
    now = clock.now()
    after_commit(wake)
    return Job(name=name, ids={k: str(v) if isinstance(v, UUID) else v for k, v in ids.items()}, due=due or now, made=now, key=key)


def wake() -> None:
    """Tell this process's worker that there may be work; others find it at their next look."""
    bell = running().parts.get("jobs.bell")
    if bell is not None:
        bell.set()


async def claim(most: int) -> list[Job]:
    """Take up to ``most`` due jobs, and those whose worker went silent.

    They are chosen once, apart: as a mere subquery PostgreSQL may choose again for each row, and take more than it was asked for.
    """
    token = uuid4()
    now, until = ("now()", f"now() + interval '{LEASE_SECONDS} seconds'") if is_postgres() else (_SQLITE_NOW, _SQLITE_UNTIL)
    lock = "FOR UPDATE SKIP LOCKED" if is_postgres() else ""
    due = "?" if running().parts.get("clock.fixed") else now
    found = await rows(
        f"""WITH due AS MATERIALIZED (
            SELECT id FROM job WHERE (state = 'ready' AND due <= {due}) OR (state = 'running' AND leased_until < {now})
            ORDER BY due, made LIMIT {most:d} {lock})
        UPDATE job SET state = 'running', tries = tries + 1, token = ?, leased_until = {until}, key = NULL
        WHERE id IN (SELECT id FROM due)
        RETURNING id, name, ids, tries, due, made""",
        ([clock.now()] if due == "?" else []) + [str(token)],
    )
    return [_held(row, token) for row in found]


_SQLITE_NOW = "strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now')"
_SQLITE_UNTIL = f"strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now', '+{LEASE_SECONDS} seconds')"


def _held(row: dict, token: UUID) -> Job:
    ids = json.loads(row["ids"]) if isinstance(row["ids"], str) else row["ids"]
    return Job(id=row["id"], name=row["name"], ids=ids, tries=row["tries"], token=token, due=clock.now(), made=clock.now())


async def run(held: Job) -> bool:
    """Run one claimed job; says whether it went well."""
    mine = Job.filter(id=held.id, token=held.token)
    beat = asyncio.create_task(_keep_lease(held))
    try:
        work = _works[held.name]
        await work(**{name: value for name, value in held.ids.items() if name in inspect.signature(work).parameters})
        await mine.delete()
        return True
    except Exception as error:
        await _failed(held, error)
        return False
    finally:
        beat.cancel()
        with suppress(asyncio.CancelledError):
            await beat


async def _failed(held: Job, error: Exception) -> None:
    waits = getattr(error, "pause", None)  # for something that is missing here, however long it takes
    dead = (held.tries >= MOST_TRIES and waits is None) or getattr(error, "hopeless", False)
    pause = waits or min(timedelta(seconds=2**held.tries), LONGEST_PAUSE)
    await Job.filter(id=held.id, token=held.token).update(
        state=JobState.DEAD if dead else JobState.READY, due=clock.now() + pause, token=None, leased_until=None, trouble=type(error).__name__[:120]
    )
    log.warning("job failed", job=held.name, id=str(held.id), tries=held.tries, dead=dead, trouble=type(error).__name__, where=place_of(error))


async def _keep_lease(held: Job) -> None:
    until = "now() + interval '%d seconds'" % LEASE_SECONDS if is_postgres() else _SQLITE_UNTIL
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        try:
            await rows(f"UPDATE job SET leased_until = {until} WHERE id = ? AND token = ? RETURNING id", [str(held.id), str(held.token)])
        except Exception as error:  # the next beat may reach the database again
            log.warning("lease not kept", job=held.name, id=str(held.id), trouble=type(error).__name__)


async def ask_for_timed_work(table: dict[str, Every]) -> None:
    """Ask for each timed job once per period, however many nodes look."""
    now = clock.now()
    known = {beat.name: beat.next_due for beat in await Beat.all()}
    for name, period in table.items():
        if name not in known:
            await Beat.bulk_create([Beat(name=name, next_due=now)], ignore_conflicts=True)
            known[name] = now
        if known[name] <= now:
            async with transaction():
                if await Beat.filter(name=name, next_due=known[name]).update(next_due=now + timedelta(seconds=period.seconds)):
                    await later(name, key=f"timed:{name}")


async def run_due(most: int = 1_000) -> int:
    """Run what is due until nothing is; how many ran. For tests and commands."""
    count = 0
    while count < most and (held := await claim(1)):
        await run(held[0])
        count += 1
    return count


class Worker:
    """Runs jobs in this process, from ``begins_after`` seconds on, until told to stop."""

    def __init__(self, timed: dict[str, Every], slots: int = 4, look_every: float = 1.0, begins_after: float = 0.0) -> None:
        self.timed, self.slots, self.look_every, self.begins_after = timed, slots, look_every, begins_after
        self.busy: set[asyncio.Task] = set()
        self.stopping = False

    async def run(self) -> None:
        bell = running().parts["jobs.bell"] = asyncio.Event()
        await asyncio.sleep(self.begins_after)
        while not self.stopping:
            bell.clear()
            took = await self._look()
            if took < self.slots - len(self.busy) or len(self.busy) >= self.slots:
                with suppress(TimeoutError):
                    await asyncio.wait_for(bell.wait(), self.look_every)
        await asyncio.gather(*self.busy, return_exceptions=True)

    async def _look(self) -> int:
        free = self.slots - len(self.busy)
        if not free:
            return 0
        try:
            await ask_for_timed_work(self.timed)
            taken = await claim(free)
        except Exception as error:
            log.warning("worker cannot reach the database", trouble=type(error).__name__)
            await asyncio.sleep(self.look_every)
            return 0
        for held in taken:
            task = asyncio.create_task(run(held))
            self.busy.add(task)
            task.add_done_callback(self._done)
        return len(taken)

    def _done(self, task: asyncio.Task) -> None:
        """A job that could not even be written off as failed is taken over when its lease is over."""
        self.busy.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.warning("job could not be ended", trouble=type(error).__name__, where=place_of(error))
        wake()

    def stop(self) -> None:
        self.stopping = True
        wake()
