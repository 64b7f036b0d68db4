"""Orders, for the registrar: finding one, seeing how it goes, looking at a personal column, cancelling, writing one down."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core import sealing
from conference.core.errors import NotFound, Refused
from conference.core.i18n import _
from conference.core.panels import panel
from conference.core.web import read_form, render, see_other, url
from conference.editions.wording import say
from conference.payments.queries import payment_for
from conference.registration import actions, prices, queries
from conference.registration.forms import STATE_NAMES, RegisterForm, SearchForm, needs_in_words
from conference.registration.models import Order, OrderState
from conference.registration.office.overview import sees_money
from conference.registration.pages.orders import how_it_goes
from conference.registration.pages.registering import fresh_answers

REVEALABLE = ("badge_name", "email", "needs", "claim")
ON_A_PAGE = 50


async def orders(request: Request) -> Response:
    """All, the newest first, or those of one state; in keyset pages."""
    state = request.query_params.get("state", "")
    states = [OrderState(state)] if state in list(OrderState) else []
    found = await queries.orders_page(request.state.edition, states=states, after=request.query_params.get("after", "")[:16], most=ON_A_PAGE)
    more = url(request, "registration.office.orders", state=state or None, after=found[ON_A_PAGE - 1]["code"]) if len(found) > ON_A_PAGE else None
    return await _list(request, SearchForm(), found[:ON_A_PAGE], more, state)


async def find(request: Request) -> Response:
    """By reference, whole e-mail address or words of a name; by POST, so that what is looked for stands in no address and no log."""
    form = SearchForm(await read_form(request))
    if not form.validate():
        return await _list(request, form, [], None, status=422)
    return await _list(request, form, await queries.orders_found(request.state.edition, form.query.data, ON_A_PAGE), None)


async def _list(request: Request, form: SearchForm, found: list[dict], more: str | None, state: str = "", status: int = 200) -> Response:
    titles = {ticket.id: say(ticket.title) for ticket in await queries.known_tickets(request.state.edition)}
    return await render(
        request, "registration/office/orders.html", status, form=form, orders=found, titles=titles, more=more, state=state, states=STATE_NAMES, money_shown=sees_money(request)
    )


async def order(request: Request) -> Response:
    return await _show(request, await _asked_for(request))


async def _asked_for(request: Request) -> Order:
    return await queries.office_order(request.state.edition, request.path_params["code"])


async def _show(request: Request, found: Order, opened: dict[str, str | None] | None = None) -> Response:
    payment = await payment_for("order", found.id) if found.total else None
    return await render(
        request,
        "registration/office/order.html",
        order=found,
        ticket_title=say((await queries.ticket_of(request.state.edition, found)).title),
        how=how_it_goes(found, payment),
        arrived=[attendee.arrived for attendee in await queries.attendees_of(found.id) if attendee.arrived],
        paying=await panel("registration.order", order=found) if sees_money(request) else "",
        more=await panel("registration.office.order", order=found, edition=request.state.edition),
        opened=opened or {},
        columns=REVEALABLE,
    )


async def reveal(request: Request) -> Response:
    """One personal column of one order, written down before it is shown."""
    found, column = await _asked_for(request), request.path_params["column"]
    if column not in REVEALABLE:
        raise NotFound()
    text = await actions.reveal(found, column, by=request.state.person.id)
    return await _show(request, found, {column: needs_in_words(text) if text and column == "needs" else text})


async def cancel(request: Request) -> Response:
    """Cancel for somebody who asked; what comes back follows the edition's table."""
    found = await _asked_for(request)
    if request.method == "GET":
        return await render(request, "registration/office/cancel.html", order=found, say=say)
    try:
        await actions.cancel(found, by=request.state.person.id)
    except Refused as refusal:
        return await render(request, "registration/office/cancel.html", 422, order=found, refusal=refusal.message, say=say)
    return see_other(request, "registration.office.order", code=found.code)


async def take_down(request: Request) -> Response:
    """Register somebody who calls or brought a paper form; their code is read out to them."""
    edition = request.state.edition
    types = await queries.tickets(edition)
    slug = request.query_params.get("ticket", "")
    ticket = next((one for one in types if one.slug == slug), None)
    if ticket is None:
        return await render(request, "registration/office/choose.html", types=types, say=say)
    form = RegisterForm.of(ticket, await read_form(request) if request.method == "POST" else None, given=fresh_answers(request, ticket), cards=False)
    if request.method == "POST" and form.validate():
        try:
            made = await actions.register(edition, ticket, by=request.state.person.id, **form.answers())
            return await _show(request, made, {"claim": sealing.open_one(made, "claim").claim})
        except Refused as refusal:
            form.refuse(refusal)
    return await render(
        request, "registration/office/take_down.html", 422 if request.method == "POST" else 200, ticket=ticket, form=form, prices=prices, say=say, title=_("Register somebody")
    )
