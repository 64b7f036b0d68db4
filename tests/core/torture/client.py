"""Browsers that go away in the middle of an answer, and answers that a time-out cuts short.

``python -m tests.core.torture.client DATABASE-URL 400`` torments a server and says what became of it. With the stock engine
as a third word (``tortoise.backends.sqlite`` or ``tortoise.backends.asyncpg``) it ends in "stuck".
"""

import asyncio
import contextlib
import random
import sys
from collections.abc import AsyncIterator, Awaitable, Callable

PATIENCE = 10.0  # seconds after which an answer counts as never coming
BROWSERS = 4

Round = Callable[[int], Awaitable[None]]


class Stuck(Exception):
    """The server no longer answers."""


async def torment(database_url: str, rounds: int, engine: str = "") -> tuple[set[str], str]:
    """``rounds`` disconnects, then as many time-outs, a ping after each. Raises Stuck.

    Gives the different answers that pings got, and everything the server wrote about errors.
    """
    async with _server(database_url, engine) as (port, complaints):
        answers = await _rounds(_go_away, port, rounds) | await _rounds(_run_out_of_time, port, rounds)
    return answers, await complaints


async def _rounds(act: Round, port: int, rounds: int) -> set[str]:
    left, answers = iter(range(rounds)), set()

    async def browser() -> None:
        for number in left:
            await act(port)
            answers.add(await _ping(port, number))

    await asyncio.gather(*(browser() for _ in range(BROWSERS)))
    return answers


async def _go_away(port: int) -> None:
    """Read some of a page that never ends, and close."""
    async with _get(port, "/stream") as page:
        await page.readexactly(random.randint(1, 15_000))


async def _run_out_of_time(port: int) -> None:
    async with _get(port, f"/hurry?seconds={random.uniform(0.001, 0.01)}") as page:
        await page.read()


async def _ping(port: int, number: int) -> str:
    try:
        async with asyncio.timeout(PATIENCE), _get(port, "/ping") as page:
            return (await page.read()).decode().rpartition("\r\n")[2]
    except TimeoutError:
        raise Stuck(f"no answer after round {number + 1}") from None


@contextlib.asynccontextmanager
async def _get(port: int, path: str) -> AsyncIterator[asyncio.StreamReader]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        yield reader
    finally:
        writer.transport.abort()


@contextlib.asynccontextmanager
async def _server(database_url: str, engine: str) -> AsyncIterator[tuple[int, Awaitable[str]]]:
    command = [sys.executable, "-m", "tests.core.torture.server", database_url, *filter(None, [engine])]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe)
    complaints = asyncio.ensure_future(_text(process.stderr))
    try:
        yield int(await process.stdout.readline()), complaints
    finally:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), PATIENCE)
        except TimeoutError:  # a stuck one does not hear
            process.kill()
            await process.wait()


async def _text(stream: asyncio.StreamReader) -> str:
    return (await stream.read()).decode()


def main() -> None:
    try:
        print(*asyncio.run(torment(sys.argv[1], int(sys.argv[2]), "".join(sys.argv[3:4]))))
    except Stuck as stuck:
        print("stuck:", stuck)


if __name__ == "__main__":
    main()
