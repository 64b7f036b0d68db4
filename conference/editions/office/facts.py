"""What is said about an edition everywhere, and opening a new one."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core.errors import Refused
from conference.core.web import read_form, render, see_other
from conference.editions import actions, queries
from conference.editions.forms import EditionForm, NewEditionForm


async def facts(request: Request) -> Response:
    edition = request.state.edition
    form = EditionForm(await read_form(request) if request.method == "POST" else None, given=EditionForm.given(edition))
    if request.method == "POST" and form.validate():
        try:
            await actions.change_edition(edition, by=request.state.person, **form.facts())
            return see_other(request, "editions.office.facts", saved=1)
        except Refused as refusal:
            form.refuse(refusal)
    saved = request.query_params.get("saved") == "1"
    return await render(request, "editions/office/facts.html", 422 if request.method == "POST" else 200, form=form, saved=saved)


async def new_edition(request: Request) -> Response:
    """Who may do so has the organizer's duty for the whole organization, and so in the new edition too."""
    form = NewEditionForm(await read_form(request) if request.method == "POST" else None, given=await _proposed())
    if request.method == "POST" and form.validate():
        try:
            edition = await actions.create_edition(by=request.state.person, **form.facts())
            return see_other(request, "office.edition_home", edition=edition.slug)
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, "editions/office/new.html", 422 if request.method == "POST" else 200, form=form)


async def _proposed() -> dict:
    network = await queries.organization()
    return {"organized_by": network.name, "contact": network.mail, "hotline": network.hotline} if network else {}
