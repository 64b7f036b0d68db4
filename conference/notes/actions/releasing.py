"""Releasing: what everybody may read is copied into public columns, corrected in public, or taken back; PDFs are kept."""

import base64
import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tortoise.expressions import F

from conference.agenda.models import Session
from conference.core import audit, blobs, clock, jobs, sealing
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import LANGUAGES, _
from conference.core.versions import touch
from conference.editions.models import Edition
from conference.notes import access, queries, wording
from conference.notes.models import Audience, Erratum, PdfState, Sheet, SheetPreview, SheetRelease, SheetState, Status
from conference.notes.wording import Words
from conference.people.models import Person

PDF = "application/pdf"


class NotHandedIn(Refused):
    def sentence(self) -> str:
        return _("These notes are still being written. They can be released once they were handed in.")


class NothingReleased(Refused):
    def sentence(self) -> str:
        return _("Nothing of these notes is released.")


class NothingPublic(Refused):
    def sentence(self) -> str:
        return _("No block of these notes has words that anybody may read. Look at who may read each block.")


class NothingCorrected(Refused):
    def sentence(self) -> str:
        return _("Write the correction at least in the language of the notes.")


async def release(sheet: Sheet, edition: Edition, status: Status, *, by: Person, released_on: date | None = None) -> SheetRelease:
    """Make a sheet readable for its audience, as a draft or final; ``released_on`` where it was first released before today."""
    session = await Session.get(id=sheet.session_id)
    async with transaction():
        if not await Sheet.filter(id=sheet.id, state__in=(SheetState.SUBMITTED, SheetState.RELEASED)).update(
            state=SheetState.RELEASED, pdf=PdfState.NONE
        ):
            raise NotHandedIn()
        await SheetPreview.filter(sheet_id=sheet.id).delete()
        made = await _make_release(await Sheet.get(id=sheet.id), session, edition, status, by, released_on or _today(edition))
        await audit.record("notes.released", actor=by.id, row=sheet.id, edition=edition.id, status=str(status), number=made.number)
        await _publish(edition, made)
    return made


async def _make_release(sheet: Sheet, session: Session, edition: Edition, status: Status, by: Person, day: date) -> SheetRelease:
    facts, written = await queries.facts(edition, session), wording.opened(await queries.blocks(sheet))
    for words in written:
        words.block.audience = access.narrower(words.block.audience, session.audience)
    before = await SheetRelease.filter(sheet_id=sheet.id).order_by("-number").first()
    made = SheetRelease(
        edition_id=edition.id, sheet_id=sheet.id, number=before.number + 1 if before else 1, revision=sheet.revision, status=status, language=sheet.language,
        released_on=day, prepared_by=_credit(sheet), contact=edition.contact, made=clock.now(), by=by.id,
        snapshot=_public(session, facts, written), errata=await Erratum.filter(sheet_id=sheet.id).count(),
    )  # fmt: skip
    sealing.seal(made, inner=_inner(written))
    await SheetRelease.filter(sheet_id=sheet.id, in_force=True).update(in_force=False)
    await made.save(force_create=True)
    if before:
        await blobs.drop(before.id)
    return made


def _credit(sheet: Sheet) -> str:
    return (sealing.open_one(sheet, "prepared_by").prepared_by or "") if sheet.credited else ""


def _public(session: Session, facts: dict[str, Any], written: Sequence[Words]) -> dict[str, Any]:
    public = [words for words in written if words.block.audience == Audience.PUBLIC and not words.empty()]
    if not public and session.audience == Audience.PUBLIC:
        raise NothingPublic()
    return wording.snapshot(facts, public)


def _inner(written: Sequence[Words]) -> str | None:
    """All blocks with who may read them, where some are not for everybody."""
    if all(words.block.audience == Audience.PUBLIC for words in written):
        return None
    return json.dumps(wording.snapshot({}, written)["blocks"], ensure_ascii=False)


async def correct(sheet: Sheet, edition: Edition, words: dict[str, str], *, by: Person) -> Erratum:
    """Say in public what was wrong in released notes, at least in their language; the PDFs are made again with it."""
    if not words.get(sheet.language):
        raise NothingCorrected(field=sheet.language)
    async with transaction():
        if not await SheetRelease.filter(sheet_id=sheet.id, in_force=True).update(errata=F("errata") + 1):
            raise NothingReleased()
        erratum = Erratum(edition_id=edition.id, sheet_id=sheet.id, on=_today(edition), words=words, made=clock.now(), by=by.id)
        await erratum.save(force_create=True)
        await audit.record("notes.corrected", actor=by.id, row=sheet.id, edition=edition.id)
        await _publish(edition, await SheetRelease.get(sheet_id=sheet.id, in_force=True))
    return erratum


async def withdraw(sheet: Sheet, edition: Edition, *, by: Person) -> None:
    """Take back everything that was released of a sheet, its words in public columns too; the sheet itself stays handed in."""
    async with transaction():
        released = await SheetRelease.filter(sheet_id=sheet.id, withdrawn=None)
        if not released:
            raise NothingReleased()
        await SheetRelease.filter(sheet_id=sheet.id).update(in_force=False, withdrawn=clock.now(), snapshot={}, inner=None, prepared_by="", pdf=False)
        await Erratum.filter(sheet_id=sheet.id).delete()
        await _back_to_handed_in(sheet)
        for one in released:
            await blobs.drop(one.id)
        for language in LANGUAGES:
            await blobs.drop(edition.id, queries.report_name(language))
        await audit.record("notes.withdrawn", actor=by.id, row=sheet.id, edition=edition.id)
        await _publish(edition)


async def _back_to_handed_in(sheet: Sheet) -> None:
    if await Sheet.filter(id=sheet.id, state=SheetState.RELEASED).update(state=SheetState.SUBMITTED, pdf=PdfState.MAKING):
        await jobs.later("notes.make_pdf", sheet_id=sheet.id, revision=(await Sheet.get(id=sheet.id)).revision)


async def _publish(edition: Edition, made: SheetRelease | None = None) -> None:
    """Pages and the report show what is in force now; ``made`` gets its PDFs."""
    await touch(f"edition:{edition.slug}")
    if made is not None:
        await jobs.later("notes.make_released_pdf", release_id=made.id)
    await jobs.later("notes.make_report", key=f"notes.report:{edition.id}", edition_id=edition.id)


def _today(edition: Edition) -> date:
    return clock.now().astimezone(ZoneInfo(edition.zone)).date()


async def keep_preview(sheet: Sheet, revision: int, files: dict[str, bytes]) -> bool:
    """Keep the writers' PDFs, encrypted, if the sheet's revision is still the one they were made from."""
    async with transaction():
        if not await Sheet.filter(id=sheet.id, revision=revision, state=SheetState.SUBMITTED).update(pdf=PdfState.READY):
            return False
        await SheetPreview.filter(sheet_id=sheet.id).delete()
        for language, body in files.items():
            row = SheetPreview(edition_id=sheet.edition_id, sheet_id=sheet.id, language=language, revision=revision)
            sealing.seal(row, body=base64.b64encode(body).decode("ascii"))
            await row.save(force_create=True)
    return True


async def keep_released_pdf(made: SheetRelease, edition: Edition, files: dict[str, bytes]) -> bool:
    """Keep the released PDFs if they were made from what is in force now, with all its corrections."""
    async with transaction():
        if not await SheetRelease.filter(id=made.id, in_force=True, errata=made.errata).update(pdf=True):
            return False
        for language, body in files.items():
            await blobs.keep(made.id, queries.pdf_name(language), body, PDF)
        await touch(f"edition:{edition.slug}")
    return True


async def keep_report(edition: Edition, made_from: Sequence[tuple[UUID, int]], files: dict[str, bytes]) -> bool:
    """Keep the report if its releases and their corrections are still these; without releases there is none."""
    async with transaction():
        if [(one.id, one.errata) for one in await queries.released(edition)] != list(made_from):
            return False
        for language, body in files.items():
            await blobs.keep(edition.id, queries.report_name(language), body, PDF)
        await touch(f"edition:{edition.slug}")
    return True
