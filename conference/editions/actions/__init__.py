"""Making editions, writing their pages, giving duties; messages and resources have files of their own."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q

from conference.core import audit, clock, mail, sealing, versions
from conference.core.announce import announce
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import LANGUAGES, _
from conference.editions.actions.messages import KEPT_DAYS as KEPT_DAYS
from conference.editions.actions.messages import DoneAlready as DoneAlready
from conference.editions.actions.messages import NobodyToWriteTo as NobodyToWriteTo
from conference.editions.actions.messages import TooManyMessages as TooManyMessages
from conference.editions.actions.messages import drop_message as drop_message
from conference.editions.actions.messages import forget_messages as forget_messages
from conference.editions.actions.messages import forget_messages_of as forget_messages_of
from conference.editions.actions.messages import open_message as open_message
from conference.editions.actions.messages import pass_on as pass_on
from conference.editions.actions.messages import write_message as write_message
from conference.editions.actions.resources import AddressTaken as AddressTaken
from conference.editions.actions.resources import NoFile as NoFile
from conference.editions.actions.resources import TooHeavy as TooHeavy
from conference.editions.actions.resources import add_file as add_file
from conference.editions.actions.resources import change_resource as change_resource
from conference.editions.actions.resources import create_resource as create_resource
from conference.editions.actions.resources import publish_resource as publish_resource
from conference.editions.actions.resources import take_back as take_back
from conference.editions.actions.resources import withdraw_resource as withdraw_resource
from conference.editions.events import PagePublished, TextAdopted
from conference.editions.models import (
    AdoptedText,
    Chapter,
    Duties,
    Duty,
    Edition,
    Organization,
    Page,
    PageRevision,
    Participation,
)
from conference.people.actions import person_for
from conference.people.models import Person


MOST_BACK = timedelta(days=3)


class LanguageMissing(Refused):
    """A page of the menu is published in all languages or not at all."""

    def sentence(self) -> str:
        return _("This page cannot be published yet: title and text are needed in English and in Spanish.")


class ChangedMeanwhile(Refused):
    def sentence(self) -> str:
        return _("Somebody else saved this page meanwhile. Your words are below; compare them with the new ones, then save again.")


class LastOrganizer(Refused):
    def sentence(self) -> str:
        return _("Somebody has to be the organizer: first give the duty to another person, without a last day.")


class SlugTaken(Refused):
    def sentence(self) -> str:
        return _("There is an edition with this name already.")


class MovedIntoThePast(Refused):
    """What is kept about people is deleted by the last day, for good: a slip of the pen must not do that."""

    def sentence(self) -> str:
        return _("This day is over for more than three days. What is kept about people is deleted by the last day, so it cannot be moved back that far.")


class ChapterKnown(Refused):
    def sentence(self) -> str:
        return _("There is a chapter with this name in this city already: change that one.")


async def create_edition(*, by: Person | None = None, **facts: Any) -> Edition:
    """Open an edition: its row, its menu's version, its encryption keys."""
    async with transaction():
        if await Edition.exists(slug=facts["slug"]):
            raise SlugTaken(field="slug")
        edition = Edition(made=clock.now(), **facts)
        await edition.save(force_create=True)
        await audit.record("editions.created", actor=by and by.id, row=edition.id, edition=edition.id)
        await versions.touch("site", f"edition:{edition.slug}")
    await sealing.ensure_keys("account", *sealing.scopes_of_edition(edition.id))
    return edition


async def describe_organization(*, by: Person | None = None, **facts: Any) -> Organization:
    """Say who is behind the editions; there is one organization."""
    async with transaction():
        known = await Organization.all().first()
        if known is None:
            known = Organization(**facts)
            await known.save(force_create=True)
        else:
            await known.update_from_dict(facts).save()
        await audit.record("editions.organization_described", actor=by and by.id, row=known.id)
        await versions.touch("site", *await _all_editions())
    return known


async def _all_editions() -> list[str]:
    """The versions of all editions: the network's name stands on each of their pages."""
    return [f"edition:{slug}" for slug in await Edition.all().values_list("slug", flat=True)]


async def give_duty(person: Person, edition: Edition | None, duty: Duties, *, until: date | None = None, by: Person | None = None) -> Duty:
    """Giving it again changes its last day. The last organizer's cannot get one: LastOrganizer."""
    async with transaction():
        row, new = await Duty.get_or_create(person_id=person.id, edition_id=edition and edition.id, duty=duty, defaults={"until": until, "made": clock.now()})
        if not new and row.until != until:
            if until and duty is Duties.ORGANIZER:
                await _refuse_the_last_organizer(row)
            await Duty.filter(id=row.id).update(until=until)
        await audit.record("editions.duty_given", actor=by and by.id, row=person.id, edition=edition and edition.id, duty=str(duty))
    return row


async def call_to_duty(email: str, edition: Edition | None, duty: Duties, *, until: date | None, language: str, by: Person) -> None:
    """Give whoever has this address a duty, and write to them that they have it."""
    async with transaction():
        given = await give_duty(await person_for(email, language), edition, duty, until=until, by=by)
        await mail.post("editions.duty_given", key=f"duty:{given.id}", language=language, duty_id=given.id)


async def take_part(person: Person, edition: Edition, how: str) -> None:
    """Count somebody among the participants: checked in, or vouched for."""
    await Participation.get_or_create(person=person, edition=edition, defaults={"how": how, "made": clock.now()})


async def take_no_part(person_id: UUID, edition_id: UUID, how: str) -> None:
    """Take somebody off the participants again who was put there in this way; who is there for another reason stays."""
    await Participation.filter(person_id=person_id, edition_id=edition_id, how=how).delete()


# Pages


async def write_page(edition: Edition | None, slug: str, words: dict, *, revision: int = 0, place: int = 100, by: Person | None = None) -> Page:
    """Keep a draft: ``{"en": {"title", "body"}, "es": {...}}``. ``revision`` is the one that was edited; ChangedMeanwhile if it is old.

    The same words sent twice are kept once.
    """
    async with transaction():
        known = await Page.filter(edition_id=edition and edition.id, slug=slug).first()
        if known is not None and known.draft == words:
            return known
        if known is None:
            known = Page(edition_id=edition and edition.id, slug=slug, draft=words, place=place)
            await known.save(force_create=True)
        elif not await Page.filter(id=known.id, revision=revision).update(draft=words, revision=revision + 1):
            raise ChangedMeanwhile()
        known = await Page.get(id=known.id)
        await PageRevision(page_id=known.id, revision=known.revision, words=words, made=clock.now(), by=by and by.id).save(force_create=True)
        await audit.record("editions.page_written", actor=by and by.id, row=known.id, edition=known.edition_id, revision=known.revision)
    return known


async def publish_page(page: Page, *, by: Person | None = None) -> None:
    """Show the draft to everybody, in all languages at once. Raises LanguageMissing."""
    if not all((page.draft.get(code) or {}).get(part, "").strip() for code in LANGUAGES for part in ("title", "body")):
        raise LanguageMissing()
    async with transaction():
        await Page.filter(id=page.id).update(live=page.draft, published=clock.now())
        await announce(PagePublished(page.edition_id, page.slug))
        await audit.record("editions.page_published", actor=by and by.id, row=page.id, edition=page.edition_id, revision=page.revision)
        await versions.touch(await _version_of(page.edition_id))


async def _version_of(edition_id: UUID | None) -> str:
    return f"edition:{(await Edition.get(id=edition_id)).slug}" if edition_id else "site"


async def change_edition(edition: Edition, *, by: Person | None = None, **facts: Any) -> None:
    """Raises MovedIntoThePast."""
    if facts.get("ends", edition.ends) < min(edition.ends, clock.now().date() - MOST_BACK):
        raise MovedIntoThePast(field="ends")
    async with transaction():
        await Edition.filter(id=edition.id).update(**facts)
        await audit.record("editions.changed", actor=by and by.id, row=edition.id, edition=edition.id, columns=sorted(facts))
        await versions.touch("site", f"edition:{edition.slug}")


async def add_chapter(*, by: Person | None = None, **facts: Any) -> Chapter:
    """Raises ChapterKnown; the same facts sent twice are kept once."""
    async with transaction():
        for known in await Chapter.filter(name=facts["name"], city=facts["city"]):
            if all(getattr(known, name) == value for name, value in facts.items()):
                return known
            raise ChapterKnown(field="name")
        chapter = Chapter(**facts)
        await chapter.save(force_create=True)
        await audit.record("editions.chapter_added", actor=by and by.id, row=chapter.id)
        await versions.touch("site")
    return chapter


async def change_chapter(chapter: Chapter, *, by: Person | None = None, **facts: Any) -> None:
    async with transaction():
        await Chapter.filter(id=chapter.id).update(**facts)
        await audit.record("editions.chapter_changed", actor=by and by.id, row=chapter.id)
        await versions.touch("site")


async def remove_chapter(chapter: Chapter, *, by: Person | None = None) -> None:
    async with transaction():
        await Chapter.filter(id=chapter.id).delete()
        await audit.record("editions.chapter_removed", actor=by and by.id, row=chapter.id)
        await versions.touch("site")


async def turn_the_page() -> None:
    """Home pages say other things before, during and after a conference: show today's around its days."""
    known = await Edition.all()
    turning = [one for one in known if one.begins - timedelta(days=1) <= clock.now().date() <= one.ends + timedelta(days=2)]
    if turning:
        async with transaction():
            await versions.touch("site", *[f"edition:{one.slug}" for one in turning])


async def adopt(
    edition: Edition, *, kind: str = "unity", adopted: date | None = None, after: int | None = None, by: Person | None = None, **words: Any
) -> AdoptedText:
    """Publish a new version of an adopted text; the older ones stay. The same words sent twice are one version.

    after: the version its writer had before them, 0 for none; ChangedMeanwhile where there is another by now.
    """
    async with transaction():
        last = await AdoptedText.filter(edition_id=edition.id, kind=kind).order_by("-version").first()
        if last is not None and all(getattr(last, name) == value for name, value in words.items()):
            return last
        before = last.version if last else 0
        if after is not None and after != before:
            raise ChangedMeanwhile()
        text = AdoptedText(edition_id=edition.id, kind=kind, version=before + 1, adopted=adopted, published=clock.now(), **words)
        await _adopt_alone(text)
        await audit.record("editions.text_adopted", actor=by and by.id, row=text.id, edition=edition.id, kind=kind, version=text.version)
        await announce(TextAdopted(text.id, edition.id, kind))
        await versions.touch("site", f"edition:{edition.slug}")
    return text


async def _adopt_alone(text: AdoptedText) -> None:
    """Of two who publish the same version at once, one is told."""
    try:
        async with transaction():
            await text.save(force_create=True)
    except IntegrityError:
        raise ChangedMeanwhile() from None


async def take_duty(duty: Duty, *, by: Person | None = None) -> None:
    """End a duty. The last organizer cannot be let go: LastOrganizer."""
    async with transaction():
        if duty.duty is Duties.ORGANIZER:
            await _refuse_the_last_organizer(duty)
        await Duty.filter(id=duty.id).delete()
        await audit.record("editions.duty_taken", actor=by and by.id, row=duty.person_id, edition=duty.edition_id, duty=str(duty.duty))


async def may_take_duty(duty: Duty) -> None:
    """The same refusal, before anybody is asked whether they are sure."""
    if duty.duty is Duties.ORGANIZER:
        async with transaction():
            await _refuse_the_last_organizer(duty)


async def _refuse_the_last_organizer(duty: Duty) -> None:
    """Others must be there without an end: in this edition, or for the whole organization. They are locked, lest two let each other go."""
    here = Q(edition_id=None) | Q(edition_id=duty.edition_id) if duty.edition_id else Q(edition_id=None)
    lasting = await Duty.filter(here, duty=Duties.ORGANIZER, until=None).order_by("id").select_for_update()
    if not any(one.id != duty.id for one in lasting):
        raise LastOrganizer()
