"""Money at a glance, and the ledger."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from conference.core import audit
from conference.core.i18n import _, format_money
from conference.core.tables import csv_stream
from conference.core.web import render, url
from conference.payments import exports, queries
from conference.payments import ledger as accounts
from conference.payments.models import Fund
from conference.payments.wording import METHOD_NAMES, MOVEMENT_NAMES, account_name

ON_A_PAGE = 50


async def overview(request: Request) -> Response:
    """What there is, where it is, how it came, and what waits for the treasurer."""
    edition = request.state.edition
    sums, funds = await queries.balances(edition), await queries.funds()
    promises, promised = await queries.promised_sum(edition)
    return await render(
        request,
        "payments/office/overview.html",
        there=_bars({name: cents for name, cents in sums.items() if name in accounts.HAVE}, funds, edition.currency),
        income=_bars({name: -cents for name, cents in sums.items() if name.startswith("income:")}, funds, edition.currency),
        total=-sum(cents for name, cents in sums.items() if name.startswith("income:")),
        owed=-sums.get(accounts.OWED, 0),
        part=-sums.get(accounts.PART, 0),
        lost=sums.get(accounts.LOST, 0),
        methods=[row | {"name": METHOD_NAMES[row["method"]]} for row in await queries.by_method(edition)],
        promises=promises,
        promised=promised,
        to_hand_over=len(await queries.to_hand_over(edition)),
        troubles=await queries.trouble_count(edition),
    )


def _bars(sums: dict[str, int], funds: dict[str, Fund], currency: str) -> list[dict[str, Any]]:
    """Rows for a bar plot; money owed to others is told, not drawn."""
    return [{"label": account_name(name, funds), "value": max(cents, 0), "text": format_money(cents, currency)} for name, cents in sums.items()]


async def ledger(request: Request) -> Response:
    """Every movement with its entries, the newest first, in keyset pages."""
    found = await queries.movements_page(request.state.edition, request.query_params.get("after", ""), ON_A_PAGE)
    more = url(request, "payments.office.ledger", after=found[ON_A_PAGE - 1].mark) if len(found) > ON_A_PAGE else None
    return await render(
        request, "payments/office/ledger.html", movements=found[:ON_A_PAGE], more=more, funds=await queries.funds(), account_name=account_name, names=MOVEMENT_NAMES
    )


async def ledger_file(request: Request) -> Response:
    """The whole ledger as CSV. It names nobody; that it was taken is written down."""
    edition = request.state.edition
    await audit.record("payments.ledger_exported", actor=request.state.person.id, edition=edition.id)
    heads = [_("Day"), _("Movement"), _("What"), _("Account"), _("Amount"), _("Currency"), _("Payment"), _("Label")]
    answer = StreamingResponse(csv_stream(heads, exports.ledger(edition)), media_type="text/csv; charset=utf-8")
    answer.headers["content-disposition"] = f'attachment; filename="ledger-{edition.slug}.csv"'
    return answer
