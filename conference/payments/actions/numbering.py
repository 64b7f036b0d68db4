"""Numbers one after the other, without gaps."""

from conference.core.db import rows, transaction
from conference.payments.models import Series


async def next_number(name: str) -> int:
    """In the caller's transaction: the next number of a series. Undone with it, so that none is ever missing; others wait meanwhile."""
    async with transaction():
        await Series.bulk_create([Series(name=name)], ignore_conflicts=True)
        found = await rows("UPDATE series SET given = given + 1 WHERE name = ? RETURNING given", [name])
    return found[0]["given"]
