"""What we hold of somebody who does something for an edition, took part in one, or wrote to a chapter or to the network."""

from datetime import timedelta

from conference.core import audit, sealing
from conference.core.holdings import Holding, Subject
from conference.core.i18n import _, format_day, ngettext
from conference.editions import actions, queries
from conference.editions.forms import DUTY_NAMES
from conference.editions.models import ContactMessage, Duty, Participation
from conference.editions.wording import say

OPENED = "editions.message_opened"


async def about(subject: Subject) -> list[Holding]:
    """Duties and taking part of who is signed in; messages by the address they left, with how often somebody opened each."""
    known = await queries.messages_of(subject.email) if subject.email else []
    messages = [await _message(message) for message in sorted(known, key=lambda one: (one.made, one.id))]
    if subject.person_id is None:
        return messages
    duties = await Duty.filter(person_id=subject.person_id).select_related("edition").order_by("made", "id")
    taken = await Participation.filter(person_id=subject.person_id).select_related("edition").order_by("made", "id")
    return [*map(_duty, duties), *map(_participation, taken), *messages]


def _duty(duty: Duty) -> Holding:
    where = say(duty.edition.title) if duty.edition else _("The whole network")
    return Holding(_("Your duty: %(duty)s") % {"duty": DUTY_NAMES[duty.duty]}, [(_("For"), where)], until=duty.until, since=duty.made)


def _participation(row: Participation) -> Holding:
    return Holding(_("You took part"), [(_("In"), say(row.edition.title))], since=row.made)


async def _message(message: ContactMessage) -> Holding:
    plain = sealing.open_one(message, "words", "name", "reach")
    opened = len([entry for entry in await audit.history(message.id) if entry.what == OPENED])
    facts = [(_("Your message"), plain.words), (_("Your name"), plain.name), (_("How to answer"), plain.reach)]
    return Holding(
        title=_("A message you wrote to us on %(day)s") % {"day": format_day(message.made.date(), "long")},
        facts=[(term, text) for term, text in facts if text] + [(_("Opened by organizers"), ngettext("%(count)d time", "%(count)d times", opened) % {"count": opened})],
        until=(message.made + timedelta(days=actions.KEPT_DAYS)).date(),
        since=message.made,
    )


async def forget(subject: Subject) -> int:
    """Duties, taking part and messages are gone; how many there were."""
    many = await actions.forget_messages_of(subject.email) if subject.email else 0
    if subject.person_id is None:
        return many
    return many + await Duty.filter(person_id=subject.person_id).delete() + await Participation.filter(person_id=subject.person_id).delete()
