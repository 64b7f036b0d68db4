"""Receipts behind secret links: the file, and asking for the one of a payment that is in part a gift."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core import links, passes, ratelimit
from conference.core.errors import Refused, TooMany
from conference.core.web import go, read_form, render, see_other
from conference.payments import actions, exports, queries
from conference.payments.forms import OwnReceiptForm


async def receipt_link(request: Request) -> Response:
    """The first GET of a receipt's secret link: it goes into a cookie, the address becomes clean. A wrong one looks like no page."""
    token = request.path_params["secret"]
    found = await queries.receipt_by_tokens(request.state.edition, links.row_of(token), [token])
    answer = see_other(request, "payments.receipt_file", receipt=found.id)
    passes.grant(request, answer, token)
    return answer


async def receipt_file(request: Request) -> Response:
    """The receipt, for who has its link."""
    found = await queries.receipt_by_tokens(request.state.edition, request.path_params["receipt"], passes.tokens(request))
    if not await ratelimit.count(ratelimit.FORMS, "payments.receipt", request.client.host if request.client else "-"):
        raise TooMany()
    return Response(await exports.receipt_pdf(found), media_type="application/pdf", headers={"content-disposition": 'inline; filename="receipt.pdf"'})


async def ask_link(request: Request) -> Response:
    """The same for the page on which a payment's receipt is asked for."""
    token = request.path_params["secret"]
    found = await queries.payment_by_tokens(request.state.edition, links.row_of(token), [token])
    answer = see_other(request, "payments.ask_receipt", payment=found.id)
    passes.grant(request, answer, token)
    return answer


async def ask_receipt(request: Request) -> Response:
    """A name, and the receipt is there; the one that counts where there is one."""
    found = await queries.payment_by_tokens(request.state.edition, request.path_params["payment"], passes.tokens(request))
    form = OwnReceiptForm(await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            row = await actions.issue_receipt(found.id, donor=form.donor.data, language=found.language)
            return go(await queries.receipt_path(row))
        except Refused as refusal:
            form.refuse(refusal)
    status = 422 if request.method == "POST" else 200
    return await render(request, "payments/ask_receipt.html", status, payment=found, form=form, parts=await queries.parts_of(found.id))
