"""Receipts, for the treasurer: which are missing, which go on paper, which no longer count."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core import sealing
from conference.core.errors import Refused
from conference.core.web import read_form, render, see_other, url
from conference.payments import actions, exports, queries
from conference.payments.forms import EndReceiptForm, ReceiptForm
from conference.payments.models import Payment, Receipt
from conference.payments.wording import METHOD_NAMES

ON_A_PAGE = 50


async def receipts(request: Request) -> Response:
    """Those to print, gifts without one, and all of them, the newest first."""
    edition = request.state.edition
    found = await queries.receipts_page(edition, request.query_params.get("after", ""), ON_A_PAGE)
    more = url(request, "payments.office.receipts", after=found[ON_A_PAGE - 1].id) if len(found) > ON_A_PAGE else None
    return await render(
        request, "payments/office/receipts.html", receipts=found[:ON_A_PAGE], more=more, to_print=await queries.receipts_to_print(edition),
        without=await queries.gifts_without_receipt(edition), methods=METHOD_NAMES,
    )  # fmt: skip


async def _asked_for(request: Request) -> Receipt:
    return await queries.receipt_in(request.state.edition, request.path_params["receipt"])


async def receipt(request: Request) -> Response:
    """One receipt; and saying that it does not count any more."""
    found = await _asked_for(request)
    form = EndReceiptForm(await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            await actions.void_receipt(found.id, note=form.note.data, by=request.state.person.id)
            return see_other(request, "payments.office.receipt", receipt=found.id)
        except Refused as refusal:
            form.refuse(refusal)
    plain, payment = sealing.open_one(found, "donor", "address", "note"), await queries.payment(found.payment_id)
    status = 422 if request.method == "POST" else 200
    return await render(request, "payments/office/receipt.html", status, receipt=found, plain=plain, payment=payment, form=form, methods=METHOD_NAMES)


async def receipt_file(request: Request) -> Response:
    """The receipt as it is printed or kept."""
    return pdf_answer(await exports.receipt_pdf(await _asked_for(request)))


def pdf_answer(body: bytes) -> Response:
    return Response(body, media_type="application/pdf", headers={"content-disposition": 'inline; filename="receipt.pdf"'})


async def printed(request: Request) -> Response:
    """It is in its envelope."""
    await actions.printed((await _asked_for(request)).id, by=request.state.person.id)
    return see_other(request, "payments.office.receipts")


async def new_receipt(request: Request) -> Response:
    """The treasurer makes out the receipt of a payment; the name on its check is suggested."""
    found = await queries.payment_of(request.state.edition, request.path_params["payment"])
    known = await queries.receipt_of(found.id)
    if known is not None:
        return see_other(request, "payments.office.receipt", receipt=known.id)
    form = ReceiptForm(await read_form(request) if request.method == "POST" else None, given=await _suggested(found))
    if request.method == "POST" and form.validate():
        try:
            said = form.answers()
            made = await actions.issue_receipt(found.id, by=request.state.person.id, by_mail=bool(said["address"]), **said)
            return see_other(request, "payments.office.receipt", receipt=made.id)
        except Refused as refusal:
            form.refuse(refusal)
    status = 422 if request.method == "POST" else 200
    return await render(request, "payments/office/new_receipt.html", status, payment=found, form=form, parts=await queries.parts_of(found.id))


async def _suggested(payment: Payment) -> dict[str, str]:
    checks = await queries.checks_of(payment.id)
    writers = [plain.writer for plain in sealing.open(checks, "writer") if plain.writer]
    return {"donor": writers[-1] if writers else "", "language": payment.language}
