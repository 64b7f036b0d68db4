"""The two databases, each empty, one after the other; and processes of their own, because only one engine fits into one."""

import asyncio
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from tests import postgres
from tests.bench.stage import folder, settings_of

T = TypeVar("T")


def each() -> Iterator[tuple[str, Path, str]]:
    """Name, a folder of one's own, the address of an empty database in it or on a server of one's own."""
    with folder() as var:
        yield "SQLite", var, settings_of(var).database
    with postgres.server() as server, folder() as var:
        yield "PostgreSQL", var, asyncio.run(postgres.fresh_database(server))


def apart(work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """What the function gives, run in a new process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *args, **kwargs).result()
