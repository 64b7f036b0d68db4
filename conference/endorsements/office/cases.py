"""One endorsement, for whoever decides about it."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from conference.core import audit
from conference.core.errors import NotFound, Refused
from conference.core.web import read_form, render, see_other
from conference.editions.models import Duties
from conference.editions.wording import say
from conference.endorsements import actions, queries
from conference.endorsements.forms import AUTHORITY_NAMES, KIND_NAMES, STATE_NAMES, MergeForm, RevisionForm
from conference.endorsements.models import Authority, Endorsement

REVEALABLE = ("name", "city", "signer", "role", "email", "phone", "domain")


async def case(request: Request) -> Response:
    return await _show(request, await _asked_for(request))


async def _asked_for(request: Request) -> Endorsement:
    return await queries.case(request.state.edition, request.path_params["endorsement"])


async def _show(request: Request, found: Endorsement, opened: dict[str, str | None] | None = None, refusal: str = "") -> Response:
    return await render(
        request, "endorsements/office/case.html", 422 if refusal else 200, one=found, shown=queries.shown([found])[0], alike=await queries.alike(found), opened=opened or {},
        columns=[column for column in REVEALABLE if getattr(found, column)], refusal=refusal, states=STATE_NAMES, kinds=KIND_NAMES, ways=AUTHORITY_NAMES, say=say,
        may_vouch=Duties.ORGANIZER in request.state.duties, todo=await queries.to_do(request.state.edition), history=await audit.history(found.id),
    )  # fmt: skip


async def reveal(request: Request) -> Response:
    """One personal column, written down before it is shown."""
    found, column = await _asked_for(request), request.path_params["column"]
    if column not in REVEALABLE:
        raise NotFound()
    return await _show(request, found, {column: await actions.reveal(found, column, by=request.state.person.id)})


async def _decide(request: Request, found: Endorsement, act: Callable[[], Awaitable[object]]) -> Response:
    """Back to the case, which says how it stands now; or the same page with why not."""
    try:
        await act()
    except Refused as refusal:
        return await _show(request, await _asked_for(request), refusal=refusal.message)
    return see_other(request, "endorsements.office.case", endorsement=found.id)


async def _seen(request: Request) -> int:
    form = RevisionForm(await read_form(request))
    form.validate()
    return form.seen()


async def accept(request: Request) -> Response:
    found, revision = await _asked_for(request), await _seen(request)
    return await _decide(request, found, lambda: actions.accept(found, revision=revision, by=request.state.person.id))


async def refuse(request: Request) -> Response:
    found = await _asked_for(request)
    return await _decide(request, found, lambda: actions.refuse(found, by=request.state.person.id))


async def merge(request: Request) -> Response:
    """This one is counted with another, which stays."""
    found, form = await _asked_for(request), MergeForm(await read_form(request))
    form.validate()
    try:
        into = await queries.case(request.state.edition, UUID(form.into.data or ""))
    except ValueError:
        raise NotFound() from None
    return await _decide(request, found, lambda: actions.merge(found, into, by=request.state.person.id))


async def confirm_call(request: Request) -> Response:
    """They were called and said yes."""
    return await _confirm(request, Authority.CALL)


async def vouch(request: Request) -> Response:
    """An organizer knows them and says that it is theirs."""
    return await _confirm(request, Authority.VOUCHED)


async def _confirm(request: Request, authority: Authority) -> Response:
    found, revision = await _asked_for(request), await _seen(request)
    if found.authority is not authority:
        raise NotFound()
    return await _decide(request, found, lambda: actions.confirm_for(found, revision=revision, by=request.state.person.id))


async def withdraw(request: Request) -> Response:
    """They called and want it withdrawn."""
    found = await _asked_for(request)
    return await _decide(request, found, lambda: actions.withdraw(found, by=request.state.person.id))
