"""What editions show on other slices' pages."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from conference.core.i18n import LANGUAGES, _, ngettext
from conference.core.todo import Todo
from conference.editions import queries
from conference.editions.access import Held, duties_in, editions_with, includes
from conference.editions.models import Duties, Edition, MessageState, Page
from conference.editions.wording import say

PATIENCE = SOON = timedelta(days=7)


async def todos(*, held: Held, editions: Sequence[Edition], url: Callable[..., str], **_others: Any) -> list[Todo]:
    """For editors: pages without one of the languages, and drafts that nobody published; for organizers: messages, duties that end soon."""
    return [*await _pages(held, editions, url), *await _messages(held, url), *await _duties(held, editions, url)]


async def _pages(held: Held, editions: Sequence[Edition], url: Callable[..., str]) -> list[Todo]:
    mine: dict[UUID | None, str] = {edition.id: edition.slug for edition in editions_with(held, editions, Duties.EDITOR)}
    if includes(duties_in(held, None), Duties.EDITOR):
        mine[None] = ""
    found = []
    for page, written in await queries.pages_under_way(mine):
        words = _what_waits(page, written)
        if words:
            name = "editions.office.page" if page.edition_id else "editions.office.network_page"
            found.append(Todo(words, written, url(name, edition=mine[page.edition_id] or None, slug=page.slug), _("Go on with it"), mine[page.edition_id]))
    return found


def _what_waits(page: Page, written: datetime) -> str | None:
    title = say({code: (page.draft.get(code) or {}).get("title") for code in LANGUAGES}) or page.slug
    missing = {"en": _("English is missing on “%(title)s”"), "es": _("Spanish is missing on “%(title)s”")}
    for code in LANGUAGES:
        if not all((page.draft.get(code) or {}).get(part, "").strip() for part in ("title", "body")):
            return missing[code] % {"title": title}
    return _("Changes of “%(title)s” are not published") % {"title": title} if queries.is_left(written, PATIENCE) else None


async def _messages(held: Held, url: Callable[..., str]) -> list[Todo]:
    waiting = await queries.messages(MessageState.WAITING) if includes(duties_in(held, None), Duties.ORGANIZER) else []
    if not waiting:
        return []
    many = await queries.messages_waiting()
    words = ngettext("%(num)d message waits to be read", "%(num)d messages wait to be read", many) % {"num": many}
    return [Todo(words, waiting[0].made, url("editions.office.messages"), _("Read and pass on"))]


async def _duties(held: Held, editions: Sequence[Edition], url: Callable[..., str]) -> list[Todo]:
    mine: dict[UUID | None, str] = {edition.id: edition.slug for edition in editions_with(held, editions, Duties.ORGANIZER)}
    if includes(duties_in(held, None), Duties.ORGANIZER):
        mine[None] = ""
    ending: dict[UUID | None, list[datetime]] = {}
    for duty in await queries.duties_ending(mine, SOON):
        ending.setdefault(duty.edition_id, []).append(datetime.combine(duty.until, time(), UTC) - SOON)
    found = []
    for edition_id, moments in ending.items():
        words = ngettext("%(num)d duty ends within a week", "%(num)d duties end within a week", len(moments)) % {"num": len(moments)}
        path = url("editions.office.duties", edition=mine[edition_id]) if edition_id else url("editions.office.network_duties")
        found.append(Todo(words, min(moments), path, _("Look who does what"), mine[edition_id]))
    return found
