"""Transactions are whole or nothing, and the next one always begins, wherever a task is cancelled."""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from asyncpg import PostgresError
from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError, OperationalError, TransactionManagementError
from tortoise.expressions import F
from tortoise.transactions import in_transaction

from conference.core.db import rows
from conference.core.db.engines import connection_config
from tests.core.torture.client import torment
from tests.core.torture.interruption import interrupt_everywhere, interrupted
from tests.core.torture.models import Purse
from tests.core.torture.places import DATABASE, database_address, database_server  # noqa: F401 - fixtures
from tests.core.torture.purses import COINS, config, fill_purses, in_purses, move_coin

ROUNDS = int(os.environ.get("TORTURE_ROUNDS", "400"))
STOCK = {"sqlite": "tortoise.backends.sqlite", "postgres": "tortoise.backends.asyncpg"}[DATABASE]


@contextlib.asynccontextmanager
async def opened(url: str, **other: str) -> AsyncIterator[None]:
    """Two purses in a new database. PostgreSQL's pool has one connection, so that losing it shows at once."""
    url += "&maxsize=1" if DATABASE == "postgres" else ""
    await Tortoise.init(config=config(url, **other), _enable_global_fallback=True)
    try:
        await Tortoise.generate_schemas()
        await fill_purses()
        yield
    finally:
        await Tortoise.close_connections()


@pytest.fixture
async def purses(address: str) -> AsyncIterator[None]:
    async with opened(address):
        yield


async def coins() -> list[int]:
    return await Purse.all().order_by("name").values_list("coins", flat=True)


async def still_works(patience: float = 20.0) -> None:
    """TimeoutError where the connection is lost; both purses tell of the same number of moves."""
    async with asyncio.timeout(patience):
        await move_coin()
        assert await in_purses() == 2 * COINS


async def move_and_fail() -> None:
    with contextlib.suppress(KeyError):
        async with in_transaction():
            await move_coin()
            raise KeyError


async def move_two_coins() -> None:
    async with in_transaction():
        await move_coin()
        await move_coin()


async def move_many() -> None:
    """Many rows in one statement, outside a transaction."""
    mark = "?" if DATABASE == "sqlite" else "$1"
    statement = f"UPDATE purse SET coins = coins + CASE name WHEN 'left' THEN -1 ELSE 1 END WHERE coins > {mark}"
    await get_connection("default").execute_many(statement, [[0], [1]])


async def open_and_move() -> None:
    await get_connection("default").close()
    await move_coin()


@pytest.mark.parametrize("work", [move_coin, move_and_fail, move_two_coins, move_many, open_and_move])
@pytest.mark.parametrize("stubborn", [False, True])
async def test_a_cancelled_transaction_is_whole_or_nothing_and_the_next_one_begins(
    purses: None, work: Callable, stubborn: bool
) -> None:
    complaints: list[dict] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: complaints.append(context))
    waits = await interrupt_everywhere(work, still_works, stubborn)
    assert (waits >= 3, complaints) == (True, [])


async def test_the_stock_engine_loses_its_connection_in_the_same_test(address: str) -> None:
    async with opened(address, engine=STOCK):
        with pytest.raises(TimeoutError):
            await interrupt_everywhere(move_coin, lambda: still_works(patience=1.0))
        if DATABASE == "postgres":
            get_connection("default")._pool.terminate()


async def test_a_cancelled_inner_transaction_leaves_the_outer_one_usable(purses: None) -> None:
    async def cancelled_inside(at: int) -> bool:
        """Whether the inner work came so far as to be cancelled."""
        async with in_transaction():
            try:
                return await interrupted(move_coin(), at)
            except asyncio.CancelledError:
                asyncio.current_task().uncancel()
                return True
            finally:
                await Purse.filter(name="left").update(coins=F("coins") - 1)
                await Purse.filter(name="right").update(coins=F("coins") + 1)

    at = 1
    while await cancelled_inside(at):
        await still_works()
        at += 1
    assert at > 4


async def test_an_inner_transaction_is_undone_alone(purses: None) -> None:
    async with in_transaction():
        await move_coin()
        await move_and_fail()
        async with in_transaction():
            await move_coin()
            await move_and_fail()
    assert await coins() == [COINS - 2, COINS + 2]


async def test_the_outer_transaction_undoes_the_inner(purses: None) -> None:
    with pytest.raises(KeyError):
        async with in_transaction():
            await move_two_coins()
            raise KeyError
    assert await coins() == [COINS, COINS]


async def test_a_refused_statement_inside_an_inner_transaction_spares_the_outer(purses: None) -> None:
    async with in_transaction():
        await move_coin()
        with pytest.raises(IntegrityError):
            async with in_transaction():
                await Purse.create(name="left", coins=0)
    assert await coins() == [COINS - 1, COINS + 1]


async def test_a_commit_that_writes_nothing_is_not_taken_for_success(purses: None) -> None:
    """PostgreSQL gives a transaction up at the first error; SQLite goes on."""
    expected = {
        "sqlite": contextlib.nullcontext(),
        "postgres": pytest.raises(TransactionManagementError, match="nothing was written"),
    }
    with expected[DATABASE]:
        async with in_transaction():
            await move_coin()
            with contextlib.suppress(IntegrityError):
                await Purse.create(name="left", coins=0)
    assert await coins() == {"sqlite": [COINS - 1, COINS + 1], "postgres": [COINS, COINS]}[DATABASE]


async def test_reading_does_not_wait_for_a_writer_and_sees_only_what_is_committed(address: str) -> None:
    await Tortoise.init(config=config(address), _enable_global_fallback=True)
    await Tortoise.generate_schemas()
    await fill_purses()
    before, in_hand, read = await coins(), asyncio.Event(), asyncio.Event()

    async def write() -> None:
        async with in_transaction():
            await move_coin()
            in_hand.set()
            await read.wait()

    writing = asyncio.create_task(write())
    await in_hand.wait()
    async with asyncio.timeout(20):
        meanwhile = await coins()
    read.set()
    await writing
    assert (before, meanwhile, await coins()) == ([COINS, COINS], [COINS, COINS], [COINS - 1, COINS + 1])
    await Tortoise.close_connections()


async def test_a_task_that_outlives_its_transaction_is_told_so(purses: None) -> None:
    over = asyncio.Event()

    async def late(work: Callable) -> None:
        await over.wait()
        await work()

    async with in_transaction():
        tasks = [asyncio.create_task(late(work)) for work in (coins, move_coin)]
        await move_coin()
    over.set()
    told = await asyncio.gather(*tasks, return_exceptions=True)
    assert [str(error) for error in told] == ["this transaction is over: the task that still uses it outlived it"] * 2
    assert await coins() == [COINS - 1, COINS + 1]


async def test_a_statement_that_waits_while_the_transaction_ends_is_refused(purses: None) -> None:
    async with in_transaction() as transaction:
        async with transaction._lock:
            waiting = asyncio.create_task(coins())
            await asyncio.sleep(0)
            ending = asyncio.create_task(transaction.commit())
            await asyncio.sleep(0)
        told = await asyncio.gather(waiting, ending, return_exceptions=True)
    assert [type(answer) for answer in told] == [TransactionManagementError, type(None)]
    await still_works()


async def test_an_abandoned_generator_gives_the_transaction_back(purses: None) -> None:
    async def pieces() -> AsyncIterator[int]:
        async with in_transaction():
            await Purse.filter(name="left").update(coins=0)
            yield 1

    async def take_one() -> AsyncIterator[int]:
        generator = pieces()
        await anext(generator)
        return generator

    generator = await asyncio.create_task(take_one())
    await asyncio.create_task(generator.aclose())
    await still_works()


async def test_statements_outside_a_transaction_run_side_by_side(purses: None) -> None:
    answers = await asyncio.gather(*(in_purses() for _ in range(20)), *(still_works() for _ in range(5)))
    assert answers == [2 * COINS] * 20 + [None] * 5


async def test_a_server_whose_visitors_go_away_and_time_out_never_sticks(address: str) -> None:
    assert await torment(address, ROUNDS) == ({str(2 * COINS)}, "")


def test_the_address_of_a_file_becomes_a_configuration() -> None:
    pragmas = {"busy_timeout": "5000", "journal_mode": "WAL", "synchronous": "FULL", "foreign_keys": "ON", "secure_delete": "ON"}
    engine = "conference.core.db.engines.sqlite"
    assert connection_config("sqlite:///var/db/a b.sqlite3") == {
        "engine": engine,
        "credentials": {"file_path": "/var/db/a b.sqlite3", **pragmas},
    }
    assert connection_config("sqlite://var/x.db?synchronous=NORMAL&cache_size=-8000") == {
        "engine": engine,
        "credentials": {"file_path": "var/x.db", **pragmas, "synchronous": "NORMAL", "cache_size": "-8000"},
    }
    assert connection_config("sqlite://:memory:")["credentials"]["file_path"] == ":memory:"


def test_the_address_of_several_servers_becomes_a_configuration() -> None:
    credentials = connection_config(
        "postgres://u%40x:p%2Fw@h1:5433,h2/main?sslmode=require&maxsize=7&command_timeout=9"
    )
    assert credentials == {
        "engine": "conference.core.db.engines.postgres",
        "credentials": {
            "user": "u@x",
            "password": "p/w",
            "host": ["h1", "h2"],
            "port": [5433, 5432],
            "database": "main",
            "ssl": "require",
            "minsize": 1,
            "maxsize": 7,
            "timeout": 5.0,
            "command_timeout": 9.0,
            "target_session_attrs": "read-write",
            "application_name": "conference",
        },
    }


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("postgres://app@/main?host=/run/postgresql", "/run/postgresql", 5432),
        ("postgresql://app@[::1]:5444/main", "::1", 5444),
        ("postgres://app@db/main?target_session_attrs=any", "db", 5432),
    ],
)
def test_the_address_of_one_server_becomes_a_configuration(address: str, host: str, port: int) -> None:
    credentials = connection_config(address)["credentials"]
    assert (credentials["host"], credentials["port"], credentials["user"], credentials["database"]) == (
        host,
        port,
        "app",
        "main",
    )


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("mysql://x/y", "the address of a database begins with sqlite:// and a path, or with postgres://"),
        ("sqlite://", "the address of a database begins with sqlite:// and a path, or with postgres://"),
        ("sqlite://x?cache_size=1;DROP", "cache_size of a SQLite database is a word or a number"),
        ("postgres://u@h:x/db", "the port of a database is a number"),
    ],
)
def test_a_wrong_address_is_refused_with_a_sentence(address: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refused:
        connection_config(address)
    assert str(refused.value) == sentence


def test_an_unknown_parameter_is_refused() -> None:
    with pytest.raises(
        ValueError, match="^foreign_keys is not a parameter of a database address; these are: journal_mode, "
    ):
        connection_config("sqlite://x?foreign_keys=OFF")


if DATABASE == "sqlite":

    async def test_both_connections_to_a_file_are_set_up(purses: None) -> None:
        client = get_connection("default")
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only")
        found = [
            [(await connection.execute_fetchall(f"PRAGMA {name}"))[0][0] for name in names]
            for connection in (client._connection, client._reader)
        ]
        assert found == [["wal", 2, 1, 5000, 0], ["wal", 2, 1, 5000, 1]]

    ONE = 'SELECT name, coins FROM "purse" WHERE name = ?'

    async def test_a_few_rows_are_read_at_hand_as_they_are_committed(purses: None) -> None:
        client, name = get_connection("default"), (await Purse.all().order_by("name"))[0].name
        async with in_transaction():
            await Purse.filter(name=name).update(coins=7)
            assert not hasattr(get_connection("default"), "read_at_hand")  # there its own connection is asked
            assert [dict(row) for row in client.read_at_hand(ONE, [name])] == [{"name": name, "coins": COINS}]
        assert client.read_at_hand(ONE, [name]) == [{"name": name, "coins": 7}] == await rows(ONE, [name], few=True)

    async def test_what_is_at_hand_writes_nothing_and_waits_for_nobody(address: str) -> None:
        async with opened(f"{address}?journal_mode=DELETE&busy_timeout=20"):
            client, name = get_connection("default"), (await Purse.all().order_by("name"))[0].name
            assert client.read_at_hand("UPDATE purse SET coins = 7", []) is None
            other = sqlite3.connect(address.removeprefix("sqlite://"), isolation_level=None)
            other.execute("BEGIN EXCLUSIVE")
            assert client.read_at_hand(ONE, [name]) is None
            other.close()
            assert (await rows(ONE, [name], few=True))[0]["coins"] == COINS

    async def test_nothing_is_at_hand_before_and_after(address: str) -> None:
        await Tortoise.init(config=config(address), _enable_global_fallback=True)
        client = get_connection("default")
        assert client.read_at_hand("SELECT 1", []) is None
        await Tortoise.generate_schemas()
        assert client.read_at_hand("SELECT 1 AS one", []) == [{"one": 1}]
        await Tortoise.close_connections()
        assert client.read_at_hand("SELECT 1", []) is None

    async def test_a_database_in_memory_works_too() -> None:
        async with opened("sqlite://:memory:"):
            assert get_connection("default").read_at_hand(ONE, ["a"]) is None
            await move_two_coins()
            assert await coins() == [COINS - 2, COINS + 2]

    async def test_a_file_that_cannot_be_opened_is_an_error_each_time(tmp_path: Path) -> None:
        await Tortoise.init(config=config(f"sqlite://{tmp_path}/missing/x.db"), _enable_global_fallback=True)
        for work in (coins, move_coin, coins, move_coin):
            with pytest.raises(OperationalError, match="unable to open database file"):
                async with asyncio.timeout(20):
                    await work()
        await Tortoise.close_connections()

    async def test_a_file_held_by_another_process_is_an_error_and_then_works(address: str) -> None:
        async with opened(f"{address}?busy_timeout=20"):
            other = sqlite3.connect(address.removeprefix("sqlite://"), isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(OperationalError, match="database is locked"):
                await move_coin()
            other.execute("ROLLBACK")
            other.close()
            await still_works()

    async def test_a_transaction_that_the_database_gave_up_takes_no_more_statements(purses: None) -> None:
        with pytest.raises(TransactionManagementError, match="the database gave this transaction up after an error"):
            async with in_transaction() as transaction:
                await transaction._connection.execute_fetchall("ROLLBACK")
                await move_coin()
        await still_works()

    async def test_a_script_inside_a_transaction_is_refused_and_one_left_open_is_undone(purses: None) -> None:
        with pytest.raises(TransactionManagementError, match="SQLite commits before it runs a script"):
            async with in_transaction() as transaction:
                await transaction.execute_script("SELECT 1")
        await get_connection("default").execute_script("BEGIN; UPDATE purse SET coins = 0")
        await still_works()


if DATABASE == "postgres":

    async def test_a_connection_that_the_server_closes_is_replaced_and_its_work_undone(purses: None) -> None:
        with pytest.raises(PostgresError, match="terminating connection due to administrator command"):
            async with in_transaction() as transaction:
                await move_coin()
                await transaction.execute_query("SELECT pg_terminate_backend(pg_backend_pid())")
        assert await coins() == [COINS, COINS]
        await still_works()
