"""The program booklet: when it is to be made anew, and keeping it."""

from conference.agenda import queries
from conference.agenda.models import Release
from conference.core import blobs, jobs, versions
from conference.core.db import transaction
from conference.core.i18n import LANGUAGES
from conference.editions.events import PagePublished, TextAdopted
from conference.editions.models import Edition

PDF = "application/pdf"


async def ask_programme(edition: Edition) -> None:
    """In the caller's transaction: the booklet is to be made anew."""
    await jobs.later("agenda.make_programme", key=f"agenda.programme:{edition.id}", edition_id=edition.id)


async def begin_programme(edition: Edition) -> None:
    """In the transaction of a release: the older booklet goes at once, as it may tell what no longer is for everybody."""
    for language in LANGUAGES:
        await blobs.drop(edition.id, queries.programme_name(language))
    await ask_programme(edition)


async def on_page_published(event: PagePublished) -> None:
    """The travel page stands in its edition's booklet."""
    if event.edition_id and event.slug == "travel" and await Release.exists(edition_id=event.edition_id):
        await ask_programme(await Edition.get(id=event.edition_id))


async def on_text_adopted(event: TextAdopted) -> None:
    """Points of unity are in force from their edition on."""
    adopting = await Edition.get(id=event.edition_id)
    for edition in await Edition.filter(begins__gte=adopting.begins):
        if event.kind == "unity" and await Release.exists(edition_id=edition.id):
            await ask_programme(edition)


async def keep_programme(edition: Edition, version: int, files: dict[str, bytes]) -> bool:
    """Keep the booklet, if the release that it was made from is still the newest."""
    async with transaction():
        newest = await queries.newest(edition)
        if newest is None or newest.version != version:
            return False
        for language, body in files.items():
            await blobs.keep(edition.id, queries.programme_name(language), body, PDF)
        await versions.touch(f"edition:{edition.slug}")
    return True
