"""Files kept in the database, found by a name; small ones only."""

import hashlib
from uuid import UUID

from conference.core import clock
from conference.core.db import fields
from conference.core.db.model import Model
from conference.core.errors import TooLarge

LARGEST = 8_000_000


class Blob(Model):
    """``owner`` is the row it was made for, ``name`` what it is to that row; both together are unique."""

    owner = fields.Uuid()
    name = fields.Short(80)
    media_type = fields.Short(80)
    digest = fields.Short(64)
    body = fields.Blob()
    made = fields.Moment()

    class Meta:
        table = "blob"
        unique_together = (("owner", "name"),)


async def keep(owner: UUID, name: str, body: bytes, media_type: str) -> None:
    """Put the file in place of what was there under this name."""
    if len(body) > LARGEST:
        raise TooLarge()
    digest = hashlib.sha256(body).hexdigest()
    known = Blob.filter(owner=owner, name=name)
    if not await known.update(media_type=media_type, digest=digest, body=body, made=clock.now()):
        await Blob(owner=owner, name=name, media_type=media_type, digest=digest, body=body, made=clock.now()).save(force_create=True)


async def get(owner: UUID, name: str) -> Blob | None:
    return await Blob.get_or_none(owner=owner, name=name)


async def drop(owner: UUID, name: str | None = None) -> None:
    await Blob.filter(owner=owner, **({"name": name} if name else {})).delete()
