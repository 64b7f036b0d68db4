"""Pages over all slices."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core.panels import panel
from conference.core.web import render
from conference.editions import queries
from conference.editions.access import duties_by_edition
from conference.front import keeping
from conference.privacy import queries as privacy


async def home(request: Request) -> Response:
    """The coming edition's door, what the network is, and the way to the older ones."""
    coming = await queries.next_edition()
    return await render(
        request, "front/home.html", coming=coming, doors=queries.doors_of(coming) if coming else [], editions=await queries.public_editions(),
        network=await queries.organization(), words=await queries.live_words(None, "network"),
    )  # fmt: skip


async def network(request: Request) -> Response:
    return await _organization_page(request, "network")


async def contact(request: Request) -> Response:
    return await _organization_page(request, "contact", chapters=await queries.chapters())


async def _organization_page(request: Request, slug: str, **more: object) -> Response:
    words = await queries.live_words(None, slug)
    return await render(request, f"front/{slug}.html", words=words, network=await queries.organization(), **more)


async def news(request: Request) -> Response:
    return await _coming(request, "news")


async def subscribe(request: Request) -> Response:
    return await _coming(request, "subscribe")


async def _coming(request: Request, what: str) -> Response:
    """A room whose road is still being built says so, and whom to ask meanwhile."""
    return await render(request, "front/coming.html", what=what, network=await queries.organization())


async def held(request: Request) -> Response:
    """What we keep about people, straight from the columns that keep it; until which day, and what is gone already."""
    editions = [(edition, await privacy.lines(edition)) for edition in await queries.public_editions()]
    coming = next(((edition, {line.days: line.due for line in lines}) for edition, lines in reversed(editions) if queries.standing_of(edition) != "past"), None)
    return await render(
        request, "front/held.html", kept=keeping.what_is_kept(), coming=coming, gone=[(edition, done) for edition, lines in editions if (done := [line for line in lines if line.done])],
        purposes=keeping.in_words, network=await queries.organization(),
    )  # fmt: skip


async def my(request: Request) -> Response:
    """One's own things, edition by edition, and where one has a duty."""
    editions = await queries.public_editions()
    shown = [(edition, await panel("front.my", edition=edition, person=request.state.person, request=request)) for edition in editions]
    duties = await duties_by_edition(request.state.person)
    return await render(request, "front/my.html", shown=[pair for pair in shown if pair[1]], on_duty=await queries.editions_of(set(duties)))
