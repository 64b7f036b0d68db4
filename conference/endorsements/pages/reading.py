"""The texts, who signed them, and both on paper."""

from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from conference.core.blobs import Blob
from conference.core.errors import NotFound
from conference.core.web import render, url
from conference.editions.models import AdoptedText
from conference.editions.queries import live_words
from conference.editions.wording import say
from conference.endorsements import queries
from conference.endorsements.exports import LINES
from conference.endorsements.forms import KINDS
from conference.endorsements.models import Kind

SHOWN_AT_FIRST = 24


async def endorse(request: Request) -> Response:
    """What one can put one's name to, how many did, and the first of them."""
    edition = request.state.edition
    texts = await queries.texts(edition)
    shown = next((text for text in texts.all if texts.counts(text).listed), None)
    return await render(
        request, "endorsements/endorse.html", words=await live_words(edition, "endorse"), texts=texts, open=queries.is_open(edition), say=say, shown=shown,
        rows=(await queries.page_of_list(edition, shown.id))[:SHOWN_AT_FIRST] if shown else [], has_letter=await queries.has_file(edition, queries.LETTER), kinds=KINDS,
    )  # fmt: skip


async def version(request: Request) -> Response:
    """A version as it was signed, also after newer ones."""
    text = await queries.signed_text(request.state.edition, request.path_params["version"])
    in_force = text.id in [one.id for one in await queries.texts_in_force(request.state.edition)]
    return await render(request, "endorsements/version.html", in_force=in_force, **await around(request, text))


async def around(request: Request, text: AdoptedText) -> dict[str, Any]:
    """What every page of a text shows beside it."""
    edition = request.state.edition
    counted = await queries.counts(edition)
    return {"text": text, "counts": counted.get(text.id, queries.Counts()), "open": queries.is_open(edition), "say": say}


async def listed(request: Request) -> Response:
    """Who signed a version: all, one kind, or whose name or place has these words; in keyset pages."""
    edition, asked = request.state.edition, request.query_params
    texts = await queries.texts(edition)
    text = _chosen(texts.all, asked.get("text", ""))
    kind = Kind(asked["kind"]) if asked.get("kind") in list(Kind) else None
    query = " ".join(asked.get("q", "")[:120].split())
    found = await queries.page_of_list(edition, text.id, query=query, kind=kind, after=_uuid(asked.get("after", ""))) if text else []
    kept = {"text": text and str(text.id), "kind": kind and str(kind), "q": query or None}
    more = url(request, "endorsements.listed", **kept, after=found[queries.AT_ONCE - 1]["id"]) if len(found) > queries.AT_ONCE else None
    return await render(
        request, "endorsements/list.html", texts=texts, text=text, kind=kind, query=query, rows=found[: queries.AT_ONCE], more=more, kept=kept, kinds=KINDS,
        counts=texts.counts(text) if text else queries.Counts(), say=say, has_letter=await queries.has_file(edition, queries.LETTER), open=queries.is_open(edition),
    )  # fmt: skip


def _chosen(texts: list[AdoptedText], word: str) -> AdoptedText | None:
    """The version of this id, or the newest of this kind; the first of all for any other word."""
    return next((text for text in texts if word in (str(text.id), text.kind)), texts[0] if texts else None)


def _uuid(word: str) -> UUID | None:
    try:
        return UUID(word)
    except ValueError:
        return None


async def printed(request: Request) -> Response:
    """The text with lines to sign on, for a table at a meeting."""
    text = await queries.text_in_force(request.state.edition, request.path_params["text"])
    has_pdf = await queries.has_file(request.state.edition, text.kind)
    return await render(request, "endorsements/print.html", lines=LINES, has_pdf=has_pdf, **await around(request, text))


async def printed_pdf(request: Request) -> Response:
    text = await queries.text_in_force(request.state.edition, request.path_params["text"])
    return await _file(request, text.kind)


async def letter(request: Request) -> Response:
    """The sign-on letter: the text and who signed it. Not found while nobody is listed."""
    edition = request.state.edition
    text = await queries.letter_text(edition)
    counted = (await queries.counts(edition)).get(text.id) if text else None
    if counted is None or not counted.listed:
        raise NotFound()
    return await _file(request, queries.LETTER)


async def _file(request: Request, what: str) -> Response:
    edition, language = request.state.edition, request.state.language
    found: Blob = await queries.kept_file(edition, what, language)
    headers = {"content-disposition": f'inline; filename="{edition.slug}-endorsements-{what}-{language}.pdf"'}
    return Response(found.body, media_type=found.media_type, headers=headers)
