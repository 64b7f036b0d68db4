"""What we hold of somebody who writes notes: which sheets they were asked to write, and the name they gave."""

from datetime import timedelta

from conference.core import sealing
from conference.core.holdings import Holding, Subject
from conference.core.i18n import _, ngettext
from conference.editions.wording import say
from conference.notes import actions, queries
from conference.notes.models import Sheet, SheetWriter


async def about(subject: Subject) -> list[Holding]:
    found = await queries.sheets_of_writer(subject.person_id) if subject.person_id else []
    return [await _of(writer) for writer in found]


async def _of(writer: SheetWriter) -> Holding:
    sheet, edition = writer.sheet, writer.sheet.edition
    count = await queries.operations_by(writer.person_id, sheet)
    facts = [
        (_("Session"), say(sheet.session.title)),
        (_("Prepared by"), sealing.open_one(sheet, "prepared_by").prepared_by or "–"),
        (_("Your changes"), ngettext("%(num)d change is marked as yours", "%(num)d changes are marked as yours", count) % {"num": count}),
    ]
    released = await queries.is_released_with_credit(sheet)
    stays = _("Your name stands in notes that were released, because you agreed to be named. To have it taken out there, write to the editors.") if released else ""
    until = edition.ends + timedelta(days=sealing.internal_column(Sheet, "prepared_by").days)
    held = Holding(_("Notes you write"), facts, until=until, path=f"/{edition.slug}/sessions/{sheet.session.code}/notes", since=writer.made, rows=(sheet.id,), stays=stays)
    return held


async def forget(subject: Subject) -> int:
    return await actions.forget_writer(subject.person_id) if subject.person_id else 0
