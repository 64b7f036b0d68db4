"""Badges and lists on paper, for the registrar: asked for with a reason, made meanwhile, taken along part by part."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from conference.core import clock
from conference.core.errors import NotFound, Refused
from conference.core.i18n import _
from conference.core.web import read_form, render, see_other
from conference.registration import actions, queries
from conference.registration.forms import PrintForm
from conference.registration.models import Attendee, Paper, Printed, Printout

SLOW = timedelta(minutes=5)


async def printouts(request: Request) -> Response:
    """What is being printed, and asking for more."""
    code = request.query_params.get("order", "")[:16]
    given = {"what": "one" if code else "new", "code": code, "paper": "letter"}
    form = PrintForm(await read_form(request) if request.method == "POST" else None, given=given)
    if request.method == "POST" and form.validate():
        try:
            made = await _ask(request, form)
            return see_other(request, "registration.office.printout", printout=made.id)
        except Refused as refusal:
            form.refuse(refusal)
    known = await queries.printouts(request.state.edition)
    return await render(request, "registration/office/printouts.html", 422 if request.method == "POST" else 200, form=form, printouts=known)


async def _ask(request: Request, form: PrintForm) -> Printout:
    what = Printed.LISTS if form.what.data == "lists" else Printed.BADGES
    return await actions.ask_for_printout(
        request.state.edition, what, await _people(request, form), paper=Paper(form.paper.data), language=request.state.language, reason=form.reason.data,
        by=request.state.person.id,
    )  # fmt: skip


async def _people(request: Request, form: PrintForm) -> list[Attendee]:
    """Raises NobodyToPrint for a reference that is none."""
    code = form.code.data.upper() if form.what.data == "one" else ""
    try:
        return await queries.people_to_print(request.state.edition, only_new=form.what.data == "new", code=code)
    except NotFound:
        raise actions.NobodyToPrint(field="code") from None


async def printout(request: Request) -> Response:
    """How far it is, and what can be taken along."""
    found = await _asked_for(request)
    parts = await queries.parts(found.id)
    ready = sum(part["ready"] for part in parts)
    slow = ready < len(parts) and found.made < clock.now() - SLOW
    return await render(request, "registration/office/printout.html", printout=found, parts=parts, ready=ready, slow=slow)


async def _asked_for(request: Request) -> Printout:
    return await queries.printout(request.state.edition, request.path_params["printout"])


async def take_part(request: Request) -> Response:
    """The file; that it was taken is written down first."""
    found = await _asked_for(request)
    part = await queries.part(found, request.path_params["number"])
    body = await actions.take_part_along(found, part, by=request.state.person.id)
    if body is None:
        raise NotFound()
    name = _("badges") if found.what is Printed.BADGES else _("arrivals")
    headers = {"content-disposition": f'attachment; filename="{name}-{request.state.edition.slug}-{part.number}.pdf"'}
    return Response(body, media_type="application/pdf", headers=headers)


async def remove_printout(request: Request) -> Response:
    await actions.remove_printout(await _asked_for(request))
    return see_other(request, "registration.office.printouts")
