"""PostgreSQL: copies by its own programs, put back into a schema of their own before the old one goes."""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from conference.core.copies.archive import NoCopy

OLD = "before_restore"
FOLDERS = "/usr/local/bin:/usr/bin:/bin"


class NoProgram(Exception):
    """A program of PostgreSQL is not on this machine; the message is a sentence."""


async def copy(credentials: dict[str, Any], target: Path) -> None:
    """A consistent copy in PostgreSQL's own format; nobody is held up. Raises NoProgram, NoCopy."""
    target.touch(mode=0o600)
    await _run("pg_dump", credentials, "--format=custom", "--compress=0", "--no-owner", "--no-privileges", "--schema=public", f"--file={target}")


async def put_back(credentials: dict[str, Any], source: Path) -> None:
    """The copy takes the place of all that is there; where it cannot be read to its end, all stays as it was. Raises NoProgram, NoCopy."""
    program("pg_restore")
    await _execute(credentials, f"DROP SCHEMA IF EXISTS {OLD} CASCADE", f"ALTER SCHEMA public RENAME TO {OLD}", "CREATE SCHEMA public")
    try:
        await _run("pg_restore", credentials, "--no-owner", "--no-privileges", "--schema=public", "--single-transaction", "--exit-on-error", str(source))
    except BaseException:
        await _execute(credentials, "DROP SCHEMA public CASCADE", f"ALTER SCHEMA {OLD} RENAME TO public")
        raise


async def drop_old(credentials: dict[str, Any]) -> None:
    """What was there before goes for good."""
    await _execute(credentials, f"DROP SCHEMA IF EXISTS {OLD} CASCADE")


async def bring_old_back(credentials: dict[str, Any]) -> None:
    await _execute(credentials, "DROP SCHEMA public CASCADE", f"ALTER SCHEMA {OLD} RENAME TO public")


async def ask(credentials: dict[str, Any], statement: str) -> list[tuple]:
    """What a statement gives; nothing where there is no such table."""
    import asyncpg  # heavy, and not for a start on SQLite

    connection = await _connect(credentials)
    try:
        return [tuple(row) for row in await connection.fetch(statement)]
    except asyncpg.PostgresError:
        return []
    finally:
        await connection.close()


async def in_use(credentials: dict[str, Any]) -> bool:
    """Whether another program of ours is connected."""
    return bool(await ask(credentials, "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'conference' AND pid <> pg_backend_pid()"))


async def has_rows(credentials: dict[str, Any]) -> bool:
    return bool(await ask(credentials, "SELECT 1 FROM tortoise_migrations LIMIT 1"))


def program(name: str) -> str:
    """Where a program of PostgreSQL is. Raises NoProgram."""
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda file: float(file.parents[1].name), reverse=True)
    found = str(newest[0]) if newest else shutil.which(name, path=FOLDERS)
    if found is None:
        raise NoProgram(f"{name} is not on this machine. It comes with PostgreSQL's client programs (Debian: apt-get install postgresql-client).")
    return found


async def _run(name: str, credentials: dict[str, Any], *words: str) -> None:
    """The password travels in the environment: others may read the words of a command."""
    environment = {"PATH": FOLDERS, "LC_ALL": "C.UTF-8", "PGCONNECT_TIMEOUT": "10"} | ({"PGPASSWORD": credentials["password"]} if credentials.get("password") else {})
    process = await asyncio.create_subprocess_exec(program(name), f"--dbname={_address(credentials)}", *words, env=environment, stderr=asyncio.subprocess.PIPE)
    _none, said = await process.communicate()
    if process.returncode:
        lines = said.decode(errors="replace").strip().splitlines() or ["it gave no reason"]
        raise NoCopy(f"{name} failed: {lines[-1] if len(lines) == 1 else lines[0]}")


def _address(credentials: dict[str, Any]) -> str:
    """Of the database as PostgreSQL's own programs take it; without the password."""
    hosts, ports = _listed(credentials["host"]), _listed(credentials["port"])
    words = {"host": ",".join(map(str, hosts)) if hosts != [None] else "", "port": ",".join(map(str, ports)), "user": credentials.get("user") or "", "dbname": credentials.get("database") or ""}
    words |= {"sslmode": credentials["ssl"]} if isinstance(credentials.get("ssl"), str) else {}
    words |= {"target_session_attrs": credentials["target_session_attrs"]} if credentials.get("target_session_attrs") else {}
    return "postgresql://?" + "&".join(f"{name}={quote(value, safe=',')}" for name, value in words.items() if value)


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


async def _execute(credentials: dict[str, Any], *statements: str) -> None:
    connection = await _connect(credentials)
    try:
        async with connection.transaction():
            for statement in statements:
                await connection.execute(statement)
    finally:
        await connection.close()


async def _connect(credentials: dict[str, Any]) -> Any:
    import asyncpg

    names = ("user", "password", "database", "host", "port", "ssl", "target_session_attrs")
    return await asyncpg.connect(**{name: credentials[name] for name in names if credentials.get(name) is not None}, timeout=10)
