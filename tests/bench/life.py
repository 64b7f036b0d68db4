"""A server's start and its memory, with a site's settings and as the demo; and the way from a clone to the demo's first page."""

import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench import stage
from tests.bench.figures import Figure, at_most
from tests.bench.pages import FEED, PAGE
from tests.bench.registration import FORM
from tests.bench.servers import ROOT, Server, environment, free_port, memory_of, served

STARTS = 5
VISITED = (PAGE, f"{PAGE}?lang=es", FEED, FORM, "/sign-in", f"/{stage.SLUG}/register", "/contact")
CONFERENCE = [sys.executable, "-m", "conference.cli"]


def life() -> Iterator[Figure]:
    """The process that serves, with a worker in it."""
    with stage.folder() as var:
        settings = stage.settings_of(var)
        stage.prepare(settings, places=100, sessions=True)
        seconds, memory = _starts(lambda port: Server([*CONFERENCE, "serve", "--port", str(port)], port, "/", environment(var, settings.database, port)), VISITED)
    yield at_most("from start to first page", seconds, 1, "s", digits=2)
    yield at_most("memory of the web process", memory, 120, "MB", digits=0)


def demo() -> Iterator[Figure]:
    """Its second start; the first one loads what it shows."""
    with stage.folder() as var:
        port = free_port()
        with served(_demo(var, port)):
            pass
        seconds, memory = _starts(lambda port: _demo(var, port), ("/2027/", "/2027/schedule", "/2027/register", "/sign-in"))
    yield at_most("demo: from start to first page", seconds, 1.5, "s", digits=2)
    yield at_most("demo: memory of the web process", memory, 150, "MB", digits=0)


def clone() -> Iterator[Figure]:
    """``git clone`` and ``make demo`` with the package cache that this machine has."""
    with stage.folder() as var:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(var / "clone")], check=True)
        port = free_port()
        server = Server(["make", "demo", f"PORT={port}"], port, "/", {}, var / "clone")
        try:
            seconds = server.wait(300)
        finally:
            server.stop()
    yield at_most("from a clone to the demo's first page", seconds, 60, "s")


def _demo(folder: Path, port: int) -> Server:
    return Server([*CONFERENCE, "demo", "--port", str(port)], port, "/", {}, folder)


def _starts(start: object, visited: tuple[str, ...]) -> tuple[float, float]:
    """Median seconds to the first page, and megabytes after some pages."""
    seconds, memory = [], []
    for _start in range(STARTS):
        server = start(free_port())
        try:
            seconds.append(server.wait())
            answers = {path: server.ask(path)[0] for path in visited}
            if set(answers.values()) != {200}:
                raise RuntimeError(f"not all pages are there: {answers}")
            memory.append(memory_of(server.process.pid))
        finally:
            server.stop()
    return statistics.median(seconds), statistics.median(memory)
