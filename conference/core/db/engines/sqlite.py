"""Tortoise's SQLite engine with transactions that survive cancellation, and reads that do not wait for a writer.

All writing goes through one connection behind one lock. Outside a transaction a SELECT of a database in a file uses a
second connection that cannot write: it sees what is committed, as on PostgreSQL, and is not held up by whoever is writing.
A third one, which cannot write either, reads a few rows by a key without another thread: handing a question to a thread and
back costs more than fifty times what such an answer does.
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from typing import Any

import aiosqlite
from tortoise.backends.base.client import TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper, translate_exceptions
from tortoise.exceptions import IntegrityError, OperationalError, TransactionManagementError

from conference.core.db.engines.transactions import Block, Transaction, Turn, finish


class Client(SqliteClient):
    """Keyword arguments other than the file are pragmas, set on both connections."""

    def __init__(self, file_path: str, **kwargs: Any) -> None:
        super().__init__(file_path, **kwargs)
        self._opening = asyncio.Lock()
        self._reader: aiosqlite.Connection | None = None
        self._at_hand: sqlite3.Connection | None = None
        self._in_file = file_path != ":memory:"

    async def create_connection(self, with_db: bool) -> None:
        """Open both connections or none, even if the task that asked for them is cancelled."""
        await finish(self._open())

    async def close(self) -> None:
        await finish(self._close())

    async def ready(self) -> None:
        if self._connection is None:
            await self.create_connection(with_db=True)

    def acquire_connection(self) -> Turn:  # type: ignore[override]
        return Turn(self._lock, self)

    def _in_transaction(self) -> TransactionContext:
        return Block(SqliteTransaction(self))

    async def execute_many(self, query: str, values: list[list]) -> None:
        async with self._in_transaction() as transaction:
            await transaction.execute_many(query, values)

    @translate_exceptions
    async def execute_query(self, query: str, values: list | None = None) -> tuple[int, Sequence[dict]]:
        if not self._can_be_read_apart(query):
            return await super().execute_query(query, values)
        rows = await self._read(query, values)
        return len(rows), rows

    @translate_exceptions
    async def execute_query_dict(self, query: str, values: list | None = None) -> list[dict]:
        if not self._can_be_read_apart(query):
            return await super().execute_query_dict(query, values)
        return [dict(row) for row in await self._read(query, values)]

    def read_at_hand(self, query: str, values: list) -> list[dict] | None:
        """What a SELECT of a few rows by a key finds, at once; None where another way has to be taken. Nobody else is served meanwhile."""
        if self._at_hand is None:
            return None
        self.log.debug("%s: %s", query, values)
        try:
            return [dict(row) for row in self._at_hand.execute(query, values).fetchall()]
        except sqlite3.OperationalError:  # busy, for a moment, or a question that the other way shall answer for
            return None

    def _can_be_read_apart(self, query: str) -> bool:
        return self._in_file and query.lstrip().startswith("SELECT")

    async def _read(self, query: str, values: list | None) -> list[Any]:
        """No lock: each is one step of the reader's thread, and they queue there."""
        if self._reader is None:
            await self.create_connection(with_db=True)
        self.log.debug("%s: %s", query, values)
        return list(await self._reader.execute_fetchall(query.replace("\x00", "'||CHAR(0)||'"), values))

    async def _open(self) -> None:
        async with self._opening:
            if self._connection is not None:
                return
            writer = await self._connect(self.pragmas)
            try:
                self._reader = await self._connect({**self.pragmas, "query_only": "ON"}) if self._in_file else None
                self._at_hand = self._connected_here() if self._in_file else None
            except BaseException:
                for opened in (self._reader, writer):
                    if opened is not None:
                        await opened.close()
                self._reader = None
                raise
            self._connection = writer
            await self._post_connect()

    async def _close(self) -> None:
        async with self._opening:
            reader, self._reader = self._reader, None
            at_hand, self._at_hand = self._at_hand, None
            if at_hand is not None:
                at_hand.close()
            if reader is not None:
                await reader.close()
            await super().close()

    async def _connect(self, pragmas: dict[str, Any]) -> aiosqlite.Connection:
        connection = aiosqlite.connect(self.filename, isolation_level=None)
        try:
            await connection
        except sqlite3.OperationalError as error:
            await asyncio.to_thread(connection._thread.join)  # its last word must not reach a loop that is closed
            raise OperationalError(f"{self.filename}: {error}") from error
        try:
            connection.row_factory = sqlite3.Row
            for pragma, value in pragmas.items():
                await self._set(connection, pragma, value)
        except BaseException:
            await connection.close()
            raise
        return connection

    def _connected_here(self) -> sqlite3.Connection:
        """It waits for nobody, because everybody would wait with it."""
        connection = sqlite3.connect(self.filename, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        for pragma, value in {**self.pragmas, "query_only": "ON", "busy_timeout": "0"}.items():
            if pragma != "journal_mode":
                connection.execute(f"PRAGMA {pragma}={value}")
        return connection

    async def _set(self, connection: aiosqlite.Connection, pragma: str, value: Any) -> None:
        """Turning a new file to WAL does not wait for another process that does the same; five seconds are enough."""
        for wait in [0.05] * 100:
            try:
                await connection.execute_fetchall(f"PRAGMA {pragma}={value}")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
                locked = error
            await asyncio.sleep(wait)
        raise locked


class SqliteTransaction(Transaction, SqliteTransactionWrapper):
    """Holds the lock of the one writing connection from ``take`` to ``give_back``."""

    _parent: Client

    async def take(self) -> None:
        await self._parent._lock.acquire()

    async def give_back(self) -> None:
        self._parent._lock.release()

    async def ready(self) -> None:
        await super().ready()
        if not self._connection.in_transaction:  # a full disk or a broken file ends it behind our back
            raise TransactionManagementError("the database gave this transaction up after an error")

    async def begin(self) -> None:
        """IMMEDIATE: two that first read and then write would otherwise fail each other."""
        await self._parent.ready()
        self._connection = self._parent._connection
        if self._connection.in_transaction:  # left open by a script that ran outside
            await self._connection.rollback()
        await self._control("BEGIN IMMEDIATE")

    async def run(self, statement: str) -> None:
        async with self.acquire_connection():
            await self._control(statement)

    async def run_commit(self) -> None:
        await self._control("COMMIT")

    async def run_rollback(self) -> None:
        if self._connection is not None:  # else the file could not be opened
            await self._connection.rollback()

    async def execute_script(self, query: str) -> None:
        raise TransactionManagementError(
            "SQLite commits before it runs a script: run it outside, or statement by statement"
        )

    async def _control(self, statement: str) -> None:
        try:
            await self._connection.execute_fetchall(statement)
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error
        except sqlite3.IntegrityError as error:
            raise IntegrityError(error) from error


client_class = Client
