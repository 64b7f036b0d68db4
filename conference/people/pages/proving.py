"""Showing the second step, after signing in and again before what does harm in the wrong hands."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core.errors import Refused
from conference.core.forms import Form
from conference.core.running import running
from conference.core.web import go, read_form, render, see_other
from conference.people import actions, passkeys, queries
from conference.people.forms import NumberForm, PasskeyForm, RecoveryForm
from conference.people.models import FactorKind
from conference.people.pages.second import next_of


async def prove(request: Request) -> Response:
    """By a number of the app; who has no second step yet is led to set one up."""
    form = NumberForm(await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            await actions.prove_by_app(request.state.sign_in, form.number.data)
            return _onwards(request)
        except actions.WrongNumber as refusal:
            form.refuse(refusal)
    return await _prove(request, form, 422 if request.method == "POST" else 200)


async def _prove(request: Request, form: Form, status: int) -> Response:
    kinds = {factor.kind for factor in await queries.factors(request.state.person.id)}
    if not kinds:
        return see_other(request, "people.second", next=next_of(request))
    by_passkey = FactorKind.PASSKEY in kinds and passkeys.work_at(running().settings.base_url)
    return await render(request, "people/prove.html", status, form=form, by_app=FactorKind.APP in kinds, by_passkey=by_passkey, next=next_of(request))


def _onwards(request: Request) -> Response:
    return go(next_of(request) or "/my")


async def prove_options(request: Request) -> Response:
    """What the browser is to prove, as JSON."""
    known = [passkey for _factor, passkey in await queries.passkeys_of(request.state.person.id)]
    asked = await actions.challenge(request.state.sign_in)
    return Response(passkeys.to_show(running().settings.base_url, asked, known), media_type="application/json")


async def prove_by_passkey(request: Request) -> Response:
    form = PasskeyForm(await read_form(request))
    try:
        await actions.prove_by_passkey(request.state.sign_in, form.answer.data or "")
        return _onwards(request)
    except Refused as refusal:
        again = NumberForm()
        again.form_errors.append(refusal.message)
        return await _prove(request, again, 422)


async def prove_by_code(request: Request) -> Response:
    """For a lost device."""
    form = RecoveryForm(await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            await actions.prove_by_code(request.state.sign_in, form.code.data)
            return _onwards(request)
        except actions.WrongCode as refusal:
            form.refuse(refusal)
    return await render(request, "people/prove_by_code.html", 422 if request.method == "POST" else 200, form=form, next=next_of(request))
