"""Needs as numbers. Small numbers are not shown: they would point at somebody."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

FEWEST_SHOWN = 10


def count_needs(texts: Iterable[str | None]) -> dict[str, Counter[str]]:
    """``{"food": {"vegan": 12}, ..., "children": {"all": 31}, "note": {"all": 7}}`` of needs as they were sealed."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("interpretation", "access", "children", "food", "note")}
    for text in texts:
        said = json.loads(text) if text else {}
        for name in ("interpretation", "access", "food"):
            counts[name].update(said.get(name, ()))
        counts["children"]["all"] += said.get("children", 0)
        counts["note"]["all"] += bool(said.get("note"))
    return counts


def shown(count: int) -> str:
    """The number; nothing where it is too small to show."""
    return str(count) if count >= FEWEST_SHOWN else ""


def day_by_day(found: Sequence[tuple[str, int]]) -> list[tuple[date, int, int]]:
    """Every day from the first to the last of ``[("2027-05-01", 12), ...]``: how many came, and how many that makes altogether."""
    if not found:
        return []
    counts = {date.fromisoformat(day): many for day, many in found}
    first, last, total, days = min(counts), max(counts), 0, []
    for off in range((last - first).days + 1):
        day = first + timedelta(days=off)
        total += counts.get(day, 0)
        days.append((day, counts.get(day, 0), total))
    return days
