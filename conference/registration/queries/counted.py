"""Orders and places for the back office: counted, listed, found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import anyio
from tortoise.expressions import Q
from tortoise.functions import Count, Sum

from conference.core import clock, sealing
from conference.core.db import is_postgres, rows
from conference.core.db.fast import fetch
from conference.core.errors import Gone, NotFound
from conference.core.todo import Heap, heaps
from conference.editions.models import Edition
from conference.payments.models import Payment, PaymentState
from conference.people.models import Person
from conference.registration import counting
from conference.registration.models import HAS_PLACE, Attendee, Export, Figures, Order, OrderCount, OrderState, Pool, TicketType, WaitingEntry, WaitingState
from conference.registration.queries.orders import orders_of_address


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
    """Every count that is not what the orders are; looks at all of them, in one statement, so that it sees one moment."""
    day = f"CASE WHEN state = 'confirmed' THEN {_confirmed_day()} ELSE '' END"
    found = await rows(
        f"""SELECT ticket, state, day, sum(kept) AS kept, sum(counted) AS counted FROM (
            SELECT CAST(ticket_type_id AS text) AS ticket, state, day, n AS kept, 0 AS counted FROM order_count WHERE edition_id = ?
            UNION ALL
            SELECT CAST(ticket_type_id AS text), state, {day}, 0, count(*) FROM "order" WHERE edition_id = ? GROUP BY 1, 2, 3
        ) both_ways GROUP BY ticket, state, day HAVING sum(kept) <> sum(counted) ORDER BY ticket, state, day""",
        [str(edition_id), str(edition_id)],
    )
    return [Miscount(UUID(row["ticket"]), OrderState(row["state"]), row["day"], int(row["kept"]), int(row["counted"])) for row in found]


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
        ids |= {order.id for order in await orders_of_address(edition.id, query)}
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
