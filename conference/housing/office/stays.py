"""Answers that came by telephone, and taking a proposal back."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core.errors import NotFound
from conference.core.web import see_other
from conference.housing import actions, queries
from conference.housing.models import Side, Stay


async def _asked_for(request: Request) -> tuple[Stay, Side]:
    if request.path_params["side"] not in list(Side):
        raise NotFound()
    return await queries.office_stay(request.state.edition, request.path_params["stay"]), Side(request.path_params["side"])


def _back(request: Request, stay: Stay) -> Response:
    return see_other(request, "housing.office.party", code=stay.request.code)  # type: ignore[attr-defined]


async def yes_for(request: Request) -> Response:
    """Somebody said yes on the telephone."""
    stay, side = await _asked_for(request)
    await actions.say_yes(stay, side, by=request.state.person.id)
    return _back(request, stay)


async def no_for(request: Request) -> Response:
    stay, side = await _asked_for(request)
    await actions.say_no(stay, side, by=request.state.person.id)
    return _back(request, stay)


async def call_off(request: Request) -> Response:
    stay = await queries.office_stay(request.state.edition, request.path_params["stay"])
    await actions.call_off(stay, by=request.state.person.id)
    return _back(request, stay)
