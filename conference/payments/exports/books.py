"""The ledger as a table, portion by portion."""

from collections.abc import AsyncIterator
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.expressions import Q

from conference.editions.models import Edition
from conference.payments.models import LedgerEntry

PORTION = 500
_COLUMNS = ("id", "at", "movement", "what", "account", "cents", "currency", "payment_id", "payment__label")


async def ledger(edition: Edition) -> AsyncIterator[list[list[Any]]]:
    """Every entry, the oldest first: day, movement, what, account, amount (with a point), currency, payment, label."""
    mark: dict | None = None
    zone = ZoneInfo(edition.zone)
    while True:
        found = LedgerEntry.filter(edition_id=edition.id)
        if mark is not None:
            found = found.filter(Q(at__gt=mark["at"]) | Q(at=mark["at"], id__gt=mark["id"]))
        portion = await found.order_by("at", "id").limit(PORTION).values(*_COLUMNS)
        if not portion:
            return
        mark = portion[-1]
        yield [_row(row, zone) for row in portion]


def _row(row: dict, zone: ZoneInfo) -> list[Any]:
    day = row["at"].astimezone(zone).date().isoformat()
    return [day, row["movement"], row["what"], row["account"], row["cents"] / 100, row["currency"], row["payment_id"], row["payment__label"]]
