"""Making editions and giving duties."""

from datetime import date
from typing import Any

from conference.core import audit, clock, sealing, versions
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.editions.models import Duties, Duty, Edition, Organization, Participation
from conference.people.models import Person


class SlugTaken(Refused):
    def sentence(self) -> str:
        return _("There is an edition with this name already.")


async def create_edition(*, by: Person | None = None, **facts: Any) -> Edition:
    """Open an edition: its row, its menu's version, its encryption keys."""
    async with transaction():
        if await Edition.exists(slug=facts["slug"]):
            raise SlugTaken(field="slug")
        edition = Edition(made=clock.now(), **facts)
        await edition.save(force_create=True)
        await audit.record("editions.created", actor=by and by.id, row=edition.id, edition=edition.id)
        await versions.touch("site", f"edition:{edition.slug}")
    await sealing.ensure_keys("account", *sealing.scopes_of_edition(edition.id))
    return edition


async def describe_organization(**facts: Any) -> Organization:
    """Say who is behind the editions; there is one organization."""
    async with transaction():
        known = await Organization.all().first()
        if known is None:
            known = Organization(**facts)
            await known.save(force_create=True)
        else:
            await known.update_from_dict(facts).save()
        await versions.touch("site")
    return known


async def give_duty(person: Person, edition: Edition | None, duty: Duties, *, until: date | None = None, by: Person | None = None) -> Duty:
    async with transaction():
        row, _new = await Duty.get_or_create(person=person, edition=edition, duty=duty, defaults={"until": until, "made": clock.now()})
        await audit.record("editions.duty_given", actor=by and by.id, row=person.id, edition=edition and edition.id, duty=str(duty))
    return row


async def take_part(person: Person, edition: Edition, how: str) -> None:
    """Count somebody among the participants: checked in, or vouched for."""
    await Participation.get_or_create(person=person, edition=edition, defaults={"how": how, "made": clock.now()})
