"""Needs as numbers. Small numbers are not shown: they would point at somebody."""

import json
from collections import Counter
from collections.abc import Iterable

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
