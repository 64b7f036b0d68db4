"""How many orders are in which state, and how many came in when: kept beside every change, so that nobody has to count them all."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

import structlog

from conference.core import audit, clock, sealing
from conference.core.db import rows, transaction
from conference.core.db.fast import Statement
from conference.editions.models import Edition
from conference.registration import queries
from conference.registration.models import ArrivalCount, Attendee, Figures, Order, OrderCount, OrderState

log = structlog.get_logger("registration")

Place = tuple[OrderState, str]  # a state, and for confirmed orders the day


def place_of(state: OrderState, confirmed: datetime | None) -> Place:
    """Where an order is counted."""
    return state, confirmed.astimezone(UTC).date().isoformat() if state is OrderState.CONFIRMED and confirmed else ""


def came(order: Order) -> Statement:
    """What counts a new order, in the transaction that writes it."""
    return _adding(order.edition_id, order.ticket_type_id, [(place_of(order.state, order.confirmed), 1)])


async def moved(order: Order, before: Place) -> None:
    """In the transaction that changed its state; ``order`` as it is now. Before the pools, which are always last."""
    await _add(order.edition_id, order.ticket_type_id, [(before, -1), (place_of(order.state, order.confirmed), 1)])


async def _add(edition_id: UUID, ticket_type_id: UUID, changes: Sequence[tuple[Place, int]]) -> None:
    await rows(*_adding(edition_id, ticket_type_id, changes))


def _adding(edition_id: UUID, ticket_type_id: UUID, changes: Sequence[tuple[Place, int]]) -> Statement:
    """One statement, its rows in order: two who change the same two counts never wait for each other."""
    values = [[str(uuid4()), str(edition_id), str(ticket_type_id), str(state), day, n] for (state, day), n in sorted(changes)]
    places = ", ".join(["(?, ?, ?, ?, ?, ?)"] * len(values))
    sql = f"""INSERT INTO order_count (id, edition_id, ticket_type_id, state, day, n) VALUES {places}
        ON CONFLICT (ticket_type_id, state, day) DO UPDATE SET n = order_count.n + excluded.n RETURNING id"""
    return sql, [value for row in values for value in row]


async def recount_orders(edition: Edition) -> int:
    """Compare the counts with the orders and put them right; how many were wrong, each noted in audit and log.

    The counts are locked first, in the order in which they are changed, so that two never put the same right: who changes one meanwhile
    adds to it.
    """
    async with transaction():
        await OrderCount.filter(edition_id=edition.id).order_by("ticket_type_id", "state", "day").select_for_update()
        wrong = await queries.miscounted_orders(edition.id)
        for one in wrong:
            await _add(edition.id, one.ticket_type_id, [((one.state, one.day), one.counted - one.kept)])
            await audit.record("registration.orders_miscounted", row=one.ticket_type_id, edition=edition.id, state=str(one.state), kept=one.kept, counted=one.counted)
            log.error("orders are miscounted", edition=edition.slug, state=str(one.state), kept=one.kept, counted=one.counted)
    return len(wrong)


# Who is here


async def let_in(edition_id: UUID, door_id: UUID, at: datetime) -> None:
    """Last in the transaction that let somebody in, after pools too."""
    await _add_arrivals(edition_id, {_hour_at(door_id, at): 1})


async def let_out(edition_id: UUID, were_here: Iterable[Attendee]) -> None:
    """Last in the transaction after which they are not here any more; as they were before."""
    counts = Counter(_hour_at(one.arrived_at_door_id, one.arrived) for one in were_here if one.arrived and one.arrived_at_door_id)
    await _add_arrivals(edition_id, {place: -n for place, n in counts.items()})


def _hour_at(door_id: UUID, at: datetime) -> tuple[UUID, str]:
    return door_id, at.astimezone(UTC).strftime("%Y-%m-%d %H")


async def _add_arrivals(edition_id: UUID, changes: Mapping[tuple[UUID, str], int]) -> None:
    """One statement, its rows in order, as with orders."""
    values = [[str(uuid4()), str(edition_id), str(door_id), hour, n] for (door_id, hour), n in sorted(changes.items())]
    if values:
        await rows(
            f"""INSERT INTO arrival_count (id, edition_id, door_id, hour, n) VALUES {", ".join(["(?, ?, ?, ?, ?)"] * len(values))}
            ON CONFLICT (door_id, hour) DO UPDATE SET n = arrival_count.n + excluded.n RETURNING id""",
            [value for row in values for value in row],
        )


async def recount_arrivals(edition: Edition) -> int:
    """The same as for orders, for who is here."""
    async with transaction():
        await ArrivalCount.filter(edition_id=edition.id).order_by("door_id", "hour").select_for_update()
        wrong = await queries.miscounted_arrivals(edition.id)
        for one in wrong:
            await _add_arrivals(edition.id, {(one.door_id, one.hour): one.counted - one.kept})
            await audit.record("registration.arrivals_miscounted", row=one.door_id, edition=edition.id, hour=one.hour, kept=one.kept, counted=one.counted)
            log.error("arrivals are miscounted", edition=edition.slug, hour=one.hour, kept=one.kept, counted=one.counted)
    return len(wrong)


# What takes long to add up


async def add_up(edition: Edition) -> None:
    """Keep the sums and the needs of a large edition as they are now, so that its pages need not go through everybody; until it is over."""
    if queries.is_over(edition) or not queries.is_large(await queries.counts_by_state(edition)):
        return
    sums, needs = await queries.sums(edition), await queries.needs_counted(edition)
    made = Figures(edition_id=edition.id, sums=sums, made=clock.now())
    sealing.seal(made, needs=json.dumps(needs))
    async with transaction():
        await Figures.filter(edition_id=edition.id).delete()
        await made.save(force_create=True)
