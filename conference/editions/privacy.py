"""What we hold of people who wrote to a chapter or to the network: found again by the address they left."""

from datetime import timedelta

from conference.core import audit, sealing
from conference.core.holdings import Holding, Subject
from conference.core.i18n import _, format_day, ngettext
from conference.editions import actions, queries
from conference.editions.models import ContactMessage

OPENED = "editions.message_opened"


async def about(subject: Subject) -> list[Holding]:
    """Each message as it was written, with how often somebody opened it."""
    known = await queries.messages_of(subject.email) if subject.email else []
    return [await _holding(message) for message in sorted(known, key=lambda one: (one.made, one.id))]


async def _holding(message: ContactMessage) -> Holding:
    plain = sealing.open_one(message, "words", "name", "reach")
    opened = len([entry for entry in await audit.history(message.id) if entry.what == OPENED])
    facts = [(_("Your message"), plain.words), (_("Your name"), plain.name), (_("How to answer"), plain.reach)]
    return Holding(
        title=_("A message you wrote to us on %(day)s") % {"day": format_day(message.made.date(), "long")},
        facts=[(term, text) for term, text in facts if text] + [(_("Opened by organizers"), ngettext("%(count)d time", "%(count)d times", opened) % {"count": opened})],
        until=(message.made + timedelta(days=actions.KEPT_DAYS)).date(),
    )


async def forget(subject: Subject) -> int:
    """Delete their messages; how many there were."""
    return await actions.forget_messages_of(subject.email) if subject.email else 0
