"""Setting up: pools of places and kinds of tickets."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core.errors import Refused
from conference.core.web import read_form, render, see_other
from conference.editions.wording import say
from conference.registration import actions, queries
from conference.registration.forms import PoolForm, TicketForm


async def places(request: Request) -> Response:
    edition = request.state.edition
    return await render(request, "registration/office/places.html", pools=await queries.pools(edition), types=await queries.ticket_types(edition), say=say)


async def new_pool(request: Request) -> Response:
    form = PoolForm(await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            await actions.create_pool(request.state.edition, slug=form.slug.data, by=request.state.person.id, **form.facts())
            return see_other(request, "registration.office.places")
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, "registration/office/pool.html", 422 if request.method == "POST" else 200, form=form, pool=None)


async def pool(request: Request) -> Response:
    known = await queries.pool(request.state.edition, request.path_params["slug"])
    form = PoolForm.known(known, await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            await actions.change_pool(known, by=request.state.person.id, **form.facts())
            return see_other(request, "registration.office.places")
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, "registration/office/pool.html", 422 if request.method == "POST" else 200, form=form, pool=known)


async def new_ticket(request: Request) -> Response:
    edition = request.state.edition
    pools = await queries.pools(edition)
    form = TicketForm.of(pools, edition.zone, await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        chosen = [pool for pool in pools if pool.slug in form.pools.data]
        try:
            await actions.create_ticket_type(edition, chosen, slug=form.slug.data, by=request.state.person.id, **form.facts())
            return see_other(request, "registration.office.places")
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, "registration/office/ticket.html", 422 if request.method == "POST" else 200, form=form, ticket=None)


async def ticket(request: Request) -> Response:
    edition = request.state.edition
    known = await queries.any_ticket_type(edition, request.path_params["slug"])
    form = TicketForm.known(known, edition.zone, await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            await actions.change_ticket_type(known, by=request.state.person.id, **form.facts())
            return see_other(request, "registration.office.places")
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, "registration/office/ticket.html", 422 if request.method == "POST" else 200, form=form, ticket=known)
