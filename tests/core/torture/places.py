"""Fixtures: an empty database of the kind that TEST_DATABASE names (``sqlite``, the default, or ``postgres``)."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.postgres import drop_database, fresh_database, server

DATABASE = os.environ.get("TEST_DATABASE", "sqlite")


@pytest.fixture(scope="module", name="server_address")
def database_server() -> Iterator[str]:
    """Address of a PostgreSQL server, or nothing."""
    if DATABASE == "sqlite":
        yield ""
        return
    with server() as url:
        yield url


@pytest.fixture(name="address")
async def database_address(server_address: str, tmp_path: Path) -> AsyncIterator[str]:
    """Address of a new, empty database."""
    if not server_address:
        yield f"sqlite://{tmp_path}/test.sqlite3"
        return
    url = await fresh_database(server_address)
    yield url
    await drop_database(url)
