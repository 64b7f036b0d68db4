"""Letters about a registration. They carry no word that was typed into the form: the address may be somebody else's."""

from typing import Any
from uuid import UUID

from conference.core import links, sealing
from conference.core.i18n import _
from conference.core.mail import Attachment, Words, letter
from conference.core.running import running
from conference.editions.models import Edition
from conference.editions.wording import say
from conference.payments.models import Payment, PaymentState
from conference.payments.queries import payment_for
from conference.registration import queries
from conference.registration.keepsakes import days_entry
from conference.registration.models import Order, OrderState, PayBy, WaitingEntry, WaitingState


@letter
async def confirmation(order_id: str) -> Words | None:
    order = await _order(order_id)
    if order is None or order.state is not OrderState.CONFIRMED:
        return None
    edition, plain = order.edition, sealing.open_one(order, "email", "claim")
    if not plain.email:
        return None
    attendee = (await queries.attendees_of(order.id))[0]
    entry = Attachment("days.ics", days_entry(edition, order, attendee.id, f"{_base()}/{edition.slug}/"), "text/calendar")
    context = _about(order) | {"code": plain.claim, "check_promised": order.pay_by is PayBy.CHECK and not await _is_paid(order)}
    return Words(to=plain.email, subject=_("Your place is confirmed"), template="registration/mail/confirmation.md", context=context, attachments=(entry,))


@letter
async def confirm_address(order_id: str) -> Words | None:
    """To an address that somebody typed and that may be anybody's: no word of theirs, and no code."""
    order = await _order(order_id)
    address = sealing.open_one(order, "new_email").new_email if order else None
    if order is None or not address:
        return None
    token = links.token(queries.address_link(address), order.id, order.version)
    context = {"edition": order.edition, "title": say(order.edition.title), "link": f"{_base()}/{order.edition.slug}/orders/{order.code}/address/{token}"}
    return Words(to=address, subject=_("Confirm your address"), template="registration/mail/confirm_address.md", context=context)


@letter
async def cancelled(order_id: str) -> Words | None:
    order = await _order(order_id)
    if order is None or not (address := _address(order)):
        return None
    payment = await payment_for("order", order.id)
    context = _about(order) | {"refunded": payment.refunded if payment else 0, "currency": order.edition.currency}
    return Words(to=address, subject=_("Your registration is cancelled"), template="registration/mail/cancelled.md", context=context)


@letter
async def payment_failed(order_id: str) -> Words | None:
    return await _over(order_id, _("Your payment did not go through"), "registration/mail/payment_failed.md")


@letter
async def check_bounced(order_id: str) -> Words | None:
    """The place stays; nothing where it was given up or paid meanwhile."""
    order = await _order(order_id)
    if order is None or order.state is not OrderState.CONFIRMED or await _is_paid(order) or not (address := _address(order)):
        return None
    return Words(to=address, subject=_("The bank did not pay your check"), template="registration/mail/check_bounced.md", context=_about(order))


@letter
async def no_place(order_id: str) -> Words | None:
    return await _over(order_id, _("No place was left"), "registration/mail/no_place.md")


async def _over(order_id: str, subject: str, template: str) -> Words | None:
    """A letter about an order that ended without a place; none if it got one meanwhile."""
    order = await _order(order_id)
    if order is None or order.state is not OrderState.EXPIRED or not (address := _address(order)):
        return None
    return Words(to=address, subject=subject, template=template, context=_about(order))


@letter
async def waiting(entry_id: str) -> Words | None:
    entry = await _entry(entry_id, WaitingState.WAITING)
    return entry and _to_waiting(entry, _("You are on the waiting list"), "registration/mail/waiting.md")


@letter
async def offer(entry_id: str) -> Words | None:
    entry = await _entry(entry_id, WaitingState.OFFERED)
    return entry and _to_waiting(entry, _("A place is yours to take"), "registration/mail/offer.md")


def _to_waiting(entry: WaitingEntry, subject: str, template: str) -> Words | None:
    address = sealing.open_one(entry, "email").email
    token = links.token(queries.WAITING_LINK, entry.id, entry.version)
    context = {
        "title": say(entry.edition.title),
        "ticket": say(entry.ticket_type.title),
        "edition": entry.edition,
        "offer_ends": entry.offer_ends,
        "link": f"{_base()}/{entry.edition.slug}/waiting/{token}",
    }
    return Words(to=address, subject=subject, template=template, context=context) if address else None


async def _order(order_id: str) -> Order | None:
    return await Order.get_or_none(id=UUID(order_id)).select_related("edition", "ticket_type")


async def _entry(entry_id: str, state: WaitingState) -> WaitingEntry | None:
    return await WaitingEntry.get_or_none(id=UUID(entry_id), state=state).select_related("edition", "ticket_type")


def _address(order: Order) -> str | None:
    return sealing.open_one(order, "email").email


async def _is_paid(order: Order) -> bool:
    payment: Payment | None = await payment_for("order", order.id)
    return payment is not None and payment.state is PaymentState.CAPTURED


def _about(order: Order) -> dict[str, Any]:
    edition: Edition = order.edition
    token = links.token(queries.ORDER_LINK, order.id, order.version)
    return {
        "edition": edition,
        "title": say(edition.title),
        "ticket": say(order.ticket_type.title),
        "order": order,
        "link": f"{_base()}/{edition.slug}/orders/{order.code}/{token}",
        "register_link": f"{_base()}/{edition.slug}/register",
    }


def _base() -> str:
    return running().settings.base_url
