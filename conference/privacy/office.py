"""What of an edition goes when, what is gone, and how old the newest copy of the database is."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from conference.core import copies
from conference.core.i18n import _, lazy, ngettext
from conference.core.running import running
from conference.core.web import render
from conference.editions.queries import today
from conference.privacy import queries
from conference.privacy.models import Purged

DAY_BY_DAY = {"unfinished": lazy("Begun and never finished: 14 days after it began"), "letters": lazy("Which letter went out when: 7 days after it was sent")}


async def gone(request: Request) -> Response:
    edition = request.state.edition
    return await render(
        request,
        "privacy/office/gone.html",
        lines=await queries.lines(edition),
        today=today(edition),
        daily=[(daily_words(row), row) for row in await queries.done_day_by_day()],
        erased=await queries.erased_count(),
        copy=copies.newest(running().settings.var),
        purposes=said_purposes,
    )


def said_purposes(purposes: Sequence[str]) -> str:
    """Purposes of columns in the reader's language; the first letter large."""
    words = "; ".join(_(purpose) for purpose in purposes)
    return words[:1].upper() + words[1:]


def daily_words(row: Purged) -> str:
    if row.name in DAY_BY_DAY:
        return str(DAY_BY_DAY[row.name])
    days = int(row.name.rpartition(":")[2])
    return ngettext("Kept for %(days)d day from the day it was given", "Kept for %(days)d days from the day it was given", days) % {"days": days}
