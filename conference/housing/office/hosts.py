"""One host, for the coordinator: beds by night, vetting, who stays there, writing an offer down."""

import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from conference.core import sealing
from conference.core.errors import NotFound, Refused
from conference.core.web import read_form, render, see_other
from conference.housing import actions, queries
from conference.housing.forms import STATE_NAMES, OfferForm
from conference.housing.models import BedOffer
from conference.housing.nights import in_words
from conference.housing.pages.own import facts_of

REVEALABLE = ("name", "email", "phone", "neighborhood", "street", "note", "claim")


async def _asked_for(request: Request) -> BedOffer:
    return await queries.offer_by_code(request.state.edition, request.path_params["code"])


async def host(request: Request) -> Response:
    return await _show(request, await _asked_for(request))


async def _show(request: Request, row: BedOffer, status: int = 200, **more: Any) -> Response:
    values = {
        "row": row,
        "facts": await facts_of(row),
        "nights": await queries.nights_of_offer(row.id),
        "in_words": in_words,
        "stays": await queries.stays_of_offer(row),
        "opened": {},
        "refusal": "",
        "columns": REVEALABLE,
        "states": STATE_NAMES,
    }
    return await render(request, "housing/office/host.html", status, **(values | more))


async def vet(request: Request) -> Response:
    """After a call: this host may be asked."""
    row = await _asked_for(request)
    try:
        await actions.vet(row, by=request.state.person.id)
    except Refused as refusal:
        return await _show(request, row, 422, refusal=refusal.message)
    return see_other(request, "housing.office.host", code=row.code)


async def withdraw_offer(request: Request) -> Response:
    row = await _asked_for(request)
    await actions.withdraw(row, by=request.state.person.id)
    return see_other(request, "housing.office.host", code=row.code)


async def reveal_host(request: Request) -> Response:
    """One personal column, written down before it is shown."""
    row, column = await _asked_for(request), request.path_params["column"]
    if column not in REVEALABLE:
        raise NotFound()
    return await _show(request, row, opened={column: await actions.reveal(row, column, by=request.state.person.id)})


async def new_offer(request: Request) -> Response:
    """Written down for somebody on the telephone; their code is read out to them."""
    edition = request.state.edition
    given = {"once": secrets.token_hex(16), "language": request.state.language}
    form = OfferForm.of(edition, await read_form(request) if request.method == "POST" else None, given=given)
    if request.method == "POST" and form.validate():
        try:
            made = await actions.offer_beds(edition, by=request.state.person.id, **form.answers())
            return await _show(request, made, opened={"claim": sealing.open_one(made, "claim").claim})
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, "housing/office/new_offer.html", 422 if request.method == "POST" else 200, form=form)
