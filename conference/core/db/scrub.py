"""Leaving nothing behind: what was deleted or overwritten is taken out of the database's own files."""

import asyncio

from tortoise.exceptions import OperationalError

from conference.core.db import is_postgres, rows

PATIENCE = [0.2] * 25


async def scrub(tables: set[str]) -> None:
    """After these tables lost something. SQLite writes its file anew and empties the log beside it; PostgreSQL frees the rows for overwriting.

    Takes as long as the database is large; nobody can write meanwhile.
    """
    if is_postgres():
        for table in sorted(tables):
            await rows(f'VACUUM "{table}"')
        return
    await _patiently("VACUUM")
    await empty_log()


async def empty_log() -> None:
    """SQLite only: what stands in the write-ahead log goes into the file, and the log becomes empty."""
    if not is_postgres():
        await _patiently("PRAGMA wal_checkpoint(TRUNCATE)")


async def _patiently(statement: str) -> None:
    """Another process may be reading or writing; after five seconds it is left to the next time."""
    for wait in PATIENCE:
        try:
            answer = await rows(statement)
            if not (answer and answer[0].get("busy")):
                return
        except OperationalError as error:
            if "lock" not in str(error):
                raise
        await asyncio.sleep(wait)
