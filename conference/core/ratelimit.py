"""Slowing down those who fail too often. Only failures count; what worked never does."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from conference.core.errors import TooMany
from conference.core.running import running


@dataclass(frozen=True)
class Limit:
    """So many ``times`` in so many ``minutes``, counted under its ``name``."""

    name: str
    times: int
    minutes: int

    @cached_property
    def item(self) -> Any:
        from limits import RateLimitItemPerMinute

        return RateLimitItemPerMinute(self.times, self.minutes, namespace=self.name)


WRONG_CODES = Limit("codes", 10, minutes=5)
LETTERS = Limit("letters", 5, minutes=60)
FORMS = Limit("forms", 60, minutes=60)
PROOFS = Limit("proofs", 5, minutes=15)
SEARCHES = Limit("searches", 60, minutes=10)
MESSAGES = Limit("messages", 6, minutes=60)


async def look(limit: Limit, *who: str) -> None:
    """Raises TooMany where this one has failed too often."""
    if not await _limiter().test(limit.item, *who):
        raise TooMany()


async def count(limit: Limit, *who: str) -> bool:
    """Count one; says whether that was still within the limit."""
    return await _limiter().hit(limit.item, *who)


async def spend(limit: Limit, *who: str) -> None:
    """Count a try before it is looked at, so that many at once are not more than many in turn; TooMany where none is left."""
    if not await _limiter().hit(limit.item, *who):
        raise TooMany()


async def forgive(limit: Limit, *who: str) -> None:
    """It worked: what was counted is forgotten."""
    await _limiter().clear(limit.item, *who)


def _limiter() -> Any:
    return running().part("ratelimit", _new_limiter)


def _new_limiter() -> Any:
    from limits.aio.storage import MemoryStorage
    from limits.aio.strategies import MovingWindowRateLimiter

    return MovingWindowRateLimiter(MemoryStorage())
