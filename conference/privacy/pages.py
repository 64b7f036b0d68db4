"""My data: see it, correct it, take it along, erase it; for the signed-in, and for who opened something of theirs in this browser."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from conference.core import links, passes, ratelimit
from conference.core.errors import NotFound, Refused
from conference.core.holdings import Holding, Subject
from conference.core.i18n import _
from conference.core.web import read_form, render, see_other
from conference.editions.queries import organization, public_editions
from conference.people import access
from conference.privacy import actions, exports, queries
from conference.privacy.forms import CodeForm, EraseForm
from conference.privacy.wording import did, who
from conference.registration.models import Order
from conference.registration.queries import ORDER_LINK, order_by_claim


async def my_data(request: Request) -> Response:
    """All that is held about who asks; for others the ways to show who they are."""
    return await _show(request, CodeForm())


async def _show(request: Request, form: CodeForm, status: int = 200) -> Response:
    subject, held, looks = await _all(request)
    shown = [(look, who(look), did(look)) for look in looks]
    return await render(
        request, "privacy/my_data.html", status, form=form, held=held, looks=shown, most=queries.MOST_LOOKS, email=subject.email, network=await organization()
    )


async def _all(request: Request) -> tuple[Subject, list[Holding], Sequence[Any]]:
    subject = queries.subject_of(request.state.person, passes.tokens(request))
    held = await queries.holdings(subject)
    return subject, held, await queries.looks(subject, held)


async def open_by_code(request: Request) -> Response:
    """A typed code of any conference. Wrong, unknown and foreign codes look alike; only failures are slowed."""
    form = CodeForm(await read_form(request))
    if not form.validate():
        return await _show(request, form, 422)
    place = request.client.host if request.client else "-"
    await ratelimit.look(ratelimit.WRONG_CODES, place)
    found = await _order_of(form.code.data)
    if found is None:
        await ratelimit.count(ratelimit.WRONG_CODES, place)
        form.code.errors = [_("No registration has this code. Look for letters that are easily mixed up.")]
        return await _show(request, form, 422)
    answer = see_other(request, "privacy.my_data")
    passes.grant(request, answer, links.token(ORDER_LINK, found.id, found.version))
    return answer


async def _order_of(typed: str) -> Order | None:
    for edition in await public_editions():
        try:
            return await order_by_claim(edition, typed)
        except NotFound:
            continue
    return None


async def copy_for_programs(request: Request) -> Response:
    return await _copy(request, "my-data.json", "application/json", exports.as_json)


async def copy_for_people(request: Request) -> Response:
    return await _copy(request, "my-data.html", "text/html; charset=utf-8", exports.as_page)


async def _copy(request: Request, name: str, media_type: str, make: Any) -> Response:
    """A file of everything, made on the spot and written down; kept nowhere."""
    subject, held, looks = await _all(request)
    if not held:
        return see_other(request, "privacy.my_data")
    await actions.take_along(subject, held)
    return Response(make(held, looks), media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})


async def erase(request: Request) -> Response:
    """What goes, what stays and why; the button does it at once."""
    subject, held, _looks = await _all(request)
    if not held:
        return see_other(request, "privacy.my_data")
    form = EraseForm(await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            await actions.erase(subject)
            return _signed_out(see_other(request, "privacy.erased"))
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, "privacy/erase.html", 422 if request.method == "POST" else 200, form=form, held=held)


def _signed_out(answer: Response) -> Response:
    for cookie in (passes.COOKIE, access.COOKIE):
        answer.delete_cookie(cookie)
    return answer


async def erased(request: Request) -> Response:
    return await render(request, "privacy/erased.html", network=await organization())
