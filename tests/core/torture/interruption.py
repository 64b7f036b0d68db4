"""Cancel a piece of work exactly where it waits for the n-th time: every place where a browser can go away."""

import asyncio
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any

Check = Callable[[], Awaitable[None]]


@types.coroutine
def interrupted(work: Coroutine, at: int, stubborn: bool = False) -> Generator[Any, Any, bool]:
    """Await ``work``, cancelling this task at its ``at``-th wait (if ``stubborn``, at every later one too).

    Gives whether it came so far. CancelledError comes out as it would of any work.
    """
    task, waits, go_on, value = asyncio.current_task(), 0, work.send, None
    while True:
        try:
            awaited = go_on(value)
        except StopIteration:
            return waits >= at
        waits += 1
        if waits == at or (stubborn and waits > at):
            task.cancel()
        try:
            go_on, value = work.send, (yield awaited)
        except BaseException as error:  # noqa: BLE001 - whatever comes is handed on
            go_on, value = work.throw, error


async def interrupt_everywhere(work: Callable[[], Coroutine], check: Check, stubborn: bool = False) -> int:
    """Run ``work`` once for each of its waits, cancelled there, and ``check`` after each. Gives the number of waits."""
    at = 0
    while True:
        at += 1
        task = asyncio.ensure_future(_run(work(), at, stubborn))
        await asyncio.wait([task])
        if not task.cancelled() and not task.result():
            return at - 1
        await check()


async def _run(work: Coroutine, at: int, stubborn: bool) -> bool:
    return await interrupted(work, at, stubborn)
