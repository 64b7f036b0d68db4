"""The agenda as plain data: what a release stores (``content``), and what of it a reader of some level may see.

``content`` is JSON: ``{"edition": {...}, "rooms": [...], "tracks": [...], "sessions": [...]}``, sessions with their
contributors and placements, moments in ISO format and UTC. Of contributors it names those only whom everybody may know.

An *entry* is one placement with all that is told of it to one level, as JSON.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

from conference.agenda.models import Audience, Contribution, Placement, Room, Session, States, Track
from conference.editions.models import Edition

Json = dict[str, Any]
LEVELS = tuple(Audience)


def level_of(audiences: Iterable[str]) -> Audience:
    """The widest level among audiences such as ``{"public", "participants"}``."""
    return max((Audience(one) for one in audiences), key=LEVELS.index)


def stricter(*audiences: str) -> Audience:
    """The audience that reads something only if it may read all of these."""
    return level_of(audiences)


def may_read(level: str, audience: str) -> bool:
    return LEVELS.index(Audience(audience)) <= LEVELS.index(Audience(level))


def digest(value: Any) -> str:
    """The same for the same JSON, whatever the order of its keys."""
    told = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


# From rows to content


def content_of(
    edition: Edition,
    rooms: Iterable[Room],
    tracks: Iterable[Track],
    sessions: Iterable[Session],
    names: Mapping[str, str],
) -> Json:
    """What a release of these rows would store. ``names`` are the contributors' by guid; sessions without a time stay out."""
    return {
        "edition": _edition(edition),
        "rooms": [_room(room) for room in rooms],
        "tracks": [{"slug": track.slug, "name": track.name, "color": track.color} for track in tracks],
        "sessions": [
            _session(session, names)
            for session in sorted(sessions, key=lambda one: one.code)
            if len(session.placements)
        ],
    }


def _edition(edition: Edition) -> Json:
    return {
        "slug": edition.slug,
        "id": str(edition.id),
        "title": edition.title,
        "venue": edition.venue,
        "address": edition.address,
        "city": edition.city,
        "zone": edition.zone,
        "begins": edition.begins.isoformat(),
        "ends": edition.ends.isoformat(),
        "accent": edition.accent,
    }


def _room(room: Room) -> Json:
    return {
        "id": str(room.id),
        "slug": room.slug,
        "name": room.name,
        "capacity": room.capacity,
        "floor": room.floor,
        "access": room.access,
        "audience": str(room.audience),
    }


def _session(session: Session, names: Mapping[str, str]) -> Json:
    return {
        "id": str(session.id),
        "code": session.code,
        "title": session.title,
        "title_ours": session.title_ours,
        "abstract": session.abstract,
        "note": session.note,
        "kind": str(session.kind),
        "track": session.track.slug if session.track else None,
        "languages": session.languages,
        "interpretation": session.interpretation,
        "captions": session.captions,
        "recorded": session.recorded,
        "audience": str(session.audience),
        "signup": session.signup,
        "links": session.links,
        "continues": session.continues,
        "contributors": [
            _contributor(session, one, names)
            for one in sorted(session.contributions, key=lambda one: (one.place, str(one.id)))
        ],
        "placements": [_placement(one) for one in sorted(session.placements, key=lambda one: (one.starts, one.number))],
    }


def _contributor(session: Session, contribution: Contribution, names: Mapping[str, str]) -> Json:
    """Its name only where everybody may know it: content stands in the database in clear."""
    guid, audience = str(contribution.contributor_id), stricter(session.audience, contribution.audience)
    name = names.get(guid) if audience is Audience.PUBLIC else None
    return {"guid": guid, "name": name, "role": contribution.role, "audience": str(contribution.audience)}


def _placement(placement: Placement) -> Json:
    return {
        "uid": str(placement.uid),
        "number": placement.number,
        "room": placement.room.slug if placement.room else None,
        "starts": placement.starts.astimezone(UTC).isoformat(),
        "ends": placement.ends.astimezone(UTC).isoformat(),
        "cancelled": placement.state == States.CANCELLED,
    }


# From content to what a level sees


def entries_of(content: Json, level: str, names: Mapping[str, str]) -> dict[str, Json]:
    """What this level sees of each placement, by uid, in order of time. ``names``: those that content does not tell."""
    rooms = {room["slug"]: room for room in content["rooms"] if may_read(level, room["audience"])}
    tracks = {track["slug"]: track for track in content["tracks"]}
    found = []
    for session in content["sessions"]:
        if may_read(level, session["audience"]):
            told = _told_of_session(content, session, tracks, level, names)
            found += [told | _told_of_placement(placement, rooms) for placement in session["placements"]]
    return {
        entry["uid"]: entry
        for entry in sorted(found, key=lambda entry: (entry["starts"], entry["ends"], entry["number"]))
    }


_SAME = (
    "code",
    "title",
    "title_ours",
    "abstract",
    "note",
    "kind",
    "languages",
    "interpretation",
    "captions",
    "recorded",
    "audience",
    "signup",
    "links",
    "continues",
)


def _told_of_session(
    content: Json, session: Json, tracks: Mapping[str, Json], level: str, names: Mapping[str, str]
) -> Json:
    edition = content["edition"]
    return {name: session[name] for name in _SAME} | {
        "track": tracks.get(session["track"]),
        "contributors": _told_contributors(session, level, names),
        "venue": where(edition["venue"], edition["address"]),
        "zone": edition["zone"],
    }


def where(venue: str, address: str) -> str:
    """Both, unless the address begins with the venue's name."""
    return address if address.startswith(venue) else f"{venue}, {address}"


def _told_contributors(session: Json, level: str, names: Mapping[str, str]) -> list[Json]:
    """Those this level may know; without those whose name is no longer kept."""
    seen = [one for one in session["contributors"] if may_read(level, one["audience"])]
    named = [{"guid": one["guid"], "name": one["name"] or names.get(one["guid"]), "role": one["role"]} for one in seen]
    return [one for one in named if one["name"]]


def _told_of_placement(placement: Json, rooms: Mapping[str, Json]) -> Json:
    room = rooms.get(placement["room"])
    return placement | {"room": room and {name: room[name] for name in ("id", "slug", "name", "floor")}}


def uids_in(content: Json) -> frozenset[str]:
    """Every placement of the content, whoever may see it."""
    return frozenset(placement["uid"] for session in content["sessions"] for placement in session["placements"])


def tightened(content: Json, now: Json, known: Mapping[str, str | None]) -> Json:
    """Old content that shows nobody more than the present draft allows.

    What was made less public since stays so. ``known`` are the contributors there are by guid, with the names they have
    now (None: no longer kept); others stay away.
    """
    sessions = {one["code"]: one for one in now["sessions"]}
    rooms = {one["slug"]: one for one in now["rooms"]}
    return content | {
        "rooms": [
            room | {"audience": stricter(room["audience"], rooms.get(room["slug"], room)["audience"])}
            for room in content["rooms"]
        ],
        "sessions": [_tightened_session(one, sessions.get(one["code"], one), known) for one in content["sessions"]],
    }


def _tightened_session(session: Json, now: Json, known: Mapping[str, str | None]) -> Json:
    audience = stricter(session["audience"], now["audience"])
    present = {one["guid"]: one["audience"] for one in now["contributors"]}
    kept = []
    for one in session["contributors"]:
        if one["guid"] in known:
            allowed = stricter(one["audience"], present.get(one["guid"], one["audience"]))
            public = stricter(audience, allowed) is Audience.PUBLIC
            kept.append(
                one | {"audience": str(allowed), "name": (known[one["guid"]] or one["name"]) if public else None}
            )
    return session | {"audience": str(audience), "contributors": kept}
