"""Who does what."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core import sealing
from conference.core.errors import NotFound, Refused
from conference.core.web import go, read_form, render
from conference.editions import actions, queries
from conference.editions.access import duties_of
from conference.editions.forms import DUTY_NAMES, DutyForm
from conference.editions.models import Duties, Duty
from conference.editions.office.area import area, back
from conference.people.models import Person


async def duties(request: Request) -> Response:
    """The list, and giving a duty."""
    form = DutyForm(await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            await actions.call_to_duty(
                form.email.data, request.state.edition, Duties(form.duty.data), until=form.last_day(), language=request.state.language, by=request.state.person
            )
            return back(request, "duties")
        except Refused as refusal:
            form.refuse(refusal)
    return await _duties(request, form, 422 if request.method == "POST" else 200)


async def end_duty(request: Request) -> Response:
    """Asked once more before; who has ended their own last duty here goes on to their own things."""
    duty = await queries.duty(request.state.edition, request.path_params["duty"])
    if duty is None:
        raise NotFound()
    try:
        if request.method == "GET":
            await actions.may_take_duty(duty)
            return await _ask(request, duty)
        await actions.take_duty(duty, by=request.state.person)
    except Refused as refusal:
        form = DutyForm()
        form.refuse(refusal)
        return await _duties(request, form, 200 if request.method == "GET" else 422)
    still = Duties.ORGANIZER in await duties_of(request.state.person, request.state.edition)
    return back(request, "duties") if still else go("/my")


async def _ask(request: Request, duty: Duty) -> Response:
    own = duty.person_id == request.state.person.id
    person = await Person.get(id=duty.person_id)
    facts = {"address": sealing.open_one(person, "email").email, "words": DUTY_NAMES[duty.duty], "own": own}
    return await render(request, "editions/office/end_duty.html", duty=duty, area=area(request), **facts)


async def _duties(request: Request, form: DutyForm, status: int) -> Response:
    known = await queries.duties(request.state.edition)
    addresses = sealing.open([duty.person for duty in known], "email")
    rows = [(duty, plain.email, DUTY_NAMES[duty.duty]) for duty, plain in zip(known, addresses, strict=True)]
    return await render(request, "editions/office/duties.html", status, form=form, rows=rows, area=area(request))
