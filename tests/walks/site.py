"""Starting the site for browsers, once per process: the demo is loaded once and copied."""

import fcntl
import json
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.walks.house import LINKS

ROOT = Path(__file__).resolve().parents[2]
PORTS = range(8320, 8380)
CHROMIUM = Path("/usr/bin/chromium")
# Debian's Chromium draws its own address bar even without a window, for a third of the time; the others are what Playwright switches off.
SWITCHED_OFF = (
    "WebUIOmniboxPopup,WebUIOmniboxFullPopup,WebUIOmniboxAimPopup,AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,OptimizationHints,PreconnectToSearch,Translate"
)
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage", "--disable-extensions", f"--disable-features={SWITCHED_OFF}",
]  # fmt: skip


@dataclass
class Site:
    """A site being served. ``links`` are unspent sign-in links by role; ``kept`` holds a signed-in browser's cookies by role."""

    base: str
    var: Path
    links: dict[str, list[str]]
    kept: dict[str, dict] = field(default_factory=dict)

    def told(self) -> str:
        """What the server said, for a failing test."""
        return (self.var / "server.log").read_text(errors="replace")[-4_000:]


def demo_at(shared: Path) -> Path:
    """The loaded demo, made by whichever process comes first."""
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        var = shared / "demo"
        if not (var / LINKS).exists():
            shutil.rmtree(var, ignore_errors=True)
            var.mkdir()
            made = _house("load", str(var), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            said, _none = made.communicate(timeout=900)
            assert made.returncode == 0, f"The demo does not load:\n{said[-6_000:]}"
    return var


def _house(*words: str, **how: object) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-m", "tests.walks.house", *words], cwd=ROOT, **how)  # type: ignore[call-overload]


@contextmanager
def served(demo: Path, var: Path, *, stripe_elsewhere: bool = False) -> Iterator[Site]:
    """A copy of the demo served in a process of its own, over sockets that listen before it starts."""
    shutil.copytree(demo, var)
    with ExitStack() as stack:
        doors = [stack.enter_context(_listening()) for _one in range(2 if stripe_elsewhere else 1)]
        words = [word for door in doors for word in (f"http://127.0.0.1:{door.getsockname()[1]}", str(door.fileno()))]
        log = stack.enter_context((var / "server.log").open("w"))
        process = _house("serve", str(var), *words, pass_fds=[door.fileno() for door in doors], stdout=log, stderr=log)
        for door in doors:
            door.close()
        try:
            with urllib.request.urlopen(f"{words[0]}/healthz", timeout=120) as answer:
                assert answer.read() == b"ok\n"
            yield Site(words[0], var, json.loads((var / LINKS).read_text()))
        finally:
            process.terminate()
            process.wait(timeout=60)


def _listening() -> socket.socket:
    for port in PORTS:
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", port))
            door.listen(256)  # of two who may bind, one may listen
        except OSError:
            door.close()
            continue
        return door
    raise AssertionError(f"No port from {PORTS.start} to {PORTS.stop - 1} is free for the walks.")


@contextmanager
def chromium() -> Iterator[Browser]:
    assert CHROMIUM.exists(), "Walks need Chromium: apt-get install chromium."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
