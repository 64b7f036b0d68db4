"""What housing shows on other slices' pages."""

from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup
from starlette.requests import Request

from conference.core import passes
from conference.core.i18n import _, ngettext
from conference.core.templates import render_text
from conference.core.todo import Todo, entries
from conference.editions.access import Held, editions_with
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


async def todos(*, held: Held, editions: Sequence[Edition], url: Callable[..., str], **_others: Any) -> list[Todo]:
    """For coordinators: guests who need to leave, hosts who offered beds and were not spoken with, parties without a bed."""
    mine = {edition.id: edition.slug for edition in editions_with(held, editions, Duties.HOUSING)}
    return [
        *entries(
            await queries.leaving(mine), mine, lambda n: ngettext("%(num)d guest needs to leave", "%(num)d guests need to leave", n) % {"num": n},
            lambda slug: url("housing.office.board", edition=slug), _("Help them"), urgent=True,
        ),
        *entries(
            await queries.to_vet(mine), mine, lambda n: ngettext("%(num)d host is to be called", "%(num)d hosts are to be called", n) % {"num": n},
            lambda slug: url("housing.office.offers", edition=slug), _("Call them"),
        ),
        *entries(
            await queries.without_a_bed(mine), mine, lambda n: ngettext("%(num)d party has no bed yet", "%(num)d parties have no bed yet", n) % {"num": n},
            lambda slug: url("housing.office.requests", edition=slug), _("Look for beds"),
        ),
    ]  # fmt: skip
