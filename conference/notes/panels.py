"""What notes show on other slices' pages."""

from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup

from conference.agenda.models import Session
from conference.core.i18n import _, ngettext
from conference.core.templates import render_text
from conference.core.todo import Todo, entries
from conference.editions.access import Held, editions_with
from conference.editions.models import Duties, Edition
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


async def todos(*, held: Held, editions: Sequence[Edition], url: Callable[..., str], **_others: Any) -> list[Todo]:
    """For editors: session notes that were handed in and wait to be read."""
    mine = {edition.id: edition.slug for edition in editions_with(held, editions, Duties.EDITOR)}
    return [
        *entries(
            await queries.handed_in(mine), mine, lambda n: ngettext("Notes of %(num)d session wait to be read and released", "Notes of %(num)d sessions wait to be read and released", n) % {"num": n},
            lambda slug: url("notes.office.sheets", edition=slug), _("Read them"),
        ),
    ]  # fmt: skip
