"""The rooms of an edition that are made of words."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core.panels import panel
from conference.core.web import render
from conference.editions import queries


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


async def housing(request: Request) -> Response:
    return await _room(request, "housing")


async def donate(request: Request) -> Response:
    return await _room(request, "donate")


async def unity(request: Request) -> Response:
    """The points in force; before any are adopted the page says so."""
    edition = request.state.edition
    return await render(request, "editions/unity.html", text=await queries.unity_for(edition), shown=await panel("editions.unity", edition=edition))


async def _room(request: Request, slug: str) -> Response:
    """A page written by organizers; before it is published it says what will be there."""
    edition = request.state.edition
    words = await queries.live_words(edition, slug)
    return await render(request, "editions/room.html", words=words, slug=slug, shown=await panel(f"editions.{slug}", edition=edition))
