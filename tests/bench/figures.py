"""What a bench says: a figure, what it is compared with, what was wanted, and whether that is reached."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One line of the table. ``figure`` and ``wanted`` are words with their units; ``ratio`` is to the bare thing of the same run."""

    name: str
    figure: str
    reached: bool
    wanted: str
    ratio: float | None = None


def at_most(name: str, value: float, limit: float, unit: str, ratio: float | None = None, digits: int = 1) -> Figure:
    return Figure(name, f"{value:,.{digits}f} {unit}", value <= limit, f"at most {limit:g} {unit}", ratio)


def at_least(name: str, value: float, limit: float, unit: str, ratio: float | None = None) -> Figure:
    return Figure(name, f"{value:,.0f} {unit}", value >= limit, f"at least {limit:g} {unit}", ratio)


def ratio_at_least(name: str, value: float, bare: float, ratio: float, limit: float, unit: str) -> Figure:
    return Figure(name, f"{value:,.0f} {unit} (bare {bare:,.0f})", ratio >= limit, f"ratio at least {limit:g}", ratio)


def ratio_at_most(name: str, value: float, bare: float, ratio: float, limit: float, unit: str) -> Figure:
    return Figure(name, f"{value:,.1f} {unit} (bare {bare:,.1f})", ratio <= limit, f"ratio at most {limit:g}", ratio)


def yardstick() -> str:
    """How fast this machine is just now: machines differ, and figures without a ratio belong to one."""
    spent = []
    for _turn in range(5):
        began = time.process_time()
        sum(range(3_000_000))
        spent.append(time.process_time() - began)
    return f"adding 3 million numbers takes this machine {statistics.median(spent) * 1e3:.0f} ms"


def show(figures: Sequence[Figure]) -> None:
    table = Table(title="Benches: medians of interleaved runs on this machine", caption=yardstick())
    for heading in ("name", "figure", "ratio", "wanted", "verdict"):
        table.add_column(heading, justify="right" if heading == "ratio" else "left", no_wrap=heading in ("ratio", "verdict"))
    for one in figures:
        ratio = f"{one.ratio:.2f}" if one.ratio is not None else ""
        table.add_row(one.name, one.figure, ratio, one.wanted, "reached" if one.reached else "[bold red]missed[/]")
    Console().print(table)
