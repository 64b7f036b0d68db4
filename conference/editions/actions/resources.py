"""Flyers, cards and booklets to hand out: what they are, their files version by version, and whether visitors see them."""

from functools import partial
from hashlib import sha256
from typing import Any
from uuid import UUID

import anyio
from tortoise.exceptions import IntegrityError

from conference.core import audit, blobs, clock, versions
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.editions import queries, stripping
from conference.editions.models import Resource, ResourceFile


class AddressTaken(Refused):
    def sentence(self) -> str:
        return _("There is something with this short name already. Choose another.")


class TooHeavy(Refused):
    def sentence(self) -> str:
        return _("A file here may have 8 MB at most. Save it smaller.")


class NoFile(Refused):
    def sentence(self) -> str:
        return _("There is no file to show yet: add one first.")


async def create_resource(*, by: UUID | None = None, **facts: Any) -> Resource:
    """Something to hand out: ``slug``, ``kind``, and ``title`` and ``about`` in both languages. Visitors see it once it is published."""
    resource = Resource(made=clock.now(), **facts)
    try:
        async with transaction():
            await resource.save(force_create=True)
            await audit.record("editions.resource_created", actor=by, row=resource.id)
    except IntegrityError:
        raise AddressTaken(field="slug") from None
    return resource


async def change_resource(resource: Resource, *, by: UUID | None = None, **facts: Any) -> None:
    """Other words or another kind; its address stays."""
    async with transaction():
        await Resource.filter(id=resource.id).update(**facts)
        await audit.record("editions.resource_changed", actor=by, row=resource.id)
        await versions.touch("site")


async def add_file(resource: Resource, language: str, body: bytes, *, by: UUID | None = None) -> ResourceFile:
    """A new version in this language (``en``, ``es``, or ``en-es`` for both), without its metadata. The file that is newest already, sent again, is kept once.

    Raises TooHeavy, and what ``stripping.strip`` raises.
    """
    if len(body) > blobs.LARGEST:
        raise TooHeavy(field="file")
    title = " / ".join(resource.title[code] for code in language.split("-"))
    bare = await anyio.to_thread.run_sync(partial(stripping.strip, body, title=title, language=language))
    if len(bare.body) > blobs.LARGEST:
        raise TooHeavy(field="file")
    made = ResourceFile(
        resource_id=resource.id, language=language, name=f"{resource.slug}-{language}.{stripping.ENDINGS[bare.media_type]}", media_type=bare.media_type,
        size=len(bare.body), pages=bare.pages, digest=sha256(bare.body).hexdigest(), sent=sha256(body).hexdigest(), made=clock.now(), by=by,
    )  # fmt: skip
    return await _keep(made, bare.body)


async def _keep(made: ResourceFile, body: bytes) -> ResourceFile:
    """Versions of one resource queue up here, so that each gets a number of its own."""
    async with transaction():
        await Resource.filter(id=made.resource_id).select_for_update().first()
        before = await ResourceFile.filter(resource_id=made.resource_id, language=made.language).order_by("-version").first()
        if before is not None and before.sent == made.sent and before.gone is None:
            return before
        made.version = before.version + 1 if before else 1
        await made.save(force_create=True)
        await blobs.keep(made.id, queries.FILE, body, made.media_type)
        await audit.record("editions.resource_file_added", actor=made.by, row=made.resource_id, language=made.language, version=made.version)
        await versions.touch("site")
    return made


async def take_back(file: ResourceFile, *, by: UUID | None = None) -> None:
    """Delete one version's bytes; its number is not given again. What browsers and people have of it they keep."""
    async with transaction():
        await ResourceFile.filter(id=file.id, gone=None).update(gone=clock.now())
        await blobs.drop(file.id)
        if not await ResourceFile.exists(resource_id=file.resource_id, gone=None):
            await Resource.filter(id=file.resource_id).update(public=False)
        await audit.record("editions.resource_file_taken_back", actor=by, row=file.resource_id, language=file.language, version=file.version)
        await versions.touch("site")


async def publish_resource(resource: Resource, *, by: UUID | None = None) -> None:
    """Show it to everybody. Raises NoFile."""
    async with transaction():
        if not await ResourceFile.exists(resource_id=resource.id, gone=None):
            raise NoFile()
        await _show(resource, True, "editions.resource_published", by)


async def withdraw_resource(resource: Resource, *, by: UUID | None = None) -> None:
    """Show it to nobody any more, its files included; editors keep it."""
    async with transaction():
        await _show(resource, False, "editions.resource_withdrawn", by)


async def _show(resource: Resource, public: bool, what: str, by: UUID | None) -> None:
    await Resource.filter(id=resource.id).update(public=public)
    await audit.record(what, actor=by, row=resource.id)
    await versions.touch("site")
