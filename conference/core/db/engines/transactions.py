"""How a transaction begins and ends, on either database, so that nothing stops it halfway.

A browser that goes away, or a time-out, cancels the task wherever it happens to wait. While a transaction is being entered
or left that must not lose the lock or the pool connection, nor let a statement through that belongs to no transaction any
more.
"""

import asyncio
import contextlib
from collections.abc import Coroutine
from itertools import count
from typing import Any, TypeVar

from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError

T = TypeVar("T")
_numbers = count()


async def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run ``work`` to its end even if this task is cancelled meanwhile; the cancellation is raised afterwards."""
    task, cancelled = asyncio.ensure_future(work), None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled from task.exception()
    return task.result()


class Turn:
    """One statement's turn on a connection; given back also when the connection turns out not to be ready."""

    def __init__(self, lock: asyncio.Lock, client: Any) -> None:
        self._lock, self._client = lock, client

    async def __aenter__(self) -> Any:
        await self._lock.acquire()
        try:
            await self._client.ready()
        except BaseException:
            self._lock.release()
            raise
        return self._client._connection

    async def __aexit__(self, *_: object) -> None:
        self._lock.release()


class Transaction(TransactionalDBClient):
    """What statements go through while a transaction runs; afterwards it refuses with TransactionManagementError.

    An engine adds ``take`` and ``give_back`` (the lock, or a connection of the pool), ``begin``, ``run_commit``,
    ``run_rollback`` and ``run`` (one statement of transaction control).
    """

    _lock: asyncio.Lock

    def acquire_connection(self) -> Turn:
        return Turn(self._lock, self)

    def _in_transaction(self) -> TransactionContext:
        return Savepoint(self)

    async def ready(self) -> None:
        if self._finalized:
            raise TransactionManagementError("this transaction is over: the task that still uses it outlived it")

    async def commit(self) -> None:
        await self.ready()
        self._finalized = True  # before waiting, so that no statement of another task slips in behind the COMMIT
        async with self._lock:
            try:
                await self.run_commit()
            except BaseException:
                await self.run_rollback()
                raise

    async def rollback(self) -> None:
        self._finalized = True
        async with self._lock:
            await self.run_rollback()

    async def savepoint(self) -> None:
        raise TransactionManagementError("nest another transaction instead")

    savepoint_rollback = release_savepoint = savepoint


class Block(TransactionContext):
    """``async with`` around an outermost transaction."""

    def __init__(self, transaction: Any) -> None:
        self.transaction = transaction

    async def __aenter__(self) -> Transaction:
        await self.transaction.take()
        try:
            await finish(self.transaction.begin())
        except BaseException:
            await finish(self._end(keep=False))
            raise
        self._connections = get_connections()
        self._token = self._connections.set(self.transaction.connection_name, self.transaction)
        return self.transaction

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        try:
            await finish(self._end(keep=kind is None))
        finally:
            # A generator left in the middle is closed in another context, where nothing was set.
            with contextlib.suppress(ValueError):
                self._connections.reset(self._token)

    async def _end(self, keep: bool) -> None:
        try:
            if keep and not self.transaction._finalized:
                await self.transaction.commit()
            elif not self.transaction._finalized:
                await self.transaction.rollback()
        finally:
            await self.transaction.give_back()


class Savepoint(TransactionContext):
    """``async with`` around a transaction inside another."""

    def __init__(self, transaction: Any) -> None:
        self.transaction, self._name = transaction, f"nested_{next(_numbers)}"

    async def __aenter__(self) -> Transaction:
        await finish(self.transaction.run(f"SAVEPOINT {self._name}"))
        return self.transaction

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            await finish(self.transaction.run(f"RELEASE SAVEPOINT {self._name}"))
        elif not self.transaction._finalized:
            await finish(self._undo())

    async def _undo(self) -> None:
        await self.transaction.run(f"ROLLBACK TO SAVEPOINT {self._name}")
        await self.transaction.run(f"RELEASE SAVEPOINT {self._name}")
