"""Who looks after housing."""

from datetime import timedelta

from tortoise.expressions import Q

from conference.core import clock
from conference.editions.models import Duties, Duty, Edition
from conference.people.models import Person


async def coordinators(edition: Edition) -> list[Person]:
    """Those with the housing duty today, here or everywhere; the organizers where nobody has it."""
    in_force = Q(until=None) | Q(until__gte=(clock.now() - timedelta(hours=12)).date())
    here = Q(edition_id=None) | Q(edition_id=edition.id)
    for name in (Duties.HOUSING, Duties.ORGANIZER):
        found = await Duty.filter(here, in_force, duty=name).select_related("person").order_by("made", "id")
        if found:
            return list({duty.person_id: duty.person for duty in found}.values())  # type: ignore[attr-defined]
    return []
