"""A served house that is killed in the middle of its work, and those who are there when it happens."""

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from tests.bench import stage
from tests.bench.client import Answer, Visitor
from tests.bench.registration import FORM, answers
from tests.bench.servers import Server, environment, free_port

AT_ONCE = 4
OPS_BEFORE_HANDING_IN = 6
PAUSE = 0.05


@dataclass
class Promised:
    """What was answered with yes, and therefore must be there in the end; and what was sent and never answered."""

    orders: set[str] = field(default_factory=set)
    texts: dict[str, list[str]] = field(default_factory=dict)
    handed_in: set[str] = field(default_factory=set)
    open_forms: list[dict[str, str]] = field(default_factory=list)
    open_operations: list[tuple[str, dict]] = field(default_factory=list)
    registered: int = 0


class House:
    """``conference serve`` with its worker, at one address, over one database."""

    def __init__(self, var: Path, url: str) -> None:
        self.port = free_port()
        self.environment = environment(var, url, self.port)
        self.server: Server | None = None
        self.left = 0

    async def open(self) -> None:
        self.server = Server([sys.executable, "-m", "conference.cli", "serve", "--port", str(self.port)], self.port, "/healthz", self.environment)
        await asyncio.to_thread(self.server.wait)

    def answered(self) -> None:
        """One more answer came; with the last one of this round the process is gone at once, whatever else is under way."""
        self.left -= 1
        if self.left == 0:
            os.kill(self.server.process.pid, signal.SIGKILL)
            self.server.process.wait()

    async def until(self, done: Callable[[], Awaitable[bool]], seconds: float) -> None:
        """Wait until it is done. AssertionError when that takes longer, or when the server ends meanwhile."""
        for _look in range(int(seconds / PAUSE)):
            if await done():
                return
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = await asyncio.to_thread(self.server.process.wait, PAUSE)
                raise AssertionError(f"the server ended by itself with {code}")
        raise AssertionError("it was not done in time")

    def close(self) -> None:
        if self.server and self.server.process.poll() is None:
            self.server.stop()


class Round:
    """Some register, one writes notes and hands them in, until the house is gone."""

    def __init__(self, house: House, promised: Promised, writer: Visitor, code: str) -> None:
        self.house, self.promised, self.writer, self.code = house, promised, writer, code
        self.notes = f"/{stage.SLUG}/sessions/{code}/notes"

    async def live(self, chance: random.Random) -> None:
        self.house.left = chance.randint(8, 60)
        await asyncio.gather(self._until_gone(self._write), *[self._until_gone() for _place in range(AT_ONCE)])

    async def _until_gone(self, first: Callable[[], Awaitable[None]] | None = None) -> None:
        """Register again and again, after having done something else ``first``."""
        with contextlib.suppress(OSError, EOFError):
            if first:
                await first()
            while self.house.left > 0:
                await self._register()

    async def _register(self) -> None:
        """What stayed without an answer is sent again, as a browser does when somebody reloads: it must not count twice."""
        visitor, form = Visitor(self.house.port), self._form()
        self.promised.open_forms.append(form)
        try:
            answer = self._said_yes(await visitor.post(FORM, form), 303)
        finally:
            visitor.leave()
        self.promised.open_forms.remove(form)
        self.promised.orders.add(answer.headers["location"].rpartition("/")[2])

    def _form(self) -> dict[str, str]:
        if self.promised.open_forms and self.promised.open_forms[0]["again"] != self.code:
            return self.promised.open_forms.pop(0) | {"again": self.code}
        self.promised.registered += 1
        return answers(self.promised.registered, uuid4().hex) | {"again": self.code}

    async def _write(self) -> None:
        """An operation that was not answered is sent again too; after some the notes are handed in."""
        while self.promised.open_operations:
            await self._operate(*self.promised.open_operations[0])
        kept = self.promised.texts.setdefault(self.code, [])
        for _operation in range(OPS_BEFORE_HANDING_IN):
            text = f"Goal {len(kept)} of {self.code}."
            self.promised.open_operations.append((self.code, {"id": str(uuid4()), "what": "add", "block": str(uuid4()), "text": text}))
            await self._operate(*self.promised.open_operations[0])
        self._said_yes(await self.writer.post(f"{self.notes}/submission", {"prepared_by": "Eve Aranda", "credited": "on"}), 303)
        self.promised.handed_in.add(self.code)

    async def _operate(self, code: str, operation: dict) -> None:
        path = f"/{stage.SLUG}/sessions/{code}/notes/operations"
        self._said_yes(await self.writer.post_json(path, {"operations": [operation]}), 200)
        self.promised.open_operations.pop(0)
        self.promised.texts[code].append(operation["text"])

    def _said_yes(self, answer: Answer, status: int) -> Answer:
        assert answer.status == status, (answer.status, answer.body[:500])
        self.house.answered()
        return answer
