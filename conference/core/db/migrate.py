"""The only way a schema changes: migrations, each applied and noted down in one transaction, by one process at a time.

``Meta.constraints`` of a model holds its CHECKs and conditional UNIQUEs, and they become part of the database:
``CheckConstraint(check="taken <= size", name="...")``, ``UniqueConstraint(fields=("room", "seat"), name="...",
condition="live")`` of ``tortoise.migrations.constraints``.
"""

import asyncio
import contextlib
import pkgutil
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from tortoise.context import TortoiseContext, get_current_context

NOTES = "tortoise_migrations"
LOCK = 726_201  # of PostgreSQL, held by whoever migrates
ADDING = {"CreateModel", "AddField", "AddIndex", "AddConstraint", "RunPython"}  # what Python does to rows leaves every model as it is
PATIENCE = {
    "conference.core.db.engines.sqlite": {"busy_timeout": "60000"},
    "conference.core.db.engines.postgres": {"command_timeout": None, "minsize": 1, "maxsize": 2},
}


class BrokenMigration(Exception):
    """A migration would leave the database in a state that it must not have; nothing of it was applied."""


async def pending(config: dict) -> list[str]:
    """Names of the migrations that the database has not seen, oldest first. Cheap: loads no model and no migration."""
    if _file(config) and not _file(config).exists():
        return names_of(config)
    async with _connected(config) as client:
        applied = await _applied(client, label_of(config))
    return [name for name in names_of(config) if name not in applied]


async def migrate(config: dict, progress: Callable[[str], object] = lambda name: None) -> list[str]:
    """Apply what is pending and give its names; ``progress`` hears of each before it begins.

    One that fails leaves no trace and stops the rest. Of a SQLite file with data a copy ``<file>.before-<name>`` is made
    first.
    """
    async with _connected(_patient(config), alone=True) as client, _only_migrator(client):
        applied = await _applied(client, label_of(config))
        missing = [name for name in names_of(config) if name not in applied]
        if missing and applied and _file(config):
            await asyncio.to_thread(_back_up, _file(config), missing[0])
        return await _apply(client, config, progress) if missing else []


# Applying


async def _apply(client: Any, config: dict, progress: Callable[[str], object]) -> list[str]:
    from tortoise.migrations.executor import MigrationExecutor  # a start that has nothing to apply does without

    from conference.core.db.engines.schema import editor_for

    executor = MigrationExecutor(client, config["apps"])
    await executor.recorder.ensure_schema(editor_for(client))
    await executor.loader.build_graph()
    applied = set(await executor.recorder.applied_migrations())
    state, done = await executor._project_state(applied), []
    for step in executor._migration_plan(None, applied, executor.loader.graph):
        async with client._in_transaction() as transaction:
            if step.migration.name in await _applied(transaction, label_of(config)):  # by another process, meanwhile
                await step.migration.apply(state, dry_run=True)
                continue
            progress(step.migration.name)
            await _run(step.migration, state, editor_for(transaction))
            await _check_references(transaction)
            await _note(transaction, step.migration)
        done.append(step.migration.name)
    return done


async def _run(migration: Any, state: Any, editor: Any) -> None:
    """Tortoise copies every model before every step, which takes seconds; a step that only adds never asks what was."""
    for operation in migration.operations:
        before = state if type(operation).__name__ in ADDING else state.clone()
        operation.state_forward(migration.app_label, state)
        await operation.database_forward(migration.app_label, before, state, editor)
    state.validate_relations_initialized()


async def _check_references(transaction: Any) -> None:
    """SQLite does not look while foreign keys are off."""
    if transaction.capabilities.dialect != "sqlite":
        return
    broken = await transaction.execute_query_dict("PRAGMA foreign_key_check")
    if broken:
        tables = sorted({f"{row['table']} to {row['parent']}" for row in broken})
        raise BrokenMigration(f"{len(broken)} rows would point at nothing: {', '.join(tables)}")


async def _note(transaction: Any, migration: Any) -> None:
    values = f"'{migration.app_label}', '{migration.name}', CURRENT_TIMESTAMP"
    await transaction.execute_query(f"INSERT INTO {NOTES} (app, name, applied_at) VALUES ({values})")


async def _applied(client: Any, label: str) -> set[str]:
    """A database that cannot be reached is an error, and not a database without migrations."""
    sqlite = client.capabilities.dialect == "sqlite"
    asked = (
        f"SELECT name FROM sqlite_master WHERE name = '{NOTES}'"
        if sqlite
        else f"SELECT to_regclass('{NOTES}')::text AS name"
    )
    if not [row for row in await client.execute_query_dict(asked) if row["name"]]:
        return set()
    return {row["name"] for row in await client.execute_query_dict(f"SELECT name FROM {NOTES} WHERE app = '{label}'")}


@contextlib.asynccontextmanager
async def _only_migrator(client: Any) -> AsyncIterator[None]:
    """On PostgreSQL waits until nobody else migrates. On SQLite foreign keys are off, for tables to be built anew."""
    if client.capabilities.dialect == "sqlite":
        await client.execute_query("PRAGMA foreign_keys = OFF")
        yield
        return
    await client.ready()
    async with client._pool.acquire() as connection:
        await connection.execute(f"SELECT pg_advisory_lock({LOCK})")
        try:
            yield
        finally:
            await connection.execute(f"SELECT pg_advisory_unlock({LOCK})")


@contextlib.asynccontextmanager
async def _connected(config: dict, alone: bool = False) -> AsyncIterator[Any]:
    """A client of that database: the one of the running app where there is one, unless it must be ``alone``. No models."""
    running = get_current_context()
    if not alone and running and running.inited and running.connections._db_config == config["connections"]:
        yield running.connections.get("default")
        return
    async with TortoiseContext() as context:
        context.connections._init_config(config["connections"])
        yield context.connections.get("default")


def _patient(config: dict) -> dict:
    """Waits for other processes, and lets a long statement run."""
    connection = config["connections"]["default"]
    credentials = {**connection["credentials"], **PATIENCE[connection["engine"]]}
    return {**config, "connections": {"default": {**connection, "credentials": credentials}}}


def _back_up(file: Path, name: str) -> None:
    """A whole copy beside the file, readable by the same people."""
    copies = (
        file.with_name(f"{file.name}.before-{name}{more}")
        for more in ["", *(f".{number}" for number in range(2, 1_000))]
    )
    target = next(copy for copy in copies if not copy.exists())
    target.touch(mode=0o600)
    with contextlib.closing(sqlite3.connect(file)) as source, contextlib.closing(sqlite3.connect(target)) as safe:
        source.backup(safe)
    shutil.copymode(file, target)


def label_of(config: dict) -> str:
    """The one app that has migrations."""
    return next(label for label, app in config["apps"].items() if app.get("migrations"))


def names_of(config: dict) -> list[str]:
    """Names of all migrations that this program knows, oldest first."""
    package = import_module(config["apps"][label_of(config)]["migrations"])
    return sorted(found.name for found in pkgutil.iter_modules(package.__path__) if found.name[0] not in "_~")


def _file(config: dict) -> Path | None:
    """Where a SQLite database is kept."""
    path = config["connections"]["default"]["credentials"].get("file_path", ":memory:")
    return None if path == ":memory:" else Path(path)
