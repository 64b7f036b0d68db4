"""The rush: many buyers at once for few places, beside a bare registration on the same kind of database in the same run."""

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from conference.registration.models import HAS_PLACE, Order, Pool
from tests.bench import stage
from tests.bench.bare import PLACES
from tests.bench.client import Visitor, crowd
from tests.bench.databases import apart, each
from tests.bench.figures import Figure
from tests.bench.registration import FORM, answers
from tests.bench.servers import bare, product
from tests.postgres import fresh_database

BUYERS, AT_ONCE, SEATS, MOST = 10_000, 500, 50, 2.5
UNGUARDED_BUYERS = 1_500


def rush() -> Iterator[Figure]:
    for name, var, url in each():
        seconds = _bare_rush(_beside(var, url))
        apart(_prepare, var, url)
        ours, ends = _product_rush(var, url, BUYERS)
        yield _sold(name, apart(_orders, var, url), ends)
        yield Figure(f"rush of {BUYERS:,}, {name}", f"{ours:.1f} s (bare {seconds:.1f})", ours <= MOST * seconds, f"at most {MOST} x bare", ours / seconds)


def unguarded() -> Iterator[Figure]:
    """The same with the guard taken out: the check above must see it."""
    with stage.folder() as var:
        url = stage.settings_of(var).database
        apart(_prepare, var, url)
        _seconds, ends = _product_rush(var, url, UNGUARDED_BUYERS, "--without-guard")
        orders, _taken = apart(_orders, var, url)
    yield Figure("rush without the guard: the check fails", f"{orders} orders for {SEATS} places", orders > SEATS, f"more than {SEATS} orders")


def _sold(name: str, orders: tuple[int, int], ends: Counter[str]) -> Figure:
    told = ", ".join(f"{count:,} {end}" for end, count in sorted(ends.items()))
    reached = orders == (SEATS, SEATS) and ends == {"303": SEATS, "422": BUYERS - SEATS}
    return Figure(f"rush for {SEATS} places, {name}", f"{orders[0]} orders, {orders[1]} taken; {told}", reached, f"{SEATS} orders, no 503")


def _beside(var: Path, url: str) -> str:
    """The address of another database of the same kind."""
    return f"sqlite://{var / 'bare.sqlite3'}" if url.startswith("sqlite") else asyncio.run(fresh_database(url))


def _prepare(var: Path, url: str) -> None:
    stage.prepare(stage.settings_of(var, url), places=SEATS)


def _bare_rush(url: str) -> float:
    with bare("registering", "/", BENCH_DATABASE=url, **{PLACES: str(SEATS)}) as server:
        seconds, ends = _timed(server.port, "/register", BUYERS)
    if ends != {"201": SEATS, "409": BUYERS - SEATS}:
        raise RuntimeError(f"the bare registration sold {dict(ends)}")
    return seconds


def _product_rush(var: Path, url: str, buyers: int, *options: str) -> tuple[float, Counter[str]]:
    with product(var, url, *options, path=FORM) as server:
        return _timed(server.port, FORM, buyers)


def _timed(port: int, path: str, buyers: int) -> tuple[float, Counter[str]]:
    """Seconds until every buyer was answered, and how many were answered what; those whose connection broke are ``broken``."""

    async def buy(number: int) -> str:
        visitor = Visitor(port)
        try:
            return str((await visitor.post(path, answers(number, secrets.token_hex(16)))).status)
        except (OSError, EOFError):
            return "broken"
        finally:
            visitor.leave()

    began = time.perf_counter()
    ends = asyncio.run(crowd(buyers, AT_ONCE, buy))
    return time.perf_counter() - began, ends


def _orders(var: Path, url: str) -> tuple[int, int]:
    """Orders that have a place, and places that are counted as taken."""

    async def count() -> tuple[int, int]:
        async with stage.at_work(stage.settings_of(var, url)):
            return await Order.filter(state__in=HAS_PLACE).count(), (await Pool.get()).taken

    return asyncio.run(count())
