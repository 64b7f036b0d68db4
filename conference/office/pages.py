"""The back office's own pages: its home, the outbox."""

from datetime import datetime
from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from conference.core import mail
from conference.core.errors import NotFound
from conference.core.mail import Letter, LetterState
from conference.core.panels import panel
from conference.core.web import render, see_other, url
from conference.editions import queries as editions
from conference.editions.access import duties_of
from conference.office import actions, queries


async def home(request: Request) -> Response:
    """The editions somebody has a duty in; with one alone, straight into it."""
    known = [edition for edition in await editions.public_editions() if await duties_of(request.state.person, edition)]
    return await render(request, "office/home.html", editions=known, counts=await queries.counts(), organizer="organizer" in request.state.duties)


async def edition_home(request: Request) -> Response:
    shown = await panel("office.home", edition=request.state.edition, duties=request.state.duties)
    return await render(request, "office/edition.html", shown=shown, duties=request.state.duties)


async def outbox(request: Request) -> Response:
    """Letters and jobs: ids, names, states; the words of a letter at its own address."""
    found = await queries.letters(_moment(request.query_params.get("before", "")))
    more = found[queries.AT_ONCE - 1].made if len(found) > queries.AT_ONCE else None
    older = url(request, "office.outbox", before=more.isoformat()) if more else None
    return await render(request, "office/outbox.html", letters=found[: queries.AT_ONCE], jobs=await queries.jobs_waiting(), older=older)


async def letter(request: Request) -> Response:
    """One letter as it would go out now. A letter that was sent is not made again: its links are its reader's."""
    row = await _letter(request)
    shown = row.state is not LetterState.SENT
    message = await mail.compose(row) if shown else None
    text = message.get_body(("plain",)).get_content() if message else None
    return await render(request, "office/letter.html", letter=row, message=message, text=text)


async def letter_html(request: Request) -> Response:
    """The HTML form alone, in a sandbox of its own."""
    row = await _letter(request)
    message = await mail.compose(row) if row.state is not LetterState.SENT else None
    if message is None:
        raise NotFound()
    answer = HTMLResponse(message.get_body(("html",)).get_content())
    answer.headers["content-security-policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    answer.headers["x-frame-options"] = "SAMEORIGIN"
    return answer


async def letters(request: Request) -> Response:
    return await render(request, "office/letters.html")


async def run_again(request: Request) -> Response:
    if not await actions.run_again(_uuid(request.path_params["job"]), by=request.state.person.id):
        raise NotFound()
    return see_other(request, "office.outbox")


async def _letter(request: Request) -> Letter:
    row = await Letter.get_or_none(id=_uuid(request.path_params["letter"]))
    if row is None:
        raise NotFound()
    return row


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound() from None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None
