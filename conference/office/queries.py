"""What the back office looks at over all slices."""

from datetime import datetime

from conference.core.jobs import Job, JobState
from conference.core.mail import Letter

AT_ONCE = 50


async def letters(before: datetime | None = None) -> list[Letter]:
    """The newest letters first, a page at a time; one more than shown tells that there are more."""
    found = Letter.all() if before is None else Letter.filter(made__lt=before)
    return await found.order_by("-made", "-id").limit(AT_ONCE + 1)


async def jobs_waiting() -> list[Job]:
    """Jobs that failed for good first, then those due next."""
    dead = await Job.filter(state=JobState.DEAD).order_by("made").limit(AT_ONCE)
    return [*dead, *await Job.exclude(state=JobState.DEAD).order_by("due").limit(AT_ONCE)]


async def counts() -> dict[str, int]:
    """Jobs by state, for the home page."""
    return {str(state): await Job.filter(state=state).count() for state in JobState}
