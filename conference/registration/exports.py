"""Registrations as a table, portion by portion."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.expressions import Q

from conference.core import sealing
from conference.editions.models import Edition
from conference.registration.models import Attendee, Order

PORTION = 200
_OF_ORDER = ("id", "edition_id", "code", "state", "language", "made", "email")
_OF_ATTENDEE = ("id", "edition_id", "order_id", "badge_name", "ticket_type__slug")


async def orders(edition: Edition, columns: Sequence[str]) -> AsyncIterator[list[list[Any]]]:
    """The rows of these columns (names of ``forms.EXPORTABLE``), oldest first, some at a time."""
    mark: dict | None = None
    zone = ZoneInfo(edition.zone)
    while True:
        found = Order.filter(edition_id=edition.id)
        if mark is not None:
            found = found.filter(Q(made__gt=mark["made"]) | Q(made=mark["made"], id__gt=mark["id"]), made__gte=mark["made"])  # the last for the index
        portion = await found.order_by("made", "id").limit(PORTION).values(*_OF_ORDER)
        if not portion:
            return
        mark = portion[-1]
        yield _opened(await _with_attendees(portion), columns, zone)


async def _with_attendees(orders: list[dict]) -> list[dict]:
    """One row per attendee, in the order of these orders; ``order`` is its order."""
    known = {row["id"]: row for row in orders}
    found = await Attendee.filter(order_id__in=list(known)).order_by("id").values(*_OF_ATTENDEE)
    place = {id_: number for number, id_ in enumerate(known)}
    return [row | {"order": known[row["order_id"]]} for row in sorted(found, key=lambda row: place[row["order_id"]])]


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
    return [plain.email for plain in sealing.open_values(Order, [row["order"] for row in portion], "email")]


def _cell(column: str, row: dict, name: str | None, address: str | None, zone: ZoneInfo) -> Any:
    order = row["order"]
    return {
        "reference": order["code"],
        "ticket": row["ticket_type__slug"],
        "state": str(order["state"]),
        "language": order["language"],
        "day": order["made"].astimezone(zone).date().isoformat(),
        "badge_name": name,
        "email": address,
    }[column]
