"""Back office: who writes which notes, reviewing them, releasing them, correcting what was released."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from conference.core import sealing
from conference.core.errors import NotFound, Refused
from conference.core.forms import Form
from conference.core.web import read_form, render, see_other
from conference.editions.wording import say
from conference.notes import actions, forms, queries, wording
from conference.notes.forms import CorrectionForm, LanguageForm, ReleaseForm, WriterForm
from conference.notes.models import Sheet, SheetState, SheetWriter, Status
from conference.notes.pages import read_blocks

STATES = ("none", *(str(state) for state in SheetState))


async def sheets(request: Request) -> Response:
    """Every session that may have notes, and how far they are."""
    edition, asked = request.state.edition, request.query_params.get("state", "")
    listed = await queries.all_sheets(edition)
    counts = {state: sum(_state_of(one) == state for one in listed) for state in STATES}
    rows = [one for one in listed if asked not in STATES or _state_of(one) == asked]
    context = {"rows": rows, "counts": counts, "asked": asked, "all": len(listed), "state_of": _state_of, "say": say}
    return await render(request, "notes/office/sheets.html", **context)


def _state_of(one: queries.Listed) -> str:
    return str(one.sheet.state) if one.sheet else "none"


async def sheet(request: Request) -> Response:
    """One session's notes, to be reviewed."""
    return await _page(request)


async def _page(request: Request, status: int = 200, **refused: Form) -> Response:
    """The review page; ``refused`` is the form that could not be used, by its name there."""
    edition, code = request.state.edition, request.path_params["code"]
    session, found = await queries.session(edition, code), await queries.sheet_to_review(edition, code)
    release = await queries.release_in_force(found) if found else None
    language = found.language if found else request.state.language
    empty: dict[str, Form] = {
        "writer_form": WriterForm(given={"language": language}),
        "language_form": LanguageForm(given={"language": language}),
        "release_form": ReleaseForm(given={"status": release.status if release else Status.DRAFT}),
        "correction_form": CorrectionForm(),
    }
    shown: dict[str, Any] = {**empty, **refused, "form": next(iter(refused.values()), None)}
    return await render(
        request, "notes/office/sheet.html", status, session=session, title=say(session.title), sheet=found, release=release, written=await _written(found), say=say,
        writers=await queries.writers(found) if found else [], errata=await queries.errata(found.id) if found else [], prepared_by=_prepared_by(found),
        language_name=wording.language_name(language), audiences=forms.AUDIENCES, kinds=forms.KINDS, **shown,
    )  # fmt: skip


async def _written(found: Sheet | None) -> list[dict[str, Any]]:
    return read_blocks(wording.opened(await queries.blocks(found))) if found else []


def _prepared_by(found: Sheet | None) -> str:
    return (sealing.open_one(found, "prepared_by").prepared_by or "") if found else ""


async def _sheet(request: Request) -> Sheet:
    found = await queries.sheet_to_review(request.state.edition, request.path_params["code"])
    if found is None:
        raise NotFound()
    return found


async def writers(request: Request) -> Response:
    """Ask somebody to take the notes of this session."""
    edition, code = request.state.edition, request.path_params["code"]
    form = WriterForm(await read_form(request))
    if form.validate():
        session = await queries.session(edition, code)
        await actions.assign(session, edition, form.email.data, by=request.state.person, language=form.language.data)
        return see_other(request, "notes.office.sheet", code=code)
    return await _page(request, 422, writer_form=form)


async def take_off(request: Request) -> Response:
    found = await _sheet(request)
    writer = await SheetWriter.get_or_none(id=request.path_params["writer"], sheet_id=found.id)
    if writer is None:
        raise NotFound()
    await actions.take_off(writer, by=request.state.person)
    return see_other(request, "notes.office.sheet", code=request.path_params["code"])


async def language(request: Request) -> Response:
    found, form = await _sheet(request), LanguageForm(await read_form(request))
    if form.validate():
        await actions.set_language(found, form.language.data)
        return see_other(request, "notes.office.sheet", code=request.path_params["code"])
    return await _page(request, 422, language_form=form)


async def release(request: Request) -> Response:
    found, form = await _sheet(request), ReleaseForm(await read_form(request))
    if form.validate():
        try:
            await actions.release(found, request.state.edition, Status(form.status.data), by=request.state.person)
            return see_other(request, "notes.office.sheet", code=request.path_params["code"])
        except Refused as refusal:
            form.refuse(refusal)
    return await _page(request, 422, release_form=form)


async def correction(request: Request) -> Response:
    found, form = await _sheet(request), CorrectionForm(await read_form(request))
    if form.validate():
        try:
            await actions.correct(found, request.state.edition, form.words(), by=request.state.person)
            return see_other(request, "notes.office.sheet", code=request.path_params["code"])
        except Refused as refusal:
            form.refuse(refusal)
    return await _page(request, 422, correction_form=form)


async def withdrawal(request: Request) -> Response:
    """Take back what was released."""
    await actions.withdraw(await _sheet(request), request.state.edition, by=request.state.person)
    return see_other(request, "notes.office.sheet", code=request.path_params["code"])
