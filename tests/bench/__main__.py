"""All benches, one table. Run: python -m tests.bench [--only NAME ...] [--clone]; the exit code is 1 where a figure is missed.

Figures are printed and judged, and belong to this machine and hour: let nothing else run meanwhile. What is compared runs in
turns, so that a noisy machine disturbs both alike. Needs wrk and PostgreSQL's server programs.
"""

import argparse
import logging
import shutil
import signal
import sys
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from conference.core.logs import start_logging
from tests.bench import forms, life, nodes, office, pages, pdfs, registration, rush
from tests.bench.figures import Figure, show

BENCHES: dict[str, Callable[[], Iterator[Figure]]] = {
    "pages": pages.pages,
    "change": pages.change,
    "nodes": nodes.nodes,
    "flow": registration.flow,
    "commit": registration.commit,
    "forms": forms.forms,
    "rush": rush.rush,
    "unguarded": rush.unguarded,
    "office": office.office,
    "pdf": pdfs.pdfs,
    "life": life.life,
    "demo": life.demo,
    "clone": life.clone,
}


def main() -> int:
    options = _options()
    if not shutil.which("wrk"):
        print("The benches need wrk: sudo apt-get install --yes wrk", file=sys.stderr)
        return 2
    start_logging(logging.ERROR)
    signal.signal(signal.SIGTERM, lambda *_told: sys.exit(143))  # so that the servers we started end with us
    figures: list[Figure] = []
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=Console(file=sys.stderr)) as bar:
        for name in options.only or [name for name in BENCHES if name != "clone" or options.clone]:
            task = bar.add_task(name)
            for figure in BENCHES[name]():
                bar.console.print(f"  {figure.name}: {figure.figure}")
                figures.append(figure)
            bar.update(task, completed=True, total=True)
    show(figures)
    return 0 if all(one.reached for one in figures) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Figures of this machine, judged.")
    parser.add_argument("--only", action="append", choices=BENCHES, help="this bench; may be given several times")
    parser.add_argument("--clone", action="store_true", help="also a clone and make demo, which needs a clean clone and the package cache")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
