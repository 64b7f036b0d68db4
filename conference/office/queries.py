"""What the back office looks at over all slices."""

from uuid import UUID

from tortoise.expressions import Q
from tortoise.functions import Count

from conference.core.errors import NotFound
from conference.core.jobs import Job, JobState
from conference.core.mail import Letter

AT_ONCE = 50


async def letters(before: Letter | None = None) -> list[Letter]:
    """The newest letters first, a page at a time; one more than shown tells that there are more."""
    found = Letter.all() if before is None else Letter.filter(Q(made__lt=before.made) | Q(made=before.made, id__lt=before.id))
    return await found.order_by("-made", "-id").limit(AT_ONCE + 1)


async def letter(letter_id: UUID) -> Letter:
    found = await Letter.get_or_none(id=letter_id)
    if found is None:
        raise NotFound()
    return found


async def jobs_waiting() -> list[Job]:
    """Jobs that failed for good first, then those due next."""
    dead = await Job.filter(state=JobState.DEAD).order_by("made").limit(AT_ONCE)
    return [*dead, *await Job.exclude(state=JobState.DEAD).order_by("due").limit(AT_ONCE)]


async def counts() -> dict[str, int]:
    """Jobs by state, for the home page."""
    found = await Job.annotate(many=Count("id")).group_by("state").values("state", "many")
    return {str(state): 0 for state in JobState} | {str(row["state"]): row["many"] for row in found}
