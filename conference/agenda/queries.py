"""Reading the agenda: the draft for editors and other slices, the newest release for everybody else."""

import json
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from conference.agenda.agendas import Agenda, Entry, agenda_of
from conference.agenda.changes import compare
from conference.agenda.conflicts import GRAVE, find
from conference.agenda.models import (
    Audience,
    Contribution,
    Contributor,
    DayEntry,
    Kinds,
    Placement,
    Release,
    Room,
    Session,
    Track,
)
from conference.agenda.snapshots import Json, content_of, entries_of
from conference.core import sealing
from conference.core.blobs import Blob
from conference.core.errors import NotFound
from conference.core.running import running
from conference.editions.models import Edition

AGENDAS_KEPT = 8

# The draft


async def session(edition: Edition, code: str) -> Session:
    """A session of the draft, with its track, placements and rooms. NotFound for unknown codes."""
    found = await Session.filter(edition_id=edition.id, code=code).prefetch_related("track", "placements__room").first()
    if found is None:
        raise NotFound()
    return found


async def session_or_none(edition: Edition, code: str) -> Session | None:
    return await Session.get_or_none(edition_id=edition.id, code=code)


async def sessions(edition: Edition, **where: Any) -> list[Session]:
    """All sessions of the draft in order of time, those without a time last; with track, placements and rooms."""
    found = await Session.filter(edition_id=edition.id, **where).prefetch_related("track", "placements__room")
    return sorted(found, key=_in_time)


async def breakouts(edition: Edition) -> list[Session]:
    """The sessions that may have notes."""
    return await sessions(edition, kind=Kinds.BREAKOUT)


def _in_time(session: Session) -> tuple[bool, str, str]:
    starts = sorted(placement.starts.isoformat() for placement in session.placements)
    return not starts, starts[0] if starts else "", session.code


async def rooms(edition: Edition) -> list[Room]:
    return await Room.filter(edition_id=edition.id).order_by("place", "slug")


async def tracks(edition: Edition) -> list[Track]:
    return await Track.filter(edition_id=edition.id).order_by("place", "slug")


async def room(edition: Edition, slug: str) -> Room:
    return _found(await Room.get_or_none(edition_id=edition.id, slug=slug))


async def track(edition: Edition, slug: str) -> Track:
    return _found(await Track.get_or_none(edition_id=edition.id, slug=slug))


async def placement(edition: Edition, id: UUID) -> Placement:
    """A placement of the draft, with its session and room."""
    return _found(
        await Placement.filter(id=id, session__edition_id=edition.id).select_related("session", "room").first()
    )


async def contributions(session: Session) -> list[Contribution]:
    """Who does what in a session, in order; with contributors."""
    return await Contribution.filter(session_id=session.id).select_related("contributor").order_by("place", "id")


async def contribution(edition: Edition, id: UUID) -> Contribution:
    return _found(
        await Contribution.filter(id=id, session__edition_id=edition.id)
        .select_related("session", "contributor")
        .first()
    )


async def names(edition: Edition) -> dict[str, str]:
    """The contributors' names by guid; those no longer kept are left out."""
    known = await Contributor.filter(edition_id=edition.id)
    plain = sealing.open(known, "name")
    return {str(row.id): one.name for row, one in zip(known, plain, strict=True) if one.name}


async def contributor_named(edition: Edition, name: str) -> Contributor | None:
    """The contributor of the edition who has this name already."""
    found = await sealing.find(Contributor, "name", name, sealing.scope_of(Contributor(edition=edition), "name"))
    return found[0] if found else None


async def draft(edition: Edition) -> tuple[Json, dict[str, str]]:
    """What a release would store now, and the names it does not tell."""
    last = await newest(edition)
    named = (_public_names(last) if last else {}) | await names(edition)
    found = await Session.filter(edition_id=edition.id).prefetch_related("track", "placements__room", "contributions")
    return content_of(edition, await rooms(edition), await tracks(edition), found, named), named


def _public_names(release: Release) -> dict[str, str]:
    """Names that were released to the public stay known when the editors' own copy is no longer kept."""
    told = [one for session in release.content["sessions"] for one in session["contributors"]]
    return {one["guid"]: one["name"] for one in told if one["name"]}


@dataclass(frozen=True)
class Glance:
    """Of the draft: how many placements differ from what is published, how many conflicts it has, and since when at the longest."""

    changes: int
    conflicts: int
    since: datetime


async def draft_at_a_glance(edition: Edition) -> Glance:
    content, names = await draft(edition)
    entries, last = entries_of(content, Audience.STAFF, names), await newest(edition)
    before = entries_of(last.content, Audience.STAFF, hidden_names(last) | names) if last else {}
    found = find(entries.values(), edition.begins, edition.ends, edition.zone)
    return Glance(len(compare(before, entries)), len([one for one in found if one.rule in GRAVE]), last.made if last else edition.made)


# Releases


async def newest(edition: Edition) -> Release | None:
    """The release in force."""
    return await Release.filter(edition_id=edition.id).order_by("-version").first()


async def releases(edition: Edition) -> list[dict[str, Any]]:
    """All releases, newest first, without what they store."""
    return (
        await Release.filter(edition_id=edition.id)
        .order_by("-version")
        .values("id", "version", "name", "notes", "of_version", "made", "by")
    )


async def release(edition: Edition, version: int) -> Release:
    return _found(await Release.get_or_none(edition_id=edition.id, version=version))


def hidden_names(release: Release) -> dict[str, str]:
    """The names by guid that the release does not tell everybody; none once they are no longer kept."""
    plain = sealing.open_one(release, "names").names
    return json.loads(plain) if plain else {}


async def agenda(edition: Edition, level: str = Audience.PUBLIC) -> Agenda | None:
    """The newest release as this level sees it; None before the first. A release never changes, so public ones are remembered."""
    if level != Audience.PUBLIC:
        found = await newest(edition)
        return _agenda(found, level, hidden_names(found)) if found else None
    ids = await Release.filter(edition_id=edition.id).order_by("-version").limit(1).values_list("id", flat=True)
    if not ids:
        return None
    known: OrderedDict[UUID, Agenda] = running().part("agenda.public", OrderedDict)
    if ids[0] not in known:
        known[ids[0]] = _agenda(await Release.get(id=ids[0]), level, {})
        while len(known) > AGENDAS_KEPT:
            known.popitem(last=False)
    return known[ids[0]]


def _agenda(release: Release, level: str, names: dict[str, str]) -> Agenda:
    return agenda_of(
        release.content,
        release.facts,
        level,
        names,
        version=release.version,
        name=release.name,
        notes=release.notes,
        made=release.made,
    )


async def released(edition: Edition, code: str, level: str = Audience.PUBLIC) -> list[Entry]:
    """The placements of a session in the newest release, in order of time. NotFound where this level sees none."""
    shown = await agenda(edition, level)
    found = shown.of_code(code) if shown else []
    if not found:
        raise NotFound()
    return found


async def earlier(codes: Collection[str]) -> list[tuple[str, Entry]]:
    """Of sessions of any edition those that are public: the edition's slug and the session's first placement."""
    rows = await Session.filter(code__in=list(codes), edition__public=True).select_related("edition") if codes else []
    found = []
    for row in sorted(rows, key=lambda row: row.code):
        shown = await agenda(row.edition)
        found += [(row.edition.slug, entry) for entry in (shown.of_code(row.code)[:1] if shown else [])]
    return found


async def programme_pdf(edition: Edition, language: str) -> Blob:
    """The booklet. NotFound before the first release, and until it is made."""
    return _found(await Blob.get_or_none(owner=edition.id, name=programme_name(language)))


async def has_programme(edition: Edition) -> bool:
    return await Blob.exists(owner=edition.id, name__startswith="programme.")


def programme_name(language: str) -> str:
    return f"programme.{language}.pdf"


async def day_entries(edition: Edition) -> list[DayEntry]:
    """What the organization's calendar says of an edition."""
    return await DayEntry.filter(edition_id=edition.id).order_by("what")


def _found(row: Any) -> Any:
    if row is None:
        raise NotFound()
    return row
