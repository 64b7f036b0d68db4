"""What waits for somebody: one line, one button. Slices say it, the page that gathers them shows it; see ``core/panels.gather``."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tortoise.functions import Count, Min
from tortoise.queryset import QuerySet


@dataclass(frozen=True)
class Todo:
    """``title`` is one sentence in the reader's language, ``since`` the moment from which it waits, ``path`` where its button leads.

    ``where`` names what it belongs to, in few words; ``urgent`` means that harm is done while it waits.
    """

    title: str
    since: datetime
    path: str
    button: str
    where: str = ""
    urgent: bool = False


def oldest_first(todos: list[Todo]) -> list[Todo]:
    return sorted(todos, key=lambda todo: (todo.since, todo.where, todo.title))


@dataclass(frozen=True)
class Heap:
    """So many rows of one edition that wait, and the moment of the oldest."""

    edition_id: UUID
    many: int
    oldest: datetime


async def heaps(rows: QuerySet, moment: str, among: Iterable[UUID]) -> list[Heap]:
    """The rows among these editions as one heap each, counted in one statement; ``moment`` is the column since when a row waits."""
    wanted = list(among)
    if not wanted:
        return []
    found = await rows.filter(edition_id__in=wanted).annotate(many=Count("id"), oldest=Min(moment)).group_by("edition_id").values("edition_id", "many", "oldest")
    return [Heap(row["edition_id"], row["many"], as_moment(row["oldest"])) for row in found]


def entries(
    found: Iterable[Heap], slugs: Mapping[UUID, str], words: Callable[[int], str], place: Callable[[str], str], button: str, *, urgent: bool = False
) -> list[Todo]:
    """One for each heap. ``slugs`` are the editions' short names; ``words`` says how many there are, ``place`` where they are looked at."""
    return [Todo(words(one.many), one.oldest, place(slugs[one.edition_id]), button, slugs[one.edition_id], urgent) for one in found]


def as_moment(value: datetime | str) -> datetime:
    """SQLite gives the least of a column back as text."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value
