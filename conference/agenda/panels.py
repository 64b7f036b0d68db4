"""What the agenda shows on other slices' pages."""

from collections.abc import Callable, Sequence
from typing import Any

from conference.agenda import queries
from conference.core.i18n import _, ngettext
from conference.core.todo import Todo
from conference.editions.access import Held, editions_with
from conference.editions.models import Duties, Edition
from conference.editions.queries import today


async def todos(*, held: Held, editions: Sequence[Edition], url: Callable[..., str], **_others: Any) -> list[Todo]:
    """For editors: changes nobody outside sees yet, and rooms or people that are wanted twice; not of what is over."""
    found = []
    for edition in editions_with(held, editions, Duties.EDITOR):
        if edition.ends < today(edition):
            continue
        draft = await queries.draft_at_a_glance(edition)
        if draft.changes:
            words = ngettext("%(num)d change of the schedule is not released", "%(num)d changes of the schedule are not released", draft.changes) % {"num": draft.changes}
            found.append(Todo(words, draft.since, url("agenda.office.release", edition=edition.slug), _("Look and release"), edition.slug))
        if draft.conflicts:
            words = ngettext("%(num)d conflict in the schedule", "%(num)d conflicts in the schedule", draft.conflicts) % {"num": draft.conflicts}
            found.append(Todo(words, draft.since, url("agenda.office.sessions", edition=edition.slug), _("Look at them"), edition.slug, urgent=True))
    return found
