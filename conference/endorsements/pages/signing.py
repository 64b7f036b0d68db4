"""Signing a text: it stands in full above the form."""

import secrets
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from conference.core import ratelimit
from conference.core.errors import NotFound, Refused, TooMany
from conference.core.kept import page_with_gaps
from conference.core.web import read_form, render, see_other
from conference.editions.models import AdoptedText
from conference.endorsements import actions, queries
from conference.endorsements.forms import WAY_HINTS, OrganizationForm, PersonForm
from conference.endorsements.models import Authority
from conference.endorsements.pages.reading import around

WAYS = (Authority.MAIL, Authority.CALL, Authority.VOUCHED)


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
    if request.method == "GET":
        return await _fresh(request, text, kind_of_form, kind)
    form = kind_of_form(await read_form(request))
    if form.validate():
        try:
            facts = form.facts()
            if await _is_within_limits(request, facts):
                await actions.sign(edition, text, language=request.state.language, **facts)
            return see_other(request, "endorsements.sent", by=facts["authority"])
        except Refused as refusal:
            form.refuse(refusal)
    if form.text.data != str(text.id):
        _ask_to_read_again(form, str(text.id))
    return await render(request, "endorsements/text.html", 422, form=form, kind=kind, way_hints=WAY_HINTS, **await around(request, text))


async def _fresh(request: Request, text: AdoptedText, kind_of_form: type[PersonForm] | type[OrganizationForm], kind: str) -> Response:
    """The empty form: alike for everybody but for the word that makes it one signature however often it is sent."""

    async def context(gaps: Mapping[str, Any]) -> dict[str, Any]:
        form = kind_of_form(given={**gaps, "text": str(text.id)})
        return {"form": form, "kind": kind, "way_hints": WAY_HINTS, "request_path": request.url.path, **await around(request, text)}

    gaps = {"once": secrets.token_hex(16)}
    return await page_with_gaps(request, "endorsements/text.html", scope=f"edition:{request.state.edition.slug}", key=(text.id, kind), gaps=gaps, context=context)


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
    by = request.path_params["by"]
    if by not in WAYS:
        raise NotFound()
    return await render(request, "endorsements/sent.html", by=by)
