"""The door: on a volunteer's phone, without an account. A ticket is scanned, a code typed, a name looked for, cash taken."""

import secrets
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from conference.core import passes, sealing
from conference.core.errors import NotFound, Refused, TooMany
from conference.core.i18n import _
from conference.core.middleware import allow_camera
from conference.core.web import read_form, render, see_other
from conference.editions.wording import say
from conference.payments.actions import NotOpen
from conference.registration import actions, arriving, prices, queries
from conference.registration.access import door_of
from conference.registration.forms import DoorCodeForm, DoorNameForm, WalkInForm
from conference.registration.models import Attendee, TicketType


async def door_link(request: Request) -> Response:
    """The first GET of a door's link: it goes into a cookie, the address becomes clean. A wrong or ended one looks like no page."""
    token = request.path_params["secret"]
    await door_of(request.state.edition, [token])
    answer = see_other(request, "registration.door")
    passes.grant(request, answer, token)
    return answer


async def door(request: Request) -> Response:
    return await _show(request)


async def _show(request: Request, status: int = 200, *, code: DoorCodeForm | None = None, name: DoorNameForm | None = None, found: list[Attendee] | None = None) -> Response:
    """The whole page; ``found``: who has the name or the code that was asked for."""
    edition, forms = request.state.edition, (code or DoorCodeForm(), name or DoorNameForm())
    answer = await render(
        request, "registration/door.html", status, door=request.state.door, code=forms[0], name=forms[1], form=name or code,
        arrivals=await queries.arrivals(edition), people=None if found is None else _people(found), say=say,
    )  # fmt: skip
    allow_camera(answer.headers)  # type: ignore[arg-type]
    return answer


def _people(found: list[Attendee]) -> list[dict]:
    """Who might be meant: the name on the badge and the ticket, and nothing else."""
    names = [plain.badge_name or "–" for plain in sealing.open(found, "badge_name")]
    return [{"id": one.id, "name": name, "ticket": say(one.ticket_type.title), "arrived": one.arrived} for one, name in zip(found, names, strict=True)]


async def scan(request: Request) -> Response:
    """A ticket or a code: whoever it belongs to is let in; where it belongs to several, one is chosen."""
    form = DoorCodeForm(await read_form(request))
    if form.validate():
        try:
            found = await actions.find_by_code(request.state.door, request.state.edition, form.code.data)
            return await _let_in(request, found[0]) if len(found) == 1 else await _show(request, code=form, found=found)
        except NotFound:
            form.code.errors = [_("No registration of this conference has this code. Look for letters that are easily mixed up, or search by name.")]
        except TooMany as refusal:
            form.code.errors = [refusal.message]
    return await _show(request, 422, code=form)


async def search(request: Request) -> Response:
    """By words of a name; by POST, so that what is looked for stands in no address and no log."""
    form = DoorNameForm(await read_form(request))
    if form.validate():
        try:
            return await _show(request, name=form, found=await actions.find_by_name(request.state.door, request.state.edition, form.name.data))
        except TooMany as refusal:
            form.name.errors = [refusal.message]
    return await _show(request, 422, name=form)


async def arrival(request: Request) -> Response:
    """What the volunteer says to somebody: come in, or why not."""
    return await _answer(request, await _attendee(request))


async def let_in(request: Request) -> Response:
    """Somebody who was found by their name."""
    return await _let_in(request, await _attendee(request))


async def _attendee(request: Request) -> Attendee:
    return await queries.attendee(request.state.edition, request.path_params["attendee"])


async def _let_in(request: Request, attendee: Attendee) -> Response:
    try:
        first = await actions.check_in(request.state.door, attendee)
    except actions.NoPlace:
        first = True  # the page says how it stands
    return _to(request, attendee.id, first)


def _to(request: Request, attendee_id: UUID, first: bool = True) -> Response:
    return see_other(request, "registration.arrival", attendee=attendee_id, before=None if first else 1)


async def _answer(request: Request, attendee: Attendee, refusal: Refused | None = None) -> Response:
    to_pay = await queries.still_to_pay(attendee.order)
    how = arriving.standing(attendee, unpaid=to_pay > 0)
    return await render(
        request, "registration/arrival.html", 422 if refusal else 200, door=request.state.door, how=how, attendee=attendee, refusal=refusal and refusal.message, to_pay=to_pay,
        name=sealing.open_one(attendee, "badge_name").badge_name or "–", ticket=say(attendee.ticket_type.title), before=request.query_params.get("before") == "1",
        undo=arriving.can_undo(attendee, request.state.door), code=DoorCodeForm(), arrivals=await queries.arrivals(request.state.edition),
    )  # fmt: skip


async def undo(request: Request) -> Response:
    attendee = await _attendee(request)
    try:
        await actions.undo(request.state.door, attendee)
    except actions.UndoOver as refusal:
        return await _answer(request, attendee, refusal)
    return _to(request, attendee.id)


async def cash(request: Request) -> Response:
    """The check or the card that was to come is paid in cash; they are let in."""
    attendee = await _attendee(request)
    try:
        await actions.take_cash(request.state.door, attendee)
    except (NotOpen, actions.NoPlace) as refusal:
        return await _answer(request, attendee, refusal)
    return _to(request, attendee.id)


async def walk_in(request: Request) -> Response:
    """Somebody comes without having registered: a name, a language, the cash."""
    ticket = await _ticket(request)
    if ticket is None:
        types = await queries.tickets_at_the_door(request.state.edition)
        full = await queries.sold_out(request.state.edition)
        return await render(request, "registration/walk_in_choose.html", door=request.state.door, types=types, full=full, prices=prices, say=say)
    given = {"once": secrets.token_hex(16), "language": request.state.language, "amount": ticket.suggested}
    form = WalkInForm.of(ticket, await read_form(request) if request.method == "POST" else None, given=given)
    if request.method == "POST" and form.validate():
        try:
            said = {"amount": ticket.least} | form.answers()
            return _to(request, (await actions.walk_in(request.state.door, request.state.edition, ticket, **said)).id)
        except actions.SoldOut:
            form.form_errors.append(_("No place is left for this ticket, or people on the waiting list come first. Send them to the registrar."))
        except Refused as refusal:
            form.refuse(refusal)
    return await render(
        request, "registration/walk_in.html", 422 if request.method == "POST" else 200, door=request.state.door, ticket=ticket, form=form, prices=prices, say=say
    )


async def _ticket(request: Request) -> TicketType | None:
    slug = request.query_params.get("ticket", "")
    return next((one for one in await queries.tickets_at_the_door(request.state.edition) if one.slug == slug), None)
