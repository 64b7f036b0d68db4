"""How registration goes; needs as numbers; the table to take along."""

import json

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from conference.core import sealing
from conference.core.i18n import _
from conference.core.tables import csv_stream
from conference.core.web import read_form, render
from conference.editions.models import Duties, Edition
from conference.editions.wording import say
from conference.registration import actions, counting, exports, queries
from conference.registration.forms import EXPORTABLE, NEED_TITLES, NEEDS, ExportForm


async def overview(request: Request) -> Response:
    """Places taken and left, orders by how they go, who waits; sums for the treasurer alone."""
    edition = request.state.edition
    counts = await queries.counts_by_state(edition)
    added_up = await queries.figures(edition, counts) if sees_money(request) else None
    return await render(
        request,
        "registration/office/overview.html",
        pools=await queries.pools(edition),
        types=await queries.known_tickets(edition),
        counts=counts,
        waiting=await queries.waiting_counts(edition),
        miscounted=[count for count in await queries.places_counted(edition) if count.kept != count.counted],
        by_day=await queries.confirmed_by_day(edition),
        sums=(added_up.sums if added_up else await queries.sums(edition)) if sees_money(request) else None,
        as_of=added_up and added_up.made,
        say=say,
    )


def sees_money(request: Request) -> bool:
    return Duties.TREASURER in request.state.duties


async def needs(request: Request) -> Response:
    """What to prepare, as numbers; of a large edition as they were added up last."""
    edition = request.state.edition
    added_up = await queries.figures(edition, await queries.counts_by_state(edition))
    kept = sealing.open_one(added_up, "needs").needs if added_up else None
    counts = json.loads(kept) if kept else await queries.needs_counted(edition)
    groups = [(NEED_TITLES[name], [(words, counts[name].get(key, 0)) for key, words in NEEDS[name]]) for name in ("interpretation", "access", "food")]
    totals = {"children": counts["children"]["all"], "note": counts["note"]["all"], "all": counts["people"]["all"]}
    as_of = added_up.made if added_up and kept else None
    return await render(request, "registration/office/needs.html", groups=groups, totals=totals, shown=counting.shown, as_of=as_of)


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
