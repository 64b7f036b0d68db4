"""Rooms and tracks."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from conference.agenda import actions, queries
from conference.agenda.forms import RoomForm, TrackForm, apart
from conference.agenda.snapshots import Json
from conference.core.errors import Refused
from conference.core.forms import Form
from conference.core.web import read_form, render, see_other
from conference.editions.wording import say


async def new_room(request: Request) -> Response:
    return await _new_part(
        request, RoomForm, actions.create_room, "agenda/office/room.html", {"audience": "public", "place": 100}
    )


async def room(request: Request) -> Response:
    found = await queries.room(request.state.edition, request.path_params["slug"])
    given = (
        {name: getattr(found, name) for name in ("slug", "capacity", "floor", "audience", "place")}
        | apart("name", found.name)
        | apart("access", found.access)
    )
    return await _part(request, found, RoomForm, given, actions.change_room, "agenda/office/room.html")


async def remove_room(request: Request) -> Response:
    return await _remove_part(
        request, await queries.room(request.state.edition, request.path_params["slug"]), actions.remove_room
    )


async def new_track(request: Request) -> Response:
    return await _new_part(request, TrackForm, actions.create_track, "agenda/office/track.html", {"place": 100})


async def track(request: Request) -> Response:
    found = await queries.track(request.state.edition, request.path_params["slug"])
    given = {name: getattr(found, name) for name in ("slug", "color", "place")} | apart("name", found.name)
    return await _part(request, found, TrackForm, given, actions.change_track, "agenda/office/track.html")


async def remove_track(request: Request) -> Response:
    return await _remove_part(
        request, await queries.track(request.state.edition, request.path_params["slug"]), actions.remove_track
    )


async def _new_part(request: Request, kind: type[Form], create: Any, template: str, given: Json) -> Response:
    if request.method == "GET":
        return await render(request, template, form=kind(given=given), part=None)
    form = kind(await read_form(request))
    if form.validate():
        try:
            await create(request.state.edition, by=request.state.person.id, **form.answers())
            return see_other(request, "agenda.office.sessions")
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, template, 422, form=form, part=None)


async def _part(request: Request, found: Any, kind: type[Form], given: Json, change: Any, template: str) -> Response:
    slug = found.slug
    if request.method == "GET":
        return await render(request, template, form=kind(given=given), part=found, part_slug=slug, say=say)
    form = kind(await read_form(request))
    if form.validate():
        try:
            await change(found, by=request.state.person.id, **form.answers())
            return see_other(request, "agenda.office.sessions")
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, template, 422, form=form, part=found, part_slug=slug, say=say)


async def _remove_part(request: Request, found: Any, remove: Any) -> Response:
    await remove(found, by=request.state.person.id)
    return see_other(request, "agenda.office.sessions")
