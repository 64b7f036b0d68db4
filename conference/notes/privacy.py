"""What we hold of somebody who writes notes: which sheets they were asked to write, and the name they gave."""

from datetime import timedelta

from conference.core import sealing
from conference.core.holdings import Holding, Subject
from conference.core.i18n import _, ngettext
from conference.editions.wording import say
from conference.notes import actions, queries
from conference.notes.models import Sheet, SheetWriter


async def about(subject: Subject) -> list[Holding]:
    if subject.person_id is None:
        return []
    found = await queries.sheets_of_writer(subject.person_id)
    changes, credited = await queries.operations_by(subject.person_id), await queries.released_with_credit([writer.sheet_id for writer in found])
    return [_of(writer, changes.get(writer.sheet_id, 0), writer.sheet_id in credited) for writer in found]


def _of(writer: SheetWriter, changes: int, credited: bool) -> Holding:
    sheet, edition = writer.sheet, writer.sheet.edition
    facts = [
        (_("Session"), say(sheet.session.title)),
        (_("Prepared by"), sealing.open_one(sheet, "prepared_by").prepared_by or "–"),
        (_("Your changes"), ngettext("%(num)d change is marked as yours", "%(num)d changes are marked as yours", changes) % {"num": changes}),
    ]
    return Holding(
        _("Notes you write"), facts, until=edition.ends + timedelta(days=sealing.internal_column(Sheet, "prepared_by").days), since=writer.made, rows=(sheet.id,),
        path=f"/{edition.slug}/sessions/{sheet.session.code}/notes/write",
        stays=_("Your name stands in notes that were released, because you agreed to be named. To have it taken out there, write to the editors.") if credited else "",
    )  # fmt: skip


async def forget(subject: Subject) -> int:
    return await actions.forget_writer(subject.person_id) if subject.person_id else 0
