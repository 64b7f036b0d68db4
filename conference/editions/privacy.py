"""What we hold of somebody who does something for an edition, or took part in one."""

from conference.core.holdings import Holding, Subject
from conference.core.i18n import _, format_day
from conference.editions.forms import DUTY_NAMES
from conference.editions.models import Duty, Participation
from conference.editions.wording import say


async def about(subject: Subject) -> list[Holding]:
    if subject.person_id is None:
        return []
    duties = await Duty.filter(person_id=subject.person_id).select_related("edition").order_by("made", "id")
    taken = await Participation.filter(person_id=subject.person_id).select_related("edition").order_by("made", "id")
    return [*map(_duty, duties), *map(_participation, taken)]


def _duty(duty: Duty) -> Holding:
    where = say(duty.edition.title) if duty.edition else _("The whole network")
    facts = [(_("For"), where), (_("Since"), format_day(duty.made.date(), "long"))]
    return Holding(_("Your duty: %(duty)s") % {"duty": DUTY_NAMES[duty.duty]}, facts, until=duty.until, since=duty.made)


def _participation(row: Participation) -> Holding:
    return Holding(_("You took part"), [(_("In"), say(row.edition.title))], since=row.made)


async def forget(subject: Subject) -> int:
    if subject.person_id is None:
        return 0
    return await Duty.filter(person_id=subject.person_id).delete() + await Participation.filter(person_id=subject.person_id).delete()
