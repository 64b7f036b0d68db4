"""A throw-away PostgreSQL for tests: reached by a socket in a temporary directory only, and careless of its files."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "listen_addresses": "''"}


@contextlib.contextmanager
def server() -> Iterator[str]:
    """The address of a new server's database ``postgres``; the server and its files are gone afterwards."""
    base = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        sockets = base / "s"
        sockets.mkdir()
        _give_to_server([base, sockets])
        _run(
            base, "initdb", "-D", base / "d", "-U", "app", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"
        )
        options = " ".join(f"-c {name}={value}" for name, value in {**FAST, "unix_socket_directories": sockets}.items())
        _run(base, "pg_ctl", "-D", base / "d", "-w", "-l", base / "log", "-o", options, "start")
        try:
            yield f"postgres://app@/postgres?host={sockets}"
        finally:
            _run(base, "pg_ctl", "-D", base / "d", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(base, ignore_errors=True)


async def fresh_database(url: str, template: str | None = None) -> str:
    """The address of a new database on the same server; a copy of ``template``, an address nobody is connected to."""
    name = f"t{uuid4().hex}"
    source = f" TEMPLATE {urlsplit(template).path[1:]}" if template else ""
    await _command(url, f"CREATE DATABASE {name}{source}")
    return _on_same_server(url, name)


async def empty(url: str) -> None:
    """No row is left in any table but the one of migrations; a tenth of the time that a new database takes."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(EMPTY)
    finally:
        await connection.close()


EMPTY = """
DO $$ DECLARE one record; BEGIN
    SET LOCAL lock_timeout = '10s';
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'tortoise_migrations' LOOP
        EXECUTE format('DELETE FROM %I', one.tablename);
    END LOOP;
    PERFORM setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences WHERE schemaname = 'public' AND sequencename NOT LIKE 'tortoise%';
END $$
"""


async def drop_database(url: str) -> None:
    """Also while somebody is connected."""
    await _command(_on_same_server(url, "postgres"), f"DROP DATABASE {urlsplit(url).path[1:]} WITH (FORCE)")


def _on_same_server(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


async def _command(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _run(base: Path, program: str, *arguments: object) -> None:
    binaries = _binaries()
    subprocess.run(
        [binaries / program, *map(str, arguments)],
        check=True,
        cwd=base,
        env={"PATH": f"{binaries}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(base)},
        stdout=subprocess.DEVNULL,
        **_unprivileged(),
    )


def _give_to_server(folders: list[Path]) -> None:
    if who := _unprivileged():
        for folder in folders:
            os.chown(folder, who["user"], who["group"])


def _unprivileged() -> dict:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _binaries() -> Path:
    """Where initdb is, links followed because it looks for its files beside itself. RuntimeError where there is none."""
    on_path = [Path(found).parent for found in (shutil.which("initdb"),) if found]
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: int(found.parent.name), reverse=True)
    for folder in [*on_path, *packaged]:
        real = (folder / "initdb").resolve().parent
        if (real / "initdb").exists() and (real / "postgres").exists():
            return real
    raise RuntimeError("PostgreSQL's server programs are not installed (Debian: apt-get install postgresql)")


if __name__ == "__main__":  # whether it is on this machine
    try:
        print(_binaries())
    except RuntimeError as missing:
        raise SystemExit(str(missing)) from None
