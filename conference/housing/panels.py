"""What housing shows on other slices' pages."""

from typing import Any

from markupsafe import Markup
from starlette.requests import Request

from conference.core import passes
from conference.core.templates import render_text
from conference.editions.models import Duties, Edition
from conference.housing import queries
from conference.housing.models import BedOffer, BedRequest
from conference.people.models import Person


async def of_order(*, edition: Edition, code: str, **_others: Any) -> Markup:
    """On the page of one's registration: the way to beds for it, until it is over. Asks the database nothing: in a rush everybody sees that page."""
    return Markup("") if queries.closed(edition) else Markup(render_text("housing/order_panel.html", edition=edition, code=code))


async def my_beds(*, edition: Edition, person: Person, request: Request, **_others: Any) -> Markup:
    """On one's own page: what this person or browser asked for or offers; nothing where there is neither."""
    tokens = passes.tokens(request)
    asked = await queries.all_own(BedRequest, tokens, person.id, edition_id=edition.id)
    offered = await queries.all_own(BedOffer, tokens, person.id, edition_id=edition.id)
    return Markup(render_text("housing/my_panel.html", edition=edition, requests=asked, offers=offered)) if asked or offered else Markup("")


async def ask_or_offer(*, edition: Edition, **_others: Any) -> Markup:
    """On the page about travel: where to ask for a bed and where to offer one; nothing once it is over."""
    return Markup("") if queries.closed(edition) else Markup(render_text("housing/travel_panel.html", edition=edition))


async def beds_wanted(*, edition: Edition, duties: frozenset[Duties], **_others: Any) -> Markup:
    """On the back office's page of an edition: what waits for the coordinator."""
    if not duties & {Duties.HOUSING, Duties.ORGANIZER}:
        return Markup("")
    todo = await queries.todo(edition)
    return Markup(render_text("housing/office/home_panel.html", edition=edition, todo=todo)) if any(todo.values()) else Markup("")
