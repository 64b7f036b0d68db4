"""Back office: an edition's pages, facts and duties."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from conference.core import sealing
from conference.core.errors import NotFound, Refused
from conference.core.web import read_form, render, see_other
from conference.editions import actions, queries
from conference.editions.forms import DUTY_NAMES, DutyForm, EditionForm, PageForm
from conference.editions.models import Duties, Duty, Page
from conference.people.actions import person_for

SLUGS = ("main", "about", "proposals", "travel", "housing", "endorse", "donate")


async def pages(request: Request) -> Response:
    known = {page.slug: page for page in await queries.pages(request.state.edition)}
    rows = [(slug, known.get(slug)) for slug in SLUGS] + [(slug, page) for slug, page in known.items() if slug not in SLUGS]
    return await render(request, "editions/office/pages.html", rows=rows)


async def page(request: Request) -> Response:
    """Write a page in both languages, side by side."""
    slug, edition = request.path_params["slug"], request.state.edition
    known = await queries.page(edition, slug)
    if known is None and slug not in SLUGS:
        raise NotFound()
    if request.method == "GET":
        return await _page_form(request, PageForm(given=_given(known)), known)
    form = PageForm(await read_form(request))
    if form.validate():
        try:
            revision = int(form.revision.data) if form.revision.data.isdigit() else 0
            await actions.write_page(edition, slug, form.words(), revision=revision, by=request.state.person)
            return see_other(request, "editions.office.page", slug=slug, saved=1)
        except Refused as refusal:
            form.refuse(refusal)
            form.revision.data = str(known.revision) if known else ""
    return await _page_form(request, form, known, 422)


async def _page_form(request: Request, form: PageForm, known: Page | None, status: int = 200) -> Response:
    revisions = await queries.page_revisions(known.id) if known else []
    saved = request.query_params.get("saved") == "1"
    return await render(request, "editions/office/page.html", status, form=form, page=known, slug=request.path_params["slug"], revisions=revisions, saved=saved)


def _given(known: Page | None) -> dict:
    if known is None:
        return {}
    words = {f"{part}_{code}": (known.draft.get(code) or {}).get(part, "") for code in ("en", "es") for part in ("title", "body")}
    return words | {"revision": str(known.revision)}


async def publish_page(request: Request) -> Response:
    known = await queries.page(request.state.edition, request.path_params["slug"])
    if known is None:
        raise NotFound()
    try:
        await actions.publish_page(known, by=request.state.person)
    except Refused as refusal:
        form = PageForm(given=_given(known))
        form.refuse(refusal)
        return await _page_form(request, form, known, 422)
    return see_other(request, "editions.office.pages")


async def facts(request: Request) -> Response:
    edition = request.state.edition
    given = {f"{name}_{code}": getattr(edition, name).get(code, "") for name in ("title", "lead") for code in ("en", "es")}
    given |= {name: getattr(edition, name) for name in ("city", "venue", "address", "contact", "hotline")}
    form = EditionForm(await read_form(request) if request.method == "POST" else None, given=given)
    if request.method == "POST" and form.validate():
        await actions.change_edition(edition, by=request.state.person, **form.facts())
        return see_other(request, "editions.office.facts", saved=1)
    status = 422 if request.method == "POST" else 200
    return await render(request, "editions/office/facts.html", status, form=form, saved=request.query_params.get("saved") == "1")


async def duties(request: Request) -> Response:
    """Who does what, and giving a duty."""
    edition = request.state.edition
    form = DutyForm(await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        person = await person_for(form.email.data, request.state.language)
        await actions.give_duty(person, edition, Duties(form.duty.data), until=form.last_day(), by=request.state.person)
        return see_other(request, "editions.office.duties")
    held = await queries.duties(edition)
    addresses = sealing.open([duty.person for duty in held], "email")
    rows = [(duty, plain.email, DUTY_NAMES[duty.duty]) for duty, plain in zip(held, addresses, strict=True)]
    return await render(request, "editions/office/duties.html", 422 if request.method == "POST" else 200, form=form, rows=rows)


async def end_duty(request: Request) -> Response:
    duty = await Duty.get_or_none(id=_uuid(request.path_params["duty"]), edition_id=request.state.edition.id)
    if duty is None:
        raise NotFound()
    await actions.take_duty(duty, by=request.state.person)
    return see_other(request, "editions.office.duties")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound() from None
