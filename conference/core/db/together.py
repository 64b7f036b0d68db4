"""Questions of many at once, put to the database as few."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Together(Generic[K, V]):
    """What is asked while an answer is on its way is asked in one go once it has come; whoever asks first, or alone, waits for nobody.

    ``answer`` gives what is known of each key, read after it was called. Every question waits for an answer that was begun after
    it came, so that nobody is told what was true before they asked. Not for use inside a transaction: the answer would be read
    in it for everybody.
    """

    def __init__(self, answer: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]], most: int = 100) -> None:
        self.answer, self.most = answer, most
        self._waiting: dict[K, asyncio.Future[V]] = {}
        self._work: asyncio.Task[None] | None = None

    async def ask(self, key: K) -> V:
        """The answer for one key; errors of ``answer`` are raised in all who waited for it."""
        if key not in self._waiting:
            self._waiting[key] = asyncio.get_running_loop().create_future()
        told = self._waiting[key]
        if self._work is None:
            self._work = asyncio.create_task(self._go_on())
        return await asyncio.shield(told)

    async def _go_on(self) -> None:
        try:
            while self._waiting:
                asked = [(key, self._waiting.pop(key)) for key in list(self._waiting)[: self.most]]
                await self._tell(asked)
        finally:
            self._work = None

    async def _tell(self, asked: Sequence[tuple[K, "asyncio.Future[V]"]]) -> None:
        try:
            found = await self.answer([key for key, _told in asked])
            answers = [found[key] for key, _told in asked]
        except BaseException as error:
            for _key, told in asked:
                told.set_exception(error)
                told.exception()  # whoever waited may be gone
            if not isinstance(error, Exception):
                raise
        else:
            for (_key, told), answer in zip(asked, answers, strict=True):
                told.set_result(answer)
