"""One piece of work that many wait for."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Flight:
    """``work``, begun at once as a task of its own, so that a waiter who goes away ends nothing but their own waiting.

    ``subject`` says what the work is for, ``late_at`` the moment after which nobody waits for it who can do without.
    ``work`` must catch its own errors: there may be no waiter left to raise them to.
    """

    def __init__(self, work: Coroutine[Any, Any, Any], subject: Any, late_at: float) -> None:
        self.task, self.subject, self.late_at = asyncio.create_task(work), subject, late_at

    async def landed(self, left: float | None) -> bool:
        """Whether the work is done, after waiting for it ``left`` seconds at most; None waits to the end."""
        if left is None or left > 0:
            await asyncio.wait({self.task}, timeout=left)
        return self.task.done()

    def is_mine(self) -> bool:
        """Whether the caller runs inside this flight."""
        return self.task is asyncio.current_task()
