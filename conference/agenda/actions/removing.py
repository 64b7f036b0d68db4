"""Taking rows out of the draft."""

from typing import Any

from tortoise.exceptions import IntegrityError

from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _


class StillUsed(Refused):
    def sentence(self) -> str:
        return _(
            "Something still hangs on it: sessions in this room or track, or notes of this session. Move those first."
        )


async def delete(row: Any) -> None:
    """Raises StillUsed where something hangs on the row. On PostgreSQL a refused statement ends its transaction, so it has one of its own."""
    try:
        async with transaction():
            await row.delete()
    except IntegrityError:
        raise StillUsed() from None
