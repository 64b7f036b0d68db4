"""Orders, places and who waits, as those may see them who ask."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import anyio
from tortoise.expressions import Q
from tortoise.functions import Count, Sum

from conference.core import clock, codes, kept, links, sealing
from conference.core.db import is_postgres, rows
from conference.core.db.fast import fetch
from conference.core.errors import Gone, NotFound
from conference.core.holdings import Subject
from conference.core.todo import Heap, heaps
from conference.editions.models import Edition
from conference.payments.models import Payment, PaymentState
from conference.people.models import Person
from conference.registration import counting
from conference.registration.models import HAS_PLACE, Attendee, Export, Figures, Order, OrderCount, OrderState, Pool, TicketType, WaitingEntry, WaitingState

ORDER_LINK, WAITING_LINK = "order", "waiting"
HERE_AND_WAITING = (WaitingState.WAITING, WaitingState.OFFERED)


# What can be registered for


def is_over(edition: Edition) -> bool:
    """Whether the edition's last day is behind us."""
    return clock.now().astimezone(ZoneInfo(edition.zone)).date() > edition.ends


def is_on_sale(edition: Edition, ticket: TicketType) -> bool:
    return ticket.on_sale and (ticket.sale_ends is None or ticket.sale_ends > clock.now()) and not is_over(edition)


async def tickets(edition: Edition) -> list[TicketType]:
    """What can be registered for now, in order."""
    return [ticket for ticket in await known_tickets(edition) if is_on_sale(edition, ticket)]


async def ticket(edition: Edition, slug: str) -> TicketType:
    """One that can be registered for now; NotFound for all others."""
    for known in await known_tickets(edition):
        if known.slug == slug and is_on_sale(edition, known):
            return known
    raise NotFound()


async def known_tickets(edition: Edition) -> list[TicketType]:
    """All, on sale or not. Read once per version of the edition: whoever changes a ticket type touches it."""
    return await kept.once(f"edition:{edition.slug}", "ticket types", lambda: TicketType.filter(edition_id=edition.id).order_by("place", "slug").all())


@dataclass(frozen=True)
class Look:
    """A look without a lock at the pools one ticket takes a place of, in the order in which they are locked.

    ``room``: every pool has a place left, and nobody waits for one. ``smallest``: the size of the smallest pool; 0 without any.
    ``sent``: the form was sent before, and there is an order of it.
    """

    pools: tuple[UUID, ...]
    room: bool
    smallest: int
    sent: bool


async def look(ticket_type_id: UUID, once: str | None = None) -> Look:
    """All in one statement: in a rush nearly everybody asks this, and nothing else."""
    found = await rows(
        """SELECT p.id, p.size, p.taken, EXISTS (SELECT 1 FROM waiting_entry w WHERE w.ticket_type_id = tp.ticket_type_id AND w.state = 'waiting') AS waited,
        EXISTS (SELECT 1 FROM "order" o WHERE o.once = ?) AS sent
        FROM ticket_pool tp JOIN pool p ON p.id = tp.pool_id WHERE tp.ticket_type_id = ? ORDER BY p.id""",
        [once, str(ticket_type_id)],
    )
    room = all(row["taken"] < row["size"] and not row["waited"] for row in found)
    pools = tuple(row["id"] if isinstance(row["id"], UUID) else UUID(row["id"]) for row in found)
    return Look(pools, room, min((row["size"] for row in found), default=0), any(row["sent"] for row in found))


async def sold_out(edition: Edition) -> frozenset[UUID]:
    """Ids of the ticket types without a place left, or with people waiting for one; one query."""
    found = await rows(
        """SELECT DISTINCT t.id FROM ticket_type t JOIN ticket_pool tp ON tp.ticket_type_id = t.id JOIN pool p ON p.id = tp.pool_id
        WHERE t.edition_id = ? AND (p.taken >= p.size OR EXISTS (SELECT 1 FROM waiting_entry w WHERE w.ticket_type_id = t.id AND w.state = 'waiting'))""",
        [str(edition.id)],
    )
    return frozenset(row["id"] if isinstance(row["id"], UUID) else UUID(row["id"]) for row in found)


# Orders, for those they belong to


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


async def _of_address(edition_id: UUID, email: str) -> list[Order]:
    return await sealing.find(Order, "email", email, sealing.scope_of(Order(edition_id=edition_id), "email"))


async def unpaid_of_address(edition: Edition, email: str) -> int:
    """How many unpaid orders this address has under way."""
    return len([order for order in await _of_address(edition.id, email) if order.state is OrderState.HELD])


async def unpaid_without_address(ticket_type_id: UUID) -> int:
    """How many places of this kind are kept for people who left no address and are still to pay."""
    return await Order.filter(ticket_type_id=ticket_type_id, state=OrderState.HELD, email=None).count()


async def orders_of_address_since(order: Order, since: datetime) -> int:
    """How many orders were made with this order's address since then, itself included."""
    address = sealing.open_one(order, "email").email
    return len([known for known in await _of_address(order.edition_id, address) if known.made > since]) if address else 0


# Waiting


async def waiting_by_tokens(edition: Edition, entry_id: UUID, tokens: Sequence[str]) -> WaitingEntry:
    """The entry of this id for a browser that holds its secret link. NotFound otherwise."""
    entry = await WaitingEntry.filter(id=entry_id, edition_id=edition.id).select_related("ticket_type").first()
    if entry is None or not any(links.matches(token, WAITING_LINK, entry.id, entry.version) for token in tokens):
        raise NotFound()
    return entry


def is_open(entry: WaitingEntry) -> bool:
    """Whether a place is offered to this entry and can still be taken."""
    return entry.state is WaitingState.OFFERED and entry.offer_ends > clock.now()


async def waiting_of(edition: Edition, ticket: TicketType, email: str) -> WaitingEntry | None:
    """The entry with which this address waits for this ticket, if it does."""
    found = await sealing.find(WaitingEntry, "email", email, sealing.scope_of(WaitingEntry(edition_id=edition.id), "email"))
    return next((entry for entry in found if entry.ticket_type_id == ticket.id and entry.state in HERE_AND_WAITING), None)


async def next_to_be_offered(edition_id: UUID) -> WaitingEntry | None:
    """Who waits longest for a ticket of which a place is free; nobody once the edition is over."""
    edition = await Edition.get(id=edition_id)
    full = await rows(
        "SELECT DISTINCT tp.ticket_type_id AS id FROM ticket_pool tp JOIN pool p ON p.id = tp.pool_id WHERE p.edition_id = ? AND p.taken >= p.size", [str(edition_id)]
    )
    waiting = WaitingEntry.filter(edition_id=edition_id, state=WaitingState.WAITING).exclude(ticket_type_id__in=[row["id"] for row in full] or [edition_id])
    return None if is_over(edition) else await waiting.order_by("made", "id").first()


async def editions_with_waiting() -> list[UUID]:
    return list(await WaitingEntry.filter(state=WaitingState.WAITING).distinct().values_list("edition_id", flat=True))


# For the back office


@dataclass(frozen=True)
class PoolCount:
    """``kept`` is what the pool says is taken, ``counted`` what orders and offers take."""

    pool_id: UUID
    slug: str
    kept: int
    counted: int


async def recount(edition_id: UUID) -> list[PoolCount]:
    """One statement, so that it sees one moment."""
    found = await rows(
        """SELECT p.id, p.slug, p.taken,
            (SELECT count(*) FROM "order" o JOIN ticket_pool tp ON tp.ticket_type_id = o.ticket_type_id WHERE tp.pool_id = p.id AND o.state IN ('held', 'confirmed'))
          + (SELECT count(*) FROM waiting_entry w JOIN ticket_pool tq ON tq.ticket_type_id = w.ticket_type_id WHERE tq.pool_id = p.id AND w.state = 'offered') AS counted
        FROM pool p WHERE p.edition_id = ? ORDER BY p.slug""",
        [str(edition_id)],
    )
    return [PoolCount(row["id"] if isinstance(row["id"], UUID) else UUID(row["id"]), row["slug"], row["taken"], row["counted"]) for row in found]


async def places_counted(edition: Edition) -> list[PoolCount]:
    """The same from the counts that are kept, in a moment however many orders there are; ``recount`` proves these."""
    found = await rows(
        """SELECT p.id, p.slug, p.taken,
            COALESCE((SELECT sum(c.n) FROM order_count c JOIN ticket_pool tp ON tp.ticket_type_id = c.ticket_type_id WHERE tp.pool_id = p.id AND c.state IN ('held', 'confirmed')), 0)
          + (SELECT count(*) FROM waiting_entry w JOIN ticket_pool tq ON tq.ticket_type_id = w.ticket_type_id WHERE tq.pool_id = p.id AND w.state = 'offered') AS counted
        FROM pool p WHERE p.edition_id = ? ORDER BY p.slug""",
        [str(edition.id)],
    )
    return [PoolCount(row["id"] if isinstance(row["id"], UUID) else UUID(row["id"]), row["slug"], row["taken"], int(row["counted"])) for row in found]


@dataclass(frozen=True)
class Miscount:
    """``kept`` is what the count says, ``counted`` how many orders there are."""

    ticket_type_id: UUID
    state: OrderState
    day: str
    kept: int
    counted: int


async def miscounted_orders(edition_id: UUID) -> list[Miscount]:
    """Every count that is not what the orders are; looks at all of them."""
    day = f"CASE WHEN state = 'confirmed' THEN {_confirmed_day()} ELSE '' END"
    real = await rows(f"""SELECT ticket_type_id, state, {day} AS day, count(*) AS n FROM "order" WHERE edition_id = ? GROUP BY 1, 2, 3""", [str(edition_id)])
    kept = await rows("SELECT ticket_type_id, state, day, n FROM order_count WHERE edition_id = ?", [str(edition_id)])
    counted, known = ({(str(row["ticket_type_id"]), row["state"], row["day"]): row["n"] for row in found} for found in (real, kept))
    return [
        Miscount(UUID(key[0]), OrderState(key[1]), key[2], known.get(key, 0), counted.get(key, 0))
        for key in sorted({*counted, *known})
        if known.get(key, 0) != counted.get(key, 0)
    ]


def _confirmed_day() -> str:
    return "CAST((confirmed AT TIME ZONE 'UTC')::date AS text)" if is_postgres() else "substr(confirmed, 1, 10)"


async def pools(edition: Edition) -> list[Pool]:
    return await Pool.filter(edition_id=edition.id).order_by("slug")


async def pool(edition: Edition, slug: str) -> Pool:
    for found in await fetch(Pool, "edition_id = ? AND slug = ?", [str(edition.id), slug]):
        return found
    raise NotFound()


async def ticket_types(edition: Edition) -> list[TicketType]:
    """With what each takes a place of."""
    return await TicketType.filter(edition_id=edition.id).order_by("place", "slug").prefetch_related("takes__pool")


async def any_ticket_type(edition: Edition, slug: str) -> TicketType:
    """Also one that is not on sale."""
    for found in await fetch(TicketType, "edition_id = ? AND slug = ?", [str(edition.id), slug]):
        return found
    raise NotFound()


async def counts_by_state(edition: Edition) -> dict[OrderState, int]:
    found = await OrderCount.filter(edition_id=edition.id).annotate(all=Sum("n")).group_by("state").values("state", "all")
    return {OrderState(row["state"]): row["all"] for row in found if row["all"]}


async def waiting_counts(edition: Edition) -> dict[UUID, int]:
    """How many wait, by ticket type id."""
    found = await WaitingEntry.filter(edition_id=edition.id, state=WaitingState.WAITING).annotate(n=Count("id")).group_by("ticket_type_id").values("ticket_type_id", "n")
    return {row["ticket_type_id"]: row["n"] for row in found}


async def confirmed_by_day(edition: Edition) -> list[tuple[str, int]]:
    """``[("2027-05-01", 12), ...]``: orders confirmed per day (UTC) that still have their place; days without any are left out."""
    counted = OrderCount.filter(edition_id=edition.id, state=OrderState.CONFIRMED).annotate(all=Sum("n")).group_by("day")
    return [(row["day"], row["all"]) for row in await counted.order_by("day").values("day", "all") if row["all"]]


async def sums(edition: Edition) -> dict[str, int]:
    """Cents of orders by what became of them: ``received``, ``refunded``, ``promised`` (checks to come)."""
    paid = Payment.filter(edition_id=edition.id, purpose="order")
    arrived = await paid.filter(state=PaymentState.CAPTURED).annotate(all=Sum("cents"), back=Sum("refunded")).values("all", "back")
    checks = await rows(
        """SELECT sum(p.cents) AS cents FROM payment p JOIN "order" o ON o.id = p.purpose_id
        WHERE p.edition_id = ? AND p.purpose = 'order' AND p.state = 'open' AND o.state = 'confirmed'""",
        [str(edition.id)],
    )
    return {"received": arrived[0]["all"] or 0, "refunded": arrived[0]["back"] or 0, "promised": checks[0]["cents"] or 0}


async def office_order(edition: Edition, code: str) -> Order:
    for found in await fetch(Order, "edition_id = ? AND code = ?", [str(edition.id), code]):
        return found
    raise NotFound()


LISTED = ("id", "code", "state", "pay_by", "total", "language", "made", "ticket_type_id")


async def orders_page(edition: Edition, *, states: Sequence[OrderState], after: str = "", most: int = 50) -> list[dict]:
    """The newest orders in these states, from after the order of this reference on; one more than ``most`` if there are more."""
    chosen = Order.filter(edition_id=edition.id, **({"state__in": states} if states else {}))
    mark = await Order.get_or_none(edition_id=edition.id, code=after) if after else None
    if mark is not None:
        chosen = chosen.filter(Q(made__lt=mark.made) | Q(made=mark.made, id__lt=mark.id), made__lte=mark.made)  # the last for the index
    return await chosen.order_by("-made", "-id").limit(most + 1).values(*LISTED)


async def orders_found(edition: Edition, query: str, most: int = 50) -> list[dict]:
    """Orders by reference, by a whole e-mail address, or by words of the name on the badge."""
    ids = {order.id for order in await fetch(Order, "edition_id = ? AND code = ?", [str(edition.id), query.upper()])}
    if "@" in query:
        ids |= {order.id for order in await _of_address(edition.id, query)}
    elif not ids:
        scope = sealing.scope_of(Attendee(edition_id=edition.id), "badge_name")
        named = await sealing.find_words(Attendee, "badge_name", query, scope, limit=most)
        ids |= set(await Attendee.filter(id__in=named).values_list("order_id", flat=True)) if named else set()
    return await Order.filter(id__in=list(ids)).order_by("-made", "-id").limit(most).values(*LISTED) if ids else []


async def needs_counted(edition: Edition) -> dict[str, dict[str, int]]:
    """Needs of everybody who comes as numbers, under ``people`` of how many; opened in a thread, because there may be many."""
    found = await Attendee.filter(edition_id=edition.id, order__state__in=HAS_PLACE, needs__not_isnull=True).values("id", "edition_id", "needs")
    counts = await anyio.to_thread.run_sync(lambda: counting.count_needs(plain.needs for plain in sealing.open_values(Attendee, found, "needs")))
    return counts | {"people": {"all": len(found)}}


LARGE = 2_000


async def figures(edition: Edition, counts: dict[OrderState, int]) -> Figures | None:
    """What was added up last for an edition so large that its pages do not add up themselves; None for others. ``counts`` by state."""
    return await Figures.get_or_none(edition_id=edition.id) if is_large(counts) else None


def is_large(counts: dict[OrderState, int]) -> bool:
    return sum(counts.get(state, 0) for state in HAS_PLACE) > LARGE


async def exports_of(edition: Edition, person: Person) -> list[Export]:
    """The tables somebody may still fetch, the newest first."""
    return await Export.filter(edition_id=edition.id, by=person.id, ends__gt=clock.now()).order_by("-made", "-id")


async def export_of(edition: Edition, person: Person, export_id: UUID) -> Export:
    """One of them, for whoever asked for it. Gone when its day is over, NotFound for everybody else."""
    found = await Export.get_or_none(id=export_id, edition_id=edition.id, by=person.id)
    if found is None:
        raise NotFound()
    if found.ends <= clock.now():
        raise Gone()
    return found


async def held_for_long(editions: Iterable[UUID]) -> list[Heap]:
    """Orders that have kept their place unpaid since yesterday or longer: a bank debit on its way, or something stuck."""
    return await heaps(Order.filter(state=OrderState.HELD, made__lt=clock.now() - timedelta(days=1)), "made", editions)


async def waiting_for_long(editions: Iterable[UUID]) -> list[Heap]:
    """Who waits for a place since a week or longer."""
    return await heaps(WaitingEntry.filter(state=WaitingState.WAITING, made__lt=clock.now() - timedelta(days=7)), "made", editions)
