"""Publishing the draft, and going back to an earlier release."""

from starlette.requests import Request
from starlette.responses import Response

from conference.agenda import actions, queries
from conference.agenda.forms import ReleaseForm
from conference.agenda.models import Audience
from conference.agenda.office.wording import differences, findings, told
from conference.agenda.snapshots import Json, entries_of
from conference.core.errors import NotFound, Refused
from conference.core.web import read_form, render, see_other
from conference.editions.wording import say


async def release(request: Request) -> Response:
    edition = request.state.edition
    content, names = await queries.draft(edition)
    if request.method == "GET":
        return await _show_release(
            request, ReleaseForm(given={"seen": actions.seen_digest(content, names)}), content, names
        )
    form = ReleaseForm(await read_form(request))
    if form.validate():
        try:
            await actions.release(edition, by=request.state.person.id, **form.answers())
            return see_other(request, "agenda.office.release")
        except Refused as refusal:
            form.refuse(refusal)
    return await _show_release(request, form, content, names, 422)


async def roll_back(request: Request) -> Response:
    edition = request.state.edition
    try:
        await actions.roll_back(edition, request.path_params["version"], by=request.state.person.id)
    except NotFound:
        raise
    except Refused as refusal:
        content, names = await queries.draft(edition)
        form = ReleaseForm(given={"seen": actions.seen_digest(content, names)})
        form.refuse(refusal)
        return await _show_release(request, form, content, names, 422)
    return see_other(request, "agenda.office.release")


async def _show_release(
    request: Request, form: ReleaseForm, content: Json, names: dict[str, str], status: int = 200
) -> Response:
    """The differences in words, always those of the present draft, and so is the digest that the form sends back."""
    edition = request.state.edition
    form.seen.raw_data, form.seen.data = None, actions.seen_digest(content, names)
    draft, last = entries_of(content, Audience.STAFF, names), await queries.newest(edition)
    return await render(
        request,
        "agenda/office/release.html",
        status,
        form=form,
        differences=[told(change, edition.zone) for change in differences(last, draft, names)],
        same=last is not None and last.content == content,
        findings=findings(draft, names, await queries.rooms(edition), edition),
        releases=await queries.releases(edition),
        say=say,
    )
