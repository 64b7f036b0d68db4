"""The nights of an edition: from the evening before it begins to the evening it ends, each named by the day on which it begins."""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from conference.core import clock
from conference.core.i18n import _, format_day
from conference.editions.models import Edition

DAY = timedelta(days=1)


def nights_of(edition: Edition) -> list[date]:
    first = edition.begins - DAY
    return [first + DAY * number for number in range((edition.ends - first).days + 1)]


def parse(kept: Sequence[str]) -> list[date]:
    """Nights as a row keeps them, in order."""
    return sorted(date.fromisoformat(night) for night in kept)


def in_words(night: date) -> str:
    """Thu, Jul 22."""
    return format_day(night, _("EEE, MMM d"))


def list_in_words(nights: Sequence[date]) -> str:
    """Thu, Jul 22 – Sat, Jul 24; nights that follow each other are said as one."""
    runs: list[list[date]] = []
    for night in sorted(nights):
        if runs and night - runs[-1][-1] == DAY:
            runs[-1].append(night)
        else:
            runs.append([night])
    return "; ".join(in_words(run[0]) if len(run) == 1 else f"{in_words(run[0])} – {in_words(run[-1])}" for run in runs)


def departure(kept: Sequence[str]) -> date:
    """The morning after the last night."""
    return max(parse(kept)) + DAY


def is_over(edition: Edition, kept: Sequence[str]) -> bool:
    """Whether the day of departure is behind us, where the conference is."""
    return clock.now().astimezone(ZoneInfo(edition.zone)).date() > departure(kept)
