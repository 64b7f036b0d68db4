"""One's own second step: an app or a passkey is added, recovery codes are made, what is no longer used is taken away."""

from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from conference.core import sealing
from conference.core.errors import NotFound, Refused
from conference.core.running import running
from conference.core.web import go, read_form, render, see_other, url
from conference.people import actions, numbers, passkeys, queries
from conference.people.forms import NumberForm, PasskeyForm
from conference.people.models import Factor, FactorKind


async def second(request: Request) -> Response:
    """What somebody has, and how to begin."""
    return await _second(request)


async def _second(request: Request, status: int = 200, refusal: Refused | None = None) -> Response:
    person_id = request.state.person.id
    return await render(
        request, "people/second.html", status, factors=await queries.factors(person_id), codes_left=await queries.codes_left(person_id),
        passkeys_work=passkeys.work_at(running().settings.base_url), next=next_of(request), refusal=refusal and refusal.message,
    )  # fmt: skip


def next_of(request: Request) -> str | None:
    """Where somebody is brought back to afterwards; a page of ours alone."""
    asked = request.query_params.get("next", "")
    return asked if asked and actions.is_ours(asked) else None


async def begin_app(request: Request) -> Response:
    try:
        factor = await actions.begin_app(request.state.person)
    except Refused as refusal:
        return await _second(request, 422, refusal)
    return see_other(request, "people.app", factor=factor.id, next=next_of(request))


async def app(request: Request) -> Response:
    """The picture for the app, and the first number back."""
    factor = await queries.own_factor(request.state.person, request.path_params["factor"])
    if factor.kind is not FactorKind.APP or factor.confirmed:
        raise NotFound()
    form = NumberForm(await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            return await _done(request, await actions.confirm_app(factor, form.number.data, request.state.sign_in))
        except actions.WrongNumber as refusal:
            form.refuse(refusal)
    return await render(request, "people/app.html", 422 if request.method == "POST" else 200, form=form, next=next_of(request), **_to_set_up(request, factor))


def _to_set_up(request: Request, factor: Factor) -> dict[str, Any]:
    secret = sealing.open_one(factor, "secret").secret
    if secret is None:
        raise NotFound()
    place = urlsplit(running().settings.base_url).hostname or ""
    address = numbers.address(secret, queries.email_of(request.state.person) or "", place)
    return {"factor": factor, "picture": numbers.picture(address), "address": address, "secret": numbers.in_groups(secret)}


async def passkey_options(request: Request) -> Response:
    """What the browser is to make, as JSON."""
    known = [passkey for _factor, passkey in await queries.passkeys_of(request.state.person.id)]
    asked = await actions.challenge(request.state.sign_in)
    name = queries.email_of(request.state.person) or ""
    return Response(passkeys.to_make(running().settings.base_url, asked, request.state.person.id, name, known), media_type="application/json")


async def add_passkey(request: Request) -> Response:
    form = PasskeyForm(await read_form(request))
    if not form.validate():
        return await _second(request, 422, actions.WrongPasskey())
    try:
        return await _done(request, await actions.add_passkey(request.state.sign_in, form.answer.data))
    except Refused as refusal:
        return await _second(request, 422, refusal)


async def make_codes(request: Request) -> Response:
    if not await queries.factors(request.state.person.id):
        raise NotFound()
    return await _done(request, await actions.make_codes(request.state.person))


async def _done(request: Request, codes: list[str]) -> Response:
    """Recovery codes are shown on the answer itself: they are kept nowhere from which a second page could read them."""
    if codes:
        return await render(request, "people/codes.html", codes=codes, next=next_of(request))
    return go(next_of(request) or url(request, "people.second"))


async def remove_factor(request: Request) -> Response:
    await actions.remove_factor(await queries.own_factor(request.state.person, request.path_params["factor"]))
    return see_other(request, "people.second")
