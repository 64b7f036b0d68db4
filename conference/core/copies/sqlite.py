"""SQLite: a copy while the program runs; putting another file in place; and whether anybody uses it."""

import contextlib
import os
import shutil
import sqlite3
from datetime import datetime
from pathlib import Path

from conference.core.copies.archive import NoCopy, Progress

PAGES = 256
BESIDE = ("-wal", "-shm")


def copy(source: Path, target: Path, progress: Progress) -> None:
    """A consistent copy by SQLite's own means; nobody who writes meanwhile is held up, and what they write is not in it."""
    target.touch(mode=0o600)
    with contextlib.closing(sqlite3.connect(source)) as old, contextlib.closing(sqlite3.connect(target)) as new:
        old.execute("BEGIN")
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on it sees this moment alone
        old.backup(new, pages=PAGES, progress=lambda _status, left, total: progress("copying", total - left, total))
        new.execute("PRAGMA journal_mode=DELETE")


def check(file: Path) -> None:
    """Raises NoCopy where it is no whole database."""
    try:
        with contextlib.closing(sqlite3.connect(file)) as database:
            found = database.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        found = type(error).__name__
    if found != "ok":
        raise NoCopy(f"The copy holds no whole database: {found}.")


def in_use(file: Path) -> bool:
    """Whether another process has this database open."""
    if not file.exists():
        return False
    with contextlib.closing(sqlite3.connect(file, timeout=0.5, isolation_level=None)) as database:
        try:
            database.execute("PRAGMA locking_mode=EXCLUSIVE")
            database.execute("BEGIN EXCLUSIVE")
            database.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return True
        except sqlite3.DatabaseError:  # no database at all: nobody works with it
            return False
    return False


def has_rows(file: Path) -> bool:
    return file.exists() and file.stat().st_size > 0


def put_in_place(fresh: Path, file: Path) -> None:
    """``fresh`` becomes the database; what stood beside the old one would not belong to it."""
    if file.exists():
        shutil.copymode(file, fresh)
    for end in BESIDE:
        Path(f"{file}{end}").unlink(missing_ok=True)
    os.replace(fresh, file)


def drop(file: Path) -> None:
    """This file, all that stands beside it, and copies that migrations made of it."""
    for one in [file, *(Path(f"{file}{end}") for end in BESIDE), *file.parent.glob(f"{file.name}.before-*")]:
        one.unlink(missing_ok=True)


def ask(file: Path, statement: str) -> list[tuple]:
    """What a statement gives; nothing where the file cannot be asked."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            return database.execute(statement).fetchall()
    except sqlite3.Error:
        return []


def drop_older(file: Path, before: datetime) -> int:
    """Copies that migrations made of this file before that moment: they hold what is gone by now. How many there were."""
    old = [one for one in file.parent.glob(f"{file.name}.before-*") if one.stat().st_mtime < before.timestamp()]
    for one in old:
        one.unlink(missing_ok=True)
    return len(old)
