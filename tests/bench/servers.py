"""Servers in processes of their own, and what the system says of their time and memory."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TICK = os.sysconf("SC_CLK_TCK")
SECRET = "a secret for benches that is long enough"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A process that answers on ``port``; started when made, and waited for until ``path`` answers."""

    def __init__(self, command: list[str], port: int, path: str, env: dict[str, str], cwd: Path = ROOT) -> None:
        self.port, self.path = port, path
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.began = time.perf_counter()
        self.process = subprocess.Popen(command, cwd=cwd, env={**_plain_environment(), **env}, start_new_session=True, **quiet)

    def wait(self, seconds: float = 60) -> float:
        """Seconds from the start to the first answer that is no error. RuntimeError where none comes."""
        while time.perf_counter() - self.began < seconds and self.process.poll() is None:
            with contextlib.suppress(OSError):
                if self.ask(self.path)[0] == 200:
                    return time.perf_counter() - self.began
            time.sleep(0.01)
        raise RuntimeError(f"the server did not answer {self.path} within {seconds} seconds")

    def ask(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
        """Status, headers in lower case, body."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, _lower(answer.headers), answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, _lower(answer.headers), answer.read()

    def cpu(self) -> float:
        """Seconds of processor time that the process used so far."""
        return cpu_of(self.process.pid)

    def wrk(self, path: str, headers: dict[str, str], connections: int, seconds: int) -> float:
        """Requests per second. RuntimeError for answers that are errors."""
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
        for name, value in headers.items():
            command += ["-H", f"{name}: {value}"]
        out = subprocess.run([*command, f"http://127.0.0.1:{self.port}{path}"], capture_output=True, text=True, check=True).stdout
        if "Non-2xx" in out or "Socket errors" in out:
            raise RuntimeError(out)
        return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])

    def stop(self) -> None:
        """End the process and what it started; all of them are of a session of their own."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(20)


def cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def memory_of(pid: int) -> float:
    """Megabytes, shared pages counted by their share (PSS)."""
    return int(re.search(r"(?m)^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text())[1]) / 1024


@contextlib.contextmanager
def product(var: Path, url: str, *options: str, path: str = "/healthz") -> Iterator[Server]:
    """The product as ``conference serve`` starts it, without a worker; it begins with migrating what ``url`` names."""
    port = free_port()
    server = Server([sys.executable, "-m", "tests.bench.product", str(port), *options], port, path, environment(var, url, port))
    with served(server):
        yield server


@contextlib.contextmanager
def bare(name: str, path: str, **env: str) -> Iterator[Server]:
    """One of the apps of tests/bench/bare.py, served with the options of the product."""
    port = free_port()
    options = ["--port", str(port), "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning", "--no-server-header"]
    server = Server([sys.executable, "-m", "uvicorn", f"tests.bench.bare:{name}", "--factory", *options], port, path, env)
    with served(server):
        yield server


@contextlib.contextmanager
def served(server: Server) -> Iterator[None]:
    """Wait until it answers; afterwards it is stopped."""
    try:
        server.wait()
        yield
    finally:
        server.stop()


def environment(var: Path, url: str, port: int) -> dict[str, str]:
    return {
        "CONFERENCE_VAR": str(var),
        "CONFERENCE_DATABASE_URL": url,
        "CONFERENCE_BASE_URL": f"http://127.0.0.1:{port}",
        "CONFERENCE_SECRET_KEY": SECRET,
    }


def _plain_environment() -> dict[str, str]:
    """Ours without settings of a real site, and without what keeps Python from using compiled modules again."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CONFERENCE_") and name != "PYTHONDONTWRITEBYTECODE"}


def _lower(headers: object) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
