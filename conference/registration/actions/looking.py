"""Looking at personal data in the back office: every look is written down before it happens."""

from datetime import timedelta
from uuid import UUID

from conference.core import audit, clock, sealing
from conference.core.db import transaction
from conference.editions.models import Edition
from conference.registration import queries
from conference.registration.models import Export, Order, TableKind

EXPORT_LASTS = timedelta(hours=24)
ON_ORDER, ON_ATTENDEE = ("email", "claim"), ("badge_name", "needs")


async def reveal(order: Order, column: str, *, by: UUID) -> str | None:
    """One column of one order, opened for somebody; ``column`` is one of ON_ORDER or ON_ATTENDEE. None where there is nothing."""
    async with transaction():
        await audit.record("registration.revealed", actor=by, row=order.id, edition=order.edition_id, column=column)
    if column in ON_ORDER:
        return getattr(sealing.open_one(order, column), column)
    opened = sealing.open(await queries.attendees_of(order.id), column)
    return next((text for plain in opened if (text := getattr(plain, column))), None)


async def export_orders(edition: Edition, columns: list[str], kind: TableKind, reason: str, *, by: UUID) -> Export:
    """Somebody may take these columns of all orders out of the system, for a day; who and why is written down before."""
    now = clock.now()
    export = Export(edition_id=edition.id, columns=columns, kind=kind, by=by, made=now, ends=now + EXPORT_LASTS)
    async with transaction():
        await export.save(force_create=True)
        await audit.record("registration.exported", actor=by, row=edition.id, edition=edition.id, columns=columns, kind=str(kind), export=str(export.id), reason=reason)
    return export


async def fetch_export(export: Export) -> None:
    """Written down each time its file is made."""
    async with transaction():
        await audit.record("registration.export_fetched", actor=export.by, row=export.id, edition=export.edition_id)


async def end_exports() -> None:
    """Those whose day is over."""
    await Export.filter(ends__lte=clock.now()).delete()
