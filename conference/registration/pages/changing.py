"""Changing one's own registration, and confirming a new address for it."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core import links, passes, ratelimit
from conference.core.errors import NotFound, Refused
from conference.core.web import read_form, render, see_other
from conference.registration import actions, queries
from conference.registration.forms import ChangeForm
from conference.registration.models import HAS_PLACE, Order


async def change(request: Request) -> Response:
    """Name, language, address and needs. What a new address is told does not depend on whether it is known here."""
    found = await _own(request)
    if found.state not in HAS_PLACE:
        return see_other(request, "registration.order", code=found.code)
    said = await queries.answers_of(found)
    form = ChangeForm.of(said, await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            await _refuse_too_many(form, said)
            asked = await actions.change(found, **form.answers())
            return see_other(request, "registration.order", code=found.code, changed="address" if asked else "yes")
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, "registration/change.html", 422 if request.method == "POST" else 200, order=found, form=form)


async def _own(request: Request) -> Order:
    return await queries.order_by_tokens(request.state.edition, request.path_params["code"], passes.tokens(request), request.state.person)


async def _refuse_too_many(form: ChangeForm, said: dict) -> None:
    """A few letters an hour to one address. Raises TooMany."""
    address = form.email.data or ""
    if address and address != said["email"]:
        await ratelimit.look(ratelimit.LETTERS, address.lower())
        await ratelimit.count(ratelimit.LETTERS, address.lower())


async def address_link(request: Request) -> Response:
    """The first GET of the secret link: it goes into a cookie, the address becomes clean."""
    token, code = request.path_params["secret"], request.path_params["code"]
    await queries.order_to_confirm(request.state.edition, code, [token])
    answer = see_other(request, "registration.confirm_address", code=code)
    passes.grant(request, answer, token)
    return answer


async def confirm_address(request: Request) -> Response:
    """The button that spends the link; afterwards this browser may open the registration."""
    try:
        found, address = await queries.order_to_confirm(request.state.edition, request.path_params["code"], passes.tokens(request))
    except NotFound:
        return await render(request, "registration/address_over.html", 404)
    if request.method == "GET":
        return await render(request, "registration/confirm_address.html", address=address)
    order = await actions.confirm_address(found, address)
    answer = see_other(request, "registration.order", code=order.code)
    passes.grant(request, answer, links.token(queries.ORDER_LINK, order.id, order.version))
    return answer
