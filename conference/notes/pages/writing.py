"""A sheet as its writers write it: the page, what their devices send, handing in."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from conference.core import markdown, sealing
from conference.core.errors import Malformed, Refused
from conference.core.i18n import LANGUAGES, _, format_time
from conference.core.web import read_form, render, see_other
from conference.editions.wording import say
from conference.notes import access, actions, forms, operations, queries, wording
from conference.notes.actions.writing import HandedIn
from conference.notes.forms import HandInForm, SheetForm
from conference.notes.models import Sheet, SheetState
from conference.notes.wording import Words


async def mine(request: Request) -> Response:
    return await render(request, "notes/mine.html", sheets=await queries.my_sheets(request.state.person, request.state.edition))


async def write(request: Request) -> Response:
    """The sheet with all its blocks; without a script one button saves them all."""
    found = await _mine(request)
    if request.method == "GET":
        return await _write_page(request, found)
    form = SheetForm.read(await read_form(request), found.language)
    try:
        results = await actions.apply(found, await _operations(found, form), request.state.person)
    except Refused as refusal:
        form.refusal = refusal.message
        return await _write_page(request, await _mine(request), form, 422)
    both = any(result.outcome in ("beside", "merged", "kept") for result in results)
    return see_other(request, "notes.write", code=request.path_params["code"], saved="both" if both else "all")


async def _mine(request: Request) -> Sheet:
    return await queries.sheet_to_write(request.state.person, request.state.edition, request.path_params["code"])


async def _operations(found: Sheet, form: SheetForm) -> list[operations.Op]:
    words = {one.block.id: one for one in wording.opened(await queries.blocks(found, deleted=True))}
    parts = forms.parts_beside(found.language)
    seen = {typed.id: await queries.parts_at(words[typed.id], typed.base, parts) for typed in form.blocks if typed.id in words}
    return [operations.checked(op) for op in form.operations(seen, [block for block in words if not words[block].block.deleted])]


async def _write_page(request: Request, found: Sheet, form: SheetForm | None = None, status: int = 200) -> Response:
    form = form or SheetForm()
    editor = await access.is_editor(request.state.person, request.state.edition)
    return await render(
        request,
        "notes/write.html",
        status,
        sheet=found,
        title=say(found.session.title),
        typed=form,
        **_rows(wording.opened(await queries.blocks(found, deleted=True)), {one.id: one for one in form.blocks}),
        kinds=[(str(value), label) for value, label in forms.KINDS.items()],
        audiences=[(str(value), label) for value, label in forms.AUDIENCES.items()],
        open=found.state == SheetState.OPEN or (editor and found.state == SheetState.SUBMITTED),
        language_name=wording.language_name(found.language),
        others=[(code, wording.language_name(code)) for code in LANGUAGES if code != found.language],
        release=await queries.release_in_force(found),
        editor=editor,
        saved=request.query_params.get("saved", ""),
        saved_at=_saved_at(request, found),
        words=_spoken(),
    )


def _rows(written: Sequence[Words], typed: dict[UUID, forms.Typed]) -> dict[str, Any]:
    """The blocks to write in, and the deleted ones that can be brought back."""
    visible = {words.block.id for words in written if not words.block.deleted}
    shown = [words for words in written if words.block.id in visible | typed.keys()]
    return {
        "rows": [_row(words, typed.get(words.block.id), visible) for words in shown],
        "deleted": [words for words in written if words not in shown and not words.empty()],
    }


def _row(words: Words, typed: forms.Typed | None, visible: set[UUID]) -> dict[str, Any]:
    """One block as the page shows it: what was typed where that was refused, else what is kept."""
    block = words.block
    return {
        "id": str(block.id),
        "version": typed.base if typed else block.version,
        "kind": typed.kind if typed else block.kind,
        "audience": typed.audience if typed else block.audience,
        "was": typed.was if typed else forms.was_of(block.kind, block.audience),
        "parts": words.parts | (typed.parts if typed else {}),
        "theirs": words.get("text") if typed and typed.base != block.version and typed.parts.get("text") != words.get("text") else "",
        "beside": block.beside is not None and block.beside in visible,
    }


def _saved_at(request: Request, found: Sheet) -> str:
    return format_time(found.changed, request.state.edition.zone) if found.changed else ""


def _spoken() -> dict[str, str]:
    """What the script says, in the reader's language."""
    return {
        "saved": _("Saved %(time)s"),
        "typing": _("Not saved yet"),
        "saving": _("Saving …"),
        "here": _("Not saved: no connection. Your words are on this page; we keep trying."),
        "out": _("Not saved: you are signed out. Your words are on this page. Sign in in a second window; saving goes on by itself."),
        "refused": _("Not saved."),
        "beside": _("Somebody else wrote here at the same time. Both texts are kept, one after the other: keep what is right and delete the rest."),
        "merged": _("Somebody else changed this block too. Both changes are in it now."),
        "gone": _("Somebody deleted this block. Write in it to bring it back."),
        "kept": _("Somebody had just written in this block, so it was not deleted."),
    }


async def exchange(request: Request) -> Response:
    """GET: what changed since ``?since=``. POST: operations, answered with what became of each and what changed."""
    try:
        found = await _mine(request)
        if request.method == "GET":
            return JSONResponse(await _state(request, found, _since(request.query_params.get("since", ""))))
        sent = await _json(request)
        results = await actions.apply(found, operations.read(sent), request.state.person)
        told = await _state(request, await _mine(request), _since(str(sent.get("since", ""))))
        return JSONResponse(told | {"results": [_result(result) for result in results]})
    except Refused as refusal:
        block = {"block": str(refusal.block)} if isinstance(refusal, operations.TooLong) else {}
        return JSONResponse({"refused": refusal.message, "handed_in": isinstance(refusal, HandedIn)} | block, refusal.status)


async def _json(request: Request) -> dict[str, Any]:
    try:
        sent = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise Malformed() from None
    if not isinstance(sent, dict):
        raise Malformed()
    return sent


def _since(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else -1


async def _state(request: Request, found: Sheet, since: int) -> dict[str, Any]:
    changed = wording.opened(await queries.blocks(found, since=since, deleted=True)) if found.change > since else []
    return {"change": found.change, "state": str(found.state), "saved": _saved_at(request, found), "blocks": [_told(words) for words in changed]}


def _told(words: Words) -> dict[str, Any]:
    block = words.block
    return {
        "id": str(block.id),
        "place": str(block.place),
        "kind": str(block.kind),
        "audience": str(block.audience),
        "version": block.version,
        "deleted": block.deleted,
        "beside": str(block.beside) if block.beside else None,
        "parts": words.parts,
    }


def _result(result: actions.Applied) -> dict[str, Any]:
    beside = str(result.beside) if result.beside else None
    return {"id": str(result.id), "block": str(result.block), "outcome": result.outcome, "version": result.version, "beside": beside}


async def restoring(request: Request) -> Response:
    """Bring a deleted block back."""
    op = operations.Op(id=uuid4(), what="restore", block=request.path_params["block"])
    await actions.apply(await _mine(request), [op], request.state.person)
    return see_other(request, "notes.write", code=request.path_params["code"])


async def submission(request: Request) -> Response:
    """Read once more what was saved, and hand it in."""
    found = await _mine(request)
    if request.method == "GET":
        name = sealing.open_one(found, "prepared_by").prepared_by
        return await _submission_page(request, found, HandInForm(given={"prepared_by": name or "", "credited": found.credited}))
    form = HandInForm(await read_form(request))
    if form.validate():
        try:
            await actions.submit(found, **form.answers(), by=request.state.person)
            return see_other(request, "notes.write", code=request.path_params["code"])
        except Refused as refusal:
            form.refuse(refusal)
    return await _submission_page(request, found, form, 422)


async def _submission_page(request: Request, found: Sheet, form: HandInForm, status: int = 200) -> Response:
    written = [words for words in wording.opened(await queries.blocks(found)) if not words.empty()]
    shown = {"blocks": read_blocks(written), "audiences": forms.AUDIENCES, "kinds": forms.KINDS}
    return await render(request, "notes/submission.html", status, sheet=found, form=form, title=say(found.session.title), **shown)


def read_blocks(written: Sequence[Words]) -> list[dict[str, Any]]:
    """Blocks to be read through before they are handed in or released, numbered as they will be."""
    return [
        block | {"html": markdown.to_html(block["text"], heading=3), "bracket_html": markdown.to_line(block["bracket"]) if block["bracket"] else ""}
        for block in wording.snapshot({}, written)["blocks"]
    ]


async def reopening(request: Request) -> Response:
    """Open the notes again."""
    await actions.reopen(await _mine(request), by=request.state.person)
    return see_other(request, "notes.write", code=request.path_params["code"])
