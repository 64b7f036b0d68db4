"""What must go when, what is gone, and what is held about whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tortoise.expressions import Q

from conference.core import clock, sealing
from conference.core.audit import AuditEntry
from conference.core.holdings import Holding, Subject
from conference.core.running import running
from conference.core.sealing import Lifetime, Portion
from conference.editions.models import Duties, Duty, Edition
from conference.editions.queries import today
from conference.people.models import Person
from conference.people.queries import email_of
from conference.privacy.collecting import holders
from conference.privacy.models import Erased, Purged
from conference.privacy.wording import Look

UNFINISHED, LETTERS = timedelta(days=14), timedelta(days=7)


# What must go


@dataclass(frozen=True)
class Heap:
    """What goes at one stroke: an edition's or a donor year's columns of one lifetime, or what has grown old of another."""

    name: str
    lifetime: Lifetime
    portions: Sequence[Portion]
    edition: Edition | None = None
    due: date | None = None
    scope: str | None = None  # whose keys go with it

    async def rows(self) -> int:
        """How many rows still hold something that must go."""
        return sum([await portion.full().count() for portion in self.portions])


async def heaps() -> list[Heap]:
    """All that must be gone by now and was not noted down as gone, and all that grows old row by row; may be empty of rows."""
    done, destroyed = set(await Purged.all().values_list("name", flat=True)), running().keyring.destroyed()
    ended = [heap for heap in await ending() if heap.name not in done and (is_due(heap) or heap.scope in destroyed)]
    return [*ended, *aging()]


async def ending() -> list[Heap]:
    """Everything that goes a number of days after an end, due or not, what goes first first."""
    found = [heap for edition in await Edition.all() for heap in of_edition(edition)]
    found += [_of_year(lifetime, year) for lifetime in _ending_with("donor") for year in _donor_years()]
    return sorted(found, key=lambda heap: (heap.due, heap.name))


def of_edition(edition: Edition) -> list[Heap]:
    """Everything of an edition that goes a number of days after its end, what goes first first."""
    return [_of_edition(lifetime, edition) for lifetime in _ending_with("edition")]


def _ending_with(scope: str) -> list[Lifetime]:
    return [lifetime for lifetime in sealing.lifetimes() if (lifetime.after, lifetime.scope) == ("end", scope)]


def _of_edition(lifetime: Lifetime, edition: Edition) -> Heap:
    scope = sealing.scope_of_lifetime(lifetime, edition.id)
    return Heap(scope, lifetime, sealing.ending(lifetime, edition.id), edition, over_since(edition) + timedelta(days=lifetime.days), scope)


def over_since(edition: Edition) -> date:
    """From which day on days after the end are counted: for an edition of the past that was entered later, the day of that."""
    return max(edition.ends, edition.made.astimezone(ZoneInfo(edition.zone)).date())


def _of_year(lifetime: Lifetime, year: int) -> Heap:
    """The keys of a donor's year serve all its lifetimes: see ``keys_without_use``."""
    return Heap(f"donor:{year}:end{lifetime.days}", lifetime, sealing.ending(lifetime, year), due=date(year, 12, 31) + timedelta(days=lifetime.days))


def aging() -> list[Heap]:
    """Everything that goes a number of days after it was given to us."""
    kinds = [lifetime for lifetime in sealing.lifetimes() if lifetime.after == "entry"]
    return [Heap(f"entry:{kind.scope}:{kind.days}", kind, sealing.aging(kind, clock.now() - timedelta(days=kind.days))) for kind in kinds]


def is_due(heap: Heap) -> bool:
    """Whether its day has come, where the edition is."""
    here = today(heap.edition) if heap.edition else clock.now().date()
    return heap.due is not None and here >= heap.due


def _donor_years() -> list[int]:
    return [int(scope.split(":")[1]) for scope in running().keyring.scopes() if scope.startswith("donor:")]


async def keys_without_use() -> list[str]:
    """Scopes of row by row lifetimes whose edition or year is over for so long that nothing can be sealed with them any more, and nothing is."""
    found = []
    for lifetime in sealing.lifetimes():
        if lifetime.after == "entry" and lifetime.scope == "edition":
            over = [one for one in await Edition.all() if today(one) >= over_since(one) + timedelta(days=lifetime.days)]
            scopes = {sealing.scope_of_lifetime(lifetime, one.id): sealing.ending(lifetime, one.id) for one in over}
            found += [scope for scope, portions in scopes.items() if running().keyring.keys(scope) and not await _hold_anything(portions)]
    return [*found, *await _donor_keys_without_use()]


async def _donor_keys_without_use() -> list[str]:
    kinds = [lifetime for lifetime in sealing.lifetimes() if lifetime.scope == "donor"]
    longest = max((kind.days for kind in kinds), default=0)
    over = [year for year in _donor_years() if clock.now().date() >= date(year, 12, 31) + timedelta(days=longest)]
    return [f"donor:{year}" for year in over if not await _hold_anything([portion for kind in kinds for portion in sealing.ending(kind, year)])]


async def _hold_anything(portions: Sequence[Portion]) -> bool:
    return any([await portion.full().exists() for portion in portions])


async def pending() -> list[Heap]:
    """What must be gone by now and is not."""
    return [heap for heap in await heaps() if heap.due or await heap.rows()]


# What is gone


@dataclass(frozen=True)
class Line:
    """What of an edition goes when, and whether it did. ``purposes`` are those of its columns, as ``Internal`` has them."""

    purposes: Sequence[str]
    days: int
    due: date
    done: datetime | None
    rows: int


async def lines(edition: Edition) -> list[Line]:
    """What goes of an edition after its end, what goes first first."""
    done = {row.name: row for row in await Purged.filter(edition_id=edition.id)}
    return [_line(heap, done.get(heap.name)) for heap in of_edition(edition)]


def _line(heap: Heap, done: Purged | None) -> Line:
    purposes = sorted({model_column.purpose for portion in heap.portions for model_column in _fields(portion)})
    return Line(purposes, heap.lifetime.days, heap.due or date.max, done.done if done else None, done.rows if done else 0)


def _fields(portion: Portion) -> list[Any]:
    return [portion.model._meta.fields_map[name] for name in portion.columns]


async def done_day_by_day() -> list[Purged]:
    """What grew old and went, over all editions."""
    return await Purged.filter(edition_id=None, due=None).order_by("name")


async def erased_count() -> int:
    return await Erased.all().count()


# What is held about whoever asks


def subject_of(person: Person | None, tokens: Sequence[str]) -> Subject:
    return Subject(person and person.id, (email_of(person) or "") if person else "", tuple(tokens))


async def holdings(subject: Subject) -> list[Holding]:
    """All that any slice holds about the one who asks."""
    return [holding for holder in holders().values() for holding in await holder.about(subject)]


MOST_LOOKS = 200


async def looks(subject: Subject, held: Sequence[Holding]) -> list[Look]:
    """Every look at one of these rows, and every list that they stood on, the newest first."""
    rows = {row for holding in held for row in holding.rows} | ({subject.person_id} if subject.person_id else set())
    wanted = Q(row__in=list(rows), what__endswith=".revealed") | Q(row__in=list(rows), what__endswith=".taken_along")
    for edition_id, since in _since(held).items():
        wanted |= Q(edition=edition_id, at__gte=since, what__endswith=".exported")
    found = await AuditEntry.filter(wanted).order_by("-at", "-id").limit(MOST_LOOKS) if rows else []
    duties = await _duties({entry.actor for entry in found if entry.actor})
    return [_look(entry, subject, duties) for entry in found]


def _since(held: Sequence[Holding]) -> dict[UUID, datetime]:
    """By edition, from when on the one who asks stood on its lists."""
    found: dict[UUID, datetime] = {}
    for holding in held:
        if holding.edition and holding.since:
            found[holding.edition] = min(holding.since, found.get(holding.edition, holding.since))
    return found


async def _duties(actors: set[UUID]) -> dict[tuple[UUID, UUID | None], Duties]:
    return {(row["person_id"], row["edition_id"]): Duties(row["duty"]) for row in await Duty.filter(person_id__in=list(actors)).order_by("-made").values("person_id", "edition_id", "duty")}


def _look(entry: AuditEntry, subject: Subject, duties: dict[tuple[UUID, UUID | None], Duties]) -> Look:
    facts = entry.facts
    columns = facts.get("columns") or ([facts["column"]] if "column" in facts else [])
    duty = duties.get((entry.actor, entry.edition)) or duties.get((entry.actor, None)) if entry.actor else None
    return Look(entry.at, entry.what.rpartition(".")[2], duty, columns, sealing.open_one(entry, "reason").reason or "", entry.actor is not None and entry.actor == subject.person_id)


