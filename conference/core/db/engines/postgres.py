"""Tortoise's asyncpg engine with transactions that survive cancellation and never keep a connection of the pool."""

import contextlib
from typing import Any

from asyncpg import Connection
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionContext
from tortoise.backends.base_postgres.client import translate_exceptions
from tortoise.exceptions import TransactionManagementError

from conference.core.db.engines.transactions import Block, Transaction, finish


class PlainConnection(Connection):
    """Nobody here changes a session, so that there is nothing to put back: a question less to the server after every statement.

    A transaction that was left open is still rolled back.
    """

    def get_reset_query(self) -> str:
        return ""


class Client(AsyncpgDBClient):
    """``host`` and ``port`` may be lists: the first server that answers as ``target_session_attrs`` asks is used."""

    connection_class = PlainConnection

    def __init__(self, port: int | list[int] = 5432, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.port = port  # type: ignore[assignment]

    async def create_connection(self, with_db: bool) -> None:
        await finish(super().create_connection(with_db))

    async def close(self) -> None:
        await finish(super().close())

    async def ready(self) -> None:
        if self._pool is None:
            async with self._pool_init_lock:
                if self._pool is None:
                    await self.create_connection(with_db=True)

    def _in_transaction(self) -> TransactionContext:
        return Block(PostgresTransaction(self))

    async def execute_many(self, query: str, values: list) -> None:
        async with self._in_transaction() as transaction:
            await transaction.execute_many(query, values)


class PostgresTransaction(Transaction, TransactionWrapper):
    """Holds one connection of the pool from ``take`` to ``give_back``."""

    _parent: Client

    async def take(self) -> None:
        await self._parent.ready()
        self._connection = await self._parent._pool.acquire()

    async def give_back(self) -> None:
        # What fails here is closed by the pool, and the place is free again; the work is committed or undone already.
        with contextlib.suppress(Exception):
            await self._parent._pool.release(self._connection)

    @translate_exceptions
    async def begin(self) -> None:
        await self._connection.execute("BEGIN")

    @translate_exceptions
    async def run(self, statement: str) -> None:
        async with self.acquire_connection():
            await self._connection.execute(statement)

    @translate_exceptions
    async def run_commit(self) -> None:
        """PostgreSQL answers the COMMIT of a failed transaction with ROLLBACK and no error."""
        if await self._connection.execute("COMMIT") != "COMMIT":
            raise TransactionManagementError("nothing was written: a statement failed before and its error was caught")

    async def run_rollback(self) -> None:
        # A connection that cannot even do this is closed when it is given back, and the server undoes the rest.
        with contextlib.suppress(Exception):
            await self._connection.execute("ROLLBACK")


client_class = Client
