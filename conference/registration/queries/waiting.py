"""The waiting list."""

from collections.abc import Sequence
from uuid import UUID

from conference.core import clock, links, sealing
from conference.core.db import rows
from conference.core.errors import NotFound
from conference.editions.models import Edition
from conference.registration.models import TicketType, WaitingEntry, WaitingState
from conference.registration.queries.orders import HERE_AND_WAITING, WAITING_LINK
from conference.registration.queries.tickets import is_over


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
