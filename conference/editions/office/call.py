"""The conference's call: what organizations and persons put their name to."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core.errors import Refused
from conference.core.web import read_form, render, see_other
from conference.editions import actions, queries
from conference.editions.forms import CallForm


async def call(request: Request) -> Response:
    """Write a version and publish it; who signed an earlier one stays with that."""
    edition = request.state.edition
    versions = await queries.calls(edition)
    form = CallForm(await read_form(request) if request.method == "POST" else None, given=CallForm.given(versions[0] if versions else None))
    if request.method == "POST" and form.validate():
        try:
            await actions.adopt(edition, kind="call", adopted=queries.today(edition), after=form.version_before(), by=request.state.person, **form.words())
            return see_other(request, "editions.office.call", saved=1)
        except Refused as refusal:
            form.refuse(refusal)
            form.after.data = str((await queries.calls(edition))[0].version)
    saved = request.query_params.get("saved") == "1"
    return await render(request, "editions/office/call.html", 422 if request.method == "POST" else 200, form=form, versions=versions, saved=saved)
