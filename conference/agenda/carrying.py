"""How every event was last published, carried from release to release, so that calendars see each change once.

``facts`` is ``{level: {uid: fact}}``; nothing published is ever left out of it. A fact has

* ``sequence``: +1 when a release changes time, room or status, and never down, whatever is brought back;
* ``stamp``: when anything of the event last changed in a release; ``print``: by which that is noticed;
* ``at``: time, room and status as last published;
* ``gone`` and ``entry``: it is on the agenda no more (``removed``), or no more for this level (``veiled``), and this is
  what is shown in its place, cancelled; it names nobody, for facts stand in the database in clear;
* ``was``: where it was before, if this release moved it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from conference.agenda.models import Audience
from conference.agenda.snapshots import LEVELS, Json, digest, entries_of, may_read, uids_in

VEILED = {"en": "No longer on this schedule", "es": "Ya no está en este programa"}
WORDLESS: Json = {
    "title": VEILED, "title_ours": False, "abstract": {}, "note": {}, "kind": "meeting", "languages": [], "interpretation": [], "captions": False,
    "recorded": False, "signup": None, "links": [], "continues": [], "contributors": [], "track": None, "room": None,
}  # fmt: skip


def carry(before: Json, last: Json | None, content: Json, names: Mapping[str, str], now: datetime) -> Json:
    """The facts of a release of ``content`` made ``now``; the release in force has the facts ``before`` and the content ``last``."""
    uids = uids_in(content)
    facts = {}
    for level in LEVELS:
        known = entries_of(last, level, names) if last else {}
        closed = frozenset(room["slug"] for room in content["rooms"] if not may_read(level, room["audience"]))
        facts[str(level)] = _of_level(
            level, before.get(str(level), {}), known, entries_of(content, level, names), uids, closed, now
        )
    return facts


def _of_level(
    level: str,
    before: Json,
    last: dict[str, Json],
    entries: dict[str, Json],
    uids: frozenset[str],
    closed: frozenset[str],
    now: datetime,
) -> Json:
    facts = {}
    for uid, entry in entries.items():
        facts[uid] = _fact(before.get(uid), entry, level, now)
        if uid in last and _at(last[uid])[:3] != _at(entry)[:3]:
            facts[uid]["was"] = {
                "starts": last[uid]["starts"],
                "ends": last[uid]["ends"],
                "room": _open(last[uid]["room"], closed),
            }
    for uid in before.keys() - entries.keys():
        facts[uid] = _fact_of_missing(before[uid], last.get(uid), level, uid in uids, closed, now)
    return facts


def _fact(before: Json | None, entry: Json, level: str, now: datetime) -> Json:
    at, seen = _at(entry), digest(_without_private_names(entry, level))
    if before is None:
        return {"sequence": 0, "stamp": now.isoformat(), "print": seen, "at": at}
    stamp = before["stamp"] if seen == before["print"] else now.isoformat()
    return {"sequence": before["sequence"] + (at != before["at"]), "stamp": stamp, "print": seen, "at": at}


def _fact_of_missing(
    before: Json, last: Json | None, level: str, exists: bool, closed: frozenset[str], now: datetime
) -> Json:
    """What stands for an event that was published and is not in this release."""
    veiled = exists or before.get("gone") == "veiled"
    shown = (before.get("entry") or last or {}) | {"cancelled": True, "contributors": []}
    shown |= WORDLESS if veiled else {"room": _open(shown["room"], closed)}
    return _fact(before, shown, level, now) | {"gone": "veiled" if veiled else "removed", "entry": shown}


def _at(entry: Json) -> list[Any]:
    return [entry["starts"], entry["ends"], entry["room"] and entry["room"]["slug"], entry["cancelled"]]


def _open(room: Json | None, closed: frozenset[str]) -> Json | None:
    """The room, unless this level may no longer know of it."""
    return None if room is None or room["slug"] in closed else room


def _without_private_names(entry: Json, level: str) -> Json:
    """What the print is taken of: a print of a private name would let whoever has a copy of the database try names."""
    if level == Audience.PUBLIC:
        return entry
    return entry | {"contributors": [{"guid": one["guid"], "role": one["role"]} for one in entry["contributors"]]}
