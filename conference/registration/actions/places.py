"""Taking places and giving them back: always the last thing in a transaction, always in the order of the pools' ids."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from conference.core.db import rows
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.core.jobs import later
from conference.payments.actions import CHECKOUT_LASTS

HOLD_LASTS = CHECKOUT_LASTS + timedelta(minutes=10)
PURPOSE = "order"


class SoldOut(Refused):
    """No place is left; the waiting list can be offered."""

    def sentence(self) -> str:
        return _("The last place was taken a moment ago. You can join the waiting list.")


class TooLate(Refused):
    def sentence(self) -> str:
        return _("This registration can no longer be changed.")


async def take(pools: Iterable[UUID]) -> None:
    """One place of each pool. Raises SoldOut: the caller's transaction is undone."""
    for pool_id in pools:
        if not await rows("UPDATE pool SET taken = taken + 1 WHERE id = ? AND taken < size RETURNING id", [str(pool_id)]):
            raise SoldOut()


async def give_back(pools: Iterable[UUID], edition_id: UUID) -> None:
    """One place of each pool is free again, and offered to whoever waits for it."""
    await later("registration.offer_places", key=f"offer:{edition_id}", edition_id=edition_id)
    for pool_id in pools:
        await rows("UPDATE pool SET taken = taken - 1 WHERE id = ? RETURNING id", [str(pool_id)])
