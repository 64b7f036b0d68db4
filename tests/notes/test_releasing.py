"""Releasing: who reads what, in which state; corrections; taking back; jobs that were overtaken."""

from datetime import date

import pytest
from tortoise.exceptions import IntegrityError

from conference.core import blobs, jobs
from conference.core.audit import AuditEntry
from conference.core.blobs import Blob
from conference.core.db import transaction
from conference.core.errors import NotFound, Refused
from conference.core.jobs import Job, JobState
from conference.core.pdf import PdfUnavailable
from conference.editions.actions import take_part
from conference.notes import actions, queries
from conference.notes.actions.releasing import NotHandedIn, NothingCorrected, NothingPublic, NothingReleased
from conference.notes.actions.sheets import AlreadyHandedIn, NothingToReopen, NothingWritten, UnknownLanguage
from conference.notes.models import Audience, PdfState, Sheet, SheetPreview, SheetRelease, SheetState, Status
from tests.notes.stage import CODE, a_released_sheet, a_sheet, a_submitted_sheet, add, texts

NOTES = f"/2027/sessions/{CODE}/notes"


async def test_a_sheet_goes_from_open_to_released(cast):
    sheet = await a_sheet(cast)
    assert sheet.state == SheetState.OPEN
    sheet = await a_released_sheet(cast, code="B2KNOW")
    release = await queries.release_in_force(sheet)
    assert (sheet.state, release.status, release.number, release.revision, release.released_on) == (SheetState.RELEASED, Status.DRAFT, 1, 1, date(2027, 5, 1))


async def test_a_release_copies_the_public_words_and_the_session_title(cast):
    release = await queries.release_in_force(await a_released_sheet(cast, title_ours=True))
    assert release.snapshot["facts"]["title"] == {"en": "Know your rights", "es": "Know your rights (es)"} and release.snapshot["facts"]["title_ours"] is True
    assert [(block["number"], block["text"]) for block in release.snapshot["blocks"]] == [(1, "March on May 1st."), (2, "Lead border tours.")]


@pytest.mark.parametrize(("credited", "name"), [(True, "Eve Aranda"), (False, "")])
async def test_a_name_is_printed_only_if_its_owner_agrees(cast, credited, name):
    sheet = await a_submitted_sheet(cast, credited=credited)
    await actions.release(sheet, await cast.edition(), Status.FINAL, by=await cast.person("fay"))
    assert (await queries.release_in_force(sheet)).prepared_by == name


async def test_what_was_released_stays_while_the_sheet_is_rewritten(cast, visitor):
    sheet = await a_released_sheet(cast)
    fay = await cast.person("fay")
    await actions.reopen(sheet, by=fay)
    await actions.apply(sheet, [add("A third goal.")], fay)
    assert "A third goal." not in (await visitor.get(NOTES)).text
    await actions.submit(sheet, prepared_by="Eve Aranda", credited=True, by=fay)
    await actions.release(sheet, await cast.edition(), Status.FINAL, by=fay)
    page = (await visitor.get(NOTES)).text
    assert "A third goal." in page and "Reviewed and released." in page
    assert [(one.number, one.in_force, one.revision) for one in await SheetRelease.all().order_by("number")] == [(1, False, 1), (2, True, 2)]


async def test_only_one_release_of_a_sheet_is_in_force(cast):
    sheet = await a_released_sheet(cast)
    for status in (Status.FINAL, Status.DRAFT, Status.FINAL):
        await actions.release(sheet, await cast.edition(), status, by=await cast.person("fay"))
    assert [one.number for one in await SheetRelease.filter(in_force=True)] == [4]


async def test_numbers_of_releases_are_never_used_twice(cast):
    release = await queries.release_in_force(await a_released_sheet(cast))
    again = SheetRelease(**{name: getattr(release, name) for name in release._meta.db_fields if name not in ("id", "in_force")}, in_force=False)
    with pytest.raises(IntegrityError):
        async with transaction():
            await again.save(force_create=True)


async def test_refusals(cast):
    edition, eve, fay = await cast.edition(), await cast.person("eve"), await cast.person("fay")
    sheet = await a_sheet(cast)
    with pytest.raises(NotHandedIn):
        await actions.release(sheet, edition, Status.DRAFT, by=fay)
    with pytest.raises(NothingWritten):
        await actions.submit(sheet, prepared_by="", credited=False, by=eve)
    with pytest.raises(NothingToReopen):
        await actions.reopen(sheet, by=eve)
    with pytest.raises(NothingReleased):
        await actions.withdraw(sheet, edition, by=fay)
    with pytest.raises(NothingReleased):
        await actions.correct(sheet, edition, {"en": "x"}, by=fay)
    with pytest.raises(UnknownLanguage):
        await actions.set_language(sheet, "xx")
    await actions.apply(sheet, [add("staff matter", audience=Audience.STAFF)], eve)
    await actions.submit(sheet, prepared_by="", credited=False, by=eve)
    with pytest.raises(AlreadyHandedIn):
        await actions.submit(sheet, prepared_by="", credited=False, by=eve)
    with pytest.raises(NothingPublic):
        await actions.release(sheet, edition, Status.DRAFT, by=fay)
    with pytest.raises(NothingCorrected):
        await actions.correct(sheet, edition, {"es": "x"}, by=fay)
    assert ((await Sheet.get(id=sheet.id)).state, await SheetRelease.all().count()) == (SheetState.SUBMITTED, 0)


async def test_writers_cannot_open_what_was_released(cast):
    sheet = await a_released_sheet(cast)
    with pytest.raises(Refused):
        await actions.reopen(sheet, by=await cast.person("eve"))


async def test_taking_back_leaves_no_public_word_behind(cast, visitor):
    sheet = await a_released_sheet(cast)
    edition, fay = await cast.edition(), await cast.person("fay")
    await jobs.run_due()
    await actions.correct(sheet, edition, {"en": "It is May 2nd."}, by=fay)
    await actions.withdraw(sheet, edition, by=fay)
    assert [(await visitor.get(path)).status_code for path in (NOTES, f"{NOTES}.pdf", "/2027/report.pdf")] == [404, 404, 404]
    await jobs.run_due()
    release = await SheetRelease.get()
    assert (release.snapshot, release.prepared_by, release.in_force, await Blob.all().count()) == ({}, "", False, 0)
    assert await texts(sheet) == ["March on May 1st.", "Lead border tours."]
    assert (await Sheet.get(id=sheet.id)).state == SheetState.SUBMITTED


async def test_who_did_what_is_recorded(cast):
    sheet = await a_released_sheet(cast)
    fay = await cast.person("fay")
    await actions.correct(sheet, await cast.edition(), {"en": "x"}, by=fay)
    await actions.withdraw(sheet, await cast.edition(), by=fay)
    found = [row.what for row in await AuditEntry.filter(row=sheet.id).order_by("at")]
    assert sorted(found) == ["notes.corrected", "notes.released", "notes.submitted", "notes.withdrawn", "notes.writer_assigned"]


# Audiences


async def a_mixed_sheet(cast, **facts):
    return await a_released_sheet(
        cast, add("For everybody."), add("PLANTED-PARTICIPANTS", audience=Audience.PARTICIPANTS), add("PLANTED-STAFF", audience=Audience.STAFF), add("Also for everybody."), **facts
    )


async def read(browser, path=f"{NOTES}/all") -> tuple[int, list[str]]:
    answer = await browser.get(path)
    words = ("For everybody.", "PLANTED-PARTICIPANTS", "PLANTED-STAFF")
    return answer.status_code, [word for word in words if word in answer.text]


async def test_each_audience_reads_its_own(cast, visitor):
    await a_mixed_sheet(cast)
    await take_part(await cast.person("ada"), await cast.edition(), "checked in")
    assert await read(visitor, NOTES) == (200, ["For everybody."])
    assert await read(await cast.browser("ada"), NOTES) == (200, ["For everybody."])
    assert await read(await cast.browser("fay"), NOTES) == (200, ["For everybody."])
    assert await read(await cast.browser("ada")) == (200, ["For everybody.", "PLANTED-PARTICIPANTS"])
    assert await read(await cast.browser("fay")) == (200, ["For everybody.", "PLANTED-PARTICIPANTS", "PLANTED-STAFF"])
    assert await read(await cast.browser("dov")) == (404, [])


async def test_numbers_of_public_goals_do_not_tell_of_others(cast, visitor):
    await a_mixed_sheet(cast)
    page = (await visitor.get(NOTES)).text
    assert 'id="goal-1"' in page and 'id="goal-2"' in page and 'id="goal-3"' not in page
    assert "2 goals" in (await visitor.get("/2027/notes")).text


@pytest.mark.parametrize("audience", [Audience.PARTICIPANTS, Audience.STAFF])
async def test_notes_of_a_closed_session_are_never_public(cast, visitor, audience):
    await a_released_sheet(cast, add("PLANTED-PARTICIPANTS"), audience=audience)
    await jobs.run_due()
    await take_part(await cast.person("ada"), await cast.edition(), "checked in")
    listing = await visitor.get("/2027/notes")
    assert "Know your rights" not in listing.text and "No notes have been released yet" in listing.text
    assert [(await visitor.get(path)).status_code for path in (NOTES, f"{NOTES}.pdf", "/2027/report.pdf")] == [404, 404, 404]
    assert await read(await cast.browser("ada")) == ((200, ["PLANTED-PARTICIPANTS"]) if audience == Audience.PARTICIPANTS else (404, []))
    assert await read(await cast.browser("fay")) == (200, ["PLANTED-PARTICIPANTS"])
    assert (await SheetRelease.get()).snapshot["blocks"] == []


async def test_a_session_closed_after_the_release_takes_its_notes_along(cast, visitor):
    from conference.agenda import actions as agenda

    sheet = await a_released_sheet(cast)
    await agenda.change_session(sheet.session, audience=Audience.STAFF)
    with pytest.raises(NotFound):
        await queries.released_notes(await cast.edition(), CODE)


# Jobs


async def test_the_writers_pdf_is_there_at_once_and_for_nobody_else(cast, visitor):
    await a_submitted_sheet(cast)
    await jobs.run_due()
    statuses = {name: (await (await cast.browser(name)).get(f"{NOTES}.pdf")).status_code for name in ("eve", "fay", "bo", "dov", "cleo")}
    assert statuses == {"eve": 200, "fay": 200, "bo": 200, "dov": 404, "cleo": 404}
    answer = await (await cast.browser("eve")).get(f"{NOTES}.pdf")
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("application/pdf", "no-store, private")
    assert (await visitor.get(f"{NOTES}.pdf")).status_code == 404


async def test_a_pdf_of_an_older_revision_is_not_kept(cast):
    sheet, eve = await a_submitted_sheet(cast), await cast.person("eve")
    assert await actions.keep_preview(sheet, sheet.revision, {"en": b"%PDF"})
    await actions.reopen(sheet, by=eve)
    assert not await actions.keep_preview(sheet, sheet.revision, {"en": b"%PDF"})
    assert await SheetPreview.all().count() == 0
    await actions.submit(sheet, prepared_by="", credited=False, by=eve)
    assert not await actions.keep_preview(sheet, sheet.revision, {"en": b"%PDF"})


async def test_a_released_pdf_without_the_newest_correction_is_not_kept(cast):
    sheet, edition = await a_released_sheet(cast), await cast.edition()
    before = await queries.release_in_force(sheet)
    await actions.correct(sheet, edition, {"en": "It is May 2nd."}, by=await cast.person("fay"))
    assert not await actions.keep_released_pdf(before, edition, {"en": b"%PDF old"})
    assert await blobs.get(before.id, queries.pdf_name("en")) is None


async def test_a_report_of_other_releases_is_not_kept(cast):
    edition = await cast.edition()
    await a_released_sheet(cast)
    assert not await actions.keep_report(edition, [], {"en": b"%PDF old"})
    assert await Blob.filter(owner=edition.id).count() == 0


async def test_jobs_may_run_twice(cast):
    from conference.notes import jobs as work

    sheet = await a_released_sheet(cast)
    waiting = await a_submitted_sheet(cast, code="B2KNOW")
    release = await queries.release_in_force(sheet)
    for _ in range(2):
        await work.make_pdf(str(waiting.id), waiting.revision)
        await work.make_released_pdf(str(release.id))
        await work.make_report(str(release.edition_id))
    assert (await SheetPreview.all().count(), await Blob.all().count()) == (2, 4)


async def test_without_the_libraries_the_job_waits_and_the_page_says_so(cast, app, fixed_clock):
    from conference.core.pdf import Renderer
    from tests.notes.conftest import QUICK

    app.context.parts["pdf"] = Renderer(command=(QUICK[0], "-c", "print('{\"missing\": \"pango\"}')"))
    sheet = await a_submitted_sheet(cast)
    for _ in range(12):
        await jobs.run_due()
        fixed_clock.on(minutes=10)
    waiting = await Job.get(name="notes.make_pdf")
    assert (waiting.state, waiting.trouble, waiting.tries) == (JobState.READY, PdfUnavailable.__name__, 12)
    assert (await Sheet.get(id=sheet.id)).pdf == PdfState.WAITING
    page = await (await cast.browser("eve")).get(f"{NOTES}/write")
    assert "The PDF waits" in page.text
    app.context.parts["pdf"] = Renderer(command=QUICK)
    fixed_clock.on(minutes=10)
    await jobs.run_due()
    assert (await Sheet.get(id=sheet.id)).pdf == PdfState.READY


async def test_lists_cost_the_same_for_one_and_for_many(cast, visitor):
    from tests.agenda.counting import counting

    async def cost(browser, path) -> int:
        await browser.get(path)
        with counting() as statements:
            assert (await browser.get(path)).status_code == 200
        return sum('FROM "version"' not in one for one in statements)  # read by the clock, not by the page

    eve, fay = await cast.browser("eve"), await cast.browser("fay")
    await a_released_sheet(cast)
    paths = [(fay, "/2027/notes?lang=en&x=1"), (eve, "/2027/my/notes"), (fay, "/office/2027/notes/"), (fay, f"{NOTES}/write"), (fay, f"/office/2027/notes/{CODE}")]
    one = [await cost(*path) for path in paths]
    for number in range(12):
        await a_released_sheet(cast, code=f"M{number:02}KNOW"[:6], title=f"Session {number}")
    sheet, fay_herself = await Sheet.get(session__code=CODE), await cast.person("fay")
    await actions.reopen(sheet, by=fay_herself)
    await actions.apply(sheet, [add(f"Goal {number}") for number in range(30)], fay_herself)
    many = [await cost(*path) for path in paths]
    assert (one, many) == ([3, 2, 7, 7, 9], [3, 2, 7, 7, 9])
