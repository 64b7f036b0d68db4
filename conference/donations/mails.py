"""Letters about a gift. They carry no word that was typed into the form: the address may be somebody else's."""

from typing import Any
from uuid import UUID

from conference.core import sealing
from conference.core.i18n import _
from conference.core.mail import Words, letter
from conference.core.running import running
from conference.donations import queries
from conference.donations.models import Gift
from conference.donations.queries import How
from conference.editions.queries import organization
from conference.editions.wording import say
from conference.payments.queries import receipt_of


@letter
async def check_awaited(gift_id: str) -> Words | None:
    """How to send the check that was promised; nothing once it came."""
    gift = await _gift(gift_id, How.AWAITED)
    return gift and await _words(gift, _("How to send your check"), "donations/mail/check_awaited.md")


@letter
async def thanks(gift_id: str) -> Words | None:
    gift = await _gift(gift_id, How.HERE)
    return gift and await _words(gift, _("Thank you for your gift"), "donations/mail/thanks.md")


@letter
async def receipt(gift_id: str) -> Words | None:
    gift = await _gift(gift_id, How.HERE)
    row = await receipt_of(gift.payment_id) if gift else None
    return await _words(gift, _("Your receipt"), "donations/mail/receipt.md", number=f"{row.year}-{row.number:04}") if gift and row else None


@letter
async def not_paid(gift_id: str) -> Words | None:
    gift = await _gift(gift_id, How.OVER)
    return gift and await _words(gift, _("Your gift did not go through"), "donations/mail/not_paid.md")


@letter
async def check_bounced(gift_id: str) -> Words | None:
    gift = await _gift(gift_id, How.AWAITED)
    return gift and await _words(gift, _("The bank did not pay your check"), "donations/mail/check_bounced.md")


async def _gift(gift_id: str, how: How) -> Gift | None:
    """The gift, if it still goes this way."""
    found = await Gift.get_or_none(id=UUID(gift_id)).select_related("edition", "payment")
    return found if found is not None and queries.how_it_goes(found.payment) is how else None


async def _words(gift: Gift, subject: str, template: str, **more: Any) -> Words | None:
    address = sealing.open_one(gift, "email").email
    found = await organization()
    base = f"{running().settings.base_url}/{gift.edition.slug}"
    context = {
        "gift": gift, "payment": gift.payment, "title": say(gift.edition.title), "sponsor": found.sponsor if found else {}, "organization": found.name if found else "",
        "link": f"{base}/gifts/{gift.code}/{queries.token_of(gift)}", "donate_link": f"{base}/donate",
    }  # fmt: skip
    return Words(to=address, subject=subject, template=template, context=context | more) if address else None
