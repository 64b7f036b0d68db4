"""How registration goes; needs as numbers; the table to take along."""

import anyio
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from conference.core import sealing
from conference.core.i18n import _
from conference.core.tables import csv_stream
from conference.core.web import read_form, render
from conference.editions.models import Duties, Edition
from conference.editions.wording import say
from conference.registration import actions, counting, exports, queries
from conference.registration.arriving import by_hour
from conference.registration.forms import EXPORTABLE, NEED_TITLES, NEEDS, ExportForm
from conference.registration.models import Attendee


async def overview(request: Request) -> Response:
    """Places taken and left, orders by how they go, who waits; sums for the treasurer alone."""
    edition = request.state.edition
    return await render(
        request,
        "registration/office/overview.html",
        pools=await queries.pools(edition),
        types=await queries.known_tickets(edition),
        counts=await queries.counts_by_state(edition),
        waiting=await queries.waiting_counts(edition),
        miscounted=[count for count in await queries.recount(edition.id) if count.kept != count.counted],
        by_day=await queries.confirmed_by_day(edition),
        arrivals=await queries.arrivals(edition),
        by_hour=by_hour(await queries.arrivals_by_hour(edition), edition.zone),
        sums=await queries.sums(edition) if sees_money(request) else None,
        say=say,
    )


def sees_money(request: Request) -> bool:
    return Duties.TREASURER in request.state.duties


async def needs(request: Request) -> Response:
    """What to prepare, as numbers; opened in a thread, because there may be many."""
    rows = await queries.needs_rows(request.state.edition)
    counts = await anyio.to_thread.run_sync(_counted, rows)
    groups = [(NEED_TITLES[name], [(words, counts[name][key]) for key, words in NEEDS[name]]) for name in ("interpretation", "access", "food")]
    totals = {"children": counts["children"]["all"], "note": counts["note"]["all"], "all": len(rows)}
    return await render(request, "registration/office/needs.html", groups=groups, totals=totals, shown=counting.shown)


def _counted(rows: list[dict]) -> dict:
    return counting.count_needs(plain.needs for plain in sealing.open_values(Attendee, rows, "needs"))


async def export(request: Request) -> Response:
    """A CSV of all orders with the columns that are asked for; who takes it and why is written down first."""
    edition: Edition = request.state.edition
    form = ExportForm(await read_form(request) if request.method == "POST" else None, given={"columns": ["reference", "ticket", "state"]})
    if request.method == "GET" or not form.validate():
        return await render(request, "registration/office/export.html", 200 if request.method == "GET" else 422, form=form)
    columns = form.columns.data
    await actions.export_orders(edition, columns, form.reason.data, by=request.state.person.id)
    heads = [str(EXPORTABLE[column]) for column in columns]
    name = _("registrations") + f"-{edition.slug}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(csv_stream(heads, exports.orders(edition, columns)), media_type="text/csv; charset=utf-8", headers=headers)
