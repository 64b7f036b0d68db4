"""What differs between two states of an agenda, for editors: the draft and the newest release, or two releases."""

from dataclasses import dataclass
from enum import StrEnum

from conference.agenda.snapshots import Json


class What(StrEnum):
    NEW = "new"
    REMOVED = "removed"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    MOVED = "moved"
    AUDIENCE = "audience"
    CHANGED = "changed"


# What a change of words is made of, beside time, room, status and audience.
WORDS = (
    "title",
    "title_ours",
    "abstract",
    "note",
    "kind",
    "languages",
    "interpretation",
    "captions",
    "recorded",
    "signup",
    "links",
    "continues",
    "track",
    "contributors",
    "venue",
    "zone",
)


@dataclass(frozen=True, slots=True)
class Change:
    """One placement that differs. ``now`` is its entry, ``was`` the entry before; ``fields`` are the words that changed."""

    what: tuple[What, ...]
    now: Json
    was: Json
    fields: tuple[str, ...] = ()

    @property
    def uid(self) -> str:
        return self.now["uid"]


def compare(before: dict[str, Json], after: dict[str, Json]) -> list[Change]:
    """The placements that differ, in order of their time now. Both map uids to entries of the same level."""
    changes = [Change((What.NEW,), entry, entry) for uid, entry in after.items() if uid not in before]
    changes += [Change((What.REMOVED,), entry, entry) for uid, entry in before.items() if uid not in after]
    changes += filter(None, (_change(before[uid], entry) for uid, entry in after.items() if uid in before))
    return sorted(changes, key=lambda change: (change.now["starts"], change.now["number"]))


def _change(was: Json, now: Json) -> Change | None:
    what = []
    if now["cancelled"] != was["cancelled"]:
        what.append(What.CANCELLED if now["cancelled"] else What.RESTORED)
    if _where(now) != _where(was):
        what.append(What.MOVED)
    if now["audience"] != was["audience"]:
        what.append(What.AUDIENCE)
    fields = tuple(name for name in WORDS if now[name] != was[name])
    fields += ("room",) if _where(now) == _where(was) and now["room"] != was["room"] else ()
    if fields:
        what.append(What.CHANGED)
    return Change(tuple(what), now, was, fields) if what else None


def _where(entry: Json) -> tuple[str, str, str | None]:
    return entry["starts"], entry["ends"], entry["room"] and entry["room"]["slug"]
