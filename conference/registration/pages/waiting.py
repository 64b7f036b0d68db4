"""The waiting list: joining it, and the place that is offered."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core import passes, ratelimit
from conference.core.errors import NotFound, Refused
from conference.core.links import row_of
from conference.core.web import read_form, render, see_other
from conference.editions.wording import say
from conference.registration import actions, queries
from conference.registration.forms import RegisterForm, WaitingForm
from conference.registration.models import WaitingEntry
from conference.registration.pages.registering import cards_taken, fresh_answers, show_form, to_order


async def wait(request: Request) -> Response:
    """Leave an address; whether it waits already is not told."""
    edition = request.state.edition
    ticket = await queries.ticket(edition, request.path_params["ticket"])
    form = WaitingForm(await read_form(request) if request.method == "POST" else None)
    if request.method == "GET" or not form.validate():
        return await render(request, "registration/wait.html", 200 if request.method == "GET" else 422, form=form, ticket=ticket, say=say)
    if await ratelimit.count(ratelimit.LETTERS, form.email.data.lower()):
        await actions.join_waiting_list(edition, ticket, email=form.email.data, language=request.state.language)
    return await render(request, "registration/waiting_joined.html", ticket=ticket, say=say)


async def offer_link(request: Request) -> Response:
    """The first GET of the secret link: it goes into a cookie, the address becomes clean."""
    token = request.path_params["secret"]
    row = row_of(token)
    if row is None:
        raise NotFound()
    entry = await queries.waiting_by_tokens(request.state.edition, row, [token])
    answer = see_other(request, "registration.offer", entry=entry.id)
    passes.grant(request, answer, token)
    return answer


async def offer(request: Request) -> Response:
    """How the waiting goes; once a place is offered, the form that takes it."""
    entry = await _own(request)
    if not queries.is_open(entry):
        return await render(request, "registration/waiting_entry.html", entry=entry, say=say)
    ticket = entry.ticket_type
    if request.method == "GET":
        return await show_form(request, ticket, RegisterForm.of(ticket, given=fresh_answers(request, ticket), cards=cards_taken()), offer=entry)
    form = RegisterForm.of(ticket, await read_form(request), cards=cards_taken())
    if form.validate():
        try:
            order = await actions.register(request.state.edition, ticket, person=request.state.person, offer=entry, **form.answers())
            return await to_order(request, order)
        except Refused as refusal:
            form.refuse(refusal)
    return await show_form(request, ticket, form, 422, offer=entry)


async def leave(request: Request) -> Response:
    entry = await _own(request)
    await actions.leave_waiting_list(entry)
    return see_other(request, "registration.offer", entry=entry.id)


async def _own(request: Request) -> WaitingEntry:
    return await queries.waiting_by_tokens(request.state.edition, request.path_params["entry"], passes.tokens(request))
