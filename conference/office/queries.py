"""What the back office looks at over all slices."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tortoise.expressions import Q
from tortoise.functions import Count, Min

from conference.core import sealing
from conference.core.errors import NotFound
from conference.core.jobs import Job, JobState
from conference.core.mail import Letter
from conference.core.running import running
from conference.core.todo import as_moment
from conference.editions.models import Duty
from conference.people.models import Person
from conference.people.queries import with_second_step

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


@dataclass(frozen=True)
class Dead:
    """Work that failed for good: letters and everything else, each with the moment of its oldest."""

    letters: int
    others: int
    oldest_letter: datetime | None
    oldest_other: datetime | None


async def dead() -> Dead:
    found = await Job.filter(state=JobState.DEAD).annotate(many=Count("id"), oldest=Min("made")).group_by("name").values("name", "many", "oldest")
    letters, others = [[row for row in found if (row["name"] == "core.send_letter") is wanted] for wanted in (True, False)]
    return Dead(sum(row["many"] for row in letters), sum(row["many"] for row in others), _oldest(letters), _oldest(others))


def _oldest(heaps: list[dict]) -> datetime | None:
    return min((as_moment(row["oldest"]) for row in heaps), default=None)


def last_backup() -> datetime | None:
    """When the last backup was made on this machine; None where none was, or what says so cannot be read."""
    try:
        made = datetime.fromisoformat(json.loads((running().settings.var / "backup.json").read_text(encoding="utf-8"))["made"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return made if made.tzinfo else None


@dataclass(frozen=True)
class Colleague:
    """Somebody with duties: what they do where, and whether they have a second step."""

    person: Person
    address: str | None
    duties: list[Duty]
    second_step: bool


async def colleagues() -> list[Colleague]:
    """Everybody with a duty, in whichever edition; by address."""
    found = await Duty.all().select_related("person", "edition").order_by("duty", "made", "id")
    people = {duty.person_id: duty.person for duty in found}
    have = await with_second_step(people)
    addresses = sealing.open(list(people.values()), "email")
    made = [
        Colleague(person, plain.email, [duty for duty in found if duty.person_id == person.id], person.id in have)
        for person, plain in zip(people.values(), addresses, strict=True)
    ]
    return sorted(made, key=lambda one: one.address or "")


async def colleague(person_id: UUID) -> Colleague:
    """One of them who has a second step. NotFound for all others."""
    for one in await colleagues():
        if one.person.id == person_id and one.second_step:
            return one
    raise NotFound()


async def counts() -> dict[str, int]:
    """Jobs by state, for the home page."""
    found = await Job.annotate(many=Count("id")).group_by("state").values("state", "many")
    return {str(state): 0 for state in JobState} | {str(row["state"]): row["many"] for row in found}
