"""One's own request or offer: how it goes, the code, who looked; taking it back."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from conference.core import passes, ratelimit, sealing
from conference.core.errors import NotFound, Refused
from conference.core.i18n import _
from conference.core.web import read_form, render
from conference.housing import actions, queries
from conference.housing.forms import CodeForm, StreetForm
from conference.housing.matching import CONDITIONS, LANGUAGES_SPOKEN, NEEDS, kinds_in_words, words
from conference.housing.models import Asked, BedOffer, BedRequest
from conference.housing.nights import list_in_words, parse
from conference.housing.pages.asking import to_own

TICKS = {BedRequest: ("needs", NEEDS), BedOffer: ("conditions", CONDITIONS)}


async def request_link(request: Request) -> Response:
    return await _link(request, BedRequest)


async def offer_link(request: Request) -> Response:
    return await _link(request, BedOffer)


async def _link(request: Request, model: type[Asked]) -> Response:
    """The first GET of the secret link: it goes into a cookie, the address becomes clean. A wrong one looks like no page."""
    return to_own(request, await queries.own(model, request.state.edition, request.path_params["row"], [request.path_params["secret"]]))


async def _mine(request: Request, model: type[Any]) -> Any:
    return await queries.own(model, request.state.edition, request.path_params["row"], passes.tokens(request), request.state.person)


async def own_request(request: Request) -> Response:
    return await _show(request, await _mine(request, BedRequest))


async def own_offer(request: Request) -> Response:
    return await _show(request, await _mine(request, BedOffer))


async def _show(request: Request, row: Asked, status: int = 200, refusal: str = "") -> Response:
    plain = sealing.open_one(row, "name", "note", "email", "phone", "claim", *(["street"] if isinstance(row, BedOffer) else []))
    side, stays = queries.side_of(row), await queries.stays_of(row)
    return await render(
        request,
        "housing/own.html",
        status,
        row=row,
        side=side,
        plain=plain,
        facts=await facts_of(row),
        stays=stays,
        looks=await queries.looks(row.id),
        is_asked=queries.is_asked,
        nights=lambda stay: list_in_words(parse(stay.nights)),
        with_street=any(stay.host_yes for stay in stays) and isinstance(row, BedOffer),
        closed=queries.closed(request.state.edition),
        refusal=refusal,
    )


async def facts_of(row: Asked) -> dict[str, str]:
    """What was said about beds, in words: ``kinds`` (of a host), ``nights``, ``ticks``, ``languages``."""
    column, labels = TICKS[type(row)]  # type: ignore[index]
    plain = sealing.open_one(row, column, "languages")
    said = {"ticks": words(queries.listed(getattr(plain, column)), labels), "languages": words(queries.listed(plain.languages), LANGUAGES_SPOKEN)}
    if isinstance(row, BedRequest):
        return said | {"nights": list_in_words(parse(row.nights))}
    assert isinstance(row, BedOffer)
    return said | {"nights": list_in_words([night.night for night in await queries.nights_of_offer(row.id)]), "kinds": kinds_in_words(row.kinds)}


async def withdraw_request(request: Request) -> Response:
    return await _withdraw(request, await _mine(request, BedRequest))


async def withdraw_offer(request: Request) -> Response:
    return await _withdraw(request, await _mine(request, BedOffer))


async def _withdraw(request: Request, row: Asked) -> Response:
    try:
        await actions.withdraw(row)
    except Refused as refusal:
        return await _show(request, row, 422, refusal.message)
    return to_own(request, row)


async def street(request: Request) -> Response:
    """Asked of a host after their first yes, and not before."""
    row = await _mine(request, BedOffer)
    if not await queries.may_give_street(row):
        raise NotFound()
    form = StreetForm(await read_form(request) if request.method == "POST" else None, given={"street": sealing.open_one(row, "street").street})
    if request.method == "POST" and form.validate():
        try:
            await actions.give_street(row, form.street.data)
            return to_own(request, row)
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, "housing/street.html", 422 if request.method == "POST" else 200, form=form, row=row)


async def mine(request: Request) -> Response:
    """What this browser or person asked for or offers, and the door for those who have a code."""
    form = CodeForm(await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            return await _open_by_code(request, form.code.data)
        except NotFound:
            form.code.errors = [_("Nothing about beds at this conference has this code. Look for letters that are easily mixed up.")]
    found = [row for model in queries.MODELS.values() for row in await _all_mine(request, model)]
    return await render(request, "housing/mine.html", 422 if request.method == "POST" else 200, form=form, rows=found, side_of=queries.side_of)


async def _all_mine(request: Request, model: type[Asked]) -> list[Asked]:
    person = request.state.person
    return await queries.all_own(model, passes.tokens(request), person and person.id, edition_id=request.state.edition.id)


async def _open_by_code(request: Request, typed: str) -> Response:
    """To the own page of a typed code. Only failures are counted; after too many the rest must wait."""
    who = request.client.host if request.client else "-"
    await ratelimit.look(ratelimit.WRONG_CODES, who)
    try:
        found = await queries.by_claim(request.state.edition, typed)
    except NotFound:
        await ratelimit.count(ratelimit.WRONG_CODES, who)
        raise
    return to_own(request, found)
