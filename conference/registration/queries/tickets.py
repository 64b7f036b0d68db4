"""What can be registered for, and how many places are left."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from conference.core import clock, kept
from conference.core.db import among, in_a_transaction, rows
from conference.core.db.together import Together
from conference.core.errors import NotFound
from conference.core.running import running
from conference.editions.models import Edition
from conference.registration.models import TicketType


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
    """In a rush nearly everybody asks this, and nothing else: outside of transactions questions are asked together."""
    if in_a_transaction():
        return (await _looks([(ticket_type_id, once)]))[ticket_type_id, once]
    return await running().part("registration.looks", lambda: Together(_looks)).ask((ticket_type_id, once))


async def _looks(asked: Sequence[tuple[UUID, str | None]]) -> dict[tuple[UUID, str | None], Look]:
    """All in one statement: a row for each pool of each ticket, and one for each form that was sent before."""
    found = await rows(
        f"""SELECT tp.ticket_type_id AS ticket, p.id AS id, p.size AS size, p.taken AS taken,
        EXISTS (SELECT 1 FROM waiting_entry w WHERE w.ticket_type_id = tp.ticket_type_id AND w.state = 'waiting') AS waited, NULL AS once
        FROM ticket_pool tp JOIN pool p ON p.id = tp.pool_id WHERE {among("tp.ticket_type_id", "uuid")}
        UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, once FROM "order" WHERE {among("once")} ORDER BY id""",
        [json.dumps([*{str(ticket) for ticket, _once in asked}]), json.dumps([once for _ticket, once in asked if once])],
        few=True,
    )
    pools, sent = defaultdict(list), {row["once"] for row in found}
    for row in found:
        if row["id"]:
            pools[_uuid(row["ticket"])].append(row)
    return {(ticket, once): _as_look(pools[ticket], once is not None and once in sent) for ticket, once in asked}


def _as_look(found: Sequence[dict[str, Any]], sent: bool) -> Look:
    room = all(row["taken"] < row["size"] and not row["waited"] for row in found)
    return Look(tuple(_uuid(row["id"]) for row in found), room, min((row["size"] for row in found), default=0), sent)


def _uuid(value: UUID | str) -> UUID:
    """SQLite keeps them as text."""
    return value if isinstance(value, UUID) else UUID(value)


async def sold_out(edition: Edition) -> frozenset[UUID]:
    """Ids of the ticket types without a place left, or with people waiting for one; one query."""
    found = await rows(
        """SELECT DISTINCT t.id FROM ticket_type t JOIN ticket_pool tp ON tp.ticket_type_id = t.id JOIN pool p ON p.id = tp.pool_id
        WHERE t.edition_id = ? AND (p.taken >= p.size OR EXISTS (SELECT 1 FROM waiting_entry w WHERE w.ticket_type_id = t.id AND w.state = 'waiting'))""",
        [str(edition.id)],
    )
    return frozenset(_uuid(row["id"]) for row in found)
