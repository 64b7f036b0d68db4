"""Fixtures: an empty database of the kind that TEST_DATABASE names (``sqlite``, the default, or ``postgres``)."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.postgres import drop_database, fresh_database, server

DATABASE = os.environ.get("TEST_DATABASE", "sqlite")


@pytest.fixture(scope="module")
def database_server() -> Iterator[str]:
    """Address of a PostgreSQL server, or nothing."""
    if DATABASE == "sqlite":
        yield ""
        return
    with server() as url:
        yield url


@pytest.fixture
async def address(database_server: str, tmp_path: Path) -> AsyncIterator[str]:
    """Address of a new, empty database."""
    if not database_server:
        yield f"sqlite://{tmp_path}/test.sqlite3"
        return
    url = await fresh_database(database_server)
    yield url
    await drop_database(url)
