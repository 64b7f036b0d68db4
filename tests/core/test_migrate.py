"""Migrations keep every row, lose no rule, and end in the shape that a new database has."""

import asyncio
import contextlib
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import UUID

import pytest
from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError
from tortoise.migrations.schema_editor.sqlite import SqliteSchemaEditor

from conference.core.db import migrate as migrations
from conference.core.db.engines import connection_config, schema
from conference.core.db.migrate import BrokenMigration, migrate, pending
from conference.core.db.new_migration import write
from tests.core.torture.places import DATABASE, database_address, database_server  # noqa: F401 - fixtures
from tests.core.torture.shape import shape
from tests.postgres import drop_database, fresh_database

BEFORE, AFTER = "tests.core.torture.house_before", "tests.core.torture.house_after"
FALSE = {"sqlite": "0", "postgres": "FALSE"}[DATABASE]
KEYS = [str(UUID(int=number)) for number in range(1, 10)]


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """An empty package for migrations."""
    folder = tmp_path / f"history_{tmp_path.name}"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield folder.name
    for name in [name for name in sys.modules if name.startswith(folder.name)]:
        del sys.modules[name]


@pytest.fixture
async def other_address(server_address: str, tmp_path: Path) -> AsyncIterator[str]:
    if not server_address:
        yield f"sqlite://{tmp_path}/other.sqlite3"
        return
    url = await fresh_database(server_address)
    yield url
    await drop_database(url)


@pytest.fixture
def before(address: str, history: str) -> dict:
    return config(address, BEFORE, history)


def config(url: str, models: str, history: str) -> dict:
    app = {"models": [models], "migrations": history, "default_connection": "default"}
    return {"connections": {"default": connection_config(url)}, "apps": {"house": app}}


@contextlib.asynccontextmanager
async def opened(config: dict) -> AsyncIterator[Callable]:
    """Gives a function that runs one statement."""
    await Tortoise.init(config=config, _enable_global_fallback=True)
    try:
        yield get_connection("default").execute_query_dict
    finally:
        await Tortoise.close_connections()


async def live_in(config: dict) -> None:
    """Two rooms, a guest in each, a stay of each."""
    async with opened(config) as run:
        for number in (0, 1):
            await run(
                "INSERT INTO room (id, name, slug, light, size, taken) "
                f"VALUES ('{KEYS[number]}', 'Room', 'r{number}', 'dim', 2, 1)"
            )
            await run(
                "INSERT INTO guest (id, room_id, badge, seat, diet, live) "
                f"VALUES ('{KEYS[number]}', '{KEYS[number]}', {number + 1}, 1, 'vegan', {FALSE})"
            )
            await run(f"INSERT INTO stay (id, guest_id, nights) VALUES ('{KEYS[number]}', '{KEYS[number]}', 3)")


def by_hand(folder: Path, name: str, *operations: str) -> None:
    """A second migration."""
    lines = [
        "from tortoise import fields, migrations",
        "from tortoise.migrations import operations as ops",
        "class Migration(migrations.Migration):",
        "    dependencies = [('house', '0001_first')]",
        f"    operations = [{', '.join(operations)}]",
    ]
    (folder / f"{name}.py").write_text("\n".join(lines))


async def counts(run: Callable) -> list[int]:
    return [(await run(f"SELECT count(*) AS n FROM {table}"))[0]["n"] for table in ("room", "guest", "stay")]


async def test_a_rebuilt_database_keeps_its_rows_and_has_the_shape_of_a_new_one(
    before: dict,
    address: str,
    other_address: str,
    history: str,
    tmp_path: Path,
) -> None:
    fresh = tmp_path / f"fresh_{history}"
    fresh.mkdir()
    (fresh / "__init__.py").touch()
    await write(before, "first")
    await migrate(before)
    await live_in(before)
    after = config(address, AFTER, history)
    await write(after, "rebuilt")
    new = config(other_address, AFTER, fresh.name)
    await write(new, "all at once")
    assert (await migrate(after), await migrate(new)) == (["0002_rebuilt"], ["0001_all_at_once"])
    async with opened(after) as run:
        rebuilt = await shape()
        assert await counts(run) == [2, 2, 2]
        assert await run("SELECT slug, floor, taken FROM room ORDER BY slug") == [
            {"slug": "r0", "floor": 1, "taken": 1},
            {"slug": "r1", "floor": 1, "taken": 1},
        ]
    async with opened(new):
        assert rebuilt == await shape()


async def test_progress_pending_and_a_second_run(before: dict) -> None:
    await write(before, "First house!")
    heard: list[str] = []
    assert await pending(before) == ["0001_first_house"]
    assert await migrate(before, progress=heard.append) == ["0001_first_house"]
    assert (heard, await pending(before), await migrate(before)) == (["0001_first_house"], [], [])
    async with opened(before):
        client = get_connection("default")
        assert await pending(before) == []
        assert get_connection("default") is client


async def test_nothing_is_written_where_nothing_changed(before: dict) -> None:
    path = await write(before, "first")
    assert path.name == "0001_first.py"
    assert await write(before, "again") is None


async def test_a_migration_names_stock_fields_only(before: dict) -> None:
    text = (await write(before, "first")).read_text()
    assert "conference." not in text
    assert "('light', fields.CharField(default='dim', max_length=32))," in text
    assert "('name_index', fields.BigIntField(null=True, db_index=True))," in text
    assert "('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True))," in text


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE room SET taken = 3",
        "UPDATE room SET size = 1000",
        "UPDATE room SET slug = 'same'",
        "UPDATE guest SET live = NOT live, room_id = (SELECT min(CAST(id AS text)) FROM room)::uuid",
        "UPDATE guest SET badge = 1, room_id = (SELECT min(CAST(id AS text)) FROM room)::uuid",
        "UPDATE stay SET guest_id = '00000000-0000-0000-0000-0000000000ff'",
    ],
)
async def test_rules_of_a_new_table_hold(before: dict, change: str) -> None:
    await write(before, "first")
    await migrate(before)
    await live_in(before)
    async with opened(before) as run:
        with pytest.raises(IntegrityError):
            await run(change.replace("::uuid", "") if DATABASE == "sqlite" else change)


async def test_a_condition_lets_other_rows_be_the_same(before: dict) -> None:
    await write(before, "first")
    await migrate(before)
    await live_in(before)
    async with opened(before) as run:
        cast = "" if DATABASE == "sqlite" else "::uuid"
        await run(f"UPDATE guest SET room_id = (SELECT min(CAST(id AS text)) FROM room){cast}")
        assert await run("SELECT count(DISTINCT room_id) AS rooms FROM guest") == [{"rooms": 1}]


async def test_one_rule_is_dropped_and_one_renamed_alone(before: dict, history: str, tmp_path: Path) -> None:
    await write(before, "first")
    await migrate(before)
    await live_in(before)
    by_hand(
        tmp_path / history,
        "0002_rules",
        "ops.RemoveConstraint(model_name='Room', name='room_not_huge')",
        "ops.RenameConstraint(model_name='Room', old_name='room_not_over', new_name='room_fits')",
        "ops.RemoveConstraint(model_name='Guest', name='guest_one_seat')",
        "ops.RemoveConstraint(model_name='Guest', fields=['room', 'badge'])",
    )
    async with opened(before):
        shape_before = await shape()
    await migrate(before)
    async with opened(before) as run:
        shape_now = await shape()
        await run("UPDATE room SET size = 1000")
        with pytest.raises(IntegrityError, match="room_fits"):
            await run("UPDATE room SET taken = 1001")
        assert await counts(run) == [2, 2, 2]
    lost = {
        table: [one for one in shape_before[table] if one not in shape_now[table]]
        for table in ("room", "guest", "stay")
    }
    assert {table: len(rules) for table, rules in lost.items()} == {"room": 2, "guest": 2, "stay": 0}


async def test_a_failing_migration_leaves_no_trace(before: dict, history: str, tmp_path: Path) -> None:
    await write(before, "first")
    await migrate(before)
    await live_in(before)
    by_hand(
        tmp_path / history,
        "0002_bad",
        "ops.RemoveField(model_name='Room', name='wallpaper')",
        "ops.AddField(model_name='Room', name='door', field=fields.CharField(max_length=10, null=True))",
        "ops.RunSQL('UPDATE room SET taken = 99')",
    )
    async with opened(before):
        shape_before = await shape()
    with pytest.raises(IntegrityError):
        await migrate(before)
    assert await pending(before) == ["0002_bad"]
    async with opened(before) as run:
        assert (await shape(), await counts(run)) == (shape_before, [2, 2, 2])


async def test_a_new_column_that_old_rows_cannot_have_is_refused(before: dict, address: str, history: str) -> None:
    await write(before, "first")
    with pytest.raises(BrokenMigration, match=r"^Room\.door: rows that exist already need a value"):
        await write(config(address, "tests.core.torture.house_impossible", history), "door")


async def test_two_who_migrate_at_once_do_it_once(before: dict) -> None:
    await write(before, "first")
    done = await asyncio.gather(asyncio.create_task(migrate(before)), asyncio.create_task(migrate(before)))
    assert sorted(done) == [[], ["0001_first"]]


async def test_a_database_that_cannot_be_reached_is_an_error(before: dict, history: str, tmp_path: Path) -> None:
    await write(before, "first")
    nowhere = {"sqlite": f"sqlite://{tmp_path}", "postgres": f"postgres://app@/x?host={tmp_path}"}[DATABASE]
    for look in (pending, migrate):
        with pytest.raises(Exception, match="unable to open database file|No such file or directory"):
            await look(config(nowhere, BEFORE, history))


if DATABASE == "sqlite":

    async def test_a_copy_is_made_before_data_is_touched(
        before: dict, address: str, history: str, tmp_path: Path
    ) -> None:
        await write(before, "first")
        await migrate(before)
        await live_in(before)
        await write(config(address, AFTER, history), "rebuilt")
        (tmp_path / "test.sqlite3.before-0002_rebuilt").write_text("an older copy")
        (tmp_path / "test.sqlite3").chmod(0o640)
        await migrate(before)
        copies = sorted(path.name for path in tmp_path.glob("*.before-*"))
        assert copies == ["test.sqlite3.before-0002_rebuilt", "test.sqlite3.before-0002_rebuilt.2"]
        copy = tmp_path / copies[1]
        with contextlib.closing(sqlite3.connect(copy)) as database:
            found = database.execute("SELECT count(*), max(wallpaper) FROM room").fetchone()
        assert (copy.stat().st_mode & 0o777, found) == (0o640, (2, None))

    async def test_a_row_that_would_point_at_nothing_stops_a_migration(
        before: dict, history: str, tmp_path: Path
    ) -> None:
        await write(before, "first")
        await migrate(before)
        await live_in(before)
        by_hand(tmp_path / history, "0002_empty", "ops.RunSQL('DELETE FROM room')")
        with pytest.raises(BrokenMigration, match="^2 rows would point at nothing: guest to room$"):
            await migrate(before)
        async with opened(before) as run:
            assert await counts(run) == [2, 2, 2]

    async def test_a_missing_file_is_not_made_by_asking_what_is_pending(before: dict, tmp_path: Path) -> None:
        await write(before, "first")
        assert (await pending(before), (tmp_path / "test.sqlite3").exists()) == (["0001_first"], False)

    async def test_a_trigger_survives_and_an_index_goes_with_its_column(
        before: dict, history: str, tmp_path: Path
    ) -> None:
        await write(before, "first")
        await migrate(before)
        await live_in(before)
        async with opened(before) as run:
            await run("CREATE TRIGGER quiet AFTER UPDATE ON room BEGIN UPDATE stay SET nights = nights + 1; END")
            await run("CREATE INDEX both ON room (name, wallpaper)")
        by_hand(tmp_path / history, "0002_paint", "ops.RemoveField(model_name='Room', name='wallpaper')")
        await migrate(before)
        async with opened(before) as run:
            await run("UPDATE room SET size = 5")
            assert await run("SELECT nights FROM stay") == [{"nights": 5}, {"nights": 5}]
            assert await run("SELECT name FROM sqlite_master WHERE name IN ('both', 'quiet')") == [{"name": "quiet"}]

    @pytest.mark.parametrize("guarded", [True, False])
    async def test_rows_that_point_at_a_rebuilt_table_are_lost_without_the_guard(
        before: dict, history: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, guarded: bool
    ) -> None:
        """Unguarded: Tortoise's own editor, with foreign keys on."""
        await write(before, "first")
        await migrate(before)
        await live_in(before)
        by_hand(tmp_path / history, "0002_paint", "ops.RemoveField(model_name='Room', name='wallpaper')")
        if not guarded:
            monkeypatch.setattr(schema, "editor_for", SqliteSchemaEditor)
            monkeypatch.setattr(migrations, "_only_migrator", contextlib.asynccontextmanager(_nothing))
        await migrate(before)
        async with opened(before) as run:
            assert await counts(run) == ([2, 2, 2] if guarded else [2, 0, 0])

    async def _nothing(client: object) -> AsyncIterator[None]:
        yield
