"""How registration goes; needs as numbers; the table to take along."""

import json

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from conference.core import sealing
from conference.core.i18n import _
from conference.core.tables import XLSX, csv_stream, xlsx_stream
from conference.core.web import read_form, render, see_other
from conference.editions.models import Duties, Edition
from conference.editions.wording import say
from conference.registration import actions, counting, exports, queries
from conference.registration.arriving import by_hour
from conference.registration.forms import EXPORTABLE, NEED_TITLES, NEEDS, ExportForm
from conference.registration.models import TableKind


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
        by_day=counting.day_by_day(await queries.confirmed_by_day(edition)),
        arrivals=await queries.arrivals(edition),
        by_hour=by_hour(await queries.arrivals_by_hour(edition), edition.zone),
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
    """Asking for a table with the columns that are chosen; who takes it and why is written down first."""
    edition, person = request.state.edition, request.state.person
    form = ExportForm(await read_form(request) if request.method == "POST" else None, given={"columns": ["badge_name"], "kind": TableKind.CSV})
    if request.method == "POST" and form.validate():
        await actions.export_orders(edition, form.columns.data, TableKind(form.kind.data), form.reason.data, by=person.id)
        return see_other(request, "registration.office.export")
    ready = [(one, ", ".join(str(EXPORTABLE[column]) for column in one.columns)) for one in await queries.exports_of(edition, person)]
    return await render(request, "registration/office/export.html", 422 if request.method == "POST" else 200, form=form, ready=ready)


async def export_file(request: Request) -> Response:
    """The table as it is now, for whoever asked for it and for a day; made while it is sent, so that it lies nowhere."""
    edition: Edition = request.state.edition
    asked = await queries.export_of(edition, request.state.person, request.path_params["export"])
    await actions.fetch_export(asked)
    heads, portions = [str(EXPORTABLE[column]) for column in asked.columns], exports.orders(edition, asked.columns)
    kind, body = "text/csv; charset=utf-8", csv_stream(heads, portions)
    if asked.kind is TableKind.XLSX:
        kind, body = XLSX, xlsx_stream(edition.slug, heads, portions)
    name = _("registrations") + f"-{edition.slug}.{asked.kind}"
    return StreamingResponse(body, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})
