"""What editors look at: what waits, who is to be called, names that are alike."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tortoise.expressions import Q
from tortoise.functions import Count

from conference.core import sealing
from conference.core.errors import NotFound
from conference.core.todo import Heap, heaps
from conference.editions.models import Edition
from conference.endorsements.likeness import fold, groups
from conference.endorsements.models import STANDING, Authority, Endorsement, Kind, State

ON_A_PAGE = 50
BY_AN_ORGANIZER = (Authority.CALL, Authority.VOUCHED)


async def case(edition: Edition, endorsement_id: UUID) -> Endorsement:
    found = await Endorsement.filter(id=endorsement_id, edition_id=edition.id).select_related("text__edition").first()
    if found is None:
        raise NotFound()
    return found


async def page_of(edition: Edition, which: str, after: UUID | None = None) -> list[Endorsement]:
    """A page of one list: ``look`` and ``call`` begin with the oldest, ``all`` or a state's with the newest; one more where there are more."""
    found, up = _which(edition, which), which in ("look", "call")
    mark = await Endorsement.get_or_none(id=after, edition_id=edition.id) if after else None
    if mark is not None and up:
        found = found.filter(Q(made__gt=mark.made) | Q(made=mark.made, id__gt=mark.id))
    elif mark is not None:
        found = found.filter(Q(made__lt=mark.made) | Q(made=mark.made, id__lt=mark.id))
    order = ("made", "id") if up else ("-made", "-id")
    return await found.order_by(*order).limit(ON_A_PAGE + 1).select_related("text")


def _which(edition: Edition, which: str) -> Any:
    here = Endorsement.filter(edition_id=edition.id)
    if which == "look":
        return here.filter(state=State.CONFIRMED)
    if which == "call":
        return here.filter(state=State.DRAFT, authority__in=BY_AN_ORGANIZER)
    return here.filter(state=State(which)) if which in list(State) else here


async def found(edition: Edition, query: str, most: int = ON_A_PAGE) -> list[Endorsement]:
    """By a whole e-mail address, or by words of the name."""
    column = "email" if "@" in query else "name"
    scope = sealing.scope_of(Endorsement(edition_id=edition.id), column)
    if column == "email":
        ids = [row.id for row in await sealing.find(Endorsement, "email", query, scope)]
    else:
        ids = [*await sealing.find_words(Endorsement, "name", query, scope, limit=most), *await _listed_with(edition, query, most)]
    return await Endorsement.filter(id__in=ids).order_by("-made", "-id").limit(most).select_related("text") if ids else []


async def _listed_with(edition: Edition, query: str, most: int) -> list[UUID]:
    """What is listed with these words; of paper nothing else is kept."""
    listed = Endorsement.filter(edition_id=edition.id).exclude(public_name="")
    for word in fold(query).split()[:8]:
        listed = listed.filter(public_order__contains=word)
    return list(await listed.limit(most).values_list("id", flat=True))


async def to_be_looked_at(editions: Iterable[UUID]) -> list[Heap]:
    return await heaps(Endorsement.filter(state=State.CONFIRMED), "confirmed", editions)


async def to_be_called(editions: Iterable[UUID]) -> list[Heap]:
    return await heaps(Endorsement.filter(state=State.DRAFT, authority__in=BY_AN_ORGANIZER), "made", editions)


async def to_do(edition: Edition) -> dict[str, int]:
    """How many wait to be looked at, and to be called or vouched for."""
    grouped = Endorsement.filter(edition_id=edition.id, state__in=(State.CONFIRMED, State.DRAFT)).annotate(n=Count("id")).group_by("state", "authority")
    counted = {"look": 0, "call": 0}
    for row in await grouped.values("state", "authority", "n"):
        if row["state"] == State.CONFIRMED:
            counted["look"] += row["n"]
        elif row["authority"] in BY_AN_ORGANIZER:
            counted["call"] += row["n"]
    return counted


@dataclass(frozen=True)
class Named:
    """A row with its name and place as opened; both empty where they are not shown."""

    row: Endorsement
    name: str
    place: str


async def duplicates(edition: Edition) -> list[list[Named]]:
    """Standing organizations that signed the same version under like names, or from the same domain, together."""
    here = Endorsement.filter(edition_id=edition.id, kind=Kind.ORGANIZATION, state__in=STANDING)
    shared = {mark: await _shared(here, f"{mark}_blind") for mark in ("likeness", "domain")}
    rows = await here.filter(Q(likeness_blind__in=shared["likeness"]) | Q(domain_blind__in=shared["domain"])).order_by("made", "id").select_related("text")
    names = {one.row.id: one for one in shown(rows)}
    marks = [(row.id, _marks(row.text_id, plain)) for row, plain in zip(rows, sealing.open(rows, "likeness", "domain"), strict=True)]
    return [[names[row_id] for row_id in ids] for ids in groups(marks)]


async def _shared(here: Any, column: str) -> list[int]:
    grouped = here.exclude(**{column: None}).annotate(n=Count("id")).group_by("text_id", column).filter(n__gt=1)
    return [row[column] for row in await grouped.values(column, "n")] or [-1]


def _marks(text_id: UUID, plain: Any) -> Sequence[tuple[UUID, str, str]]:
    return [(text_id, name, value) for name in ("likeness", "domain") if (value := getattr(plain, name))]


def shown(rows: Sequence[Endorsement]) -> list[Named]:
    """As lists show them: what its owner confirmed for everybody to read, and no name of those who support quietly."""
    return [one if one.row.state in STANDING and not one.row.quiet else Named(one.row, "", "") for one in named(rows)]


def named(rows: Sequence[Endorsement]) -> list[Named]:
    opened = sealing.open(rows, "name", "city", "region")
    return [
        Named(row, row.public_name or plain.name or "–", row.public_place or ", ".join(filter(None, (plain.city, plain.region))))
        for row, plain in zip(rows, opened, strict=True)
    ]


async def alike(endorsement: Endorsement) -> list[Named]:
    """Other standing organizations that may be the same as this one."""
    if endorsement.kind is not Kind.ORGANIZATION:
        return []
    plain, hits = sealing.open_one(endorsement, "likeness", "domain"), {}
    for column in ("likeness", "domain"):
        if value := getattr(plain, column):
            rows = await sealing.find(Endorsement, column, value, sealing.scope_of(endorsement, column))
            hits |= {row.id: row for row in rows if row.id != endorsement.id and row.text_id == endorsement.text_id and row.state in STANDING}
    return shown(sorted(hits.values(), key=lambda row: (row.made, row.id)))


async def listed_rows(edition: Edition, portion: int = 200) -> AsyncIterator[list[dict[str, Any]]]:
    """All that is listed, oldest first, some at a time: public columns alone."""
    mark: dict[str, Any] | None = None
    columns = ("id", "kind", "public_name", "public_place", "confirmed", "text__title", "text__version")
    while True:
        rows = Endorsement.filter(edition_id=edition.id, state=State.COUNTED, quiet=False)
        if mark is not None:
            rows = rows.filter(Q(confirmed__gt=mark["confirmed"]) | Q(confirmed=mark["confirmed"], id__gt=mark["id"]))
        some = await rows.order_by("confirmed", "id").limit(portion).values(*columns)
        if not some:
            return
        mark = some[-1]
        yield some
