"""Bare apps to compare with: ready bytes, and a registration as one would write it in an afternoon."""

import contextlib
import itertools
import json
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tortoise import Tortoise
from tortoise.expressions import F
from tortoise.transactions import in_transaction

from tests.bench import bare_models as models

PLACES = "BENCH_PLACES"


def ready() -> Starlette:
    """Routes that return the bytes and headers of the files in ``BENCH_ANSWERS``, and 304 to who has them."""
    kept = [json.loads(file.read_text()) for file in Path(os.environ["BENCH_ANSWERS"]).glob("*.json")]
    return Starlette(routes=[Route(one["path"], _route(one["headers"], Path(one["body"]).read_bytes())) for one in kept])


def _route(headers: dict[str, str], body: bytes) -> Callable:
    async def route(request: Request) -> Response:
        if request.headers.get("if-none-match") == headers["etag"]:
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers)

    return route


def registering() -> Starlette:
    """``GET /`` is alive; ``POST /register`` is 201 for a place and 409 when there is none."""
    return Starlette(routes=[Route("/", _alive), Route("/register", _register, methods=["POST"])], lifespan=_database)


@contextlib.asynccontextmanager
async def _database(_app: Starlette) -> AsyncIterator[None]:
    """With Tortoise's own engines; SQLite as safe as ours, a pool of ten on PostgreSQL."""
    await Tortoise.init(db_url=_stock(os.environ["BENCH_DATABASE"]), modules={"bare": [models.__name__]}, _enable_global_fallback=True)
    await Tortoise.generate_schemas()
    await models.Places.create(id=1, left=int(os.environ[PLACES]))
    yield
    await Tortoise.close_connections()


def _stock(url: str) -> str:
    kind, _, place = url.partition("://")
    path, _, query = place.partition("?")
    if kind == "sqlite":
        return f"sqlite://{path}?journal_mode=WAL&synchronous=FULL&foreign_keys=ON"
    return f"asyncpg://{path}?{query + '&' if query else ''}minsize=10&maxsize=10"


async def _alive(request: Request) -> Response:
    return Response(b"ok")


numbers = itertools.count()


async def _register(request: Request) -> Response:
    form = await request.form()
    if not await models.Places.filter(id=1, left__gte=1).exists():
        return Response(b"sold out", 409)
    async with in_transaction() as connection:
        order = await models.Order.create(code=f"C{next(numbers)}", email=form["email"], total=0)
        await models.Attendee.create(order=order, name=form["badge_name"], ticket="free")
        await models.Entry.create(what="registered", order=order.id)
        await models.Task.create(name="letter", ids={"order": order.id})
        won = await models.Places.filter(id=1, left__gte=1).update(left=F("left") - 1)
        if not won:
            await connection.rollback()
    return Response(b"done", 201) if won else Response(b"sold out", 409)
