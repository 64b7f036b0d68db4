"""Payments: the list, one of them, giving money back."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core import sealing
from conference.core.errors import NotFound, Refused
from conference.core.panels import panel
from conference.core.web import read_form, render, see_other, url
from conference.payments import actions, queries
from conference.payments.forms import RefundForm
from conference.payments.models import Payment, PaymentLine, PaymentState, Reason
from conference.payments.wording import (
    CHECK_KINDS,
    CHECK_NAMES,
    METHOD_NAMES,
    MOVEMENT_NAMES,
    REASON_NAMES,
    REFUND_NAMES,
    STATE_KINDS,
    STATE_NAMES,
    TROUBLE_NAMES,
    account_name,
    state_name,
)

ON_A_PAGE = 50


async def payments(request: Request) -> Response:
    """All, the newest first, or those of one state; in keyset pages."""
    asked = request.query_params.get("state", "")
    state = PaymentState(asked) if asked in list(PaymentState) else None
    found = await queries.payments_page(request.state.edition, state, request.query_params.get("after", ""), ON_A_PAGE)
    more = url(request, "payments.office.payments", state=state, after=found[ON_A_PAGE - 1].id) if len(found) > ON_A_PAGE else None
    return await render(
        request, "payments/office/payments.html", payments=found[:ON_A_PAGE], more=more, state=state, states=STATE_NAMES,
        state_name=state_name, kinds=STATE_KINDS, methods=METHOD_NAMES, troubles=TROUBLE_NAMES,
    )  # fmt: skip


async def payment(request: Request) -> Response:
    return await _show(request, await queries.payment_of(request.state.edition, request.path_params["payment"]))


async def _show(request: Request, found: Payment) -> Response:
    """One payment: its lines, what went back and why, its movements, what Stripe said; other slices say whose it is."""
    refunds = await queries.refunds_of(found.id)
    return await render(
        request,
        "payments/office/payment.html",
        payment=found,
        whose=await panel("payments.payment", payment=found),
        lines=await PaymentLine.filter(payment_id=found.id).order_by("id").select_related("fund"),
        refunds=list(zip(refunds, sealing.open(refunds, "note"), strict=True)),
        movements=await queries.movements_of(found.id),
        checks=await queries.checks_of(found.id),
        receipts=await queries.receipts_for(found.id),
        receipt_possible=await queries.receipt_possible(found),
        check_kinds=CHECK_KINDS,
        events=await queries.events_of(found.id),
        strays=await queries.strays_of(found.id),
        funds=await queries.funds(),
        account_name=account_name,
        state_name=state_name,
        kinds=STATE_KINDS,
        names={"method": METHOD_NAMES, "reason": REASON_NAMES, "refund": REFUND_NAMES, "trouble": TROUBLE_NAMES, "movement": MOVEMENT_NAMES, "check": CHECK_NAMES},
    )


async def refund(request: Request) -> Response:
    """An exception from the table: the treasurer says how much and why."""
    found = await queries.payment_of(request.state.edition, request.path_params["payment"])
    if found.state is not PaymentState.CAPTURED or found.purpose == "stray":
        raise NotFound()
    form = RefundForm(await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            await actions.ask_refund(found.id, form.amount.data, Reason.EXCEPTION, by=request.state.person.id, note=form.note.data)
            return see_other(request, "payments.office.payment", payment=found.id)
        except Refused as refusal:
            form.refuse(refusal)
    status = 422 if request.method == "POST" else 200
    return await render(request, "payments/office/refund.html", status, payment=found, form=form, left=found.cents - found.refunded, methods=METHOD_NAMES)
