"""A release as its readers see it: entries as they were published to one level."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from conference.agenda.snapshots import Json, entries_of, may_read


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One placement as it was published to a level. ``sequence`` and ``stamp`` are those of its calendar entry.

    ``gone``: it was taken off the agenda; ``veiled``: it still exists, for fewer people, so nothing is told of it.
    ``was`` is ``{"starts", "ends", "room"}`` before this release, where it moved with it.
    """

    uid: str
    number: int
    code: str
    title: Json
    title_ours: bool
    abstract: Json
    note: Json
    kind: str
    languages: list[str]
    interpretation: list[str]
    captions: bool
    recorded: bool
    audience: str
    signup: int | None
    links: list[Json]
    continues: list[str]
    track: Json | None
    room: Json | None
    venue: str
    zone: str
    contributors: list[Json]
    starts: datetime
    ends: datetime
    cancelled: bool
    sequence: int
    stamp: datetime
    gone: bool = False
    veiled: bool = False
    was: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """A release as one level sees it. ``entries`` are in order of time, with those that are gone and veiled."""

    version: int
    name: Json
    notes: Json
    made: datetime
    edition: Json
    rooms: tuple[Json, ...]
    tracks: tuple[Json, ...]
    entries: tuple[Entry, ...]

    @property
    def zone(self) -> str:
        return self.edition["zone"]

    @property
    def ends(self) -> date:
        return date.fromisoformat(self.edition["ends"])

    def room(self, slug: str) -> Json | None:
        return next((room for room in self.rooms if room["slug"] == slug), None)

    def track(self, slug: str) -> Json | None:
        return next((track for track in self.tracks if track["slug"] == slug), None)

    def on(self, today: date) -> list[Entry]:
        """What calendars hold: what was taken off the agenda is told as cancelled until the edition has ended."""
        return [entry for entry in self.entries if not entry.gone or today <= self.ends]

    def of_code(self, code: str) -> list[Entry]:
        """The placements of a session, in order of time; those taken off only where it has no other."""
        found = [entry for entry in self.entries if entry.code == code and not entry.veiled]
        return [entry for entry in found if not entry.gone] or found


def agenda_of(content: Json, facts: Json, level: str, names: Mapping[str, str], **release: Any) -> Agenda:
    """What a level sees of a release. ``release``: its version, name, notes and made."""
    seen, published = entries_of(content, level, names), facts[str(level)]
    told = [_entry(entry, published[uid]) for uid, entry in seen.items()]
    told += [_entry(fact["entry"], fact) for fact in published.values() if "entry" in fact]
    return Agenda(
        edition=content["edition"],
        rooms=tuple(room for room in content["rooms"] if may_read(level, room["audience"])),
        tracks=tuple(content["tracks"]),
        entries=tuple(sorted(told, key=lambda entry: (entry.starts, entry.ends, entry.number))),
        **release,
    )


def _entry(entry: Json, fact: Json) -> Entry:
    times = {"starts": datetime.fromisoformat(entry["starts"]), "ends": datetime.fromisoformat(entry["ends"])}
    published = {"sequence": fact["sequence"], "stamp": datetime.fromisoformat(fact["stamp"])}
    why = fact.get("gone")
    return Entry(**entry | times | published, gone=why is not None, veiled=why == "veiled", was=fact.get("was"))
