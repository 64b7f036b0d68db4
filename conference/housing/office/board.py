"""The coordinator's board: nights and beds, who has none yet and why, who is to be called."""

from enum import StrEnum
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from conference.core.web import render, url
from conference.housing import matching, queries
from conference.housing.forms import STATE_NAMES
from conference.housing.matching import NEEDS, words
from conference.housing.models import ASKING, BedOffer, BedRequest, OfferState, RequestState, StayState
from conference.housing.nights import in_words, list_in_words, nights_of, parse

MOST_SHOWN = ON_A_PAGE = 50


async def board(request: Request) -> Response:
    """What a coordinator with half an hour should do next, from the top down."""
    edition = request.state.edition
    waiting, live, hosts = await queries.requests(edition, state=RequestState.OPEN), await queries.stays(edition), await queries.hosts(edition)
    parties = await queries.parties(waiting[:MOST_SHOWN])
    return await render(
        request,
        "housing/office/board.html",
        counts=queries.count_nights(nights_of(edition), hosts, live, waiting),
        leaving=[stay for stay in live if stay.state is StayState.PLACED and stay.leaving],
        unplaced=[_unplaced(row, party, hosts) for row, party in zip(waiting, parties, strict=False)],
        more=max(0, len(waiting) - MOST_SHOWN),
        unanswered=[stay for stay in live if stay.state in ASKING],
        called={stay.id for stay in queries.to_be_called(live)},
        to_vet=await queries.offers(edition, state=OfferState.OFFERED),
        hosts=[host for host in hosts if any(host.free.values())],
        in_words=in_words,
        states=STATE_NAMES,
        asking=ASKING,
        until=queries.answer_until,
    )


def _unplaced(row: Any, party: matching.Party, hosts: list[matching.Host]) -> dict[str, Any]:
    return {"row": row, "nights": list_in_words(party.nights), "needs": words(list(party.needs), NEEDS), "why": matching.why_no_bed(party, hosts)}


async def requests(request: Request) -> Response:
    """All parties, or those of one state, the oldest first, in keyset pages."""
    state, only = _only(request, RequestState)
    found, after = await _page(request, BedRequest, "housing.office.requests", state, only)
    rows = [{"row": row, "nights": list_in_words(parse(row.nights))} for row in found]
    return await render(request, "housing/office/requests.html", rows=rows, after=after, state=state, known=list(RequestState), states=STATE_NAMES)


async def offers(request: Request) -> Response:
    """All hosts, or those of one state, the oldest first, in keyset pages."""
    state, only = _only(request, OfferState)
    found, after = await _page(request, BedOffer, "housing.office.offers", state, only)
    guests = await queries.parties_of_hosts(found)
    rows = [{"row": row, "kinds": matching.kinds_in_words(row.kinds), "parties": guests.get(row.id, 0)} for row in found]
    return await render(request, "housing/office/offers.html", rows=rows, after=after, state=state, known=list(OfferState), states=STATE_NAMES)


def _only(request: Request, states: type[StrEnum]) -> tuple[str, dict[str, Any]]:
    """The state that the address asks for, as a word and as a filter; none for any other word."""
    state = request.query_params.get("state", "")
    return (state, {"state": states(state)}) if state in list(states) else ("", {})


async def _page(request: Request, model: type[Any], name: str, state: str, only: dict[str, Any]) -> tuple[list[Any], str | None]:
    """The rows of one page, and the address of the next if there is one."""
    mark = request.query_params.get("after", "")[:16]
    found = await queries.one_page(model, request.state.edition, after=mark if mark.isalnum() else "", most=ON_A_PAGE, **only)
    after = url(request, name, state=state or None, after=found[ON_A_PAGE - 1].code) if len(found) > ON_A_PAGE else None
    return found[:ON_A_PAGE], after
