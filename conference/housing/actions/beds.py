"""Taking beds and giving them back: always the last thing in a transaction, always night after night.

Locks are taken in one order everywhere: offer, stay, request, beds; so that two who change the same never wait for each other.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from conference.core.db import rows
from conference.core.errors import Refused
from conference.core.i18n import _


class NoRoom(Refused):
    def sentence(self) -> str:
        return _("These beds were given to somebody else a moment ago. Choose another host.")


async def take(offer_id: UUID, nights: Sequence[date], people: int) -> None:
    """So many beds of a host on each of these nights. Raises NoRoom: the caller's transaction is undone."""
    for night in sorted(nights):
        taken = "UPDATE bed_night SET taken = taken + ? WHERE offer_id = ? AND night = ? AND taken + ? <= beds RETURNING id"
        if not await rows(taken, [people, str(offer_id), night, people]):
            raise NoRoom(field="offer")


async def give_back(offer_id: UUID, nights: Sequence[date], people: int) -> None:
    """They are free again."""
    for night in sorted(nights):
        await rows("UPDATE bed_night SET taken = taken - ? WHERE offer_id = ? AND night = ? RETURNING id", [people, str(offer_id), night])
