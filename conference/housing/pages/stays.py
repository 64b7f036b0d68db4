"""The question to a host or a guest, their answer, and what both see once they have said yes."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from conference.core import passes, sealing
from conference.core.errors import NotFound, Refused
from conference.core.web import render, see_other
from conference.housing import actions, queries
from conference.housing.models import Asked, BedOffer, Side, Stay
from conference.housing.nights import departure, in_words, list_in_words, parse
from conference.housing.pages.own import facts_of


async def _mine(request: Request) -> tuple[Stay, Side]:
    """The stay of the address and the side of it that asks; NotFound for everybody whose it is not."""
    side = request.path_params["side"]
    found = await queries.own_stay(request.state.edition, request.path_params["stay"], side, passes.tokens(request), request.state.person)
    return found, Side(side)


async def stay(request: Request) -> Response:
    """What is asked, or how it stands."""
    return await _show(request, *await _mine(request))


async def _show(request: Request, found: Stay, side: Side, status: int = 200, refusal: str = "") -> Response:
    other: Any = found.offer if side is Side.GUEST else found.request
    return await render(request, "housing/stay.html", status, **_about(request, found, side), other=await _before_both_agreed(other), refusal=refusal, openings=await queries.openings(found))


def _about(request: Request, found: Stay, side: Side) -> dict[str, Any]:
    own: Any = found.request if side is Side.GUEST else found.offer
    return {
        "stay": found,
        "side": side,
        "own": own,
        "nights": list_in_words(parse(found.nights)),
        "departure": in_words(departure(found.nights)),
        "asked": queries.is_asked(found, side),
        "until": queries.answer_until(found),
        "card": queries.may_open_card(request.state.edition, found),
    }


async def _before_both_agreed(row: Asked) -> dict[str, Any]:
    """What one side is told about the other before both have said yes: neither name nor contact nor where it is."""
    return {**await facts_of(row), "note": sealing.open_one(row, "note").note}


async def back(request: Request) -> Response:
    """From the address of a button that was pressed, as from a page's link to the other language, to the stay."""
    found, side = await _mine(request)
    return see_other(request, "housing.stay", stay=found.id, side=side)


async def say_yes(request: Request) -> Response:
    """A host who has not told the street yet is asked for it next."""
    found, side = await _mine(request)
    try:
        await actions.say_yes(found, side)
    except Refused as refusal:
        return await _show(request, found, side, refusal.status, refusal.message)
    offer: Any = found.offer
    if side is Side.HOST and offer.street is None:
        return see_other(request, "housing.street", row=offer.id)
    return see_other(request, "housing.stay", stay=found.id, side=side)


async def say_no(request: Request) -> Response:
    found, side = await _mine(request)
    await actions.say_no(found, side)
    return see_other(request, "housing.stay", stay=found.id, side=side)


async def card(request: Request) -> Response:
    """Whom to call and where to go. Opening it is written down, and both sides can read that."""
    found, side = await _mine(request)
    try:
        other: Any = await actions.open_card(request.state.edition, found, side)
    except Refused as refusal:
        return await _show(request, found, side, refusal.status, refusal.message)
    columns = ["name", "note", "email", "phone", *(["street"] if isinstance(other, BedOffer) else [])]
    return await render(request, "housing/card.html", **_about(request, found, side), facts=await facts_of(other), plain=sealing.open_one(other, *columns))


async def arrived(request: Request) -> Response:
    found, side = await _guest(request)
    try:
        await actions.arrive(request.state.edition, found)
    except Refused as refusal:
        return await _show(request, found, side, refusal.status, refusal.message)
    return see_other(request, "housing.stay", stay=found.id, side=side)


async def leaving(request: Request) -> Response:
    """The number to call, large; whoever looks after housing is written to at the same moment."""
    found, side = await _guest(request)
    try:
        await actions.leave(request.state.edition, found)
    except Refused as refusal:
        return await _show(request, found, side, refusal.status, refusal.message)
    return await render(request, "housing/leaving.html", stay=found, side=side)


async def _guest(request: Request) -> tuple[Stay, Side]:
    found, side = await _mine(request)
    if side is not Side.GUEST:
        raise NotFound()
    return found, side
