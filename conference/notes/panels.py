"""What notes show on other slices' pages."""

from typing import Any

from markupsafe import Markup

from conference.agenda.models import Session
from conference.core.templates import render_text
from conference.editions.models import Edition
from conference.notes import queries
from conference.people.models import Person


async def link(*, edition: Edition, session: Session, **_others: Any) -> Markup:
    """On a session's page: its released notes. The same for everybody; nothing where none are released."""
    release = await queries.released_note(edition, session.code)
    return Markup(render_text("notes/panel.html", edition=edition, release=release, code=session.code)) if release else Markup("")


async def my_sheets(*, person: Person, edition: Edition | None = None, **_others: Any) -> Markup:
    """On one's own page: the notes one was asked to write; nothing where there are none."""
    sheets = await queries.my_sheets(person, edition)
    return Markup(render_text("notes/my_panel.html", sheets=sheets)) if sheets else Markup("")
