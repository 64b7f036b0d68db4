"""One's own signature, by the secret link of a letter."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core import passes, sealing
from conference.core.errors import NotFound, Refused
from conference.core.links import row_of
from conference.core.web import read_form, render, see_other
from conference.editions.wording import say
from conference.endorsements import actions, queries
from conference.endorsements.forms import ChangeForm, RevisionForm
from conference.endorsements.models import STANDING, Endorsement


async def link(request: Request) -> Response:
    """The first GET of the secret link: it goes into a cookie, the address becomes clean. A wrong one looks like no page."""
    token = request.path_params["secret"]
    row = row_of(token)
    if row is None:
        raise NotFound()
    found = await queries.mine(request.state.edition, row, [token])
    answer = see_other(request, "endorsements.mine", endorsement=found.id)
    passes.grant(request, answer, token)
    return answer


async def _own(request: Request) -> Endorsement:
    return await queries.mine(request.state.edition, request.path_params["endorsement"], passes.tokens(request))


async def mine(request: Request) -> Response:
    """How it stands, and what can be done."""
    return await _show(request, await _own(request))


async def _show(request: Request, found: Endorsement, status: int = 200, refusal: str = "") -> Response:
    plain = sealing.open_one(found, "name", "city", "region")
    newest = next((text for text in await queries.texts_in_force(request.state.edition) if text.kind == found.text.kind), None)
    newer = newest if newest and newest.id != found.text_id and found.state in STANDING and queries.is_open(request.state.edition) else None
    return await render(request, "endorsements/mine.html", status, one=found, plain=plain, newer=newer, refusal=refusal, say=say)


async def confirm(request: Request) -> Response:
    """By a button, not by the link alone: programs that look into letters follow links."""
    found = await _own(request)
    form = RevisionForm(await read_form(request))
    form.validate()
    try:
        await actions.confirm(found, revision=form.seen())
    except Refused as refusal:
        return await _show(request, await _own(request), 422, refusal.message)
    return see_other(request, "endorsements.mine", endorsement=found.id)


async def change(request: Request) -> Response:
    found = await _own(request)
    if found.state not in STANDING:
        return see_other(request, "endorsements.mine", endorsement=found.id)
    form = ChangeForm(await read_form(request) if request.method == "POST" else None, given=ChangeForm.given(found, sealing.open_one(found, "name", "city", "region")))
    if request.method == "POST" and form.validate():
        try:
            await actions.change(found, **form.facts())
            return see_other(request, "endorsements.mine", endorsement=found.id)
        except Refused as refusal:
            form.refuse(refusal)
            form.revision.data = str((await _own(request)).revision)
    return await render(request, "endorsements/change.html", 422 if request.method == "POST" else 200, one=found, form=form)


async def sign_anew(request: Request) -> Response:
    """The newest version in full, and the button that puts the same name to it."""
    found, edition = await _own(request), request.state.edition
    text = await queries.text_in_force(edition, found.text.kind)
    if text.id == found.text_id or found.state not in STANDING:
        return see_other(request, "endorsements.mine", endorsement=found.id)
    refusal = ""
    if request.method == "POST":
        try:
            await actions.sign_anew(found, text, read=str((await read_form(request)).get("text", "")))
            return see_other(request, "endorsements.mine", endorsement=found.id)
        except Refused as said:
            refusal = said.message
    return await render(request, "endorsements/anew.html", 422 if refusal else 200, one=found, text=text, refusal=refusal, say=say)


async def withdraw(request: Request) -> Response:
    """What it does is said before the button."""
    found = await _own(request)
    if request.method == "GET":
        return await render(request, "endorsements/withdraw.html", one=found, say=say)
    await actions.withdraw(found)
    return see_other(request, "endorsements.mine", endorsement=found.id)
