"""Signing a text: it stands in full above the form."""

import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from conference.core import ratelimit
from conference.core.errors import Refused, TooMany
from conference.core.web import read_form, render, see_other
from conference.endorsements import actions, queries
from conference.endorsements.forms import WAY_HINTS, OrganizationForm, PersonForm
from conference.endorsements.models import Authority
from conference.endorsements.pages.reading import around


async def sign(request: Request) -> Response:
    """As oneself."""
    return await _sign(request, PersonForm, "person")


async def sign_organization(request: Request) -> Response:
    """For an organization, with how it is shown that one may."""
    return await _sign(request, OrganizationForm, "organization")


async def _sign(request: Request, kind_of_form: type[PersonForm] | type[OrganizationForm], kind: str) -> Response:
    """Whether an address has signed already is not told: every answer to sound words is the same."""
    edition = request.state.edition
    text = await queries.text_in_force(edition, request.path_params["text"])
    form = kind_of_form(await read_form(request) if request.method == "POST" else None, given={"once": secrets.token_hex(16), "text": str(text.id)})
    if request.method == "POST" and form.validate():
        try:
            facts = form.facts()
            if await _is_within_limits(request, facts):
                await actions.sign(edition, text, language=request.state.language, **facts)
            return see_other(request, "endorsements.sent", by=facts["authority"])
        except Refused as refusal:
            form.refuse(refusal)
    if form.text.data != str(text.id):
        _ask_to_read_again(form, str(text.id))
    status = 422 if request.method == "POST" else 200
    return await render(request, "endorsements/text.html", status, form=form, kind=kind, way_hints=WAY_HINTS, **await around(request, text))


def _ask_to_read_again(form: PersonForm | OrganizationForm, text_id: str) -> None:
    """Once the page shows the newer version, the next press means that one."""
    sentence = actions.TextChanged().message
    if sentence not in form.form_errors:
        form.form_errors.append(sentence)
    form.text.data = text_id


async def _is_within_limits(request: Request, facts: dict[str, Any]) -> bool:
    """One address gets few letters; one place leaves few numbers to call. TooMany for the latter."""
    if facts["authority"] is not Authority.MAIL:
        place = request.client.host if request.client else "-"
        if not await ratelimit.count(ratelimit.FORMS, "endorse", place):
            raise TooMany()
    return not facts["email"] or await ratelimit.count(ratelimit.LETTERS, facts["email"].lower())


async def sent(request: Request) -> Response:
    """What happens next, by how it is confirmed."""
    by = request.query_params.get("by", "")
    return await render(request, "endorsements/sent.html", by=by if by in (Authority.CALL, Authority.VOUCHED) else Authority.MAIL)
