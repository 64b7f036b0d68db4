"""A web server whose every answer is made of transactions.

``python -m tests.core.torture.server DATABASE-URL [ENGINE]`` prints its port.
"""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from tortoise import Tortoise

from tests.core.torture.purses import config, fill_purses, in_purses, move_coin


@asynccontextmanager
async def database(app: Starlette) -> AsyncIterator[None]:
    engine = {"engine": sys.argv[2]} if sys.argv[2:] else {}
    await Tortoise.init(config=config(sys.argv[1], **engine), _enable_global_fallback=True)
    await Tortoise.generate_schemas()
    await fill_purses()
    yield
    await Tortoise.close_connections()


async def stream(request: Request) -> Response:
    """Never ends by itself: a piece of the page after each transaction."""

    async def pieces() -> AsyncIterator[bytes]:
        while True:
            await move_coin()
            yield b"x" * 5_000

    return StreamingResponse(pieces())


async def hurry(request: Request) -> Response:
    """One transaction after another until the time is up."""
    try:
        async with asyncio.timeout(float(request.query_params["seconds"])):
            while True:
                await move_coin()
    except TimeoutError:
        return JSONResponse("time is up")


async def ping(request: Request) -> Response:
    """Writes and reads: the number of coins in all purses."""
    await move_coin()
    return JSONResponse(await in_purses())


def main() -> None:
    app = Starlette(routes=[Route("/stream", stream), Route("/hurry", hurry), Route("/ping", ping)], lifespan=database)
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(listener.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2)).run(sockets=[listener])


if __name__ == "__main__":
    main()
