"""PDFs of notes, made after the fact; what was overtaken meanwhile is not kept."""

from conference.core import sealing
from conference.core.blobs import drop
from conference.core.i18n import LANGUAGES
from conference.core.jobs import job
from conference.core.pdf import PdfUnavailable
from conference.editions.models import Edition
from conference.editions.queries import organization
from conference.notes import actions, exports, queries, wording
from conference.notes.models import Audience, PdfState, Sheet, SheetRelease, SheetState


@job
async def make_pdf(sheet_id: str, revision: int) -> None:
    """The writers' PDF of what was handed in. Where this machine cannot make PDFs the job waits, and the page says so."""
    sheet = await Sheet.get_or_none(id=sheet_id, revision=revision, state=SheetState.SUBMITTED).select_related("edition", "session")
    if sheet is None or sheet.submitted is None:
        return
    facts = await queries.facts(sheet.edition, sheet.session)
    written = [words for words in wording.opened(await queries.blocks(sheet)) if words.block.audience == Audience.PUBLIC]
    prepared_by = (sealing.open_one(sheet, "prepared_by").prepared_by or "") if sheet.credited else ""
    try:
        files = await exports.preview_pdfs(sheet.edition, sheet, facts, written, prepared_by)
    except PdfUnavailable:
        await Sheet.filter(id=sheet.id, revision=revision).update(pdf=PdfState.WAITING)
        raise
    await actions.keep_preview(sheet, revision, files)


@job
async def make_released_pdf(release_id: str) -> None:
    release = await SheetRelease.get_or_none(id=release_id, in_force=True).select_related("edition")
    if release is None:
        return
    files = await exports.released_pdfs(release.edition, release, await queries.errata(release.sheet_id))
    await actions.keep_released_pdf(release, release.edition, files)


@job
async def make_report(edition_id: str) -> None:
    """Everything released of an edition as one PDF per language; none where nothing is released."""
    edition = await Edition.get(id=edition_id)
    releases = await queries.released(edition)
    if not releases:
        for language in LANGUAGES:
            await drop(edition.id, queries.report_name(language))
        return
    network = await organization()
    files = await exports.report_pdfs(edition, network.name if network else edition.organized_by, releases, await queries.errata_of_edition(edition))
    await actions.keep_report(edition, [(release.id, release.errata) for release in releases], files)
