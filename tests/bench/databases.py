"""The two databases, each empty, one after the other."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from tests import postgres
from tests.bench.stage import folder, settings_of


def each() -> Iterator[tuple[str, Path, str]]:
    """Name, a folder of one's own, the address of an empty database in it or on a server of one's own."""
    with folder() as var:
        yield "SQLite", var, settings_of(var).database
    with postgres.server() as server, folder() as var:
        yield "PostgreSQL", var, asyncio.run(postgres.fresh_database(server))
