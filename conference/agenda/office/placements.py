"""When and where a session is."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from conference.agenda import actions, queries, times
from conference.agenda.forms import PlacementForm
from conference.agenda.models import Placement, Session
from conference.core.errors import Refused
from conference.core.forms import Form
from conference.core.web import read_form, render, see_other
from conference.editions.models import Edition
from conference.editions.wording import say


async def place(request: Request) -> Response:
    edition, found = request.state.edition, await queries.session(request.state.edition, request.path_params["code"])
    rooms = await _room_choices(edition)
    if request.method == "GET":
        return await _show_placement(request, found, PlacementForm(given={"day": edition.begins}, rooms=rooms))
    form = PlacementForm(await read_form(request), rooms=rooms)
    if form.validate():
        try:
            await actions.place(found, edition, by=request.state.person.id, **form.answers())
            return see_other(request, "agenda.office.session", code=found.code)
        except Refused as refusal:
            form.refuse(refusal)
    return await _show_placement(request, found, form, 422)


async def placement(request: Request) -> Response:
    edition, one = request.state.edition, await _placement(request)
    rooms = await _room_choices(edition)
    if request.method == "GET":
        given = {
            "day": times.day_in(one.starts, edition.zone),
            "starts": times.time_in(one.starts, edition.zone),
            "ends": times.time_in(one.ends, edition.zone),
        }
        return await _show_placement(
            request,
            one.session,
            PlacementForm(given=given | {"room": one.room.slug if one.room else ""}, rooms=rooms),
            placement=one,
        )
    form = PlacementForm(await read_form(request), rooms=rooms)
    if form.validate():
        try:
            await actions.move(one, edition, by=request.state.person.id, **form.answers())
            return see_other(request, "agenda.office.session", code=one.session.code)
        except Refused as refusal:
            form.refuse(refusal)
    return await _show_placement(request, one.session, form, 422, placement=one)


async def cancel(request: Request) -> Response:
    return await _change_placement(request, actions.cancel)


async def restore(request: Request) -> Response:
    return await _change_placement(request, actions.restore)


async def unplace(request: Request) -> Response:
    return await _change_placement(request, actions.unplace)


async def _change_placement(request: Request, act: Any) -> Response:
    one = await _placement(request)
    await act(one, by=request.state.person.id)
    return see_other(request, "agenda.office.session", code=one.session.code)


async def _show_placement(
    request: Request, found: Session, form: Form, status: int = 200, placement: Placement | None = None
) -> Response:
    return await render(
        request, "agenda/office/placement.html", status, session=found, form=form, placement=placement, say=say
    )


async def _placement(request: Request) -> Placement:
    return await queries.placement(request.state.edition, request.path_params["id"])


async def _room_choices(edition: Edition) -> list[tuple[str, str]]:
    return [(room.slug, say(room.name)) for room in await queries.rooms(edition)]
