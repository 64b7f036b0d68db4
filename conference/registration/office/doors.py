"""Doors, for the registrar: made, shown as a link to hand on, ended; how many came, and when."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from conference.core import links
from conference.core.errors import Refused
from conference.core.running import running
from conference.core.web import path_to, read_form, render, see_other
from conference.registration import actions, queries
from conference.registration.access import DOOR_LINK, is_watched
from conference.registration.arriving import by_hour
from conference.registration.forms import DoorForm
from conference.registration.keepsakes import link_picture
from conference.registration.models import Door
from conference.registration.office.overview import sees_money

HOURS = 10


async def doors(request: Request) -> Response:
    """All of them, arrivals by hour, and making one."""
    edition = request.state.edition
    form = DoorForm(await read_form(request) if request.method == "POST" else None, given={"hours": HOURS})
    if request.method == "POST" and form.validate():
        try:
            made = await actions.make_door(edition, by=request.state.person.id, **form.answers())
            return see_other(request, "registration.office.door", door=made.id)
        except Refused as refusal:
            form.refuse(refusal)
    return await render(
        request,
        "registration/office/doors.html",
        422 if request.method == "POST" else 200,
        form=form,
        doors=await queries.doors(edition),
        is_watched=is_watched,
        came=await queries.arrivals_by_door(edition),
        arrivals=await queries.arrivals(edition),
        by_hour=by_hour(await queries.arrivals_by_hour(edition), edition.zone),
        money_shown=sees_money(request),
    )


async def door(request: Request) -> Response:
    """One, with its link while it is open."""
    found = await _asked_for(request)
    shown = await _link(request, found) if is_watched(found) else None
    came = (await queries.arrivals_by_door(request.state.edition)).get(found.id, 0)
    return await render(request, "registration/office/door.html", door=found, shown=shown, came=came, money_shown=sees_money(request))


async def _asked_for(request: Request) -> Door:
    return await queries.door(request.state.edition, request.path_params["door"])


async def _link(request: Request, found: Door) -> dict:
    """The link as text, as a picture, and as the body of a message."""
    token = links.token(DOOR_LINK, found.id, found.version)
    address = running().settings.base_url + path_to(request.app, "registration.door_link", request.state.edition, secret=token)
    return {"address": address, "picture": await link_picture(address), "message": quote(f"{found.name}: {address}", safe="")}


async def end_door(request: Request) -> Response:
    found = await _asked_for(request)
    await actions.end_door(found, by=request.state.person.id)
    return see_other(request, "registration.office.door", door=found.id)
