"""The network behind the editions, and its chapters."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core.errors import Refused
from conference.core.web import read_form, render, see_other
from conference.editions import actions, queries
from conference.editions.forms import ChapterForm, OrganizationForm


async def organization(request: Request) -> Response:
    known = await queries.organization()
    form = OrganizationForm(await read_form(request) if request.method == "POST" else None, given=OrganizationForm.given(known))
    if request.method == "POST" and form.validate():
        await actions.describe_organization(by=request.state.person, **form.facts())
        return see_other(request, "editions.office.organization", saved=1)
    shown = {"chapters": await queries.chapters(), "saved": request.query_params.get("saved") == "1"}
    return await render(request, "editions/office/organization.html", 422 if request.method == "POST" else 200, form=form, **shown)


async def new_chapter(request: Request) -> Response:
    form = ChapterForm(await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            await actions.add_chapter(by=request.state.person, **form.facts())
            return see_other(request, "editions.office.organization")
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, "editions/office/chapter.html", 422 if request.method == "POST" else 200, form=form, chapter=None)


async def chapter(request: Request) -> Response:
    known = await queries.chapter(request.path_params["chapter"])
    form = ChapterForm(await read_form(request) if request.method == "POST" else None, given=ChapterForm.given(known))
    if request.method == "POST" and form.validate():
        await actions.change_chapter(known, by=request.state.person, **form.facts())
        return see_other(request, "editions.office.organization")
    return await render(request, "editions/office/chapter.html", 422 if request.method == "POST" else 200, form=form, chapter=known)


async def remove_chapter(request: Request) -> Response:
    await actions.remove_chapter(await queries.chapter(request.path_params["chapter"]), by=request.state.person)
    return see_other(request, "editions.office.organization")
