"""Registrations as those may see them who ask."""

from collections.abc import Sequence
from uuid import UUID

from tortoise.functions import Count

from conference.core import clock, codes, links, sealing
from conference.core.errors import NotFound
from conference.editions.models import Edition
from conference.people.models import Person
from conference.registration.models import HAS_PLACE, Attendee, Order, OrderState, Pool, TicketPool, TicketType, WaitingEntry, WaitingState

ORDER_LINK, WAITING_LINK = "order", "waiting"


async def tickets(edition: Edition) -> list[TicketType]:
    """What can be registered for now, in order."""
    now = clock.now()
    found = await TicketType.filter(edition_id=edition.id, on_sale=True).order_by("place", "slug")
    return [ticket for ticket in found if ticket.sale_ends is None or ticket.sale_ends > now]


async def ticket(edition: Edition, slug: str) -> TicketType:
    for known in await tickets(edition):
        if known.slug == slug:
            return known
    raise NotFound()


async def pool_ids(ticket_type_id: UUID) -> list[UUID]:
    """The pools one ticket takes a place of, in the order in which they are locked."""
    return sorted(await TicketPool.filter(ticket_type_id=ticket_type_id).values_list("pool_id", flat=True))


async def has_room(ticket_type_id: UUID) -> bool:
    """A look without a lock: whether every pool has a place left."""
    rows = await TicketPool.filter(ticket_type_id=ticket_type_id).values("pool__size", "pool__taken")
    return all(row["pool__taken"] < row["pool__size"] for row in rows)


async def sold_out_slugs(edition: Edition) -> frozenset[str]:
    """Slugs of the ticket types without a place left; one query."""
    rows = await TicketPool.filter(ticket_type__edition_id=edition.id).values("ticket_type__slug", "pool__size", "pool__taken")
    return frozenset(row["ticket_type__slug"] for row in rows if row["pool__taken"] >= row["pool__size"])


async def order_by_tokens(edition: Edition, code: str, tokens: Sequence[str], person: Person | None = None) -> Order:
    """The order of this code for a browser that holds its secret link, or for the person it belongs to. NotFound otherwise."""
    found = await Order.filter(edition_id=edition.id, code=code).select_related("ticket_type").first()
    if found is None:
        raise NotFound()
    mine = person is not None and found.person_id == person.id
    if not mine and not any(links.matches(token, ORDER_LINK, found.id, found.version) for token in tokens):
        raise NotFound()
    return found


async def orders_held(edition: Edition, tokens: Sequence[str], person: Person | None) -> list[Order]:
    """All orders of an edition that this browser or person may open, newest first."""
    rows = [row for row in (links.row_of(token) for token in tokens) if row]
    found = await Order.filter(edition_id=edition.id, id__in=rows).select_related("ticket_type") if rows else []
    mine = {order.id: order for order in found if any(links.matches(token, ORDER_LINK, order.id, order.version) for token in tokens)}
    if person is not None:
        mine |= {order.id: order for order in await Order.filter(edition_id=edition.id, person_id=person.id).select_related("ticket_type")}
    return sorted(mine.values(), key=lambda order: order.made, reverse=True)


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
    return await Attendee.filter(order_id=order_id).order_by("id")


async def waiting_by_token(token: str) -> WaitingEntry:
    row = links.row_of(token)
    entry = await WaitingEntry.filter(id=row).select_related("ticket_type").first() if row else None
    if entry is None or not links.matches(token, WAITING_LINK, entry.id, entry.version):
        raise NotFound()
    return entry


async def recount(edition_id: UUID) -> dict[UUID, tuple[int, int]]:
    """``{pool id: (taken as kept, taken as counted)}``: places of orders and of offers."""
    counted: dict[UUID, int] = {}
    orders = await Order.filter(edition_id=edition_id, state__in=HAS_PLACE).annotate(n=Count("id")).group_by("ticket_type_id").values("ticket_type_id", "n")
    offers = await WaitingEntry.filter(edition_id=edition_id, state=WaitingState.OFFERED).annotate(n=Count("id")).group_by("ticket_type_id").values("ticket_type_id", "n")
    for row in [*orders, *offers]:
        for pool_id in await pool_ids(row["ticket_type_id"]):
            counted[pool_id] = counted.get(pool_id, 0) + row["n"]
    return {pool.id: (pool.taken, counted.get(pool.id, 0)) for pool in await Pool.filter(edition_id=edition_id)}


async def open_holds(edition: Edition, email: str) -> int:
    """How many unpaid orders this address has under way."""
    scope = sealing.scope_of(Order(edition_id=edition.id), "email")
    return len([order for order in await sealing.find(Order, "email", email, scope) if order.state is OrderState.HELD])
