"""A sheet's way: somebody is asked to write it, it is handed in, and opened again where something is missing."""

from uuid import UUID

from tortoise.expressions import F

from conference.agenda.models import Session
from conference.core import audit, clock, jobs, mail, sealing
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import LANGUAGES, _
from conference.editions.actions import give_duty
from conference.editions.models import Duties, Edition
from conference.notes import access
from conference.notes.models import Block, Operation, PdfState, Sheet, SheetPreview, SheetState, SheetWriter
from conference.people.actions import person_for
from conference.people.models import Person


class NothingWritten(Refused):
    def sentence(self) -> str:
        return _("There is nothing to hand in yet. Write at least one goal, decision or note, and save it.")


class AlreadyHandedIn(Refused):
    def sentence(self) -> str:
        return _("These notes were handed in already.")


class NothingToReopen(Refused):
    def sentence(self) -> str:
        return _("These notes are open already, or they were released: then ask an editor to open them.")


class UnknownLanguage(Refused):
    def sentence(self) -> str:
        return _("Please choose one of the languages of this site.")


async def open_sheet(session: Session, edition: Edition, language: str = "en") -> Sheet:
    """The sheet of a session, made where there is none yet."""
    async with transaction():
        await Sheet.bulk_create([Sheet(edition_id=edition.id, session_id=session.id, language=_known(language), made=clock.now())], ignore_conflicts=True)
        return await Sheet.get(edition_id=edition.id, session_id=session.id).select_related("session")


async def assign(session: Session, edition: Edition, email: str, *, by: Person | None = None, language: str = "en") -> SheetWriter:
    """Ask somebody to write the notes of a session: they become a note-taker of the edition and get a letter."""
    async with transaction():
        sheet = await open_sheet(session, edition, language)
        person = await person_for(email, language)
        await give_duty(person, edition, Duties.NOTE_TAKER, by=by)
        writer, fresh = await SheetWriter.get_or_create(sheet=sheet, person=person, defaults={"made": clock.now(), "by": by and by.id})
        if fresh:
            await audit.record("notes.writer_assigned", actor=by and by.id, row=sheet.id, edition=edition.id, person=str(person.id))
            await mail.post("notes.assigned", key=f"notes:{writer.id}", language=person.language, writer_id=writer.id)
    return writer


async def take_off(writer: SheetWriter, *, by: Person | None = None) -> None:
    """Somebody writes this sheet no longer; what they wrote stays."""
    async with transaction():
        await SheetWriter.filter(id=writer.id).delete()
        await audit.record("notes.writer_taken_off", actor=by and by.id, row=writer.sheet_id, person=str(writer.person_id))


async def forget_writer(person_id: UUID) -> int:
    """Somebody is to be forgotten: what they wrote stays the conference's, and says no longer by whom; how many sheets that were.

    Names in what was released stay: they were given to be named there.
    """
    async with transaction():
        sheets = await Sheet.filter(writers__person_id=person_id)
        for sheet in sheets:
            await sealing.empty_rows(Sheet, ["prepared_by"], [sheet.id])
            await SheetPreview.filter(sheet_id=sheet.id).delete()
            if sheet.state is SheetState.SUBMITTED:
                await jobs.later("notes.make_pdf", sheet_id=sheet.id, revision=sheet.revision)
        await SheetWriter.filter(person_id=person_id).delete()
        await Operation.filter(by=person_id).update(by=None)
    return len(sheets)


async def set_language(sheet: Sheet, language: str) -> None:
    """Say which language a sheet is written in; its translations are into the others."""
    async with transaction():
        await Sheet.filter(id=sheet.id).update(language=_known(language), change=F("change") + 1)


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise UnknownLanguage(field="language")
    return language


async def submit(sheet: Sheet, *, prepared_by: str, credited: bool, by: Person) -> None:
    """Hand a sheet in: it is closed to its writers, and its PDF is made."""
    async with transaction():
        if not await Block.filter(sheet_id=sheet.id, deleted=False).exists():
            raise NothingWritten()
        sealing.seal(sheet, prepared_by=prepared_by)
        handed_in = {"state": SheetState.SUBMITTED, "submitted": clock.now(), "pdf": PdfState.MAKING, "prepared_by": sheet.prepared_by, "credited": credited}
        if not await Sheet.filter(id=sheet.id, state=SheetState.OPEN).update(**handed_in, change=F("change") + 1):
            raise AlreadyHandedIn()
        revision = (await Sheet.get(id=sheet.id)).revision
        await audit.record("notes.submitted", actor=by.id, row=sheet.id, edition=sheet.edition_id, revision=revision)
        await jobs.later("notes.make_pdf", sheet_id=sheet.id, revision=revision)


async def reopen(sheet: Sheet, *, by: Person) -> None:
    """Open a sheet for writing again; once it was released only editors may. What was released stays so until the next release."""
    editor = await access.is_editor(by, await Edition.get(id=sheet.edition_id))
    closed = (SheetState.SUBMITTED, SheetState.RELEASED) if editor else (SheetState.SUBMITTED,)
    async with transaction():
        if not await Sheet.filter(id=sheet.id, state__in=closed).update(
            state=SheetState.OPEN, revision=F("revision") + 1, change=F("change") + 1, pdf=PdfState.NONE
        ):
            raise NothingToReopen()
        await SheetPreview.filter(sheet_id=sheet.id).delete()
        await audit.record("notes.reopened", actor=by.id, row=sheet.id, edition=sheet.edition_id)
