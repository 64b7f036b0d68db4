"""One's own gifts: how they go, the code for the memo line, the slip, the receipt."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core import passes, sealing
from conference.core.errors import Refused
from conference.core.web import read_form, render, see_other
from conference.donations import actions, exports, queries
from conference.donations.forms import PaperReceiptForm, ReceiptForm
from conference.donations.models import Gift
from conference.donations.pages.giving import cards_taken, may_lead_to_checkout, may_make_pdf, pdf_answer, to_checkout
from conference.editions.queries import organization
from conference.editions.wording import say
from conference.payments import queries as payments
from conference.payments.models import PaymentState


async def _own(request: Request) -> Gift:
    """The gift of the address, for whoever holds its link or is its person. NotFound for everybody else."""
    return await queries.gift_by_tokens(request.state.edition, request.path_params["code"], passes.tokens(request), request.state.person)


async def gift_link(request: Request) -> Response:
    """The first GET of the secret link: it goes into a cookie, the address becomes clean. A wrong one looks like no page."""
    token, code = request.path_params["secret"], request.path_params["code"]
    await queries.gift_by_tokens(request.state.edition, code, [token])
    answer = see_other(request, "donations.gift", code=code)
    passes.grant(request, answer, token)
    return answer


async def gift(request: Request) -> Response:
    """How it goes, and what can be done."""
    return await _show(request, await _own(request))


async def _show(request: Request, found: Gift, refusal: Refused | None = None) -> Response:
    payment, org = found.payment, await organization()
    receipt = await payments.receipt_of(payment.id) if payment.state is not PaymentState.OPEN else None
    fund = await queries.fund_of(payment)
    answer = await render(
        request, "donations/gift.html", 422 if refusal else 200, gift=found, payment=payment, how=str(queries.how_it_goes(payment)), sponsor=org.sponsor if org else {},
        fund=say(fund.title) if fund else "", receipt=receipt, receipt_secret=receipt and payments.receipt_token(receipt), name=sealing.open_one(found, "name").name,
        receipt_possible=await payments.receipt_possible(payment), to_the_bank=await payments.waits_for_the_bank(payment), cards=cards_taken(),
        may_pay_by_card=queries.may_pay_by_card(found), refusal=refusal and refusal.message, card_away=request.query_params.get("card") == "away",
    )  # fmt: skip
    if queries.may_pay_by_card(found):
        may_lead_to_checkout(answer)
    return answer


async def pay(request: Request) -> Response:
    return await to_checkout(request, await _own(request))


async def slip(request: Request) -> Response:
    """The slip with this gift's code, to go into the envelope."""
    found = await _own(request)
    await may_make_pdf(request)
    return pdf_answer(await exports.slip(request.state.edition, found), "slip.pdf")


async def receipt(request: Request) -> Response:
    """A name, and the receipt is there."""
    found = await _own(request)
    form = ReceiptForm(await read_form(request) if request.method == "POST" else None, given={"name": sealing.open_one(found, "name").name})
    if request.method == "POST" and form.validate():
        try:
            await actions.ask_receipt(found, form.name.data)
            return see_other(request, "donations.gift", code=found.code)
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, "donations/receipt.html", 422 if request.method == "POST" else 200, gift=found, form=form)


async def paper_receipt(request: Request) -> Response:
    """The only page that asks for a postal address: for a receipt that comes by mail."""
    found = await _own(request)
    form = PaperReceiptForm(await read_form(request) if request.method == "POST" else None, given={"name": sealing.open_one(found, "name").name})
    if request.method == "POST" and form.validate():
        try:
            await actions.ask_paper_receipt(found, form.name.data, form.address.data)
            return see_other(request, "donations.gift", code=found.code)
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, "donations/paper_receipt.html", 422 if request.method == "POST" else 200, gift=found, form=form)
