"""Editions and their pages."""

import copy
from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from tortoise.expressions import Q

from conference.core import clock, kept, sealing
from conference.core.blobs import Blob
from conference.core.errors import Gone, NotFound
from conference.editions.doors import Door, Standing, doors, standing
from conference.editions.models import (
    AdoptedText,
    Chapter,
    ContactMessage,
    Duty,
    Edition,
    MessageState,
    Organization,
    Page,
    PageRevision,
    Resource,
    ResourceFile,
    ResourceKind,
)

FILE = "file"  # what a resource's blob is called
MESSAGES_AT_ONCE = 50


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
    """Who is behind the editions. Read once per version of the site, because many pages name them."""
    return copy.copy(await kept.once("site", "the organization", lambda: Organization.all().first()))


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


async def pages_under_way(owners: Collection[UUID | None]) -> list[tuple[Page, datetime]]:
    """Pages of these editions (None: of the organization) whose draft is not what visitors read, and when it was last written."""
    here = Q(edition_id__in=[one for one in owners if one]) | (Q(edition_id=None) if None in owners else Q(edition_id__in=[]))
    pages = [page for page in await Page.filter(here).order_by("place", "slug") if page.draft != page.live]
    written = await PageRevision.filter(page_id__in=[page.id for page in pages]).values("page_id", "revision", "made") if pages else []
    newest = {row["page_id"]: row["made"] for row in sorted(written, key=lambda row: row["revision"])}
    return [(page, newest[page.id]) for page in pages if page.id in newest]


def is_left(written: datetime, patience: timedelta) -> bool:
    """Whether nobody has gone on with it for so long."""
    return clock.now() - written >= patience


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
# What people wrote to us


async def messages(state: MessageState, after: UUID | None = None) -> list[ContactMessage]:
    """Those in this state, the oldest first, from after this one on; one more than a page holds if there are more."""
    found = ContactMessage.filter(state=state).select_related("chapter")
    if after and (mark := await ContactMessage.get_or_none(id=after)):
        found = found.filter(Q(made__gt=mark.made) | Q(made=mark.made, id__gt=mark.id))
    return await found.order_by("made", "id").limit(MESSAGES_AT_ONCE + 1)


async def messages_waiting() -> int:
    """How many wait to be read; there are never many."""
    return await ContactMessage.filter(state=MessageState.WAITING).count()


async def message(message_id: UUID) -> ContactMessage:
    found = await ContactMessage.get_or_none(id=message_id).select_related("chapter")
    if found is None:
        raise NotFound()
    return found


async def messages_of(email: str) -> list[ContactMessage]:
    """What was left with this address."""
    return await sealing.find(ContactMessage, "reach", email, "account")


async def address_for(message: ContactMessage) -> str:
    """Where a message goes when it is passed on: the chapter's address, or the network's; "" where there is none."""
    if message.chapter_id:
        return (await Chapter.get(id=message.chapter_id)).mail
    network = await organization()
    return network.mail if network else ""


# What can be taken along and handed out


async def resources(language: str = "") -> list[tuple[Resource, list[ResourceFile]]]:
    """All that is published, by kind, each with its newest file in each language; only those in ``language`` where one is given (a file can be in both)."""
    standing = await ResourceFile.filter(gone=None, resource__public=True).select_related("resource").order_by("-version")
    newest: dict[UUID, dict[str, ResourceFile]] = {}
    shown: dict[UUID, Resource] = {}
    for file in standing:
        shown[file.resource_id] = file.resource
        if not language or language in file.language.split("-"):
            newest.setdefault(file.resource_id, {}).setdefault(file.language, file)
    ordered = sorted(newest, key=lambda id_: (list(ResourceKind).index(shown[id_].kind), shown[id_].slug))
    return [(shown[id_], [newest[id_][code] for code in sorted(newest[id_])]) for id_ in ordered]


async def resource(slug: str, *, hidden: bool = False) -> Resource:
    """A published one, or with ``hidden`` any."""
    found = await Resource.get_or_none(slug=slug, **({} if hidden else {"public": True}))
    if found is None:
        raise NotFound()
    return found


async def all_resources() -> list[tuple[Resource, int]]:
    """For editors: each with how many files it has."""
    counted: dict[UUID, int] = {}
    for id_ in await ResourceFile.filter(gone=None).values_list("resource_id", flat=True):
        counted[id_] = counted.get(id_, 0) + 1
    return [(one, counted.get(one.id, 0)) for one in await Resource.all().order_by("kind", "slug")]


async def files_of(resource: Resource, *, gone: bool = False) -> list[ResourceFile]:
    """Its files, the newest of each language first; with ``gone`` also those taken back."""
    found = ResourceFile.filter(resource_id=resource.id) if gone else ResourceFile.filter(resource_id=resource.id, gone=None)
    return await found.order_by("language", "-version")


async def file_of(resource: Resource, version: int, name: str) -> ResourceFile:
    """Gone for one that was taken back."""
    for found in await ResourceFile.filter(resource_id=resource.id, name=name):
        if found.version == version:
            if found.gone is not None:
                raise Gone()
            return found
    raise NotFound()


async def bytes_of(file: ResourceFile) -> Blob:
    found = await Blob.get_or_none(owner=file.id, name=FILE)
    if found is None:
        raise Gone()
    return found


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


async def duties_ending(owners: Collection[UUID | None], soon: timedelta) -> list[Duty]:
    """Duties in these editions (None: in all) whose last day is today or comes within so long."""
    here = Q(edition_id__in=[one for one in owners if one]) | (Q(edition_id=None) if None in owners else Q(edition_id__in=[]))
    today_ = clock.now().date()
    return await Duty.filter(here, until__gte=today_, until__lte=today_ + soon).order_by("until", "id") if owners else []
