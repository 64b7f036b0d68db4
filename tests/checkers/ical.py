"""What five calendar programs make of a feed: vobject, ics, khal, ical.js and libical.

Each reads the feed in a process of its own (khal changes the icalendar library for everybody) and says whether it accepts
it and when each event starts. vobject, ical.js and libical work that out from the time zones in the feed, ics and khal
from their own.
"""

import atexit
import hashlib
import importlib.util
import json
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

HERE = Path(__file__).parent
PROGRAMS = HERE / "ical"
BUILT = HERE.parents[1] / "var" / "checkers"
SECONDS = 60


@dataclass(frozen=True)
class Verdict:
    """`starts` maps each uid to its start in UTC ("2027-03-12T14:00:00Z") or its day; `said` is why it was refused."""

    accepts: bool
    starts: dict[str, str] = field(default_factory=dict)
    said: str = ""


def check(feed: bytes) -> dict[str, Verdict]:
    """The verdict of each checker, by its name; libical answers as it is and, as "libical strict", with a METHOD added.

    Raises AssertionError with a sentence that says what to install where one of them is missing.
    """
    checkers = _checkers()
    with ThreadPoolExecutor(max_workers=2) as threads:
        verdicts = threads.map(lambda asked: asked(feed), checkers.values())
        return dict(zip(checkers, verdicts, strict=True))


@cache
def _checkers() -> dict[str, Callable[[bytes], Verdict]]:
    """What to ask for each verdict."""
    libraries = {name: _Library(_package(name)).ask for name in ("vobject", "ics", "khal")}
    ical_js = [_program("node", "nodejs and npm"), str(_script_with_ical_js())]
    libical = str(_libical())
    return libraries | {
        "ical.js": partial(_run, ical_js, _starts_in_json),
        "libical": partial(_run, [libical], _starts_in_lines),
        "libical strict": partial(_run, [libical, "strict"], _starts_in_lines),
    }


class _Library:
    """A Python library in a process of its own, which stays, since it takes seconds to load."""

    def __init__(self, name: str) -> None:
        command = [sys.executable, "-W", "ignore", str(PROGRAMS / "readers.py"), name]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        atexit.register(self.close)

    def ask(self, feed: bytes) -> Verdict:
        self.process.stdin.write(struct.pack(">I", len(feed)) + feed)
        self.process.stdin.flush()
        return Verdict(**json.loads(self.process.stdout.readline()))

    def close(self) -> None:
        self.process.communicate(timeout=SECONDS)


def _package(name: str) -> str:
    assert importlib.util.find_spec(name), f"The checker {name} is missing: install tests/requirements.txt with pip."
    return name


def _program(name: str, debian: str) -> str:
    path = shutil.which(name)
    assert path, f"The program {name} is missing: install {debian} (Debian's names)."
    return path


def _script_with_ical_js() -> Path:
    found = (HERE / "node_modules" / "ical.js" / "package.json").exists()
    assert found, "The checker ical.js is missing: run `npm install --no-package-lock --no-save` in tests/checkers."
    return PROGRAMS / "ical_js.mjs"


@cache
def _libical() -> Path:
    """The C program, compiled once per text of it."""
    source = PROGRAMS / "libical.c"
    built = BUILT / f"libical-{hashlib.sha256(source.read_bytes()).hexdigest()[:16]}"
    if not built.exists():
        _compile(source, built)
    return built


def _compile(source: Path, built: Path) -> None:
    built.parent.mkdir(parents=True, exist_ok=True)
    unfinished = built.with_suffix(f".{os.getpid()}")
    compiler = _program("gcc", "gcc and libical-dev")
    done = subprocess.run([compiler, "-Wall", "-Wextra", "-Werror", str(source), "-lical", "-o", str(unfinished)],
                          check=False, capture_output=True, text=True, timeout=SECONDS)  # fmt: skip
    assert done.returncode == 0, f"The checker libical did not compile: install gcc and libical-dev.\n{done.stderr}"
    unfinished.replace(built)  # at once, for several test processes may build it


def _run(command: list[str], starts: Callable[[bytes], dict[str, str]], feed: bytes) -> Verdict:
    done = subprocess.run(command, check=False, input=feed, capture_output=True, timeout=SECONDS)
    return Verdict(done.returncode == 0, starts(done.stdout), done.stderr.decode(errors="replace").strip())


def _starts_in_json(printed: bytes) -> dict[str, str]:
    return json.loads(printed)["starts"] if printed.strip() else {}


def _starts_in_lines(printed: bytes) -> dict[str, str]:
    pairs = (line.split("\t") for line in printed.decode().splitlines())
    return {uid: start if "-" in start[1:] else f"{datetime.fromtimestamp(int(start), UTC):%Y-%m-%dT%H:%M:%SZ}"
            for uid, start in pairs}  # fmt: skip
