"""Slowing down those who fail too often. Only failures count; what worked never does."""

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from conference.core.errors import TooMany
from conference.core.running import running

WRONG_CODES = RateLimitItemPerMinute(10, 5, namespace="codes")
LETTERS = RateLimitItemPerHour(5, namespace="letters")
FORMS = RateLimitItemPerHour(60, namespace="forms")
PROOFS = RateLimitItemPerMinute(5, 15, namespace="proofs")


async def look(limit: RateLimitItem, *who: str) -> None:
    """Raises TooMany where this one has failed too often."""
    if not await _limiter().test(limit, *who):
        raise TooMany()


async def count(limit: RateLimitItem, *who: str) -> bool:
    """Count one; says whether that was still within the limit."""
    return await _limiter().hit(limit, *who)


async def spend(limit: RateLimitItem, *who: str) -> None:
    """Count a try before it is looked at, so that many at once are not more than many in turn; TooMany where none is left."""
    if not await _limiter().hit(limit, *who):
        raise TooMany()


async def forgive(limit: RateLimitItem, *who: str) -> None:
    """It worked: what was counted is forgotten."""
    await _limiter().clear(limit, *who)


def _limiter() -> MovingWindowRateLimiter:
    return running().part("ratelimit", lambda: MovingWindowRateLimiter(MemoryStorage()))
