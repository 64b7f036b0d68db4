"""The letter as one person gets it."""

from typing import Any
from uuid import UUID

from conference.core import links, mail, sealing
from conference.core.i18n import DEFAULT, language
from conference.core.mail import letter
from conference.core.running import running
from conference.editions.models import Edition
from conference.editions.wording import say
from conference.letters import queries
from conference.letters.models import Mailing, MailingState
from conference.registration.models import Order, OrderState
from conference.registration.queries import ORDER_LINK

GOES_OUT = (MailingState.SENDING, MailingState.PAUSED, MailingState.SENT)
SAMPLE = "K4RW7P"


@letter
async def to_one(mailing_id: str, order_id: str) -> mail.Words | None:
    """Nothing where the letter was stopped, its words are gone, or somebody of a group no longer comes."""
    mailing = await Mailing.get_or_none(id=UUID(mailing_id)).select_related("edition")
    order = await Order.get_or_none(id=UUID(order_id))
    if mailing is None or order is None or mailing.state not in GOES_OUT or not (mailing.order_id or order.state is OrderState.CONFIRMED):
        return None
    said, address = _in_reach(queries.words_of(mailing)), sealing.open_one(order, "email").email
    if said is None or not address:
        return None
    token = links.token(ORDER_LINK, order.id, order.version)
    return _letter(mailing.edition, said, address, order.code, f"{running().settings.base_url}/{mailing.edition.slug}/orders/{order.code}/{token}")


def sample(edition: Edition, words: queries.Words) -> mail.Words:
    """The letter in the language spoken now, as somebody invented would get it."""
    said = _in_reach(words) or {"subject": "", "body": ""}
    return _letter(edition, said, "name@example.org", SAMPLE, f"{running().settings.base_url}/{edition.slug}/orders/{SAMPLE}")


def _in_reach(words: queries.Words) -> dict[str, str] | None:
    """The reader's language; another where it was not written in theirs."""
    return words.get(language()) or words.get(DEFAULT) or next(iter(words.values()), None)


def _letter(edition: Edition, said: dict[str, str], to: str, code: str, link: str) -> mail.Words:
    context: dict[str, Any] = {"body": said["body"], "title": say(edition.title), "code": code, "link": link, "contact": edition.contact}
    return mail.Words(to=to, subject=said["subject"], template="letters/mail/to_one.md", context=context, reply_to=edition.contact)
