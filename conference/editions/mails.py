"""Letters about duties, and messages that are passed on."""

from textwrap import indent

from conference.core import sealing
from conference.core.i18n import _
from conference.core.mail import Words, letter
from conference.core.running import running
from conference.editions import queries
from conference.editions.forms import DUTY_NAMES
from conference.editions.models import ContactMessage, Duty, MessageState
from conference.editions.wording import say


@letter
async def duty_given(duty_id: str) -> Words | None:
    """To whoever was given a duty; nothing where it has ended meanwhile."""
    duty = await Duty.get_or_none(id=duty_id).select_related("person", "edition")
    if duty is None or not (address := sealing.open_one(duty.person, "email").email):
        return None
    context = {"what": DUTY_NAMES[duty.duty], "where": say(duty.edition.title) if duty.edition else "", "until": duty.until, "link": f"{running().settings.base_url}/office/"}
    return Words(to=address, subject=_("You have a new duty"), template="editions/mail/duty_given.md", context=context)


@letter
async def messages_waiting() -> Words | None:
    """To the network's own address: somebody wrote, and nobody has opened it yet. Once a day at most; what was written stays here."""
    network, count = await queries.organization(), await queries.messages_waiting()
    if network is None or not network.mail or not count:
        return None
    context = {"count": count, "link": f"{running().settings.base_url}/office/editions/messages"}
    return Words(to=network.mail, subject=_("Messages wait to be passed on"), template="editions/mail/messages_waiting.md", context=context)


@letter
async def message(message_id: str) -> Words | None:
    """To the chapter, or the network, that it was written to; nothing once its words are gone."""
    found = await ContactMessage.get_or_none(id=message_id, state=MessageState.PASSED).select_related("chapter")
    if found is None or not (address := await queries.address_for(found)):
        return None
    plain = sealing.open_one(found, "words", "name", "reach")
    if plain.words is None:
        return None
    # A line that is set in by four spaces is shown as it was typed: nothing in it becomes a link or a heading.
    context = {"words": indent(plain.words, "    ", lambda line: True), "name": _as_typed(plain.name), "reach": _as_typed(plain.reach), "chapter": found.chapter}
    return Words(to=address, subject=_("A message was passed on to you"), template="editions/mail/message.md", context=context)


def _as_typed(text: str | None) -> str:
    return f"    {text}" if text else ""
