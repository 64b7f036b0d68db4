"""What a ticket costs and what comes back: pure, in whole cents."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol


class Priced(Protocol):
    least: int
    suggested: int
    most: int


def is_free(ticket: Priced) -> bool:
    return ticket.most == 0


def is_sliding(ticket: Priced) -> bool:
    return ticket.most > ticket.least


def amounts_to_pick(ticket: Priced) -> list[int]:
    """A few amounts between least and most to choose from, the suggested one among them."""
    if not is_sliding(ticket):
        return [ticket.least]
    round_ones = [500, 1000, 2000, 3500, 5000, 7500, 10000, 15000, 25000]
    within = {cents for cents in round_ones if ticket.least <= cents <= ticket.most}
    near = sorted(within, key=lambda cents: abs(cents - ticket.suggested))[:4]
    return sorted({*near, ticket.suggested} - {0})


def refund_due(paid: int, table: Sequence[dict[str, Any]], begins: date, today: date) -> int:
    """Cents that go back when cancelling today: the percent of the first row whose days before the beginning are reached."""
    before = (begins - today).days
    for row in sorted(table, key=lambda row: -row["days"]):
        if before >= row["days"]:
            return paid * row["percent"] // 100
    return 0
