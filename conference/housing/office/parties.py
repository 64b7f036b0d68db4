"""One party, for the coordinator: what it needs, which hosts have room, asking one of them, writing a request down."""

import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from conference.core import sealing
from conference.core.errors import NotFound, Refused
from conference.core.web import read_form, render, see_other
from conference.housing import actions, matching, queries
from conference.housing.forms import STATE_NAMES, PlaceForm, RequestForm
from conference.housing.models import LIVE, BedRequest, RequestState, StayState
from conference.housing.pages.own import facts_of

REVEALABLE = ("name", "email", "phone", "note", "claim")


async def _asked_for(request: Request) -> BedRequest:
    return await queries.request_by_code(request.state.edition, request.path_params["code"])


async def party(request: Request) -> Response:
    return await _show(request, await _asked_for(request))


async def _show(request: Request, row: BedRequest, status: int = 200, **more: Any) -> Response:
    """With the hosts that have room where nobody is being asked."""
    stays = await queries.stays_of_request(row)
    found = await _choices(request, row) if row.state is RequestState.OPEN else None
    values = {
        "row": row,
        "facts": await facts_of(row),
        "stays": stays,
        "live": next((stay for stay in stays if stay.state in LIVE), None),
        "form": PlaceForm.of(found[0]) if found else None,
        "why": found[1] if found else "",
        "before": {stay.offer.code for stay in stays if stay.state in (StayState.DECLINED, StayState.LAPSED)},
        "opened": {},
        "refusal": "",
        "columns": REVEALABLE,
        "states": STATE_NAMES,
        "until": queries.answer_until,
    }
    return await render(request, "housing/office/party.html", status, **(values | more))


async def _choices(request: Request, row: BedRequest) -> tuple[list[matching.Choice], str]:
    """Hosts with room, the best first, and a sentence about them all."""
    [wanted], hosts = await queries.parties([row]), await queries.hosts(request.state.edition)
    return matching.choices(wanted, hosts), matching.why_no_bed(wanted, hosts)


async def place(request: Request) -> Response:
    """Ask a host for this party."""
    row = await _asked_for(request)
    found, _why = await _choices(request, row)
    form = PlaceForm.of(found, await read_form(request))
    if row.state is RequestState.OPEN and form.validate():
        try:
            offer = await queries.offer_by_code(request.state.edition, form.offer.data)
            await actions.propose(row, offer, by=request.state.person.id)
            return see_other(request, "housing.office.party", code=row.code)
        except Refused as refusal:
            form.refuse(refusal)
    row = await _asked_for(request)
    if row.state is not RequestState.OPEN:
        return await _show(request, row, 422, refusal=actions.AskedMeanwhile().message)
    return await _show(request, row, 422, form=form)


async def reveal_party(request: Request) -> Response:
    """One personal column, written down before it is shown."""
    row, column = await _asked_for(request), request.path_params["column"]
    if column not in REVEALABLE:
        raise NotFound()
    return await _show(request, row, opened={column: await actions.reveal(row, column, by=request.state.person.id)})


async def withdraw_request(request: Request) -> Response:
    """For somebody who called and needs no bed any more."""
    row = await _asked_for(request)
    try:
        await actions.withdraw(row, by=request.state.person.id)
    except Refused as refusal:
        return await _show(request, row, 422, refusal=refusal.message)
    return see_other(request, "housing.office.party", code=row.code)


async def new_request(request: Request) -> Response:
    """Written down for somebody on the telephone; their code is read out to them."""
    edition = request.state.edition
    given = {"once": secrets.token_hex(16), "language": request.state.language}
    form = RequestForm.of(edition, await read_form(request) if request.method == "POST" else None, given=given)
    if request.method == "POST" and form.validate():
        answers = form.answers()
        del answers["order"]
        try:
            made = await actions.ask_for_beds(edition, by=request.state.person.id, **answers)
            return await _show(request, made, opened={"claim": sealing.open_one(made, "claim").claim})
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, "housing/office/new_request.html", 422 if request.method == "POST" else 200, form=form)
