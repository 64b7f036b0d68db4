"""What is told of a session."""

from starlette.requests import Request
from starlette.responses import Response

from conference.agenda import actions, queries, times
from conference.agenda.forms import AUDIENCES, ChangeSessionForm, SessionForm, apart
from conference.agenda.models import Placement, Session
from conference.agenda.snapshots import Json
from conference.core import sealing
from conference.core.errors import Refused
from conference.core.forms import Form
from conference.core.i18n import format_day, format_span
from conference.core.web import read_form, render, see_other
from conference.editions.models import Edition
from conference.editions.wording import say


async def new_session(request: Request) -> Response:
    edition = request.state.edition
    tracks = await _track_choices(edition)
    if request.method == "GET":
        form = SessionForm(given={"kind": "breakout", "audience": "public", "languages": ["en", "es"]}, tracks=tracks)
        return await render(request, "agenda/office/session_new.html", form=form)
    form = SessionForm(await read_form(request), tracks=tracks)
    if form.validate():
        try:
            made = await actions.create_session(edition, by=request.state.person.id, **form.answers())
            return see_other(request, "agenda.office.session", code=made.code)
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, "agenda/office/session_new.html", 422, form=form)


async def session(request: Request) -> Response:
    edition = request.state.edition
    found, tracks = await _session(request), await _track_choices(edition)
    if request.method == "GET":
        return await _show_session(request, found, ChangeSessionForm(given=_given(found), tracks=tracks))
    form = ChangeSessionForm(await read_form(request), tracks=tracks)
    if form.validate():
        try:
            await actions.change_session(found, by=request.state.person.id, **form.answers())
            return see_other(request, "agenda.office.session", code=found.code)
        except Refused as refusal:
            form.refuse(refusal)
    return await _show_session(request, found, form, 422)


async def remove_session(request: Request) -> Response:
    found = await _session(request)
    try:
        await actions.remove_session(found, by=request.state.person.id)
    except Refused as refusal:
        return await _refused_on_session(request, found, refusal)
    return see_other(request, "agenda.office.sessions")


async def _show_session(request: Request, found: Session, form: Form, status: int = 200) -> Response:
    named = await queries.contributions(found)
    plain = sealing.open([one.contributor for one in named], "name")
    return await render(
        request,
        "agenda/office/session.html",
        status,
        session=found,
        form=form,
        placements=[
            _placement_line(one, request.state.edition.zone)
            for one in sorted(found.placements, key=lambda one: one.starts)
        ],
        people=[
            {"id": one.id, "name": name.name, "role": say(one.role), "audience": AUDIENCES[one.audience]}
            for one, name in zip(named, plain, strict=True)
        ],
        say=say,
    )


def _placement_line(one: Placement, zone: str) -> Json:
    return {
        "id": one.id,
        "when": f"{format_day(times.day_in(one.starts, zone))}, {format_span(one.starts, one.ends, zone)}",
        "room": say(one.room.name) if one.room else "",
        "cancelled": one.state == "cancelled",
    }


async def _refused_on_session(request: Request, found: Session, refusal: Refused) -> Response:
    """The session's page again, with why its button could not be obeyed."""
    form = ChangeSessionForm(given=_given(found), tracks=await _track_choices(request.state.edition))
    form.refuse(Refused(refusal.message))
    return await _show_session(request, found, form, 422)


def _given(found: Session) -> Json:
    plain = ("title_ours", "kind", "languages", "interpretation", "captions", "recorded", "signup", "audience", "links")
    words = apart("title", found.title) | apart("abstract", found.abstract) | apart("note", found.note)
    return {name: getattr(found, name) for name in plain} | words | {"track": found.track.slug if found.track else ""}


async def _session(request: Request) -> Session:
    return await queries.session(request.state.edition, request.path_params["code"])


async def _track_choices(edition: Edition) -> list[tuple[str, str]]:
    return [(track.slug, say(track.name)) for track in await queries.tracks(edition)]
