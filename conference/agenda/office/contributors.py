"""Who is named in a session."""

from starlette.requests import Request
from starlette.responses import Response

from conference.agenda import actions, queries
from conference.agenda.forms import ContributorForm, apart
from conference.agenda.models import Contribution, Session
from conference.core import sealing
from conference.core.errors import Refused
from conference.core.forms import Form
from conference.core.web import read_form, render, see_other
from conference.editions.wording import say


async def name_contributor(request: Request) -> Response:
    found = await queries.session(request.state.edition, request.path_params["code"])
    if request.method == "GET":
        return await _show_contributor(request, found, ContributorForm(given={"audience": "participants"}))
    form = ContributorForm(await read_form(request))
    if form.validate():
        try:
            await actions.name_contributor(found, by=request.state.person.id, **form.answers())
            return see_other(request, "agenda.office.session", code=found.code)
        except Refused as refusal:
            form.refuse(refusal)
    return await _show_contributor(request, found, form, 422)


async def contribution(request: Request) -> Response:
    one = await _contribution(request)
    if request.method == "GET":
        given = {"name": sealing.open_one(one.contributor, "name").name or "", "audience": one.audience} | apart(
            "role", one.role
        )
        return await _show_contributor(request, one.session, ContributorForm(given=given), contribution=one)
    form = ContributorForm(await read_form(request))
    if form.validate():
        try:
            await actions.change_contribution(one, by=request.state.person.id, **form.answers())
            return see_other(request, "agenda.office.session", code=one.session.code)
        except Refused as refusal:
            form.refuse(refusal)
    return await _show_contributor(request, one.session, form, 422, contribution=one)


async def remove_contribution(request: Request) -> Response:
    one = await _contribution(request)
    await actions.remove_contribution(one, by=request.state.person.id)
    return see_other(request, "agenda.office.session", code=one.session.code)


async def _show_contributor(
    request: Request, found: Session, form: Form, status: int = 200, contribution: Contribution | None = None
) -> Response:
    return await render(
        request, "agenda/office/contributor.html", status, session=found, form=form, contribution=contribution, say=say
    )


async def _contribution(request: Request) -> Contribution:
    return await queries.contribution(request.state.edition, request.path_params["id"])
