"""How many statements the database is asked for a page."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.agenda.counting import counting as counting_all


class Statements(list):
    """Those run so far; the look at the published versions does not count, as it comes by the clock and not by the page."""

    def __len__(self) -> int:
        return sum('FROM "version"' not in statement for statement in self)


@contextmanager
def counting() -> Iterator[Statements]:
    found = Statements()
    with counting_all() as statements:
        yield found
    found.extend(statements)
