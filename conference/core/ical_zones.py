"""Time zones for calendar feeds: a VTIMEZONE that is true for every date of some years.

The icalendar library writes the component but does not find the changes: it puts the start of summer time an hour late,
steps over the weeks when Morocco changes its clocks twice, lists dates where a yearly rule holds, and adds a comment.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

if TYPE_CHECKING:  # the library takes a tenth of a second to load, and a process may never write a feed
    from icalendar import TimezoneDaylight, TimezoneStandard

Observance: TypeAlias = "TimezoneStandard | TimezoneDaylight"

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
EARLIEST = 1970  # how far back the beginning of a yearly rule is looked for
YEARS_AHEAD = 6  # enough to tell "the fourth Sunday" from "the last Sunday"


@lru_cache(maxsize=256)
def component(zone: str, first: int, last: int) -> bytes:
    """The VTIMEZONE for all local dates from the year `first` through `last`, with CRLF.

    It has yearly rules where they hold from the year before through `last`, otherwise the single dates of that span.
    """
    from icalendar import Timezone

    place = ZoneInfo(zone)
    timezone = Timezone()
    timezone.add("TZID", zone)
    for observance in _by_rule(place, first, last) or _by_date(place, first, last):
        timezone.add_component(observance)
    return timezone.to_ical()


@dataclass(frozen=True, order=True, slots=True)
class _Rule:
    """A yearly change: the nth such weekday of the month (-1: the last) at a time by the clock before it."""

    nth: int
    weekday: str
    month: int
    clock: str
    kind: "_Kind"


@dataclass(frozen=True, order=True, slots=True)
class _Kind:
    before: timedelta
    after: timedelta
    name: str
    daylight: bool


@dataclass(frozen=True, slots=True)
class _Change:
    """One change of the clocks; `onset` is what they showed at that moment, not yet changed."""

    onset: datetime
    kind: _Kind

    def rules(self) -> frozenset[_Rule]:
        """The yearly rules of which this change may be an instance."""
        day = self.onset.date()
        which = {(day.day - 1) // 7 + 1} - {5}
        if (day + timedelta(days=7)).month != day.month:
            which.add(-1)
        clock = f"{self.onset:%H%M%S}"
        return frozenset(_Rule(nth, WEEKDAYS[day.weekday()], day.month, clock, self.kind) for nth in which)


def _by_rule(zone: ZoneInfo, first: int, last: int) -> list[Observance]:
    """One observance per yearly rule, or none where no rules hold all the time."""
    possible = [_possible(zone, year) for year in range(first - 1, last + 1)]
    if not possible[0] or any(len(year) != len(possible[0]) for year in possible):
        return []
    held = [frozenset.intersection(*column) for column in zip(*possible)]
    if not all(held):
        return []
    rules = [min(several) for several in _narrowed(zone, held, last)]
    since = _since(zone, rules, first - 1)
    return [_yearly(change, rule) for change, rule in zip(_changes(zone, since), rules)]


def _possible(zone: ZoneInfo, year: int) -> list[frozenset[_Rule]]:
    return [change.rules() for change in _changes(zone, year)]


def _narrowed(zone: ZoneInfo, held: list[frozenset[_Rule]], last: int) -> list[frozenset[_Rule]]:
    """Of the rules that fit the years wanted, those that go on to fit the years after, as long as some do."""
    for year in range(last + 1, last + 1 + YEARS_AHEAD):
        coming = _possible(zone, year)
        both = [here & there for here, there in zip(held, coming)]
        if len(coming) != len(held) or not all(both):
            break
        held = both
    return held


def _since(zone: ZoneInfo, rules: list[_Rule], year: int) -> int:
    """The first year from which on the rules have held."""
    while year > EARLIEST:
        before = _possible(zone, year - 1)
        if len(before) != len(rules) or any(rule not in fits for rule, fits in zip(rules, before)):
            break
        year -= 1
    return year


def _by_date(zone: ZoneInfo, first: int, last: int) -> list[Observance]:
    """What holds when the span begins, and then every change in it, those of one kind together."""
    kinds: dict[_Kind, list[datetime]] = {}
    for change in [_beginning(zone, first - 1)] + [c for y in range(first - 1, last + 1) for c in _changes(zone, y)]:
        kinds.setdefault(change.kind, []).append(change.onset)
    return [_dated(kind, onsets) for kind, onsets in kinds.items()]


def _beginning(zone: ZoneInfo, year: int) -> _Change:
    local = datetime(year, 1, 1, tzinfo=UTC).astimezone(zone)
    offset = local.utcoffset()
    return _Change(datetime(year, 1, 1), _Kind(offset, offset, local.tzname(), bool(local.dst() > timedelta())))


@lru_cache(maxsize=4096)
def _changes(zone: ZoneInfo, year: int) -> tuple[_Change, ...]:
    """All changes between two New Years in UTC, in order."""
    here, end, found = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC), []
    while here < end:
        there = min(here + timedelta(days=7), end)
        if _differ(zone, here, there):
            found.append(_change_between(zone, here, there))
        here = there
    return tuple(found)


def _change_between(zone: ZoneInfo, early: datetime, late: datetime) -> _Change:
    """The change between two moments that lie close enough for one, found to the second by halving."""
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=int((late - early).total_seconds()) // 2)
        early, late = (early, middle) if _differ(zone, early, middle) else (middle, late)
    before, after = early.astimezone(zone), late.astimezone(zone)
    # Ireland counts its winter as a negative summer time; the end of that is summer to a calendar program.
    daylight = after.dst() > timedelta() or before.dst() < timedelta()
    kind = _Kind(before.utcoffset(), after.utcoffset(), after.tzname(), daylight)
    return _Change((late + before.utcoffset()).replace(tzinfo=None), kind)


def _differ(zone: ZoneInfo, one: datetime, other: datetime) -> bool:
    return one.astimezone(zone).utcoffset() != other.astimezone(zone).utcoffset()


def _yearly(change: _Change, rule: _Rule) -> Observance:
    from icalendar import vRecur

    observance = _observance(rule.kind, change.onset)
    observance.add("RRULE", vRecur(FREQ="YEARLY", BYMONTH=rule.month, BYDAY=f"{rule.nth}{rule.weekday}"))
    return observance


def _dated(kind: _Kind, onsets: list[datetime]) -> Observance:
    observance = _observance(kind, onsets[0])
    for onset in onsets[1:]:
        observance.add("RDATE", onset)  # a line each: ical.js and vobject read only the first date of a line
    return observance


def _observance(kind: _Kind, onset: datetime) -> Observance:
    from icalendar import TimezoneDaylight, TimezoneStandard

    observance = TimezoneDaylight() if kind.daylight else TimezoneStandard()
    observance.add("DTSTART", onset)
    observance.add("TZNAME", kind.name)
    observance.add("TZOFFSETFROM", kind.before)
    observance.add("TZOFFSETTO", kind.after)
    return observance
