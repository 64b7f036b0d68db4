"""The near side of the PDF process: one job at a time, each with a time limit, and a new process when the old one is in doubt."""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

VARIANTS = ("pdf/ua-1", "pdf/a-3a")
COMMAND = (sys.executable, "-s", "-P", str(Path(__file__).with_name("worker.py")))
PASSED_ON = ("PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "FONTCONFIG_SYSROOT", "XDG_CACHE_HOME")
START_SECONDS = 60
LARGEST_RESIDENT = 160 * 2**20
INSTALL = "sudo apt-get install --yes libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core fonts-droid-fallback fonts-symbola"


class PdfError(Exception):
    """No PDF was made. The message names no value of the document."""


class PdfTooSlow(PdfError):
    """The job took longer than its limit and was ended."""


class PdfFailed(PdfError):
    """The document could not be turned into a PDF, or its process died over it."""


class PdfUnavailable(PdfError):
    """This machine cannot make PDFs; the message holds the command that changes it. Jobs wait for it and try again."""

    pause = timedelta(minutes=10)


class Renderer:
    """A queue in front of one process, which the first job starts and which ends when nothing is asked of it for a while.

    It belongs to one event loop. ``jobs_per_process`` bounds what a leak can grow to.
    """

    def __init__(
        self, *, command: Sequence[str] = COMMAND, jobs_per_process: int = 50, idle_seconds: float = 300
    ) -> None:
        self._command, self._jobs_per_process, self._idle_seconds = command, jobs_per_process, idle_seconds
        self._turn = asyncio.Lock()
        self._worker: _Worker | None = None
        self._ended: list[_Worker] = []
        self._idle: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """The process now at our service, if any."""
        return self._worker.process.pid if self._worker else None

    async def render(self, html: str, *, variant: str = "pdf/ua-1", epoch: int, seconds: float = 20) -> bytes:
        """The PDF of a whole HTML document. Same html, variant and epoch: same bytes, from any process.

        ``html`` needs ``lang`` and ``<title>``; of addresses only ``data:`` is fetched. ``epoch`` (seconds since 1970)
        becomes the PDF's dates. ``seconds`` counts from the job's turn. Raises PdfTooSlow, PdfFailed, PdfUnavailable.
        """
        if variant not in VARIANTS:
            raise ValueError(f"variant must be one of {VARIANTS}")
        async with self._turn:
            self._stay_awake()
            worker = await self._ready()
            try:
                return await self._made(worker, html, variant, epoch, seconds)
            except BaseException as error:
                # After a refusal the two sides are still in step. All else (cancelled, late, broken) leaves them out of step.
                if not isinstance(error, _Refusal):
                    self._end()
                    raise
                raise PdfFailed(f"The PDF could not be made ({error}).") from None
            finally:
                self._sleep_later()

    async def close(self) -> None:
        """End the process and wait until it is gone. A later ``render`` starts a new one."""
        async with self._turn:
            self._stay_awake()
            self._end()
            for worker in self._ended:
                await worker.gone()
            self._ended.clear()

    async def _made(self, worker: "_Worker", html: str, variant: str, epoch: int, seconds: float) -> bytes:
        try:
            async with asyncio.timeout(seconds):
                return await worker.make(html, variant, epoch, seconds)
        except TimeoutError:
            raise PdfTooSlow(f"The PDF was not ready after {seconds} seconds.") from None
        except (OSError, EOFError, ValueError):
            raise PdfFailed("The process that makes PDFs died over this one.") from None

    async def _ready(self) -> "_Worker":
        self._ended = [worker for worker in self._ended if worker.process.returncode is None]
        if self._worker and self._worn(self._worker):
            self._end()
        if not self._worker:
            self._worker = await _Worker.start(self._command)
        return self._worker

    def _worn(self, worker: "_Worker") -> bool:
        died = worker.process.returncode is not None
        return died or worker.jobs >= self._jobs_per_process or worker.resident > LARGEST_RESIDENT

    def _end(self) -> None:
        if self._worker:
            self._worker.kill()
            self._ended.append(self._worker)
            self._worker = None

    def _stay_awake(self) -> None:
        if self._idle:
            self._idle.cancel()
            self._idle = None

    def _sleep_later(self) -> None:
        self._idle = asyncio.get_running_loop().call_later(self._idle_seconds, self._end)


class _Refusal(Exception):
    """The far side could not do this job, and waits for the next."""


class _Worker:
    """One process and what we know of it. A job is a line of JSON and the HTML; its answer a line of JSON and the PDF."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process, self.jobs, self.resident = process, 0, 0
        self._to, self._from = process.stdin, process.stdout

    @classmethod
    async def start(cls, command: Sequence[str]) -> "_Worker":
        """A process that has loaded its libraries; PdfUnavailable where it cannot."""
        pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        # In a session of its own: Ctrl-C at the terminal is for us, and we end the process when we are done.
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=nothing, env=_environment(), start_new_session=True
        )
        worker = cls(process)
        try:
            async with asyncio.timeout(START_SECONDS):
                greeting = json.loads(await worker._from.readline())
        except BaseException as error:
            await worker.dismiss()
            if isinstance(error, (TimeoutError, ValueError)):
                raise PdfUnavailable("The process that makes PDFs did not start.") from None
            raise
        if "missing" in greeting:
            await worker.dismiss()
            raise PdfUnavailable(
                f"PDFs need libraries this machine does not have ({greeting['missing']}). Type: {INSTALL}"
            )
        return worker

    async def make(self, html: str, variant: str, epoch: int, seconds: float) -> bytes:
        body = html.encode("utf-8", "replace")
        job = {"size": len(body), "variant": variant, "epoch": epoch, "seconds": seconds}
        self.jobs += 1
        self._to.writelines((json.dumps(job).encode() + b"\n", body))
        await self._to.drain()
        answer = json.loads(await self._from.readline())
        self.resident = answer["resident"]
        if "failed" in answer:
            raise _Refusal(answer["failed"])
        return await self._from.readexactly(answer["size"])

    def kill(self) -> None:
        self._to.close()
        if self.process.returncode is None:
            self.process.kill()

    async def gone(self) -> None:
        await self._from.read()
        await self.process.wait()

    async def dismiss(self) -> None:
        self.kill()
        await self.gone()


def _environment() -> dict[str, str]:
    """Nothing of ours but where programs and fonts are; hashes without chance, so that sets come in one order everywhere."""
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return passed_on | {
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "MALLOC_ARENA_MAX": "1",
        "MALLOC_TRIM_THRESHOLD_": "131072",
    }
