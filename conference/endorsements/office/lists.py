"""What waits for an editor, all there is, and what comes in on paper."""

from uuid import UUID
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from conference.core.errors import Refused
from conference.core.i18n import _
from conference.core.tables import csv_stream
from conference.core.web import read_form, render, see_other, url
from conference.editions.wording import say
from conference.endorsements import actions, exports, queries
from conference.endorsements.forms import AUTHORITY_NAMES, KIND_NAMES, STATE_NAMES, FindForm, PaperForm
from conference.endorsements.models import Endorsement, State


async def to_look_at(request: Request) -> Response:
    """Confirmed ones that wait for an editor, the oldest first."""
    return await _list(request, "look", "look")


async def to_call(request: Request) -> Response:
    """Those who asked to be called or vouched for, the oldest first."""
    return await _list(request, "call", "call")


async def everything(request: Request) -> Response:
    """All, or those of one state; the newest first."""
    state = request.query_params.get("state", "")
    return await _list(request, "all", state if state in list(State) else "all")


async def _list(request: Request, here: str, which: str) -> Response:
    after = request.query_params.get("after", "")
    rows = await queries.page_of(request.state.edition, which, _uuid(after))
    state = which if which in list(State) else None
    names = {"look": "endorsements.office.to_look_at", "call": "endorsements.office.to_call", "all": "endorsements.office.everything"}
    more = url(request, names[here], state=state, after=rows[queries.ON_A_PAGE - 1].id) if len(rows) > queries.ON_A_PAGE else None
    return await _show(request, here, rows[:queries.ON_A_PAGE], FindForm(), more=more, state=state)


def _uuid(word: str) -> UUID | None:
    try:
        return UUID(word)
    except ValueError:
        return None


async def find(request: Request) -> Response:
    """By whole e-mail address or words of a name; by POST, so that what is looked for stands in no address and no log."""
    form = FindForm(await read_form(request))
    if not form.validate():
        return await _show(request, "all", [], form, status=422)
    return await _show(request, "all", await queries.found(request.state.edition, form.query.data, queries.ON_A_PAGE), form)


async def _show(request: Request, here: str, rows: list[Endorsement], form: FindForm, *, more: str | None = None, state: str | None = None, status: int = 200) -> Response:
    return await render(
        request, "endorsements/office/list.html", status, here=here, rows=queries.shown(rows), form=form, more=more, state=state, todo=await queries.to_do(request.state.edition),
        states=STATE_NAMES, kinds=KIND_NAMES, ways=AUTHORITY_NAMES, zone=ZoneInfo(request.state.edition.zone), say=say,
    )  # fmt: skip


async def duplicates(request: Request) -> Response:
    """Organizations that may have signed twice, side by side."""
    found = await queries.duplicates(request.state.edition)
    todo = await queries.to_do(request.state.edition)
    return await render(request, "endorsements/office/duplicates.html", groups=found, todo=todo, states=STATE_NAMES, say=say)


async def table(request: Request) -> Response:
    """What is listed, as a CSV: nothing in it that is not public."""
    edition = request.state.edition
    headers = {"content-disposition": f'attachment; filename="{_("endorsements")}-{edition.slug}.csv"'}
    return StreamingResponse(csv_stream(exports.csv_heads(), exports.csv_rows(edition)), media_type="text/csv; charset=utf-8", headers=headers)


async def take_down(request: Request) -> Response:
    """List who signed on paper; the next sheet line can follow at once."""
    edition = request.state.edition
    texts = (await queries.texts(edition)).all
    form = PaperForm(await read_form(request) if request.method == "POST" else None, given={"text": str(texts[0].id) if texts else ""})
    form.offer(texts)
    if request.method == "POST" and form.validate():
        try:
            text = next(text for text in texts if str(text.id) == form.text.data)
            await actions.take_down(edition, text, by=request.state.person.id, **form.facts())
            return see_other(request, "endorsements.office.take_down", saved=1)
        except Refused as refusal:
            form.refuse(refusal)
    saved, todo = request.query_params.get("saved") == "1", await queries.to_do(edition)
    return await render(request, "endorsements/office/paper.html", 422 if request.method == "POST" else 200, form=form, texts=texts, saved=saved, todo=todo)
