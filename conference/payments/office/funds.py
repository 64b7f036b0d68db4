"""What gifts can be given for."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core.errors import NotFound
from conference.core.i18n import _
from conference.core.web import read_form, render, see_other
from conference.editions.wording import say
from conference.payments import actions, queries
from conference.payments.forms import FundForm


async def funds(request: Request) -> Response:
    """All funds, with what is in them."""
    found, sums = await queries.funds(), await queries.fund_balances()
    return await render(request, "payments/office/funds.html", funds=found.values(), sums=sums, say=say)


async def new_fund(request: Request) -> Response:
    form = FundForm(await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        if form.slug.data not in await queries.funds():
            await actions.open_fund(form.slug.data, form.facts()["title"], form.facts()["goal"])
            return see_other(request, "payments.office.funds")
        form.slug.errors = [_("There is a fund of this name.")]
    return await render(request, "payments/office/fund.html", 422 if request.method == "POST" else 200, form=form, fund=None)


async def fund(request: Request) -> Response:
    known = (await queries.funds()).get(request.path_params["slug"])
    if known is None:
        raise NotFound()
    form = FundForm.known(known, await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        await actions.change_fund(known, by=request.state.person.id, **form.facts())
        return see_other(request, "payments.office.funds")
    return await render(request, "payments/office/fund.html", 422 if request.method == "POST" else 200, form=form, fund=known, say=say)
