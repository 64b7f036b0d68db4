"""What we hold of somebody who can sign in."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from conference.core import clock, sealing
from conference.core.holdings import Holding, Subject
from conference.core.i18n import LANGUAGES, _, format_day
from conference.people import actions
from conference.people.models import Person, SignIn
from conference.people.queries import email_of


async def about(subject: Subject) -> list[Holding]:
    person = await Person.get_or_none(id=subject.person_id) if subject.person_id else None
    if person is None:
        return []
    browsers = await SignIn.filter(person_id=person.id, expires__gt=clock.now()).count()
    facts = [
        (_("E-mail address"), email_of(person) or "–"),
        (_("Language"), LANGUAGES.get(person.language, person.language)),
        (_("Signed in for the last time"), format_day(person.given.date(), "long") if person.given else "–"),
        (_("Devices that are signed in"), str(browsers)),
    ]
    return [Holding(_("Your sign-in"), facts, until=_until(person), since=person.made, rows=(person.id,))]


def _until(person: Person) -> date:
    return ((person.given or person.made) + timedelta(days=sealing.internal_column(Person, "email").days)).date()


async def forget(subject: Subject) -> int:
    if subject.person_id is None or not await Person.exists(id=subject.person_id):
        return 0
    await actions.forget(subject.person_id)
    return 1


async def forget_again(rows: Sequence[UUID]) -> None:
    """Sign-ins that came back with somebody end."""
    await actions.end_sign_ins(await Person.filter(id__in=rows).values_list("id", flat=True))
