"""Slowing down those who fail too often. Only failures count; what worked never does."""

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from conference.core.errors import TooMany
from conference.core.running import running

WRONG_CODES = RateLimitItemPerMinute(10, 5, namespace="codes")
LETTERS = RateLimitItemPerHour(5, namespace="letters")
SEARCHES = RateLimitItemPerMinute(60, 10, namespace="searches")
FORMS = RateLimitItemPerHour(60, namespace="forms")


async def look(limit: RateLimitItem, *who: str) -> None:
    """Raises TooMany where this one has failed too often."""
    if not await _limiter().test(limit, *who):
        raise TooMany()


async def count(limit: RateLimitItem, *who: str) -> bool:
    """Count one; says whether that was still within the limit."""
    return await _limiter().hit(limit, *who)


def _limiter() -> MovingWindowRateLimiter:
    return running().part("ratelimit", lambda: MovingWindowRateLimiter(MemoryStorage()))
