"""Some back-office pages serve an edition, or the network where the address names none; the latter's routes have names of their own."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core.web import see_other

EDITION, NETWORK = "editions.office.", "editions.office.network_"


def area(request: Request) -> str:
    """What names of routes begin with here."""
    return EDITION if request.state.edition else NETWORK


def back(request: Request, name: str, **params: object) -> Response:
    """303 to a page of this same area."""
    return see_other(request, area(request) + name, **params)
