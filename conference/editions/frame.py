"""What the frame around every page shows: whose it is, and the menu of the edition."""

from typing import Any

from starlette.requests import Request

from conference.core.i18n import DEFAULT, language, lazy
from conference.core.running import running
from conference.core.web import path_to
from conference.editions import queries
from conference.editions.access import duties_in, includes
from conference.editions.doors import Standing
from conference.editions.models import Duties, Edition

# (route name, what the menu says); the rooms of the original site, nearly in its order
ROOMS = (
    ("editions.home", lazy("Main page")),
    ("editions.about", lazy("About the conference")),
    ("agenda.schedule", lazy("Schedule")),
    ("editions.proposals", lazy("Proposals")),
    ("editions.travel", lazy("Travel and housing")),
    ("registration.choose", lazy("Register")),
    ("endorsements.endorse", lazy("Endorse")),
    ("donations.donate", lazy("Donate")),
    ("editions.unity", lazy("Points of unity")),
    ("notes.released", lazy("Session notes")),
)
NETWORK = (
    ("front.network", lazy("About the network")),
    ("front.contact", lazy("Contact")),
)


WHILE_IT_COMES = frozenset({"registration.choose", "endorsements.endorse", "donations.donate"})  # not in the menu of a past edition

# (route name, what the menu says, which duty it takes; organizers see all but the treasurer's); those without an edition take a
# duty for the whole organization
OFFICE = (
    ("office.edition_home", lazy("This edition"), None),
    ("registration.office.overview", lazy("Registrations"), Duties.REGISTRAR),
    ("housing.office.board", lazy("Housing"), Duties.HOUSING),
    ("letters.office.letters", lazy("Letters"), Duties.REGISTRAR),
    ("agenda.office.sessions", lazy("Schedule"), Duties.EDITOR),
    ("notes.office.sheets", lazy("Session notes"), Duties.EDITOR),
    ("endorsements.office.to_look_at", lazy("Endorsements"), Duties.EDITOR),
    ("editions.office.pages", lazy("Pages"), Duties.EDITOR),
    ("payments.office.overview", lazy("Money"), Duties.TREASURER),
    ("editions.office.facts", lazy("About this edition"), Duties.ORGANIZER),
    ("editions.office.duties", lazy("Who does what"), Duties.ORGANIZER),
    ("privacy.office.gone", lazy("What is gone"), Duties.ORGANIZER),
    ("editions.office.organization", lazy("The network"), Duties.ORGANIZER),
    ("editions.office.network_pages", lazy("Pages of the network"), Duties.EDITOR),
    ("editions.office.messages", lazy("Messages"), Duties.ORGANIZER),
    ("editions.office.resources", lazy("Flyers and booklets"), Duties.EDITOR),
    ("office.people", lazy("Who works here"), Duties.ORGANIZER),
    ("office.outbox", lazy("Outbox"), Duties.ORGANIZER),
    ("letters.office.everywhere", lazy("Letters of all editions"), Duties.ORGANIZER),
)


async def frame_values(request: Request, values: dict[str, Any]) -> dict[str, Any]:
    """``organization``, ``menu``, ``dir`` and ``next_edition`` for the base templates."""
    edition: Edition | None = values.get("edition")
    shown = edition or await next_edition()
    return {
        "organization": await _organization_name(),
        "shown_edition": shown,
        "said_page": said_page,
        "menu": _office_menu(request, edition) if request.url.path.startswith("/office/") else _menu(request, shown),
    }


def said_page(words: dict) -> dict[str, str]:
    """The reader's ``{"title", "body"}`` of a page's words."""
    return words.get(language()) or words[DEFAULT]


def _menu(request: Request, edition: Edition | None) -> list[dict[str, Any]]:
    app, here = request.app, request.url.path
    rooms = [(name, title, path_to(app, name, edition)) for name, title in _rooms(edition) if name in app.state.paths]
    rooms += [(name, title, path_to(app, name)) for name, title in NETWORK if name in app.state.paths]
    return [{"name": name, "title": title, "url": path, "current": path == here} for name, title, path in rooms]


def _rooms(edition: Edition | None) -> list[tuple[str, Any]]:
    if edition is None:
        return []
    past = queries.standing_of(edition) is Standing.PAST
    return [(name, title) for name, title in ROOMS if not (past and name in WHILE_IT_COMES)]


def _office_menu(request: Request, edition: Edition | None) -> list[dict[str, Any]]:
    """What somebody's duties let them do; empty where nobody is known to have one."""
    app, here, held = request.app, request.url.path, getattr(request.state, "held", {})
    found = []
    for name, title, takes in OFFICE:
        form, parameters = app.state.paths.get(name, ("", frozenset()))
        of_edition = "edition" in parameters
        duties = duties_in(held, edition if of_edition else None)
        if form and (edition or not of_edition) and _includes(duties, takes):
            path = path_to(app, name, edition)
            inside = name != "office.edition_home" and here.startswith(path.rstrip("/") + "/")
            found.append({"name": name, "title": title, "url": path, "current": here == path or inside})
    return found


def _includes(duties: frozenset[Duties], takes: Duties | None) -> bool:
    if takes is None:
        return bool(duties)
    return includes(duties, takes)


async def next_edition() -> Edition | None:
    return await _kept("next_edition", queries.next_edition)


async def _organization_name() -> str:
    found = await _kept("organization", queries.organization)
    return found.name if found else ""


async def _kept(name: str, read: Any) -> Any:
    """Read once per version of the site: every page's frame needs it."""
    versions = running().parts.get("versions")
    if versions and versions.clock() >= versions.until:
        await versions.refresh()
    number = versions.rows.get("site", 0) if versions else None
    known = running().parts.setdefault("frame", {})
    if number is None or known.get("number") != number:
        known.clear()
        known["number"] = number
    if name not in known:
        known[name] = await read()
    return known[name]
