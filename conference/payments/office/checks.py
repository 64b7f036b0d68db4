"""The check desk: a check came, and what becomes of it."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core import sealing
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.core.web import read_form, render, see_other
from conference.editions.queries import organization, today
from conference.payments import actions, queries
from conference.payments.forms import NONE, CheckForm
from conference.payments.models import Payment
from conference.payments.wording import CHECK_KINDS, CHECK_NAMES


class NoSuchPromise(Refused):
    def sentence(self) -> str:
        return _("No open promise has this code. Look again, choose from the list, or leave it empty for a gift nobody announced.")


async def new_check(request: Request) -> Response:
    """A check came: for a promise, or out of the blue."""
    edition, funds = request.state.edition, await queries.funds()
    promises, chosen = await queries.open_promises(edition), request.query_params.get("payment", "")
    form = CheckForm.of(promises, list(funds.values()), today(edition), await read_form(request) if request.method == "POST" else None, chosen=chosen)
    if request.method == "POST" and form.validate():
        try:
            payment = await _meant(request, form)
            check = await actions.record_check(edition, payment=payment, fund=funds.get(form.fund.data), by=request.state.person.id, **form.facts())
            return see_other(request, "payments.office.check", check=check.id, new=1)
        except Refused as refusal:
            form.refuse(refusal)
    found = await organization()
    return await render(request, "payments/office/new_check.html", 422 if request.method == "POST" else 200, form=form, sponsor=found.sponsor if found else {})


async def _meant(request: Request, form: CheckForm) -> Payment | None:
    """The promise that was chosen, or that the memo line names; None for a gift nobody announced. Raises NoSuchPromise."""
    if form.promise.data != NONE:
        return await queries.payment_of(request.state.edition, form.promise.data)
    if not form.memo.data:
        return None
    found = await queries.promise_by_memo(request.state.edition, form.memo.data)
    if found is None:
        raise NoSuchPromise(field="memo")
    return found


async def check(request: Request) -> Response:
    return await _show(request)


async def _show(request: Request, refusal: Refused | None = None) -> Response:
    """One check: what stands on it, what it paid for, what can be done with it."""
    found = await queries.check_of(request.state.edition, request.path_params["check"])
    return await render(
        request, "payments/office/check.html", 422 if refusal else 200, check=found, writer=sealing.open_one(found, "writer").writer, names=CHECK_NAMES,
        kinds=CHECK_KINDS, new=request.query_params.get("new") == "1", refusal=refusal and refusal.message,
    )  # fmt: skip


async def bounce(request: Request) -> Response:
    """The bank did not pay it."""
    found = await queries.check_of(request.state.edition, request.path_params["check"])
    try:
        await actions.bounce(found.id, by=request.state.person.id)
    except Refused as refusal:
        return await _show(request, refusal)
    return see_other(request, "payments.office.check", check=found.id)


async def send_back(request: Request) -> Response:
    """A check that was set aside went back to its writer."""
    found = await queries.check_of(request.state.edition, request.path_params["check"])
    try:
        await actions.send_back(found.id, by=request.state.person.id)
    except Refused as refusal:
        return await _show(request, refusal)
    return see_other(request, "payments.office.check", check=found.id)
