"""Pages over all slices."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from conference.core.web import render
from conference.editions import queries


async def home(request: Request) -> Response:
    """The newest edition's door, and the way to the older ones."""
    return await render(request, "front/home.html", editions=await queries.public_editions(), organization_row=await queries.organization())


async def alive(request: Request) -> Response:
    return PlainTextResponse("ok\n")
