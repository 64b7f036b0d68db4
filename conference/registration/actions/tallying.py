"""How many orders are in which state: kept beside every change of state, so that nobody has to count them all."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

import structlog

from conference.core import audit, clock, sealing
from conference.core.db import rows, transaction
from conference.core.db.fast import Statement
from conference.editions.models import Edition
from conference.registration import queries
from conference.registration.models import Figures, Order, OrderCount, OrderState

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

    The counts are locked first, in the order in which they are changed: who changes one meanwhile adds to what is put right.
    """
    async with transaction():
        await OrderCount.filter(edition_id=edition.id).order_by("ticket_type_id", "state", "day").select_for_update().values_list("id", flat=True)
        wrong = await queries.miscounted_orders(edition.id)
        for one in wrong:
            await _add(edition.id, one.ticket_type_id, [((one.state, one.day), one.counted - one.kept)])
            await audit.record("registration.orders_miscounted", row=one.ticket_type_id, edition=edition.id, state=str(one.state), kept=one.kept, counted=one.counted)
            log.error("orders are miscounted", edition=edition.slug, state=str(one.state), kept=one.kept, counted=one.counted)
    return len(wrong)


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
