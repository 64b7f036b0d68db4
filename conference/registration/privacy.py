"""What registration holds of somebody: registrations and places on a waiting list, found by sign-in, address or link."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from tortoise.models import Model

from conference.core import sealing
from conference.core.holdings import Holding, Subject
from conference.core.i18n import LANGUAGES, _
from conference.editions.models import Edition
from conference.editions.wording import say
from conference.registration import actions, queries
from conference.registration.forms import STATE_NAMES, WAITING_NAMES, needs_in_words
from conference.registration.models import Attendee, Order, WaitingEntry


async def about(subject: Subject) -> list[Holding]:
    orders = await queries.orders_about(subject)
    attendees = await queries.attendees_by_order(orders)
    found = [holding for order in orders for holding in _of_order(order, attendees[order.id])]
    return [*found, *[_of_entry(entry) for entry in await queries.waiting_about(subject)]]


def _of_order(order: Order, attendees: Sequence[Attendee]) -> list[Holding]:
    edition = order.edition
    plain, people = sealing.open_one(order, "email", "new_email", "claim"), sealing.open(attendees, "badge_name", "needs")
    facts = [
        (_("Reference"), order.code),
        (_("Ticket"), say(order.ticket_type.title)),
        (_("How it goes"), str(STATE_NAMES[order.state])),
        (_("Language we write to you in"), LANGUAGES.get(order.language, order.language)),
        *[(_("Name for your badge"), one.badge_name) for one in people if one.badge_name],
        *([(_("E-mail address"), plain.email)] if plain.email else []),
        *([(_("New e-mail address, to be confirmed"), plain.new_email)] if plain.new_email else []),
        *([(_("Your code"), plain.claim)] if plain.claim else []),
    ]
    known = {"since": order.made, "rows": (order.id,), "edition": edition.id, "path": f"/{edition.slug}/orders/{order.code}"}
    needs = [(_("What you told us"), needs_in_words(one.needs)) for one in people if one.needs]
    held = [Holding(_("Registration: %(title)s") % {"title": say(edition.title)}, facts, until=_end(edition, Order, "email"), **known)]
    return held + ([Holding(_("What you need: %(title)s") % {"title": say(edition.title)}, needs, until=_end(edition, Attendee, "needs"), **known)] if needs else [])


def _of_entry(entry: WaitingEntry) -> Holding:
    edition, address = entry.edition, sealing.open_one(entry, "email").email
    facts = [(_("Ticket"), say(entry.ticket_type.title)), (_("How it goes"), str(WAITING_NAMES[entry.state])), (_("E-mail address"), address or "–")]
    title = _("Waiting list: %(title)s") % {"title": say(edition.title)}
    return Holding(title, facts, until=_end(edition, WaitingEntry, "email"), since=entry.made, rows=(entry.id,), edition=edition.id)


def _end(edition: Edition, model: type[Model], column: str) -> date:
    return edition.ends + timedelta(days=sealing.internal_column(model, column).days)


async def forget(subject: Subject) -> int:
    """Cancel what still has a place, by the edition's refund table; then only what the books need is left."""
    orders, waiting = await queries.orders_about(subject), await queries.waiting_about(subject)
    for order in orders:
        await actions.forget_order(order)
    for entry in waiting:
        await actions.forget_waiting(entry)
    return len(orders) + len(waiting)


async def forget_unfinished(before: datetime) -> int:
    return await actions.forget_unfinished(before)


async def forget_again(rows: Sequence[UUID]) -> None:
    await actions.forget_again(rows)
