"""The database: one transaction helper, and the one place that says how many may write at once."""

import contextlib
from collections.abc import AsyncIterator, Callable
from contextvars import ContextVar

from tortoise import Tortoise
from tortoise.transactions import in_transaction

from conference.core.errors import Busy
from conference.core.running import running

WRITERS, WAITING = 16, 1_000

_dialect = ""  # of the database that is open: asked for many times per request
_after: ContextVar[list[Callable[[], None]] | None] = ContextVar("after_commit", default=None)


@contextlib.asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """All or nothing. Inside another one it is a savepoint. Raises Busy when too many are waiting to write."""
    if _after.get() is not None:
        async with in_transaction():
            yield
        return
    async with _writer():
        calls: list[Callable[[], None]] = []
        mark = _after.set(calls)
        try:
            async with in_transaction():
                yield
        finally:
            _after.reset(mark)
        for call in calls:
            call()


def in_a_transaction() -> bool:
    """Whether what is asked here is asked in a transaction of the caller's."""
    return _after.get() is not None


def after_commit(call: Callable[[], None]) -> None:
    """Call this once the outermost transaction is committed; at once where there is none."""
    calls = _after.get()
    if calls is None:
        call()
    else:
        calls.append(call)


@contextlib.asynccontextmanager
async def _writer() -> AsyncIterator[None]:
    gate = running().writers
    if gate.waiting >= WAITING:
        raise Busy()
    gate.waiting += 1
    try:
        await gate.places.acquire()
    finally:
        gate.waiting -= 1
    try:
        yield
    finally:
        gate.places.release()


def is_postgres() -> bool:
    return dialect() == "postgres"


def dialect() -> str:
    """``sqlite`` or ``postgres``."""
    from tortoise.connection import get_connection

    return _dialect or get_connection("default").capabilities.dialect


def among(column: str, kind: str = "text") -> str:
    """SQL: the column is one of the words of a JSON list, which is one parameter, so that the statement is the same for any number of them."""
    if is_postgres():
        return f"{column} = ANY(ARRAY(SELECT CAST(word AS {kind}) FROM json_array_elements_text(CAST(CAST(? AS text) AS json)) word))"
    return f"{column} IN (SELECT value FROM json_each(?))"


async def rows(sql: str, values: list | None = None, *, few: bool = False) -> list[dict]:
    """Run one statement in the present transaction; placeholders are ``?`` on both databases.

    few: a SELECT that finds a few rows by a key, which SQLite answers faster than the question could be handed to a thread.
    """
    from tortoise.connection import get_connection

    db = get_connection("default")
    if few and hasattr(db, "read_at_hand") and (found := db.read_at_hand(sql, values or [])) is not None:
        return found
    return await db.execute_query_dict(with_numbers(sql) if is_postgres() else sql, values or [])


def with_numbers(sql: str) -> str:
    """The same statement with PostgreSQL's placeholders."""
    parts = sql.split("?")
    return parts[0] + "".join(f"${n}{part}" for n, part in enumerate(parts[1:], 1))


async def open_database(config: dict) -> None:
    global _dialect
    await Tortoise.init(config=config, _enable_global_fallback=True)
    _dialect = dialect()


async def close_database() -> None:
    global _dialect
    _dialect = ""
    await Tortoise.close_connections()
