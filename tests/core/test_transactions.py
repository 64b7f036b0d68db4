"""One transaction helper: it nests, it bounds how many write at once, and what waits for the commit waits for it."""

import asyncio

import pytest

from conference.core import db
from conference.core.audit import AuditEntry, record
from conference.core.db import after_commit, transaction
from conference.core.errors import Busy
from conference.core.running import Gate


async def written() -> list[str]:
    return sorted([entry.what for entry in await AuditEntry.all()])


async def test_all_or_nothing(app):
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await record("tests.one")
            await record("tests.two")
            raise ZeroDivisionError
    assert await written() == []


async def test_an_inner_one_is_undone_alone(app):
    async with transaction():
        await record("tests.outer")
        with pytest.raises(ZeroDivisionError):
            async with transaction():
                await record("tests.inner")
                raise ZeroDivisionError
        async with transaction():
            await record("tests.second")
    assert await written() == ["tests.outer", "tests.second"]


async def test_an_outer_one_undoes_what_the_inner_one_had_done(app):
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            async with transaction():
                await record("tests.inner")
            raise ZeroDivisionError
    assert await written() == []


async def test_what_waits_for_the_commit_comes_after_the_outermost_one(app):
    told = []
    async with transaction():
        async with transaction():
            after_commit(lambda: told.append("inner"))
        after_commit(lambda: told.append("outer"))
        assert told == []
    assert told == ["inner", "outer"]


async def test_what_waits_for_the_commit_never_comes_when_there_is_none(app):
    told = []
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            after_commit(lambda: told.append("undone"))
            raise ZeroDivisionError
    assert told == []


async def test_without_a_transaction_it_comes_at_once(app):
    told = []
    after_commit(lambda: told.append("now"))
    assert told == ["now"]


class Writer:
    """A task that holds a transaction open until told to end."""

    def __init__(self) -> None:
        self.inside, self.end = asyncio.Event(), asyncio.Event()
        self.task = asyncio.create_task(self.write())

    async def write(self) -> None:
        async with transaction():
            self.inside.set()
            await self.end.wait()


async def test_more_than_may_wait_are_told_to_come_back(app, monkeypatch):
    monkeypatch.setattr(db, "WAITING", 1)
    app.context.writers = Gate(1)
    first = Writer()
    await asyncio.wait_for(first.inside.wait(), 20)
    second = Writer()
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        async with transaction():
            pass
    first.end.set()
    second.end.set()
    await asyncio.wait_for(asyncio.gather(first.task, second.task), 20)
    assert app.context.writers.waiting == 0
    async with transaction():
        await record("tests.after")
    assert await written() == ["tests.after"]


async def test_who_stops_waiting_leaves_no_trace(app):
    app.context.writers = Gate(1)
    first = Writer()
    await asyncio.wait_for(first.inside.wait(), 20)
    second = Writer()
    await asyncio.sleep(0)
    assert app.context.writers.waiting == 1
    second.task.cancel()
    await asyncio.gather(second.task, return_exceptions=True)
    assert app.context.writers.waiting == 0
    first.end.set()
    await asyncio.wait_for(first.task, 20)
    async with transaction():
        await record("tests.after")
    assert await written() == ["tests.after"]


async def test_a_full_house_answers_503_and_says_when_to_come_back(visitor, app, monkeypatch):
    monkeypatch.setattr(db, "WAITING", 0)
    answer = await visitor.post("/sign-in", data={"email": "ada@example.org"})
    assert (answer.status_code, answer.headers["retry-after"], answer.headers["cache-control"]) == (503, "5", "no-store")
    assert "Very many people are here at this moment. Nothing was lost" in answer.text
