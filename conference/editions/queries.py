"""Editions and their pages."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from tortoise.expressions import Q

from conference.core import clock
from conference.core.errors import NotFound
from conference.editions.doors import Door, Standing, doors, standing
from conference.editions.models import AdoptedText, Chapter, Duty, Edition, Organization, Page, PageRevision


async def edition(slug: str) -> Edition:
    found = await Edition.get_or_none(slug=slug)
    if found is None:
        raise NotFound()
    return found


async def public_editions() -> list[Edition]:
    """All that visitors may see, the newest first."""
    return await Edition.filter(public=True).order_by("-begins")


def today(edition: Edition) -> date:
    """The day it is where the conference is."""
    return clock.now().astimezone(ZoneInfo(edition.zone)).date()


def standing_of(edition: Edition) -> Standing:
    """Whether it is to come, on, or past, today and there."""
    return standing(edition.begins, edition.ends, today(edition))


def doors_of(edition: Edition) -> list[Door]:
    """Where an edition's home page leads today; the first two are its buttons."""
    return doors(standing_of(edition))


async def editions_of(ids: set[UUID | None]) -> list[Edition]:
    """These, hidden ones too, the newest first; all of them where None is among the ids."""
    found = Edition.all() if None in ids else Edition.filter(id__in=ids)
    return await found.order_by("-begins")


async def next_edition() -> Edition | None:
    """The one that is on or comes next; else the newest."""
    known = await public_editions()
    coming = [one for one in known if one.ends >= today(one)]
    return coming[-1] if coming else (known[0] if known else None)


async def organization() -> Organization | None:
    return await Organization.all().first()


async def page(edition: Edition | None, slug: str) -> Page | None:
    """A page of an edition, or of the organization."""
    return await Page.filter(edition_id=edition and edition.id, slug=slug).first()


async def live_words(edition: Edition | None, slug: str) -> dict | None:
    """What visitors read of a page, ``{"en": {...}, "es": {...}}``; None before it was published."""
    found = await page(edition, slug)
    return found.live if found else None


async def pages(edition: Edition | None) -> list[Page]:
    return await Page.filter(edition_id=edition and edition.id).order_by("place", "slug")


async def page_revisions(page_id: UUID, most: int = 20) -> list[PageRevision]:
    return await PageRevision.filter(page_id=page_id).order_by("-revision").limit(most)


async def chapter(chapter_id: UUID) -> Chapter:
    found = await Chapter.get_or_none(id=chapter_id)
    if found is None:
        raise NotFound()
    return found


async def chapters() -> list[Chapter]:
    return await Chapter.all().order_by("place", "name")


async def call_of(edition: Edition) -> AdoptedText | None:
    """The conference's call in its newest version; each edition has its own."""
    return await AdoptedText.filter(edition_id=edition.id, kind="call", published__not_isnull=True).select_related("edition").order_by("-version").first()


async def calls(edition: Edition) -> list[AdoptedText]:
    """Every version of the call, the newest first."""
    return await AdoptedText.filter(edition_id=edition.id, kind="call").order_by("-version")


async def unity_for(edition: Edition) -> AdoptedText | None:
    """The points of unity in force at an edition: adopted by it or by one before it."""
    found = await AdoptedText.filter(kind="unity", published__not_isnull=True, edition__begins__lte=edition.begins).select_related("edition")
    return max(found, key=lambda text: (text.edition.begins, text.version), default=None)


async def duties(edition: Edition | None) -> list[Duty]:
    """Who does what in an edition, those for the whole organization included; without an edition these alone."""
    here = Q(edition_id=None) | Q(edition_id=edition.id) if edition else Q(edition_id=None)
    return await Duty.filter(here).select_related("person").order_by("duty", "made", "id")


async def duty(edition: Edition | None, duty_id: UUID) -> Duty | None:
    """A duty of this very edition, or of the organization."""
    return await Duty.filter(id=duty_id, edition_id=edition and edition.id).first()
