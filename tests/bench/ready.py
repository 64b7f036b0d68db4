"""Ready pages against a bare Starlette route that returns the same bytes. Run: python tests/bench/ready.py

Two servers (uvicorn, uvloop, httptools, one worker each) are driven by wrk in turns, in short rounds, so that a noisy
machine disturbs both alike. Figures are medians over the rounds; the ratio is the median of the rounds' ratios. Both
get the headers a browser sends, so the layer has languages, encodings and cookies to read, and the bare route has not.
"""

import argparse
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from conference.core.publishing import Ready, ReadyPages, Versions
from conference.core.publishing.packing import Answer, forms_of

HERE = Path(__file__).resolve().parent
BROWSER = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.8", "Cookie": "session=6f1c2a9e7b; lang=es", "User-Agent": "bench"}
CASES = [
    ("page 84 kB", "/page", {}, 0.70),
    ("page, brotli", "/page", {"Accept-Encoding": "gzip, deflate, br"}, 0.70),
    ("page, 304", "/page", {"If-None-Match": None}, 0.75),
    ("feed 60 kB", "/feed.ics", {}, 0.70),
    ("feed, 304", "/feed.ics", {"If-None-Match": None}, 0.75),
]
CPU_LIMIT_MS = 60


def text(size: int, line: Callable[[int, str], str]) -> bytes:
    """About ``size`` bytes of lines with made-up words, the same in every run."""
    chance, lines, length = random.Random(7), [], 0
    words = ["".join(chance.choices("aeioulnrstdcm", k=chance.randint(3, 10))) for _ in range(900)]
    while length < size:
        lines.append(line(len(lines), " ".join(chance.choices(words, k=40))))
        length += len(lines[-1])
    return "".join(lines).encode()[:size]


PAGE = text(84_000, lambda n, words: f'<li id="s{n}"><a href="/sessions/{n}">{words[:40]}</a><p>{words}</p></li>\n')
FEED = text(60_000, lambda n, words: f"BEGIN:VEVENT\r\nUID:{n}\r\nSUMMARY:{words[:50]}\r\nEND:VEVENT\r\n")
KINDS = {"/page": (PAGE, "text/html; charset=utf-8"), "/feed.ics": (FEED, "text/calendar; charset=utf-8")}
READY = {"/page": Ready("site", pattern="/page"), "/feed.ics": Ready("site", feed=True, pattern="/feed.ics")}


def layered() -> ReadyPages:
    """The layer around an app that renders the samples."""

    async def sample(request: Request) -> Response:
        body, media_type = KINDS[request.url.path]
        return Response(body, media_type=media_type)

    async def read() -> dict[str, int]:
        return {"site": 1}

    app = Starlette(routes=[Route(path, sample) for path in KINDS])
    return ReadyPages(app, Versions(read), lambda scope: READY.get(scope["path"]), "en", ["en", "es"])


def bare() -> Starlette:
    """One route per sample that compares the tag and returns the very bytes and headers the layer has."""
    return Starlette(routes=[Route(path, bare_route(path)) for path in KINDS])


def bare_route(path: str) -> Callable:
    body, media_type = KINDS[path]
    answer = Answer(200, ((b"content-type", media_type.encode()),), body)
    language = "en" if READY[path].feed else "es"
    forms = forms_of(answer, language, READY[path].vary, True)
    heads = {name: {key.decode(): value.decode() for key, value in form.head} for name, form in forms.items()}
    shorts = {name: {key.decode(): value.decode() for key, value in form.short_head} for name, form in forms.items()}

    async def route(request: Request) -> Response:
        name = "br" if "br" in request.headers.get("accept-encoding", "") else "identity"
        if request.headers.get("if-none-match") == shorts[name]["etag"]:
            return Response(status_code=304, headers=shorts[name])
        return Response(forms[name].body, headers=heads[name])

    return route


class Server:
    """An app of this file in a uvicorn process of its own; ``cpu()`` is what it has used, in seconds."""

    def __init__(self, name: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.name, self.base = name, f"http://127.0.0.1:{port}"
        options = f"--port {port} --loop uvloop --http httptools --no-access-log --log-level warning --factory"
        command = [sys.executable, "-m", "uvicorn", f"ready:{name}", "--app-dir", str(HERE), *options.split()]
        self.process = subprocess.Popen(command)
        self._wait()

    def _wait(self) -> None:
        for _ in range(200):
            try:
                self.ask("/page", {})
                return
            except urllib.error.URLError:
                time.sleep(0.05)
        raise RuntimeError(f"{self.name} does not answer")

    def ask(self, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Status, headers without the moment, body."""
        request = urllib.request.Request(self.base + path, headers=BROWSER | headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, lower(answer.headers), answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, lower(answer.headers), answer.read()

    def cpu(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def load(self, path: str, headers: dict[str, str], connections: int, seconds: float) -> tuple[float, float]:
        """Requests per second, and CPU microseconds of the server per request."""
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
        for name, value in (BROWSER | headers).items():
            command += ["-H", f"{name}: {value}"]
        before = self.cpu()
        out = subprocess.run([*command, self.base + path], capture_output=True, text=True, check=True).stdout
        if "Non-2xx" in out or "Socket errors" in out:
            raise RuntimeError(out)
        requests = int(re.search(r"(\d+) requests in", out)[1])
        return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), (self.cpu() - before) * 1e6 / requests

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def lower(headers: object) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items() if name.lower() != "date"}


def compare(servers: list[Server], case: tuple, options: argparse.Namespace) -> bool:
    """Drive both in turns, print one line, and say whether the ratio is reached."""
    title, path, headers, wanted = case
    if "If-None-Match" in headers:
        headers = {"If-None-Match": servers[0].ask(path, {})[1]["etag"]}
    answers = [server.ask(path, headers) for server in servers]
    if answers[0] != answers[1]:
        raise RuntimeError(f"{title}: the answers differ: {[(answer[:2], len(answer[2])) for answer in answers]}")
    rounds = []
    for number in range(options.rounds):
        turn = servers if number % 2 == 0 else servers[::-1]
        row = {server.name: server.load(path, headers, options.connections, options.seconds) for server in turn}
        rounds.append((*row["bare"], *row["layered"]))
    speeds = [statistics.median(column) for column in zip(*rounds, strict=True)]
    ratio = statistics.median(row[2] / row[0] for row in rounds)
    verdict = "reached" if ratio >= wanted else "MISSED"
    print(
        f"{title:<14}{answers[0][0]:>5}{len(answers[0][2]):>8}{speeds[0]:>11,.0f}{speeds[2]:>11,.0f}{ratio:>8.2f}"
        f"{speeds[1]:>10.0f}{speeds[3]:>10.0f}{wanted:>9.2f}  {verdict}",
        flush=True,
    )
    return ratio >= wanted


def packing() -> bool:
    """CPU of making all forms of the page, the median of 9 times."""
    answer, spent = Answer(200, ((b"content-type", b"text/html"),), PAGE), []
    for _ in range(9):
        before = time.process_time()
        forms = forms_of(answer, "en", b"Accept-Encoding", True)
        spent.append((time.process_time() - before) * 1e3)
    sizes = ", ".join(f"{name} {len(form.body):,}" for name, form in forms.items())
    took = statistics.median(spent)
    verdict = "reached" if took <= CPU_LIMIT_MS else "MISSED"
    print(f"all forms of the page: {took:.1f} ms CPU of {CPU_LIMIT_MS} ({sizes} bytes)  {verdict}")
    return took <= CPU_LIMIT_MS


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=16)
    options = parser.parse_args()
    servers = [Server("bare"), Server("layered")]
    print(f"{options.connections} connections, {options.rounds} rounds of {options.seconds} s each, medians")
    print(f"{'':<19}{'bytes':>8}{'bare/s':>11}{'ready/s':>11}{'ratio':>8}{'bare us':>10}{'ready us':>10}{'wanted':>9}")
    try:
        reached = [compare(servers, case, options) for case in CASES]
    finally:
        for server in servers:
            server.stop()
    return 0 if all([*reached, packing()]) else 1


if __name__ == "__main__":
    sys.exit(main())
