"""The schedule page and its feed, ready, beside a bare route with the same bytes; and what one change costs."""

import asyncio
import json
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from conference.app import App, create_app, opened
from conference.core.db import transaction
from conference.core.versions import touch
from tests.bench import stage
from tests.bench.figures import Figure, at_most, ratio_at_least
from tests.bench.servers import Server, bare, product

CONNECTIONS, ROUNDS, SECONDS = 16, 7, 1
BROWSER = {"Accept-Language": "en", "Accept-Encoding": "identity", "User-Agent": "bench"}
PAGE, FEED = f"/{stage.SLUG}/schedule", f"/{stage.SLUG}/schedule.ics"
CHANGES, WAITING = 9, 50


def pages() -> Iterator[Figure]:
    """Requests per second at 16 connections, one worker each."""
    with stage.folder() as var, ExitStack() as servers:
        settings = stage.settings_of(var)
        stage.prepare(settings, places=100, sessions=True)
        ours = servers.enter_context(product(var, settings.database, path=PAGE))
        kept = {path: _keep(ours, path, var / "answers") for path in (PAGE, FEED)}
        plain = servers.enter_context(bare("ready", PAGE, BENCH_ANSWERS=str(var / "answers")))
        for title, path, limit in (("schedule page", PAGE, 0.70), ("schedule feed", FEED, 0.70), ("schedule page, 304", PAGE, 0.75), ("schedule feed, 304", FEED, 0.75)):
            headers = BROWSER | ({"If-None-Match": kept[path]} if "304" in title else {})
            yield _compare(title, ours, plain, path, headers, limit)


def _keep(ours: Server, path: str, folder: Path) -> str:
    """Write the answer down for the bare app; its tag."""
    status, headers, body = ours.ask(path, BROWSER)
    if status != 200 or (path == PAGE and body.count(b"</html>") != 1):
        raise RuntimeError(f"{path} is not a whole page")
    folder.mkdir(exist_ok=True)
    name = path.strip("/").replace("/", "-")
    (folder / name).write_bytes(body)
    repeated = {key: value for key, value in headers.items() if key not in ("date", "content-length", "connection")}
    (folder / f"{name}.json").write_text(json.dumps({"path": path, "headers": repeated, "body": str(folder / name)}))
    return headers["etag"]


def _compare(title: str, ours: Server, plain: Server, path: str, headers: dict[str, str], limit: float) -> Figure:
    if ours.ask(path, headers)[::2] != plain.ask(path, headers)[::2]:
        raise RuntimeError(f"{title}: the answers differ")
    rounds = []
    for number in range(ROUNDS):
        turn = (ours, plain) if number % 2 else (plain, ours)
        speed = {server.port: server.wrk(path, headers, CONNECTIONS, SECONDS) for server in turn}
        rounds.append((speed[ours.port], speed[plain.port]))
    mine, theirs = (statistics.median(column) for column in zip(*rounds, strict=True))
    return ratio_at_least(title, mine, theirs, statistics.median(a / b for a, b in rounds), limit, "/s")


def change() -> Iterator[Figure]:
    """After a change all who wait are served from one rebuild."""
    with stage.folder() as var:
        settings = stage.settings_of(var, base_url="http://127.0.0.1")
        stage.prepare(settings, places=100, sessions=True)
        renders, costs = asyncio.run(_changes(create_app(settings)))
    yield Figure(f"renders for {WAITING} who wait, {CHANGES} changes", f"{renders} renders", renders == CHANGES, f"{CHANGES} renders")
    yield at_most("one rebuild of the schedule page, packed", statistics.median(costs), 60, "ms CPU")


async def _changes(app: App) -> tuple[int, list[float]]:
    """How often the page was rendered, and the CPU milliseconds of each change."""
    rendered, inner = 0, app.ready.app

    async def counted(scope: dict, receive: object, send: object) -> None:
        nonlocal rendered
        rendered += scope["type"] == "http"
        await inner(scope, receive, send)

    app.ready.app = counted
    async with opened(app.context):
        await asyncio.gather(*[_ask(app) for _visitor in range(WAITING)])
        rendered, costs = 0, []
        for _change in range(CHANGES):
            async with transaction():
                await touch(f"edition:{stage.SLUG}")
            began = time.process_time()
            await asyncio.gather(*[_ask(app) for _visitor in range(WAITING)])
            costs.append((time.process_time() - began) * 1e3)
    return rendered, costs


async def _ask(app: App) -> None:
    sent = []

    async def receive() -> dict:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict) -> None:
        sent.append(message)

    await app({"type": "http", "method": "GET", "path": PAGE, "query_string": b"", "scheme": "http", "headers": [(b"accept-language", b"en"), (b"accept-encoding", b"br")]}, receive, send)
    if sent[0]["status"] != 200:
        raise RuntimeError(f"the schedule answers {sent[0]['status']}")
