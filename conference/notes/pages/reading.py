"""Released notes as everybody reads them, and their PDFs."""

import base64
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from conference.core import markdown, sealing
from conference.core.blobs import Blob
from conference.core.errors import NotFound
from conference.core.web import render
from conference.editions.wording import say
from conference.notes import exports, forms, queries, wording
from conference.notes.models import SheetRelease

PDF = "application/pdf"


async def released(request: Request) -> Response:
    """All released notes of an edition, in the order of its sessions."""
    edition = request.state.edition
    releases = await queries.released(edition)
    rows = [_listed(release, edition.zone) for release in releases]
    goals = sum(row["goals"] for row in rows)
    return await render(request, "notes/released.html", rows=rows, goals=goals, has_report=await queries.has_report(edition))


def _listed(release: SheetRelease, zone: str) -> dict[str, Any]:
    facts = release.snapshot["facts"]
    return {
        "release": release,
        "code": release.sheet.session.code,
        "title": say(facts["title"]),
        "title_ours": facts["title_ours"],
        "track": say(facts["track"]),
        "when": exports.when(facts, zone),
        "goals": wording.goals_in(release.snapshot),
    }


async def sheet(request: Request) -> Response:
    """Released notes of one session; the same page for everybody."""
    edition, code = request.state.edition, request.path_params["code"]
    release = await queries.released_notes(edition, code)
    return await _show(request, release, release.snapshot["blocks"])


async def inner(request: Request) -> Response:
    """Released notes with the blocks that are for participants or organizers, for those."""
    release, blocks = await queries.inner_notes(request.state.person, request.state.edition, request.path_params["code"])
    return await _show(request, release, blocks, inside=True)


async def _show(request: Request, release: SheetRelease, blocks: list[dict[str, Any]], inside: bool = False) -> Response:
    facts, errata = release.snapshot["facts"], await queries.errata(release.sheet_id)
    shown = [_shown(block, release.language, request.state.language) for block in blocks]
    return await render(
        request, "notes/sheet.html", release=release, facts=facts, title=say(facts["title"]), room=say(facts["room"]), track=say(facts["track"]),
        when=exports.when(facts, request.state.edition.zone), inside=inside, audiences=forms.AUDIENCES, language_name=wording.language_name(release.language),
        groups=[(kind, [one for one in shown if one["kind"] == kind]) for kind in ("goal", "decision", "note")],
        errata=[{"on": erratum.on, "html": markdown.to_html(say(erratum.words), heading=4)} for erratum in errata],
    )  # fmt: skip


def _shown(block: dict[str, Any], written_in: str, reader: str) -> dict[str, Any]:
    one = wording.shown(block, written_in, reader)
    return {**vars(one), "html": markdown.to_html(one.text, heading=3), "bracket_html": markdown.to_line(one.bracket) if one.bracket else ""}


async def pdf(request: Request) -> Response:
    """The released PDF for everybody; before there is one, the writers' own, for them."""
    edition, code, language = request.state.edition, request.path_params["code"], request.state.language
    try:
        return _file(await queries.released_pdf(edition, code, language), f"{edition.slug}-{code}-{language}.pdf")
    except NotFound as refusal:
        if request.state.person is None or isinstance(refusal, queries.NotMadeYet):
            raise
    return await preview(request)


async def preview(request: Request) -> Response:
    """The PDF of what was handed in, for writers and editors: it was kept encrypted and is kept nowhere on its way."""
    edition, code, language = request.state.edition, request.path_params["code"], request.state.language
    row = await queries.preview_pdf(request.state.person, edition, code, language)
    body = sealing.open_one(row, "body").body
    if body is None:
        raise NotFound()
    headers = {"content-disposition": f'inline; filename="{edition.slug}-{code}-{language}.pdf"', "cache-control": "no-store, private"}
    return Response(base64.b64decode(body), media_type=PDF, headers=headers)


async def report(request: Request) -> Response:
    edition, language = request.state.edition, request.state.language
    return _file(await queries.report_pdf(edition, language), f"{edition.slug}-report-{language}.pdf")


def _file(blob: Blob, name: str) -> Response:
    return Response(blob.body, media_type=blob.media_type, headers={"content-disposition": f'inline; filename="{name}"'})
