"""The rooms of an edition that are made of words; writing to a chapter; what there is to hand out."""

import secrets

from starlette.requests import Request
from starlette.responses import Response

from conference.core import ratelimit
from conference.core.errors import NotFound, Refused, TooMany
from conference.core.panels import panel
from conference.core.publishing.choosing import holds
from conference.core.web import read_form, render, see_other
from conference.editions import actions, queries
from conference.editions.forms import FILE_LANGUAGES, KINDS, LANGUAGES, MessageForm
from conference.editions.models import Chapter, ResourceFile


async def home(request: Request) -> Response:
    edition = request.state.edition
    others = [one for one in await queries.public_editions() if one.id != edition.id]
    shown = await panel("editions.home", edition=edition)
    doors = queries.doors_of(edition)
    return await render(request, "editions/home.html", words=await queries.live_words(edition, "main"), shown=shown, doors=doors, others=others)


async def about(request: Request) -> Response:
    return await _room(request, "about")


async def proposals(request: Request) -> Response:
    return await _room(request, "proposals")


async def travel(request: Request) -> Response:
    return await _room(request, "travel")


async def unity(request: Request) -> Response:
    """The points in force; before any are adopted the page says so."""
    edition = request.state.edition
    return await render(request, "editions/unity.html", text=await queries.unity_for(edition), shown=await panel("editions.unity", edition=edition))


async def _room(request: Request, slug: str) -> Response:
    """A page written by organizers; before it is published it says what will be there."""
    edition = request.state.edition
    words = await queries.live_words(edition, slug)
    return await render(request, "editions/room.html", words=words, slug=slug, shown=await panel(f"editions.{slug}", edition=edition))


# Writing to us


async def write(request: Request) -> Response:
    """To the network as a whole."""
    return await _write(request, None)


async def write_to_chapter(request: Request) -> Response:
    """To a chapter that has a mail address; the others can be called."""
    chapter = await queries.chapter(request.path_params["chapter"])
    if not chapter.mail:
        raise NotFound()
    return await _write(request, chapter)


async def _write(request: Request, chapter: Chapter | None) -> Response:
    form = MessageForm(await read_form(request) if request.method == "POST" else None, given={"once": secrets.token_hex(16)})
    if request.method == "POST" and form.validate():
        try:
            await _count(request)
            await actions.write_message(
                chapter, words=form.words.data, name=form.name.data or "", reach=form.reach.data or "", language=request.state.language, once=form.once.data or ""
            )
            return see_other(request, "editions.written")
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, "editions/write.html", 422 if request.method == "POST" else 200, form=form, chapter=chapter, network=await queries.organization())


async def _count(request: Request) -> None:
    """A few an hour from one place in the net."""
    if not await ratelimit.count(ratelimit.MESSAGES, request.client.host if request.client else ""):
        raise TooMany()


async def written(request: Request) -> Response:
    return await render(request, "editions/written.html")


# To take along and hand out


async def resources(request: Request) -> Response:
    """All, or with a language in the address those in it."""
    code = request.path_params.get("language", "")
    if code not in ("", *LANGUAGES):
        raise NotFound()
    found = await queries.resources(code)
    groups = [(words, [pair for pair in found if pair[0].kind is kind]) for kind, words in KINDS.items()]
    return await render(
        request, "editions/resources.html", groups=[group for group in groups if group[1]], chosen=code, languages_of_files=FILE_LANGUAGES, network=await queries.organization()
    )


async def resource(request: Request) -> Response:
    """One, with all its versions."""
    found = await queries.resource(request.path_params["slug"])
    return await render(request, "editions/resource.html", resource=found, files=await queries.files_of(found), kind=KINDS[found.kind], languages_of_files=FILE_LANGUAGES)


async def resource_file(request: Request) -> Response:
    """A version never changes, so browsers may keep it for good."""
    found = await queries.resource(request.path_params["slug"])
    return await send_file(request, await queries.file_of(found, request.path_params["version"], request.path_params["name"]), "public, max-age=31536000, immutable")


async def send_file(request: Request, file: ResourceFile, keeping: str) -> Response:
    headers = {"etag": f'"{file.digest}"', "cache-control": keeping, "content-disposition": f'inline; filename="{file.name}"'}
    if holds(request.headers.get("if-none-match", "").encode("latin-1"), headers["etag"].encode()):
        return Response(status_code=304, headers=headers)
    return Response((await queries.bytes_of(file)).body, media_type=file.media_type, headers=headers)
