"""Where words that must not be there are looked for: the raw database, and all that was said."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from conference.core.db import is_postgres, rows
from conference.settings import Settings


async def everything(settings: Settings) -> bytes:
    """The bytes of the database's files, or of a dump of every table."""
    if not is_postgres():
        path = settings.database.removeprefix("sqlite://")
        files = [Path(path + end).read_bytes() for end in ("", "-wal") if Path(path + end).exists()]
        with contextlib.closing(sqlite3.connect(path)) as connection:
            return b"".join([*files, "\n".join(connection.iterdump()).encode()])
    tables = await rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return b"\n".join([repr(await rows(f'SELECT * FROM "{table["tablename"]}"')).encode() for table in tables])


def told(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> str:
    """All that was printed and logged so far, but for the statements that tests make the database's library tell."""
    out, err = capfd.readouterr()
    return out + err + "\n".join(record.getMessage() for record in caplog.records if record.name != "tortoise.db_client")
