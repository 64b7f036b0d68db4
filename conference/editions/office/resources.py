"""Flyers and booklets: their words, their files version by version, and whether visitors see them."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core.errors import NotFound, Refused
from conference.core.web import read_form, render, see_other
from conference.editions import actions, queries
from conference.editions.forms import FILE_LANGUAGES, KINDS, FileForm, NewResourceForm, ResourceForm
from conference.editions.models import Resource, ResourceFile
from conference.editions.pages import send_file

LARGEST_FORM = 8_500_000  # a file of 8 MB and what a form puts around it


async def resources(request: Request) -> Response:
    return await render(request, "editions/office/resources.html", rows=await queries.all_resources(), kinds=KINDS)


async def new_resource(request: Request) -> Response:
    form = NewResourceForm(await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            made = await actions.create_resource(by=request.state.person.id, **form.facts())
            return see_other(request, "editions.office.resource", slug=made.slug)
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, "editions/office/new_resource.html", 422 if request.method == "POST" else 200, form=form)


async def resource(request: Request) -> Response:
    """Its words, its files, and the way to publish it."""
    known = await _asked_for(request)
    form = ResourceForm(await read_form(request) if request.method == "POST" else None, given=ResourceForm.given(known))
    if request.method == "POST" and form.validate():
        await actions.change_resource(known, by=request.state.person.id, **form.facts())
        return see_other(request, "editions.office.resource", slug=known.slug, saved=1)
    return await _show(request, known, form, status=422 if request.method == "POST" else 200)


async def add_file(request: Request) -> Response:
    known = await _asked_for(request)
    form = FileForm(await read_form(request) if request.method == "POST" else None, given={"language": request.state.language})
    if request.method == "POST" and form.validate():
        try:
            await actions.add_file(known, form.language.data, await form.file.data.read(), by=request.state.person.id)
            return see_other(request, "editions.office.resource", slug=known.slug)
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, "editions/office/resource_file.html", 422 if request.method == "POST" else 200, form=form, resource=known)


async def file(request: Request) -> Response:
    """As it was kept, for editors, before anybody else sees it."""
    return await send_file(request, await _file_asked_for(request, await _asked_for(request)), "no-store, private")


async def take_back(request: Request) -> Response:
    known = await _asked_for(request)
    await actions.take_back(await _file_asked_for(request, known), by=request.state.person.id)
    return see_other(request, "editions.office.resource", slug=known.slug)


async def publish_resource(request: Request) -> Response:
    known = await _asked_for(request)
    try:
        await actions.publish_resource(known, by=request.state.person.id)
    except Refused as refusal:
        form = ResourceForm(given=ResourceForm.given(known))
        form.refuse(refusal)
        return await _show(request, known, form, status=422)
    return see_other(request, "editions.office.resource", slug=known.slug)


async def withdraw_resource(request: Request) -> Response:
    known = await _asked_for(request)
    await actions.withdraw_resource(known, by=request.state.person.id)
    return see_other(request, "editions.office.resource", slug=known.slug)


async def _asked_for(request: Request) -> Resource:
    return await queries.resource(request.path_params["slug"], hidden=True)


async def _file_asked_for(request: Request, known: Resource) -> ResourceFile:
    found = [one for one in await queries.files_of(known) if one.id == request.path_params["file"]]
    if not found:
        raise NotFound()
    return found[0]


async def _show(request: Request, known: Resource, form: ResourceForm, *, status: int) -> Response:
    saved = request.query_params.get("saved") == "1"
    files = await queries.files_of(known, gone=True)
    return await render(
        request, "editions/office/resource.html", status, form=form, resource=known, files=files, saved=saved, languages_of_files=FILE_LANGUAGES, kinds=KINDS
    )
