"""When and where sessions are."""

from datetime import date, time
from uuid import UUID, uuid4

from conference.agenda import queries
from conference.agenda.models import Placement, Room, Session, States
from conference.agenda.times import span
from conference.core import audit
from conference.core.db import transaction
from conference.editions.models import Edition

LARGEST_NUMBER = 2**31 - 1


async def place(
    session: Session,
    edition: Edition,
    *,
    by: UUID | None = None,
    day: date,
    starts: time,
    ends: time,
    room: str | None = None,
) -> Placement:
    """Give a session a time, in the edition's zone, and a room. Raises NoSuchHour and EndsBefore."""
    begin, end = span(day, starts, ends, edition.zone)
    async with transaction():
        uid = uuid4()
        placement = Placement(
            session=session,
            room=await _room(edition, room),
            starts=begin,
            ends=end,
            uid=uid,
            number=uid.int % LARGEST_NUMBER + 1,
        )
        await placement.save(force_create=True)
        await audit.record("agenda.session_placed", actor=by, row=session.id, edition=edition.id, code=session.code)
    return placement


async def move(
    placement: Placement,
    edition: Edition,
    *,
    by: UUID | None = None,
    day: date,
    starts: time,
    ends: time,
    room: str | None = None,
) -> None:
    """Give a placement another time or room; its uid stays."""
    begin, end = span(day, starts, ends, edition.zone)
    async with transaction():
        found = await _room(edition, room)
        await Placement.filter(id=placement.id).update(starts=begin, ends=end, room_id=found.id if found else None)
        await audit.record("agenda.placement_moved", actor=by, row=placement.session_id, edition=edition.id)


async def cancel(placement: Placement, *, by: UUID | None = None) -> None:
    """It will not take place; shown as cancelled from the next release on. Cancelling twice changes nothing."""
    await _change_state(placement, States.PLANNED, States.CANCELLED, "agenda.placement_cancelled", by)


async def restore(placement: Placement, *, by: UUID | None = None) -> None:
    """It takes place after all."""
    await _change_state(placement, States.CANCELLED, States.PLANNED, "agenda.placement_restored", by)


async def unplace(placement: Placement, *, by: UUID | None = None) -> None:
    """Take a time off the draft. If it was published, calendars are told with the next release that it is cancelled."""
    async with transaction():
        if await Placement.filter(id=placement.id).delete():
            await audit.record("agenda.placement_removed", actor=by, row=placement.session_id)


async def _change_state(placement: Placement, before: States, after: States, what: str, by: UUID | None) -> None:
    async with transaction():
        if await Placement.filter(id=placement.id, state=before).update(state=after):
            await audit.record(what, actor=by, row=placement.session_id)


async def _room(edition: Edition, slug: str | None) -> Room | None:
    return await queries.room(edition, slug) if slug else None
