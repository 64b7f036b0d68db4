"""What organizers do over all slices."""

from contextlib import suppress
from uuid import UUID

from conference.core import audit, clock, jobs
from conference.core.db import transaction
from conference.core.jobs import Job, JobState
from conference.core.mail import Letter


async def run_again(job_id: UUID, *, by: UUID) -> bool:
    """Give a job that failed for good another round of tries; False where it has not, or no longer."""
    async with transaction():
        won = await Job.filter(id=job_id, state=JobState.DEAD).update(state=JobState.READY, due=clock.now(), tries=0, trouble=None)
        if won:
            await audit.record("office.job_run_again", actor=by, row=job_id)
    jobs.wake()
    return bool(won)


async def note_reading(letter: Letter, *, by: UUID) -> None:
    """Somebody other than its reader opened a letter: a look at what it is about, which is written down there too."""
    async with transaction():
        await audit.record("office.letter_read", actor=by, row=letter.id, letter=letter.name)
        for row in _rows_of(letter):
            await audit.record("office.revealed", actor=by, row=row, column="letter")


def _rows_of(letter: Letter) -> list[UUID]:
    """The rows that a letter is about."""
    found = []
    for value in letter.ids.values():
        with suppress(ValueError, AttributeError, TypeError):
            found.append(UUID(value))
    return found
