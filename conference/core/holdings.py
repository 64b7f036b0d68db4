"""What we hold about somebody, slice by slice: how the one who asks is told, and how they are forgotten.

Every slice with data about people has a ``privacy.py`` with ``about(subject) -> list[Holding]`` and ``forget(subject) -> int``. It may
have ``forget_unfinished(before) -> int`` too, for what somebody began before that moment and nobody finished; and
``forget_again(rows)``, for what else followed when these rows were forgotten, after an older copy of the database was put back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class Subject:
    """Who asks, by what they have proved: a sign-in (``person_id`` and its ``email``), and the ``tokens`` of links opened in this browser.

    Rows are found by any of them: by the person, by the blind index of the address, by a token that opens the row.
    """

    person_id: UUID | None = None
    email: str = ""
    tokens: Sequence[str] = ()


@dataclass(frozen=True)
class Holding:
    """One thing we hold. ``facts`` are (term, text) in the reader's language; ``until`` the day it goes; ``path`` where it can be
    seen and corrected; ``stays`` says why it cannot be erased on request (books that the law asks for), else it goes with ``forget``.

    ``since`` is when it was given to us. Looks that were written down for one of ``rows``, and lists taken of ``edition`` since then,
    are shown to the one who asks.
    """

    title: str
    facts: Sequence[tuple[str, str]]
    until: date | None = None
    path: str = ""
    stays: str = ""
    since: datetime | None = None
    rows: Sequence[UUID] = ()
    edition: UUID | None = None
