"""Work for later: leases by the database's time, fencing, back-off, dead letters, keys, timed work."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from conference.core import clock, jobs
from conference.core.db import is_postgres, rows, transaction
from conference.core.jobs import Beat, Job, JobState, Worker, claim, every, later, run, run_due

PAST = datetime(2000, 1, 1, tzinfo=UTC)


class Notebook:
    """A job that writes down what it was asked, and fails as long as ``trouble`` is set."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.trouble: Exception | None = None
        self.done = asyncio.Event()

    async def write(self, word: str) -> None:
        self.ran.append(word)
        self.done.set()
        if self.trouble:
            raise self.trouble


@pytest.fixture
def notebook(app, monkeypatch):
    made = Notebook()
    monkeypatch.setitem(jobs._works, "tests.write", made.write)
    return made


async def ask(word: str = "one", **more: object) -> None:
    await later("tests.write", word=word, **more)


async def test_a_job_runs_once_with_its_ids_and_its_row_goes(notebook):
    await ask("one")
    await ask("two")
    assert (await run_due(), notebook.ran, await Job.all().count()) == (2, ["one", "two"], 0)


async def test_ids_are_kept_as_text_and_what_the_job_does_not_take_is_left_out(app, monkeypatch):
    told = []

    async def work(row_id: str) -> None:
        told.append(row_id)

    monkeypatch.setitem(jobs._works, "tests.work", work)
    row = uuid4()
    await later("tests.work", row_id=row, of_an_older_program=1)
    assert (await run_due(), told) == (1, [str(row)])


async def test_a_job_asked_for_in_a_transaction_runs_after_its_commit_only(notebook):
    async with transaction():
        await ask("kept")
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await ask("undone")
            raise ZeroDivisionError
    assert (await run_due(), notebook.ran) == (1, ["kept"])


async def test_a_job_waits_until_it_is_due(notebook, fixed_clock):
    await ask(due=clock.now() + timedelta(minutes=5))
    assert await run_due() == 0
    fixed_clock.on(minutes=5)
    assert await run_due() == 1


async def test_the_oldest_due_comes_first(notebook, fixed_clock):
    now = clock.now()
    await ask("late", due=now - timedelta(minutes=1))
    await ask("early", due=now - timedelta(minutes=2))
    await run_due()
    assert notebook.ran == ["early", "late"]


async def test_what_one_worker_holds_no_other_gets(notebook):
    await ask()
    held = await claim(5)
    assert ([job.name for job in held], await claim(5)) == (["tests.write"], [])


async def test_no_more_are_claimed_than_asked_for_whatever_the_database_expected(notebook):
    """PostgreSQL that last saw one row picks a plan that runs a subquery anew for each row it meets."""
    await ask("seen")
    if is_postgres():
        await rows("ANALYZE job")
    for number in range(5):
        await ask(str(number))
    assert len(await claim(1)) == 1


async def test_two_who_claim_at_once_share_what_there_is(notebook):
    for number in range(6):
        await ask(str(number))
    took = await asyncio.gather(claim(4), claim(4))
    ids = [job.id for held in took for job in held]
    assert (len(ids), len(set(ids))) == (6, 6)


async def test_a_lease_is_timed_by_the_database_and_not_by_our_clock(notebook, fixed_clock):
    await ask()
    [held] = await claim(1)
    fixed_clock.on(days=365)
    assert await claim(1) == []
    [left] = await rows(_seconds_left(), [str(held.id)])
    assert 0 < float(left["left_"]) <= jobs.LEASE_SECONDS


def _seconds_left() -> str:
    from conference.core.db import is_postgres

    if is_postgres():
        return "SELECT extract(epoch FROM leased_until - now()) AS left_ FROM job WHERE id = ?"
    return "SELECT (julianday(leased_until) - julianday('now')) * 86400 AS left_ FROM job WHERE id = ?"


async def test_the_work_of_a_dead_worker_is_taken_over_when_its_lease_is_over(notebook):
    await ask()
    [dead] = await claim(1)
    await Job.filter(id=dead.id).update(leased_until=PAST)
    [taken] = await claim(1)
    assert (taken.id, taken.tries, taken.token != dead.token) == (dead.id, 2, True)
    assert (await run(taken), notebook.ran, await Job.all().count()) == (True, ["one"], 0)


async def test_a_late_finisher_cannot_end_what_another_took_over(notebook):
    await ask()
    [late] = await claim(1)
    await Job.filter(id=late.id).update(leased_until=PAST)
    [taken] = await claim(1)
    await run(late)
    assert (await Job.get()).token == taken.token
    notebook.trouble = ValueError()
    await run(late)
    row = await Job.get()
    assert (row.state, row.token, row.trouble) == (JobState.RUNNING, taken.token, None)


async def test_a_lease_is_kept_alive_while_the_work_goes_on(app, monkeypatch):
    going_on, seen = asyncio.Event(), []

    async def beaten(sql: str, values: list | None = None) -> list[dict]:
        seen.append(values)
        if len(seen) == 1:
            raise ConnectionError("the database is away for a moment")
        found = await rows(sql, values)
        going_on.set()
        return found

    async def work() -> None:
        monkeypatch.setattr(jobs, "rows", beaten)
        await asyncio.wait_for(going_on.wait(), 20)
        leases.append((await Job.get()).leased_until)
        monkeypatch.setattr(jobs, "rows", rows)

    leases: list[datetime] = []
    monkeypatch.setitem(jobs._works, "tests.work", work)
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 0)
    await later("tests.work")
    [held] = await claim(1)
    await Job.filter(id=held.id).update(leased_until=PAST)
    assert await run(held)
    assert leases[0] > PAST + timedelta(days=365) and seen[-1] == [str(held.id), str(held.token)]
    assert await Job.all().count() == 0


async def test_a_failure_is_tried_again_later_each_time(notebook, fixed_clock):
    notebook.trouble = ValueError()
    await ask()
    pauses = []
    for _again in range(4):
        assert await run_due() == 1
        row = await Job.get()
        pauses.append((row.due - clock.now()).total_seconds())
        assert (row.state, row.token, row.leased_until) == (JobState.READY, None, None)
        fixed_clock.at = row.due
    assert pauses == [2, 4, 8, 16]


async def test_the_pause_does_not_grow_for_ever(notebook, fixed_clock, monkeypatch):
    monkeypatch.setattr(jobs, "LONGEST_PAUSE", timedelta(seconds=3))
    notebook.trouble = ValueError()
    await ask()
    pauses = []
    for _again in range(3):
        await run_due()
        row = await Job.get()
        pauses.append((row.due - clock.now()).total_seconds())
        fixed_clock.at = row.due
    assert pauses == [2, 3, 3]


async def test_a_failure_may_say_when_to_try_again(notebook):
    notebook.trouble = ValueError()
    notebook.trouble.pause = timedelta(minutes=7)
    await ask()
    await run_due()
    assert (await Job.get()).due == clock.now() + timedelta(minutes=7)


async def test_after_the_last_try_it_is_dead_and_tells_the_kind_of_trouble_only(notebook, fixed_clock):
    notebook.trouble = ValueError("ana@example.org could not be reached")
    await ask("a secret word")
    with capture_logs() as lines:
        for _again in range(jobs.MOST_TRIES + 3):
            await run_due()
            fixed_clock.on(hours=2)
    row = await Job.get()
    assert (len(notebook.ran), row.state, row.tries, row.trouble) == (jobs.MOST_TRIES, JobState.DEAD, jobs.MOST_TRIES, "ValueError")
    assert [line["dead"] for line in lines] == [False] * (jobs.MOST_TRIES - 1) + [True]
    assert "ana@" not in str(lines) and "secret word" not in str(lines)


async def test_a_hopeless_failure_is_dead_at_once(notebook):
    notebook.trouble = ValueError()
    notebook.trouble.hopeless = True
    await ask()
    await run_due()
    assert (await Job.get()).state is JobState.DEAD


async def test_a_job_of_an_unknown_name_is_set_aside_and_stops_no_other(notebook, fixed_clock):
    await later("tests.of_a_newer_program")
    await ask("one")
    assert (await run_due(), notebook.ran) == (2, ["one"])
    assert [(row.name, row.trouble) for row in await Job.all()] == [("tests.of_a_newer_program", "KeyError")]


async def test_of_one_key_only_one_waits(notebook):
    await ask("one", key="offer")
    await ask("two", key="offer")
    await ask("three", key="another")
    assert (await run_due(), notebook.ran) == (2, ["one", "three"])


async def test_a_key_may_be_asked_for_again_while_the_first_is_running(notebook):
    await ask("one", key="offer")
    [held] = await claim(1)
    await ask("two", key="offer")
    await run(held)
    assert (await run_due(), notebook.ran) == (1, ["one", "two"])


async def test_timed_work_is_asked_for_once_however_many_look(notebook, fixed_clock):
    table = {"tests.write": every(minutes=10)}
    await asyncio.gather(*[jobs.ask_for_timed_work(table) for _node in range(5)])
    [held] = await claim(5)
    await asyncio.gather(*[jobs.ask_for_timed_work(table) for _node in range(5)])
    assert (held.name, await claim(5)) == ("tests.write", [])
    assert (await Beat.get()).next_due == clock.now() + timedelta(minutes=10)
    fixed_clock.on(minutes=10)
    await asyncio.gather(*[jobs.ask_for_timed_work(table) for _node in range(5)])
    assert [job.name for job in await claim(5)] == ["tests.write"]


async def test_timed_work_that_was_missed_is_done_once_and_not_caught_up(notebook, fixed_clock):
    table = {"tests.write": every(minutes=1)}
    await jobs.ask_for_timed_work(table)
    await claim(5)
    fixed_clock.on(days=1)
    await jobs.ask_for_timed_work(table)
    await jobs.ask_for_timed_work(table)
    assert len(await claim(5)) == 1


async def test_a_worker_hears_of_work_at_once_and_ends_when_told(notebook):
    worker = Worker({}, look_every=3_600)
    running = asyncio.create_task(worker.run())
    try:
        async with transaction():
            await ask()
            await asyncio.sleep(0)
            assert notebook.ran == []
        await asyncio.wait_for(notebook.done.wait(), 20)
    finally:
        worker.stop()
        await asyncio.wait_for(running, 20)
    assert (notebook.ran, await Job.all().count()) == (["one"], 0)


async def test_a_worker_runs_as_many_at_once_as_it_has_slots(app, monkeypatch):
    at_once, most, free = 0, 0, asyncio.Semaphore(0)

    async def work() -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        if at_once == 2:
            free.release()
            free.release()
        await asyncio.wait_for(free.acquire(), 20)
        free.release()
        at_once -= 1

    monkeypatch.setitem(jobs._works, "tests.work", work)
    for _number in range(6):
        await later("tests.work")
    worker = Worker({}, slots=2)
    running = asyncio.create_task(worker.run())
    while await Job.all().count():
        await asyncio.sleep(0)
    worker.stop()
    await asyncio.wait_for(running, 20)
    assert most == 2


async def test_a_worker_goes_on_when_the_database_was_away(notebook, monkeypatch):
    once = iter([ConnectionError("away")])

    async def sometimes(most: int) -> list[Job]:
        for error in once:
            raise error
        return await claim(most)

    monkeypatch.setattr(jobs, "claim", sometimes)
    await ask()
    worker = Worker({}, look_every=0)
    with capture_logs() as lines:
        running = asyncio.create_task(worker.run())
        await asyncio.wait_for(notebook.done.wait(), 20)
        worker.stop()
        await asyncio.wait_for(running, 20)
    assert (notebook.ran, lines) == (["one"], [{"event": "worker cannot reach the database", "trouble": "ConnectionError", "log_level": "warning"}])
