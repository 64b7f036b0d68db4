"""The back office's own pages: its home, the outbox, who works here."""

from email.message import EmailMessage
from functools import partial
from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from conference.core import mail
from conference.core.errors import NotFound, Refused
from conference.core.mail import Letter, LetterState
from conference.core.panels import gather, panel
from conference.core.running import running
from conference.core.todo import oldest_first
from conference.core.web import render, see_other, url
from conference.editions import queries as editions
from conference.editions.models import Duties
from conference.office import actions, queries
from conference.people.actions import reset_factors


async def home(request: Request) -> Response:
    """What waits, the oldest first, one button each; and the editions somebody has a duty in, hidden ones too."""
    held = request.state.held
    known = await editions.editions_of(set(held))
    waiting = await gather("office.todo", person=request.state.person, held=held, editions=known, url=partial(url, request))
    organizer = Duties.ORGANIZER in request.state.duties
    return await render(
        request, "office/home.html", editions=known, todos=oldest_first(waiting), organizer=organizer, counts=await queries.counts() if organizer else {}
    )


async def edition_home(request: Request) -> Response:
    shown = await panel("office.home", edition=request.state.edition, duties=request.state.duties)
    return await render(request, "office/edition.html", shown=shown)


async def outbox(request: Request) -> Response:
    """Letters and jobs: ids, names, states; the words of a letter at its own address."""
    found = await queries.letters(await _before(request))
    older = url(request, "office.outbox", before=found[queries.AT_ONCE - 1].id) if len(found) > queries.AT_ONCE else None
    return await render(request, "office/outbox.html", letters=found[: queries.AT_ONCE], jobs=await queries.jobs_waiting(), older=older)


async def _before(request: Request) -> Letter | None:
    """The last letter of the page before; the first page where that is no letter."""
    try:
        return await queries.letter(UUID(request.query_params.get("before", "")))
    except (ValueError, NotFound):
        return None


async def letter(request: Request) -> Response:
    """One letter as it would go out now, where nobody is sent it by a mail server: the links in it are its reader's alone."""
    row = await queries.letter(request.path_params["letter"])
    message = await _message(row)
    if message is not None:
        await actions.note_reading(row, by=request.state.person.id)
    text = message.get_body(("plain",)).get_content() if message else None
    return await render(request, "office/letter.html", letter=row, message=message, text=text, may_read=_may_be_read(row))


async def letter_html(request: Request) -> Response:
    """The HTML form alone, in a sandbox of its own."""
    message = await _message(await queries.letter(request.path_params["letter"]))
    if message is None:
        raise NotFound()
    answer = HTMLResponse(message.get_body(("html",)).get_content())
    answer.headers["content-security-policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    return answer


async def _message(row: Letter) -> EmailMessage | None:
    return await mail.compose(row) if _may_be_read(row) else None


def _may_be_read(row: Letter) -> bool:
    return row.state is not LetterState.SENT and not running().settings.smtp_url.get_secret_value()


async def run_again(request: Request) -> Response:
    """Sent twice, it is run again once: the second finds the job no longer failed."""
    await actions.run_again(request.path_params["job"], by=request.state.person.id)
    return see_other(request, "office.outbox")


async def backup(request: Request) -> Response:
    """When the last backup was made, and how to make one."""
    return await render(request, "office/backup.html", made=queries.last_backup())


async def people(request: Request) -> Response:
    """Everybody with a duty, and whether they sign in with two steps."""
    return await render(request, "office/people.html", colleagues=await queries.colleagues())


async def second_step(request: Request) -> Response:
    """Somebody lost their device and their codes: once it is sure that it is them, their second step is taken away."""
    found = await queries.colleague(request.path_params["person"])
    refusal = None
    if request.method == "POST":
        try:
            await reset_factors(found.person, by=request.state.person)
            return see_other(request, "office.people")
        except Refused as refused:
            refusal = refused.message
    return await render(request, "office/second_step.html", 422 if refusal else 200, colleague=found, refusal=refusal)
