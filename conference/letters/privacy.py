"""What letters to many hold about somebody: nothing of theirs. They are organizers' words; a row of the outbox says that one went to a registration."""

from uuid import UUID

from conference.core.holdings import Holding, Subject
from conference.core.i18n import _, ngettext
from conference.core.links import matches, row_of
from conference.core.mail import Letter
from conference.letters import queries
from conference.letters.models import Mailing
from conference.registration.models import Order
from conference.registration.queries import ORDER_LINK


async def about(subject: Subject) -> list[Holding]:
    """How many letters of organizers went to the registrations of this person."""
    orders = await _orders(subject)
    count = await Letter.filter(key__in=await _keys(orders)).count() if orders else 0
    told = ngettext("%(num)d letter of the organizers went to your registration.", "%(num)d letters of the organizers went to your registration.", count) % {"num": count}
    return [Holding(_("Letters from organizers"), [(_("Letters"), told)])] if count else []


async def forget(subject: Subject) -> int:
    """Letters written to this one person alone, with their rows in the outbox; how many."""
    orders = await _orders(subject)
    if not orders:
        return 0
    await Letter.filter(key__in=await _keys(orders)).delete()
    return await Mailing.filter(order_id__in=orders).delete()


async def _keys(orders: list[UUID]) -> list[str]:
    """The outbox's keys of all letters that may have gone to these registrations."""
    return [queries.key_of(mailing, order) for mailing in await Mailing.exclude(started=None).values_list("id", flat=True) for order in orders]


async def _orders(subject: Subject) -> list[UUID]:
    """The registrations somebody has proved to be theirs: by their sign-in, or by a link opened in this browser."""
    named = [row for row in (row_of(token) for token in subject.tokens) if row]
    found = {order.id for order in await Order.filter(id__in=named) if any(matches(token, ORDER_LINK, order.id, order.version) for token in subject.tokens)} if named else set()
    if subject.person_id:
        found |= set(await Order.filter(person_id=subject.person_id).values_list("id", flat=True))
    return sorted(found)
