"""What the agenda does by the clock, and the booklet that follows each release."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from conference.agenda import actions, queries
from conference.agenda.exports import programme
from conference.core import clock, versions
from conference.core.jobs import job
from conference.editions.models import Edition
from conference.editions import queries as editions
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


@job
async def make_programme(edition_id: str) -> None:
    """The booklet of the newest release; one that is overtaken meanwhile is not kept."""
    edition = await Edition.get(id=edition_id)
    shown = await queries.agenda(edition)
    if shown is not None:
        around = programme.Around(
            network=await editions.organization(), chapters=await editions.chapters(), travel=await editions.page(edition, "travel"), unity=await editions.unity_for(edition)
        )
        await actions.keep_programme(edition, shown.version, await programme.programme_pdfs(edition, shown, around))
