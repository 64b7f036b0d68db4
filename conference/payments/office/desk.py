"""What waits for the treasurer's hands: promised checks, money to hand over, payments that went wrong."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core.errors import Refused
from conference.core.web import read_form, render, see_other
from conference.payments import actions, queries
from conference.payments.forms import ArrivalForm, WayBackForm
from conference.payments.models import CheckState
from conference.payments.wording import CHECK_KINDS, CHECK_NAMES, REASON_NAMES, STATE_KINDS, TROUBLE_NAMES, state_name

ON_THE_DESK = (CheckState.RECEIVED, CheckState.WRONG_PAYEE, CheckState.STALE)


async def desk(request: Request) -> Response:
    """Promises that are open, checks in our hands or set aside, and what has to be handed over."""
    return await _desk(request)


async def _desk(request: Request, refusal: Refused | None = None) -> Response:
    edition = request.state.edition
    due = await queries.to_hand_over(edition)
    own_checks = await queries.checks_to_give_back(due)
    return await render(
        request, "payments/office/desk.html", 422 if refusal else 200, promises=await queries.open_promises(edition),
        due=[(one, WayBackForm.of(one.payment, one.id in own_checks)) for one in due],
        checks=await queries.checks_in(edition, *ON_THE_DESK), names=CHECK_NAMES, kinds=CHECK_KINDS, reasons=REASON_NAMES, refusal=refusal and refusal.message,
    )  # fmt: skip


async def arrival(request: Request) -> Response:
    """A check or cash has come for an open payment."""
    found = await queries.payment_of(request.state.edition, request.path_params["payment"])
    form = ArrivalForm(await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            await actions.receive(found.id, by=request.state.person.id, **form.answers())
            return see_other(request, "payments.office.desk")
        except Refused as refusal:
            form.refuse(refusal)
    status = 422 if request.method == "POST" else 200
    return await render(request, "payments/office/arrival.html", status, payment=found, form=form, state_name=state_name)


async def hand_over(request: Request) -> Response:
    """A refund of a check or of cash was paid by hand."""
    found = await queries.refund_by_hand(request.state.edition, request.path_params["refund"])
    form = WayBackForm.of(found.payment, own_check=True, sent=await read_form(request))
    try:
        if not form.validate():
            raise Refused(form.way.errors[0])
        await actions.paid_back(found.id, by=request.state.person.id, **form.answers())
    except Refused as refusal:
        return await _desk(request, refusal)
    return see_other(request, "payments.office.desk")


async def troubles(request: Request) -> Response:
    found = await queries.troubles(request.state.edition)
    return await render(request, "payments/office/troubles.html", payments=found, names=TROUBLE_NAMES, kinds=STATE_KINDS, state_name=state_name)


async def seen(request: Request) -> Response:
    """The treasurer has dealt with it: it leaves the list."""
    found = await queries.payment_of(request.state.edition, request.path_params["payment"])
    await actions.see_trouble(found.id, by=request.state.person.id)
    return see_other(request, "payments.office.troubles")
