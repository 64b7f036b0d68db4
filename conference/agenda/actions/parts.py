"""Rooms and tracks."""

from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError

from conference.agenda.actions.removing import delete
from conference.agenda.models import Room, Track
from conference.agenda.snapshots import Json
from conference.core import audit
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.editions.models import Edition


class SlugTaken(Refused):
    def sentence(self) -> str:
        return _("This word is taken already. Choose another one.")


async def create_room(edition: Edition, *, by: UUID | None = None, **facts: Any) -> Room:
    return await _create(Room(edition=edition, **facts), by)


async def create_track(edition: Edition, *, by: UUID | None = None, **facts: Any) -> Track:
    return await _create(Track(edition=edition, **facts), by)


async def change_room(room: Room, *, by: UUID | None = None, **facts: Any) -> None:
    await _change(room, by, facts)


async def change_track(track: Track, *, by: UUID | None = None, **facts: Any) -> None:
    await _change(track, by, facts)


async def remove_room(room: Room, *, by: UUID | None = None) -> None:
    await _remove(room, by)


async def remove_track(track: Track, *, by: UUID | None = None) -> None:
    await _remove(track, by)


async def _create(row: Any, by: UUID | None) -> Any:
    async with transaction():
        try:
            async with transaction():
                await row.save(force_create=True)
        except IntegrityError:
            raise SlugTaken(field="slug") from None
        await audit.record(
            f"agenda.{row._meta.db_table}_created", actor=by, row=row.id, edition=row.edition_id, slug=row.slug
        )
    return row


async def _change(row: Any, by: UUID | None, facts: Json) -> None:
    async with transaction():
        try:
            async with transaction():
                await row.update_from_dict(facts).save(update_fields=list(facts))
        except IntegrityError:
            raise SlugTaken(field="slug") from None
        await audit.record(
            f"agenda.{row._meta.db_table}_changed", actor=by, row=row.id, edition=row.edition_id, slug=row.slug
        )


async def _remove(row: Any, by: UUID | None) -> None:
    async with transaction():
        await delete(row)
        await audit.record(
            f"agenda.{row._meta.db_table}_removed", actor=by, row=row.id, edition=row.edition_id, slug=row.slug
        )
