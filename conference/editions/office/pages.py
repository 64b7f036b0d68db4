"""Writing and publishing pages, in both languages side by side."""

import re

from starlette.requests import Request
from starlette.responses import Response

from conference.core.errors import NotFound, Refused
from conference.core.web import read_form, render
from conference.editions import actions, queries
from conference.editions.forms import LANGUAGES, PageForm
from conference.editions.models import Page
from conference.editions.office.area import area, back

EDITION_PAGES = ("main", "about", "proposals", "travel", "housing", "endorse", "donate")
NETWORK_PAGES = ("network", "contact", "donate")


async def pages(request: Request) -> Response:
    """Those the menu needs, begun or not, then any others."""
    known = {page.slug: page for page in await queries.pages(request.state.edition)}
    slugs = _expected(request)
    rows = [(slug, known.get(slug)) for slug in slugs] + [(slug, page) for slug, page in known.items() if slug not in slugs]
    return await render(request, "editions/office/pages.html", rows=rows, area=area(request))


async def page(request: Request) -> Response:
    slug, known = await _asked_for(request)
    form = PageForm(await read_form(request) if request.method == "POST" else None, given=_given(known))
    if request.method == "POST" and form.validate():
        try:
            await actions.write_page(request.state.edition, slug, form.words(), revision=form.edited_revision(), by=request.state.person)
            return back(request, "page", slug=slug, saved=1)
        except Refused as refusal:
            form.refuse(refusal)
            known = await queries.page(request.state.edition, slug)
            form.revision.data = str(known.revision) if known else ""
    return await _page_form(request, form, known, 422 if request.method == "POST" else 200)


async def publish_page(request: Request) -> Response:
    _slug, known = await _asked_for(request)
    if known is None:
        raise NotFound()
    try:
        await actions.publish_page(known, by=request.state.person)
    except Refused as refusal:
        form = PageForm(given=_given(known))
        form.refuse(refusal)
        return await _page_form(request, form, known, 422)
    return back(request, "pages")


async def _asked_for(request: Request) -> tuple[str, Page | None]:
    """The slug of the address and its page, if begun. NotFound for one that is neither expected nor there."""
    slug = request.path_params["slug"]
    known = await queries.page(request.state.edition, slug) if re.fullmatch("[a-z0-9-]{1,60}", slug) else None
    if known is None and slug not in _expected(request):
        raise NotFound()
    return slug, known


def _expected(request: Request) -> tuple[str, ...]:
    return EDITION_PAGES if request.state.edition else NETWORK_PAGES


async def _page_form(request: Request, form: PageForm, known: Page | None, status: int) -> Response:
    revisions = await queries.page_revisions(known.id) if known else []
    shown = {"page": known, "slug": request.path_params["slug"], "revisions": revisions, "saved": request.query_params.get("saved") == "1"}
    return await render(request, "editions/office/page.html", status, form=form, area=area(request), **shown)


def _given(known: Page | None) -> dict:
    if known is None:
        return {}
    words = {f"{part}_{code}": (known.draft.get(code) or {}).get(part, "") for code in LANGUAGES for part in ("title", "body")}
    return words | {"revision": str(known.revision)}
