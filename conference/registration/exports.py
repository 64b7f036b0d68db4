"""Registrations as a table, portion by portion."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.expressions import Q

from conference.core import sealing
from conference.editions.models import Edition
from conference.registration.models import Attendee, Order

PORTION = 200
_COLUMNS = ("id", "edition_id", "badge_name", "order__id", "order__edition_id", "order__code", "order__state", "order__language", "order__made", "order__email", "ticket_type__slug")


async def orders(edition: Edition, columns: Sequence[str]) -> AsyncIterator[list[list[Any]]]:
    """The rows of these columns (names of ``forms.EXPORTABLE``), oldest first, some at a time."""
    mark: dict | None = None
    zone = ZoneInfo(edition.zone)
    while True:
        found = Attendee.filter(edition_id=edition.id)
        if mark is not None:
            found = found.filter(Q(order__made__gt=mark["order__made"]) | Q(order__made=mark["order__made"], id__gt=mark["id"]))
        portion = await found.order_by("order__made", "id").limit(PORTION).values(*_COLUMNS)
        if not portion:
            return
        mark = portion[-1]
        yield _opened(portion, columns, zone)


def _opened(portion: list[dict], columns: Sequence[str], zone: ZoneInfo) -> list[list[Any]]:
    """Only what was asked for is opened."""
    names: list[Any] = [None] * len(portion)
    addresses: list[Any] = [None] * len(portion)
    if "badge_name" in columns:
        names = [plain.badge_name for plain in sealing.open_values(Attendee, portion, "badge_name")]
    if "email" in columns:
        addresses = _addresses(portion)
    return [[_cell(column, row, name, address, zone) for column in columns] for row, name, address in zip(portion, names, addresses, strict=True)]


def _addresses(portion: list[dict]) -> list[str | None]:
    rows = [{"id": row["order__id"], "edition_id": row["order__edition_id"], "email": row["order__email"]} for row in portion]
    return [plain.email for plain in sealing.open_values(Order, rows, "email")]


def _cell(column: str, row: dict, name: str | None, address: str | None, zone: ZoneInfo) -> Any:
    return {
        "reference": row["order__code"],
        "ticket": row["ticket_type__slug"],
        "state": str(row["order__state"]),
        "language": row["order__language"],
        "day": row["order__made"].astimezone(zone).date().isoformat(),
        "badge_name": name,
        "email": address,
    }[column]
