"""What organizers do over all slices."""

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
    """Somebody other than its reader opened a letter."""
    async with transaction():
        await audit.record("office.letter_read", actor=by, row=letter.id, letter=letter.name)
