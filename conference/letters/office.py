"""Letters to one person or to a group: writing, looking at them as they will look, sending, stopping."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from conference.core import mail
from conference.core.errors import NotFound, Refused
from conference.core.i18n import LANGUAGES, speaking
from conference.core.web import read_form, render, see_other
from conference.editions.queries import editions_of
from conference.editions.wording import say
from conference.letters import actions, mails, queries
from conference.letters.forms import INTERPRETATION, ONE, STATE_KINDS, STATE_NAMES, WHO, LetterForm, RevisionForm
from conference.letters.models import Mailing, MailingState
from conference.letters.segments import Segment
from conference.registration.queries import known_tickets

SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"


async def everywhere(request: Request) -> Response:
    """All letters of all editions, and where to write one."""
    return await _list(request, await queries.mailings(), editions=await editions_of({None}))


async def letters(request: Request) -> Response:
    """Those of an edition."""
    return await _list(request, await queries.mailings(request.state.edition), editions=[])


async def _list(request: Request, found: list[Mailing], **more: Any) -> Response:
    rows = list(zip(found, [_subject(words) for words in queries.words_of_all(found)], [_may_be_counted(one, one.total) for one in found], strict=True))
    return await render(request, "letters/office/letters.html", rows=rows, states=STATE_NAMES, kinds=STATE_KINDS, **more)


def _may_be_counted(mailing: Mailing, many: int) -> bool:
    return bool(mailing.order_id) or Segment.of(mailing.segment).may_be_counted(many)


def _subject(words: queries.Words) -> str | None:
    """In the reader's language where it was written in it."""
    subjects = {language: parts["subject"] for language, parts in words.items()}
    return say(subjects) or next(iter(subjects.values()), None)


async def new(request: Request) -> Response:
    """``?order=`` names the one person it is for."""
    code = request.query_params.get("order", "")[:16]
    form = await _form(request, given={"who": ONE, "order": code} if code else None)
    if request.method == "POST" and form.validate():
        try:
            made = await actions.write(request.state.edition, segment=form.segment(), code=form.code(), words=form.words(), by=request.state.person)
            return see_other(request, "letters.office.letter", letter=made.id)
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, "letters/office/write.html", 422 if request.method == "POST" else 200, form=form, letter=None)


async def edit(request: Request) -> Response:
    found = await _asked_for(request)
    if found.state is not MailingState.DRAFT:
        return see_other(request, "letters.office.letter", letter=found.id)
    form = await _form(request, given=_given(found))
    if request.method == "POST" and form.validate():
        try:
            said = {"segment": form.segment(), "code": form.code(), "words": form.words()}
            await actions.change(found, request.state.edition, revision=form.read_revision(), by=request.state.person, **said)
            return see_other(request, "letters.office.letter", letter=found.id)
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, "letters/office/write.html", 422 if request.method == "POST" else 200, form=form, letter=found)


async def _form(request: Request, given: dict[str, Any] | None) -> LetterForm:
    tickets = [(ticket.slug, say(ticket.title)) for ticket in await known_tickets(request.state.edition)]
    return LetterForm.of(tickets, await read_form(request) if request.method == "POST" else None, given=given)


def _given(found: Mailing) -> dict[str, Any]:
    words = {f"{part}_{language}": text for language, parts in queries.words_of(found).items() for part, text in parts.items()}
    to = {"who": ONE, "order": found.order.code} if found.order else Segment.of(found.segment).as_json()
    return {"revision": str(found.revision)} | words | to


async def letter(request: Request) -> Response:
    """How it will look, whom it reaches, how far it has come."""
    return await _show(request, await _asked_for(request))


async def _asked_for(request: Request) -> Mailing:
    return await queries.mailing(request.state.edition, request.path_params["letter"])


async def _show(request: Request, found: Mailing, refusal: Refused | None = None) -> Response:
    words = queries.words_of(found)
    begun = found.started is not None
    reach = None if begun else await queries.reach(found)
    return await render(
        request,
        "letters/office/letter.html",
        422 if refusal else 200,
        letter=found,
        to=await _told(request, found),
        samples=[(language, *_sample(request, words, language)) for language in LANGUAGES if language in words],
        languages_by_code=LANGUAGES,
        reach=reach,
        counted=_may_be_counted(found, reach.total if reach else found.total),
        unreachable_counted=_may_be_counted(found, reach.unreachable if reach else found.unreachable),
        progress=await queries.progress(found) if begun else None,
        states=STATE_NAMES,
        kinds=STATE_KINDS,
        at_once=actions.PORTION,
        refusal=refusal and refusal.message,
    )


def _sample(request: Request, words: queries.Words, language: str) -> tuple[str, str]:
    """Subject and text."""
    with speaking(language):
        made = mails.sample(request.state.edition, words)
        return made.subject, mail.bodies(made)[0]


async def _told(request: Request, found: Mailing) -> list[str]:
    """To whom, in words."""
    if found.order:
        return [found.order.code]
    segment = Segment.of(found.segment)
    titles = {ticket.slug: say(ticket.title) for ticket in await known_tickets(request.state.edition)}
    parts = [WHO.get(segment.who), titles.get(segment.ticket, segment.ticket), LANGUAGES.get(segment.language), segment.interpretation and INTERPRETATION.get(segment.interpretation)]
    return [str(part) for part in parts if part]


async def preview(request: Request) -> Response:
    """The HTML form in one language, alone, in a sandbox of its own."""
    found, language = await _asked_for(request), request.path_params["language"]
    words = queries.words_of(found)
    if language not in words:
        raise NotFound()
    with speaking(language):
        answer = HTMLResponse(mail.bodies(mails.sample(request.state.edition, words))[1])
    answer.headers["content-security-policy"] = SANDBOX
    return answer


async def start(request: Request) -> Response:
    """What was looked at goes out, and nothing else: the revision says so."""
    found, form = await _asked_for(request), RevisionForm(await read_form(request))
    return await _done(request, found, actions.start(found, revision=form.read_revision() if form.validate() else 0, by=request.state.person))


async def stop(request: Request) -> Response:
    found = await _asked_for(request)
    return await _done(request, found, actions.stop(found, by=request.state.person))


async def pause(request: Request) -> Response:
    found = await _asked_for(request)
    return await _done(request, found, actions.pause(found, by=request.state.person))


async def go_on(request: Request) -> Response:
    found = await _asked_for(request)
    return await _done(request, found, actions.go_on(found, by=request.state.person))


async def _done(request: Request, found: Mailing, act: Any) -> Response:
    try:
        await act
    except Refused as refusal:
        return await _show(request, await _asked_for(request), refusal)
    return see_other(request, "letters.office.letter", letter=found.id)
