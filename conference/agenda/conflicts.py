"""What an editor should look at before a release: rules over the entries of an agenda, as staff see them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import combinations
from zoneinfo import ZoneInfo

from conference.agenda.snapshots import Json


class Rule(StrEnum):
    ROOM_TWICE = "room-twice"
    PERSON_TWICE = "person-twice"
    OUTSIDE = "outside"
    NO_ROOM = "no-room"
    ONE_LANGUAGE = "one-language"


GRAVE = frozenset({Rule.ROOM_TWICE, Rule.PERSON_TWICE, Rule.OUTSIDE})  # these cannot happen as they are planned


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. ``codes`` are the sessions it is about; ``who`` the room's slug or the contributor's guid, where one is."""

    rule: Rule
    codes: tuple[str, ...]
    who: str = ""


def find(entries: Iterable[Json], begins: date, ends: date, zone: str) -> list[Finding]:
    """All findings, the gravest rule first, then in order of time. Cancelled placements take no room and nobody's time."""
    ordered = sorted(entries, key=lambda entry: (entry["starts"], entry["number"]))
    standing = [entry for entry in ordered if not entry["cancelled"]]
    return [
        *_twice(Rule.ROOM_TWICE, standing, lambda entry: [entry["room"]["slug"]] if entry["room"] else []),
        *_twice(Rule.PERSON_TWICE, standing, lambda entry: [one["guid"] for one in entry["contributors"]]),
        *(Finding(Rule.OUTSIDE, (entry["code"],)) for entry in standing if not _inside(entry, begins, ends, zone)),
        *(Finding(Rule.NO_ROOM, (entry["code"],)) for entry in standing if not entry["room"]),
        *_once(Finding(Rule.ONE_LANGUAGE, (entry["code"],)) for entry in ordered if not _in_both_languages(entry)),
    ]


def _twice(rule: Rule, entries: list[Json], takes: Callable[[Json], list[str]]) -> Iterator[Finding]:
    """Pairs that want the same room or person at once. One that ends when the other begins is fine."""
    taken: dict[str, list[Json]] = defaultdict(list)
    for entry in entries:
        for name in takes(entry):
            taken[name].append(entry)
    for name, among in taken.items():
        for one, other in combinations(among, 2):
            if one["starts"] < other["ends"] and other["starts"] < one["ends"]:
                yield Finding(rule, (one["code"], other["code"]), name)


def _inside(entry: Json, begins: date, ends: date, zone: str) -> bool:
    first = datetime.fromisoformat(entry["starts"]).astimezone(ZoneInfo(zone)).date()
    return begins <= first <= ends


def _in_both_languages(entry: Json) -> bool:
    return all(entry["title"].get(code, "").strip() for code in ("en", "es"))


def _once(warnings: Iterable[Finding]) -> list[Finding]:
    return list(dict.fromkeys(warnings))
