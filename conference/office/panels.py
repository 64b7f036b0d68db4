"""What waits for the organizers of all conferences: work that failed for good, and a backup that is old."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from conference.core import clock
from conference.core.i18n import _, ngettext
from conference.core.running import running
from conference.core.todo import Todo
from conference.editions.access import Held, duties_in
from conference.editions.models import Duties, Edition
from conference.office import queries

OLD = timedelta(days=2)


async def todos(*, held: Held, editions: Sequence[Edition], url: Callable[..., str], **_others: Any) -> list[Todo]:
    if Duties.ORGANIZER not in duties_in(held, None):
        return []
    return [*await _failed(url), *_backup(editions, url)]


async def _failed(url: Callable[..., str]) -> list[Todo]:
    dead, found = await queries.dead(), []
    if dead.oldest_letter:
        words = ngettext("%(num)d letter could not be sent", "%(num)d letters could not be sent", dead.letters) % {"num": dead.letters}
        found.append(Todo(words, dead.oldest_letter, url("office.outbox"), _("Look at the outbox"), urgent=True))
    if dead.oldest_other:
        words = ngettext("%(num)d job failed for good", "%(num)d jobs failed for good", dead.others) % {"num": dead.others}
        found.append(Todo(words, dead.oldest_other, url("office.outbox"), _("Look at the outbox"), urgent=True))
    return found


def _backup(editions: Sequence[Edition], url: Callable[..., str]) -> list[Todo]:
    """The demo needs none."""
    made = queries.last_backup()
    if running().settings.demo or (made and clock.now() - made < OLD):
        return []
    since = made or min((edition.made for edition in editions), default=clock.now())
    words = _("The last backup is old") if made else _("There is no backup yet")
    return [Todo(words, since, url("office.backup"), _("How to make one"), urgent=True)]
