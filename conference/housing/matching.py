"""Which host fits which party, and in words why not. Nothing here decides: what clashes is said, and a coordinator weighs it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from conference.core.i18n import _, lazy, ngettext
from conference.housing.nights import in_words

NEEDS = (
    ("no-stairs", lazy("No stairs")),
    ("no-smoke", lazy("Away from smoke")),
    ("no-pets", lazy("No pets")),
    ("quiet", lazy("Quiet")),
    ("own-room", lazy("A room of our own")),
    ("floor", lazy("We can sleep on a floor")),
    ("children", lazy("We travel with children")),
    ("transit", lazy("Near a bus or train")),
)
CONDITIONS = (
    ("stairs", lazy("There are stairs")),
    ("smoking", lazy("Somebody smokes here")),
    ("pets", lazy("There are pets")),
    ("noise", lazy("It can be noisy")),
    ("shared", lazy("Guests share a room with others")),
    ("no-children", lazy("Not made for children")),
    ("far", lazy("Far from bus and train")),
)
KINDS = (("bed", lazy("Beds")), ("sofa", lazy("Sofas")), ("floor", lazy("Places on the floor")))
LANGUAGES_SPOKEN = (
    ("en", lazy("English")),
    ("es", lazy("Spanish")),
    ("ar", lazy("Arabic")),
    ("zh", lazy("Chinese")),
    ("fr", lazy("French")),
    ("ht", lazy("Haitian Creole")),
    ("pl", lazy("Polish")),
    ("asl", lazy("American Sign Language")),
)
CLASHES = {"no-stairs": "stairs", "no-smoke": "smoking", "no-pets": "pets", "quiet": "noise", "own-room": "shared", "children": "no-children", "transit": "far"}


@dataclass(frozen=True)
class Party:
    people: int
    nights: Sequence[date]
    needs: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Host:
    """``free``: beds left by night; ``kinds``: how many of each kind there are altogether."""

    id: UUID
    code: str
    free: dict[date, int]
    kinds: dict[str, int] = field(default_factory=dict)
    conditions: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()

    def off_floor(self) -> int:
        return self.kinds.get("bed", 0) + self.kinds.get("sofa", 0)


@dataclass(frozen=True)
class Choice:
    """A host with room for a party on all its nights; ``warnings`` say in words what clashes."""

    host: Host
    warnings: list[str] = field(default_factory=list)


def words(chosen: Sequence[str], known: Sequence[tuple[str, Any]]) -> str:
    """The labels of what was ticked, in the order in which they are asked."""
    return ", ".join(str(label) for word, label in known if word in chosen)


def kinds_in_words(kinds: dict[str, int]) -> str:
    """Beds: 2, Sofas: 1."""
    return ", ".join(f"{label}: {kinds[kind]}" for kind, label in KINDS if kinds.get(kind))


def has_room(party: Party, host: Host) -> bool:
    return all(host.free.get(night, 0) >= party.people for night in party.nights)


def warnings(party: Party, host: Host) -> list[str]:
    """What clashes between a party and a host, one short sentence each."""
    labels = dict(CONDITIONS)
    found = [str(labels[condition]) for need, condition in CLASHES.items() if need in party.needs and condition in host.conditions]
    if "floor" not in party.needs and party.people > host.off_floor():
        found.append(_("Somebody would sleep on the floor"))
    if party.languages and host.languages and not party.languages & host.languages:
        found.append(_("No language in common"))
    return found


def choices(party: Party, hosts: Sequence[Host]) -> list[Choice]:
    """Hosts with room, those that clash least first, and of these the ones where fewest beds stay empty."""
    found = [Choice(host, warnings(party, host)) for host in hosts if has_room(party, host)]
    return sorted(found, key=lambda choice: (len(choice.warnings), _left_over(party, choice.host), choice.host.code))


def _left_over(party: Party, host: Host) -> int:
    return sum(host.free.get(night, 0) - party.people for night in party.nights)


def why_no_bed(party: Party, hosts: Sequence[Host]) -> str:
    """Why a party that nobody is asked for has no bed yet."""
    if not hosts:
        return _("No host can be asked yet.")
    for night in party.nights:
        if not any(host.free.get(night, 0) >= party.people for host in hosts):
            said = ngettext("No host has room for %(people)d person on %(night)s.", "No host has room for %(people)d people on %(night)s.", party.people)
            return said % {"people": party.people, "night": in_words(night)}
    found = choices(party, hosts)
    if not found:
        return _("No single host has room on all these nights.")
    fitting = sum(not choice.warnings for choice in found)
    if not fitting:
        return _("Conditions clash with every host that has room. Least with the nearest one: %(what)s.") % {"what": ", ".join(found[0].warnings)}
    return ngettext("%(count)d host fits and can be asked.", "%(count)d hosts fit and can be asked.", fitting) % {"count": fitting}
