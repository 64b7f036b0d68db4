"""What can be registered for, and how many places are left."""

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from conference.core import clock, kept
from conference.core.db import rows
from conference.core.errors import NotFound
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
