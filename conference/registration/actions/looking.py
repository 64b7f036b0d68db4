"""Looking at personal data in the back office: every look is written down before it happens."""

from uuid import UUID

from conference.core import audit, sealing
from conference.core.db import transaction
from conference.editions.models import Edition
from conference.registration import queries
from conference.registration.models import Order

ON_ORDER, ON_ATTENDEE = ("email", "claim"), ("badge_name", "needs")


async def reveal(order: Order, column: str, *, by: UUID) -> str | None:
    """One column of one order, opened for somebody; ``column`` is one of ON_ORDER or ON_ATTENDEE. None where there is nothing."""
    async with transaction():
        await audit.record("registration.revealed", actor=by, row=order.id, edition=order.edition_id, column=column)
    if column in ON_ORDER:
        return getattr(sealing.open_one(order, column), column)
    opened = sealing.open(await queries.attendees_of(order.id), column)
    return next((text for plain in opened if (text := getattr(plain, column))), None)


async def export_orders(edition: Edition, columns: list[str], reason: str, *, by: UUID) -> None:
    """Write down that somebody takes these columns of all orders out of the system, and why."""
    async with transaction():
        await audit.record("registration.exported", actor=by, row=edition.id, edition=edition.id, columns=columns, reason=reason)
