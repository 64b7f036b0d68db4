"""What the agenda does by the clock."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from conference.agenda import actions
from conference.core import clock, versions
from conference.core.jobs import job
from conference.editions.models import Edition
from conference.editions.queries import next_edition


@job
async def announce_days() -> None:
    """The organization's calendar follows what the next edition says of itself."""
    edition = await next_edition()
    if edition is not None:
        await actions.announce_days(edition)


@job
async def let_go_of_ended() -> None:
    """Once an edition has ended, its calendars no longer carry what was taken off: its files are made anew."""
    today = clock.now().date()
    for edition in await Edition.filter(ends__gte=today - timedelta(days=3), ends__lt=today + timedelta(days=1)):
        if clock.now().astimezone(ZoneInfo(edition.zone)).date() > edition.ends:
            await versions.touch(f"edition:{edition.slug}")
