"""How many statements the database is asked."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.statements: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        if said.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            self.statements.append(said)


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements that were run inside, filled as they run."""
    log, kept = logging.getLogger("tortoise.db_client"), _Kept()
    before = log.level
    log.setLevel(logging.DEBUG)
    log.addHandler(kept)
    try:
        yield kept.statements
    finally:
        log.removeHandler(kept)
        log.setLevel(before)
