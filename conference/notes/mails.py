"""Letters to note-takers."""

from conference.core.i18n import _
from conference.core.mail import Words, letter
from conference.editions.wording import say
from conference.notes.models import SheetWriter
from conference.people.queries import email_of


@letter
async def assigned(writer_id: str) -> Words | None:
    """You were asked to write the notes of a session."""
    writer = await SheetWriter.get_or_none(id=writer_id).select_related("person", "sheet__session", "sheet__edition")
    if writer is None or not (address := email_of(writer.person)):
        return None
    sheet = writer.sheet
    context = {
        "title": say(sheet.session.title),
        "conference": say(sheet.edition.title),
        "path": f"/{sheet.edition.slug}/sessions/{sheet.session.code}/notes/write",
        "contact": sheet.edition.contact,
    }
    return Words(to=address, subject=_("You are asked to take notes"), template="notes/mail/assigned.md", context=context)
