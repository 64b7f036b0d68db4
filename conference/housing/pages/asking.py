"""Where beds are asked for and offered."""

import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from conference.core import passes, sealing
from conference.core.errors import NotFound, Refused
from conference.core.i18n import _
from conference.core.web import read_form, render, see_other
from conference.editions.queries import live_words
from conference.housing import actions, queries
from conference.housing.forms import OfferForm, RequestForm
from conference.housing.models import Asked, BedRequest
from conference.registration.models import HAS_PLACE, Order
from conference.registration.queries import order_by_tokens


async def home(request: Request) -> Response:
    """The organizers' words, and the two doors; once it is over the words alone."""
    edition = request.state.edition
    return await render(request, "housing/home.html", words=await live_words(edition, "housing"), closed=queries.closed(edition))


async def request_beds(request: Request) -> Response:
    """For guests. ``?order=`` ties it to a registration that this browser may open."""
    edition = request.state.edition
    if queries.closed(edition):
        raise NotFound()
    if request.method == "GET":
        code = request.query_params.get("order", "")[:16]
        order = await _own_order(request, code) if code else None
        return await _show(request, "housing/request.html", RequestForm.of(edition, given=_fresh(request, order)))
    form = RequestForm.of(edition, await read_form(request))
    if form.validate():
        answers = form.answers()
        code = answers.pop("order")
        try:
            made = await actions.ask_for_beds(edition, order=await _order_again(request, code) if code else None, person=request.state.person, **answers)
            return to_own(request, made)
        except Refused as refusal:
            form.refuse(refusal)
    return await _show(request, "housing/request.html", form, 422)


async def offer_beds(request: Request) -> Response:
    """For hosts; nobody has to register for it."""
    edition = request.state.edition
    if queries.closed(edition):
        raise NotFound()
    if request.method == "GET":
        return await _show(request, "housing/offer.html", OfferForm.of(edition, given=_fresh(request)))
    form = OfferForm.of(edition, await read_form(request))
    if form.validate():
        try:
            return to_own(request, await actions.offer_beds(edition, person=request.state.person, **form.answers()))
        except Refused as refusal:
            form.refuse(refusal)
    return await _show(request, "housing/offer.html", form, 422)


def _fresh(request: Request, order: Order | None = None) -> dict[str, Any]:
    """What a new form begins with; the address is the one that the registration was made with."""
    given: dict[str, Any] = {"once": secrets.token_hex(16), "language": request.state.language, "languages": [request.state.language]}
    if order is not None:
        given |= {"order": order.code, "language": order.language, "email": sealing.open_one(order, "email").email or ""}
    return given


async def _show(request: Request, template: str, form: Any, status: int = 200) -> Response:
    return await render(request, template, status, form=form)


async def _own_order(request: Request, code: str) -> Order:
    """NotFound for everybody whose registration it is not, and for one that has no place."""
    if not code.isalnum():
        raise NotFound()
    order = await order_by_tokens(request.state.edition, code, passes.tokens(request), request.state.person)
    if order.state not in HAS_PLACE:
        raise NotFound()
    return order


async def _order_again(request: Request, code: str) -> Order:
    try:
        return await _own_order(request, code)
    except NotFound:
        raise Refused(_("This device can no longer open the registration that this belongs to. Open it again with your code, in another window, then send this once more.")) from None


async def for_order(request: Request) -> Response:
    """From a registration to its request for beds, or to the form for one."""
    order = await _own_order(request, request.path_params["code"])
    known = await queries.of_order(order.id)
    return to_own(request, known) if known else see_other(request, "housing.request_beds", order=order.code)


def to_own(request: Request, row: Asked) -> Response:
    """To one's own page, which this browser may open from now on."""
    answer = see_other(request, "housing.own_request" if isinstance(row, BedRequest) else "housing.own_offer", row=row.id)
    passes.grant(request, answer, queries.token_of(row))
    return answer
