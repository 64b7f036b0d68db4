"""Doors, and who comes to them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from tortoise.functions import Sum

from conference.core import codes, sealing
from conference.core.db import is_postgres, rows
from conference.core.errors import NotFound
from conference.editions.models import Edition
from conference.payments.models import PaymentState
from conference.payments.queries import payment_for
from conference.registration.arriving import ticket_in
from conference.registration.models import HAS_PLACE, ArrivalCount, Attendee, Door, Order, TicketType
from conference.registration.queries.orders import order_by_claim
from conference.registration.queries.tickets import is_over, known_tickets

MOST_NAMES = 10


async def doors(edition: Edition) -> list[Door]:
    """All that were ever made, the newest first."""
    return await Door.filter(edition_id=edition.id).order_by("-made", "-id")


async def door(edition: Edition, door_id: UUID) -> Door:
    found = await Door.get_or_none(id=door_id, edition_id=edition.id)
    if found is None:
        raise NotFound()
    return found


async def attendee(edition: Edition, attendee_id: UUID) -> Attendee:
    """Somebody of this edition, with their order, ticket type and door."""
    found = await Attendee.filter(id=attendee_id, edition_id=edition.id).select_related("order", "ticket_type", "arrived_at_door").first()
    if found is None:
        raise NotFound()
    return found


async def attendees_by_code(edition: Edition, typed: str) -> list[Attendee]:
    """Whose ticket this is, or all for whom this code was given out. Wrong, unknown and foreign ones look alike: NotFound."""
    if (ticket := ticket_in(typed)) is not None:
        found = await Attendee.filter(edition_id=edition.id, ticket=ticket).select_related("order", "ticket_type")
    else:
        order = await order_by_claim(edition, typed)
        found = await Attendee.filter(order_id=order.id).order_by("id").select_related("order", "ticket_type")
    if not found:
        raise NotFound()
    return found


def could_be_a_code(typed: str) -> bool:
    """Whether it has the form of a ticket or of a code: somebody may be guessing."""
    return ticket_in(typed) is not None or codes.clean(typed) is not None


async def is_here(person_id: UUID, edition_id: UUID) -> bool:
    """Whether somebody of this person's registrations was let in."""
    return await Attendee.filter(order__person_id=person_id, edition_id=edition_id, arrived__not_isnull=True).exists()


async def attendees_named(edition: Edition, query: str) -> list[Attendee]:
    """Up to MOST_NAMES who come and have these words in the name on their badge."""
    scope = sealing.scope_of(Attendee(edition_id=edition.id), "badge_name")
    ids = await sealing.find_words(Attendee, "badge_name", query, scope)
    with_place = Attendee.filter(id__in=ids, edition_id=edition.id, order__state__in=HAS_PLACE)
    return await with_place.order_by("id").limit(MOST_NAMES).select_related("order", "ticket_type") if ids else []


async def tickets_at_the_door(edition: Edition) -> list[TicketType]:
    """What somebody who just comes can have: all on sale, also where registering ahead has ended."""
    return [] if is_over(edition) else [ticket for ticket in await known_tickets(edition) if ticket.on_sale]


async def still_to_pay(order: Order) -> int:
    """Cents that a check, a card or cash can still bring for an order."""
    payment = await payment_for("order", order.id) if order.total else None
    return payment.cents if payment is not None and payment.state is PaymentState.OPEN else 0


# Counting


@dataclass(frozen=True)
class Arrivals:
    """How many are here, of how many whose place is sure."""

    here: int
    expected: int


async def arrivals(edition: Edition) -> Arrivals:
    """From the counts that are kept, because every page of a door says it."""
    [found] = await rows(
        """SELECT (SELECT COALESCE(sum(n), 0) FROM arrival_count WHERE edition_id = ?) AS here,
        (SELECT COALESCE(sum(n), 0) FROM order_count WHERE edition_id = ? AND state = 'confirmed') AS expected""",
        [str(edition.id), str(edition.id)],
    )
    return Arrivals(int(found["here"]), int(found["expected"]))


async def arrivals_by_hour(edition: Edition) -> list[tuple[datetime, int]]:
    """``[(the beginning of an hour, how many came in it), ...]``; hours without anybody are left out."""
    counted = ArrivalCount.filter(edition_id=edition.id).annotate(all=Sum("n")).group_by("hour")
    found = await counted.order_by("hour").values("hour", "all")
    return [(datetime.strptime(row["hour"], "%Y-%m-%d %H").replace(tzinfo=UTC), row["all"]) for row in found if row["all"]]


async def arrivals_by_door(edition: Edition) -> dict[UUID, int]:
    found = await ArrivalCount.filter(edition_id=edition.id).annotate(all=Sum("n")).group_by("door_id").values("door_id", "all")
    return {row["door_id"]: row["all"] for row in found if row["all"]}


@dataclass(frozen=True)
class MiscountedHour:
    """``kept`` is what the count says, ``counted`` how many came in at this door in this hour."""

    door_id: UUID
    hour: str
    kept: int
    counted: int


async def miscounted_arrivals(edition_id: UUID) -> list[MiscountedHour]:
    """Every count that is not what the arrivals are; looks at everybody who is here, in one statement, so that it sees one moment."""
    hour = "CAST(date_trunc('hour', arrived AT TIME ZONE 'UTC') AS text)" if is_postgres() else "arrived"
    found = await rows(
        f"""SELECT door, hour, sum(kept) AS kept, sum(counted) AS counted FROM (
            SELECT CAST(door_id AS text) AS door, hour, n AS kept, 0 AS counted FROM arrival_count WHERE edition_id = ?
            UNION ALL
            SELECT CAST(arrived_at_door_id AS text), substr({hour}, 1, 13), 0, count(*) FROM attendee
            WHERE edition_id = ? AND arrived IS NOT NULL AND arrived_at_door_id IS NOT NULL GROUP BY 1, 2
        ) both_ways GROUP BY door, hour HAVING sum(kept) <> sum(counted) ORDER BY door, hour""",
        [str(edition_id), str(edition_id)],
    )
    return [MiscountedHour(UUID(row["door"]), row["hour"], int(row["kept"]), int(row["counted"])) for row in found]
