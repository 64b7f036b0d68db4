"""Taking one's data along: written down, for somebody else may sit at this browser."""

from conference.core import audit
from conference.core.db import transaction
from conference.core.holdings import Holding, Subject


async def take_along(subject: Subject, held: list[Holding]) -> None:
    """Write down that a file of everything held was made for this one; the next look at "My data" shows it."""
    rows = {row for holding in held for row in holding.rows} | ({subject.person_id} if subject.person_id else set())
    async with transaction():
        for row in sorted(rows):
            await audit.record("privacy.taken_along", actor=subject.person_id, row=row)
