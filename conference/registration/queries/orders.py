"""Orders, for those they belong to."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from conference.core import codes, links, sealing
from conference.core.db.fast import fetch
from conference.core.errors import NotFound
from conference.core.holdings import Subject
from conference.editions.models import Edition
from conference.people.models import Person
from conference.registration.models import Attendee, Order, OrderState, TicketType, WaitingEntry, WaitingState
from conference.registration.queries.tickets import known_tickets

ORDER_LINK, WAITING_LINK = "order", "waiting"
HERE_AND_WAITING = (WaitingState.WAITING, WaitingState.OFFERED)


# For those they belong to


async def order_of_form(once: str) -> Order | None:
    """The order that a form was sent for before."""
    return next(iter(await fetch(Order, "once = ?", [once])), None)


async def order_by_tokens(edition: Edition, code: str, tokens: Sequence[str], person: Person | None = None) -> Order:
    """The order of this code for a browser that holds its secret link, or for the person it belongs to. NotFound otherwise."""
    for found in await fetch(Order, "edition_id = ? AND code = ?", [str(edition.id), code]):
        mine = person is not None and found.person_id == person.id
        if mine or any(links.matches(token, ORDER_LINK, found.id, found.version) for token in tokens):
            return found
    raise NotFound()


async def orders_held(edition: Edition, tokens: Sequence[str], person: Person | None) -> list[Order]:
    """All orders of an edition that this browser or person may open, newest first."""
    named = [row for row in (links.row_of(token) for token in tokens) if row]
    found = await Order.filter(edition_id=edition.id, id__in=named).select_related("ticket_type") if named else []
    mine = {order.id: order for order in found if any(links.matches(token, ORDER_LINK, order.id, order.version) for token in tokens)}
    if person is not None:
        mine |= {order.id: order for order in await Order.filter(edition_id=edition.id, person_id=person.id).select_related("ticket_type")}
    return sorted(mine.values(), key=lambda order: (order.made, order.id), reverse=True)


async def order_by_claim(edition: Edition, typed: str) -> Order:
    """The order of a typed code. Wrong, unknown and foreign codes look alike: NotFound."""
    code = codes.clean(typed)
    if code is None:
        raise NotFound()
    found = await sealing.find(Order, "claim", code, sealing.scope_of(Order(edition_id=edition.id), "claim"))
    if not found:
        raise NotFound()
    return found[0]


async def attendees_of(order_id: UUID) -> list[Attendee]:
    return await fetch(Attendee, "order_id = ? ORDER BY id", [str(order_id)])


async def attendees_by_order(orders: Sequence[Order]) -> dict[UUID, list[Attendee]]:
    """Those of many orders; one query."""
    found: dict[UUID, list[Attendee]] = {order.id: [] for order in orders}
    for attendee in await Attendee.filter(order_id__in=list(found)).order_by("id") if found else []:
        found[attendee.order_id].append(attendee)
    return found


async def answers_of(order: Order) -> dict[str, Any]:
    """What somebody answered: ``badge_name``, ``language``, ``email`` and ``needs`` as ``actions.register`` took them."""
    one = sealing.open((await attendees_of(order.id))[:1], "badge_name", "needs")[0]
    address = sealing.open_one(order, "email").email
    return {"badge_name": one.badge_name or "", "language": order.language, "email": address or "", "needs": json.loads(one.needs) if one.needs else None}


async def ticket_of(edition: Edition, order: Order) -> TicketType:
    """The ticket type of an order, also one that is no longer on sale."""
    return next(known for known in await known_tickets(edition) if known.id == order.ticket_type_id)


# What is held about somebody


async def orders_about(subject: Subject) -> list[Order]:
    """Every registration of somebody who proved a sign-in, an address or a link; the oldest first."""
    named = {row for token in subject.tokens if (row := links.row_of(token))}
    found = {order.id: order for order in await Order.filter(id__in=list(named))} if named else {}
    mine = {id_ for id_, order in found.items() if any(links.matches(token, ORDER_LINK, id_, order.version) for token in subject.tokens)}
    if subject.person_id:
        mine |= set(await Order.filter(person_id=subject.person_id).values_list("id", flat=True))
    if subject.email:
        mine |= {order.id for order in await sealing.find(Order, "email", subject.email, await _scopes(Order))}
    return await Order.filter(id__in=list(mine)).select_related("edition", "ticket_type").order_by("made", "id") if mine else []


async def waiting_about(subject: Subject) -> list[WaitingEntry]:
    """Every place on a waiting list of somebody who proved an address or a link; the oldest first."""
    named = {row for token in subject.tokens if (row := links.row_of(token))}
    found = await WaitingEntry.filter(id__in=list(named)) if named else []
    mine = {entry.id for entry in found if any(links.matches(token, WAITING_LINK, entry.id, entry.version) for token in subject.tokens)}
    if subject.email:
        mine |= {entry.id for entry in await sealing.find(WaitingEntry, "email", subject.email, await _scopes(WaitingEntry))}
    return await WaitingEntry.filter(id__in=list(mine)).select_related("edition", "ticket_type").order_by("made", "id") if mine else []


async def _scopes(model: type[Order] | type[WaitingEntry]) -> list[str]:
    """Where an address may be sealed: one scope per edition."""
    return [sealing.scope_of(model(edition_id=edition_id), "email") for edition_id in await Edition.all().values_list("id", flat=True)]


async def order_to_confirm(edition: Edition, code: str, tokens: Sequence[str]) -> tuple[Order, str]:
    """The order of this code and the new address that one of these links confirms. NotFound otherwise, and once it is over."""
    for found in await fetch(Order, "edition_id = ? AND code = ?", [str(edition.id), code]):
        address = sealing.open_one(found, "new_email").new_email
        if address and any(links.matches(token, address_link(address), found.id, found.version) for token in tokens):
            return found, address
    raise NotFound()


def address_link(address: str) -> str:
    """The purpose of a link that confirms this address and no other."""
    return f"order address {address.casefold()}"


# What limits those who would take too much


async def orders_of_address(edition_id: UUID, email: str) -> list[Order]:
    return await sealing.find(Order, "email", email, sealing.scope_of(Order(edition_id=edition_id), "email"))


async def unpaid_of_address(edition: Edition, email: str) -> int:
    """How many unpaid orders this address has under way."""
    return len([order for order in await orders_of_address(edition.id, email) if order.state is OrderState.HELD])


async def unpaid_without_address(ticket_type_id: UUID) -> int:
    """How many places of this kind are kept for people who left no address and are still to pay."""
    return await Order.filter(ticket_type_id=ticket_type_id, state=OrderState.HELD, email=None).count()


async def orders_of_address_since(order: Order, since: datetime) -> int:
    """How many orders were made with this order's address since then, itself included."""
    address = sealing.open_one(order, "email").email
    return len([known for known in await orders_of_address(order.edition_id, address) if known.made > since]) if address else 0
