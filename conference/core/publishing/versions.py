"""Which version of each scope is published, as this process knows it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable

from conference.core.publishing.flight import Flight

log = logging.getLogger(__name__)


class Versions:
    """The published version of every scope, read at most once in ``every`` seconds.

    ``read`` gives all rows, ``{scope name: version}``. ``rows`` is the last answer, and stays the very same dict as
    long as answers are equal: whoever holds a page made from it can ask ``is``. While ``read`` fails or is slow, the
    last known rows hold: requests wait ``patience`` seconds for a read at most, and one that takes ``give_up`` seconds
    counts as failed. Only the first read of all is waited for to its end.

    A change made by this process shows from ``expire()`` on, one made elsewhere after ``every`` seconds and a read.
    """

    def __init__(
        self,
        read: Callable[[], Awaitable[dict[str, int]]],
        *,
        every: float = 0.25,
        patience: float = 1.0,
        give_up: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.read, self.every, self.patience, self.give_up, self.clock = read, every, patience, give_up, clock
        self.rows: dict[str, int] = {}
        self.until = float("-inf")
        self.away = False
        self._answered = False
        self._reading: Flight | None = None
        self._flying: set[asyncio.Task[None]] = set()

    async def refresh(self) -> None:
        """Read the rows again, together with all others who ask now. Call when ``clock() >= until``; never raises."""
        reading = self._reading
        if reading is None or reading.task.done():
            reading = self._begin()
        await reading.landed(reading.late_at - self.clock() if self._answered else None)

    def expire(self) -> None:
        """Something was published by this process, and is committed: the next request reads.

        A read under way may have begun before the commit, so nobody joins it any more and its answer is dropped.
        """
        self.until, self._reading = float("-inf"), None

    def of(self, scopes: Iterable[str]) -> tuple[int, ...]:
        """The version of each scope; 0 for one that was never published."""
        return tuple([self.rows.get(scope, 0) for scope in scopes])

    def _begin(self) -> Flight:
        reading = self._reading = Flight(self._look(), "versions", self.clock() + self.patience)
        self._flying.add(reading.task)
        reading.task.add_done_callback(self._flying.discard)
        return reading

    async def _look(self) -> None:
        failure, rows = None, self.rows
        try:
            async with asyncio.timeout(self.give_up):
                rows = await self.read()
        except Exception as error:
            failure = error
        if self._reading and self._reading.is_mine():
            self._settle(rows, failure)

    def _settle(self, rows: dict[str, int], failure: Exception | None) -> None:
        self._reading, self._answered = None, True
        self.until = self.clock() + self.every
        if rows != self.rows:
            self.rows = dict(rows)
        if failure and not self.away:
            log.warning("versions cannot be read (%s): what was last published is served", type(failure).__name__)
        self.away = failure is not None
