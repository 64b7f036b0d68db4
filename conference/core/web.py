"""How a page is declared, guarded and answered."""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from conference.core import csrf
from conference.core.errors import Malformed, NotFound, Refused, SignInNeeded
from conference.core.forms import clean_data
from conference.core.i18n import DEFAULT, LANGUAGES, speak
from conference.core.publishing import Languages
from conference.core.routing import Handler, Page, Rule
from conference.core.templates import environment

Preparation = Callable[[Request], Awaitable[None]]

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SPOKEN = Languages(DEFAULT, tuple(LANGUAGES))


async def anyone(request: Request) -> None:
    """A rule: everybody may come."""


async def signed_in(request: Request) -> None:
    """A rule: signed-out people are asked to sign in and brought back."""
    if request.state.person is None:
        raise SignInNeeded()


def page(
    path: str, handler: Handler, *, allow: Rule, methods: Sequence[str] = ("GET",), ready: str | None = None, feed: bool = False, csrf_exempt: bool = False, name: str = "",
    largest: int = 0,
) -> Page:  # fmt: skip
    """A route that cannot be declared without saying who may come.

    ready: the name of the version (``site``, ``edition:{edition}``) that this public page is made from; its anonymous answer
    is kept ready in each language. feed: its language is chosen by ``?lang=`` alone. largest: bytes of a body that is taken from
    those who may come, where that is more than usual. The route's name is ``<slice>.<function>``, or ``<slice>.office.<function>``
    for back-office pages.
    """

    @functools.wraps(handler)
    async def guarded(request: Request) -> Response:
        request.state.page = route
        if request.method == "HEAD":  # answered as a GET; the server leaves the body out
            request = Request({**request.scope, "method": "GET"}, request.receive)
        _choose_language(request, feed)
        if "\0" in request.scope["path"] or b"%00" in request.scope["query_string"]:
            raise NotFound()  # no address of ours has one, and PostgreSQL refuses to look for it
        for prepare in request.app.state.preparations:
            await prepare(request)
        await allow(request)
        if largest:
            request.state.largest_body = largest
        if request.method not in SAFE and not csrf_exempt:
            await csrf.check(request)
        try:
            answer = await handler(request)
        finally:
            await request.close()  # what was uploaded
        csrf.finish(request, answer)
        if not (ready and request.method in SAFE) and "cache-control" not in answer.headers:
            answer.headers["cache-control"] = "no-store"
        return answer

    route = Page(path, guarded, methods=list(methods), name=name or _name_of(handler), allow=allow, ready=ready, feed=feed, csrf_exempt=csrf_exempt)
    return route


def _name_of(handler: Handler) -> str:
    slice_, file = handler.__module__.split(".")[1:3]
    return f"{slice_}.office.{handler.__name__}" if file == "office" else f"{slice_}.{handler.__name__}"


def _choose_language(request: Request, feed: bool) -> None:
    code = request.scope["state"].get("language") or chosen_language(request, feed)
    request.state.language = code
    speak(code)


def chosen_language(request: Request, feed: bool = False) -> str:
    """``?lang=``, then the cookie, then what the browser prefers; feeds by ``?lang=`` alone."""
    asked = request.query_params.get("lang", "") if request.scope["query_string"] else ""
    if asked in LANGUAGES:
        return asked
    if feed:
        return DEFAULT
    kept = request.cookies.get("lang", "")
    return kept if kept in LANGUAGES else SPOKEN.of({b"accept-language": request.headers.get("accept-language", "").encode("latin-1")})


async def read_form(request: Request) -> FormData:
    """What was posted, as clean text. Raises Malformed for a body that is no form."""
    known = getattr(request.state, "form", None)
    if known is None:
        try:
            known = clean_data(await request.form(max_files=10, max_fields=2_000))
        except (HTTPException, UnicodeError, ValueError, AssertionError) as error:
            raise Malformed() from error
        request.state.form = known
    return known


async def render(request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """The template as a page. Ready pages are rendered off the event loop, others at once."""
    made = environment().get_template(template)
    values = page_context(request) | context
    for more in request.app.state.page_values:
        values |= await more(request, values)
    if getattr(request.state, "ready", False):
        html = await asyncio.to_thread(made.render, values)
    else:
        html = made.render(values)
    return HTMLResponse(html, status)


def page_context(request: Request) -> dict[str, Any]:
    """What every template may use beside what its page gives it."""
    return {
        "request": request,
        "request_path": request.url.path,
        "lang": request.state.language,
        "languages": _languages(request),
        "csrf": functools.partial(csrf.field, request),
        "url": functools.partial(url, request),
        "person": getattr(request.state, "person", None),
        "edition": getattr(request.state, "edition", None),
    }


def _languages(request: Request) -> list[dict[str, Any]]:
    """One link per language to this same page; from a posted form to the page without its words, or to the one it was sent from."""
    kept, path = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"], _path_to_look_at(request)
    return [
        {"code": code, "name": name, "url": f"{path}?{urlencode([*kept, ('lang', code)])}", "current": code == request.state.language}
        for code, name in LANGUAGES.items()
    ]


def _path_to_look_at(request: Request) -> str:
    """This address, or where only forms are sent to it the nearest above that can be looked at."""
    path = request.url.path
    if "GET" in getattr(getattr(request.state, "page", None), "methods", ("GET",)):
        return path
    while path := path.rpartition("/")[0]:
        for place in (path, path + "/"):
            if any("GET" in route.methods for route, _given in request.app.state.table.find(place)):
                return place
    return "/"


def url(request: Request, name: str, /, **params: Any) -> str:
    """The path of a route by its name; ``edition`` is filled in from the page's own."""
    return path_to(request.app, name, getattr(request.state, "edition", None), **params)


def path_to(app: Any, name: str, edition: Any = None, /, **params: Any) -> str:
    form, takes = app.state.paths[name]
    if "edition" in takes and "edition" not in params and edition is not None:
        params["edition"] = edition.slug
    path = form.format(**{key: str(params[key]) for key in takes})
    rest = {key: value for key, value in params.items() if key not in takes and value is not None}
    return f"{path}?{urlencode(rest)}" if rest else path


def paths_of(routes: Sequence[Page]) -> dict[str, tuple[str, frozenset[str]]]:
    """``{route name: (format, parameter names)}``; two routes of one name are a mistake, unless they share the path."""
    known: dict[str, tuple[str, frozenset[str]]] = {}
    for route in routes:
        entry = (route.path_format, route.takes)
        if known.setdefault(route.name, entry) != entry:
            raise RuntimeError(f"two routes are named {route.name}")
    return known


def see_other(request: Request, name: str, /, **params: Any) -> Response:
    """303 to a page of ours."""
    return RedirectResponse(url(request, name, **params), status_code=303)


def go(path: str) -> Response:
    """303 to a path of ours, or to another origin that the page's rules allow."""
    return RedirectResponse(path, status_code=303)


async def show_refusal(request: Request, refusal: Exception) -> Response:
    """Any refusal as a page in the reader's language; sign-in is offered where that is what is missing."""
    assert isinstance(refusal, Refused)
    _make_presentable(request)
    if isinstance(refusal, SignInNeeded):
        answer = await request.app.state.ask_to_sign_in(request, refusal)
    else:
        answer = await render(request, "errors/refused.html", refusal.status, message=refusal.message, status_code=refusal.status)
    if refusal.status in (429, 503):
        answer.headers["retry-after"] = "5" if refusal.status == 503 else "300"
    csrf.finish(request, answer)
    answer.headers["cache-control"] = "no-store"
    return answer


def _make_presentable(request: Request) -> None:
    """An error may come before the page's own preparations."""
    if not hasattr(request.state, "language"):
        _choose_language(request, feed=False)
    for name in ("person", "edition"):
        if not hasattr(request.state, name):
            setattr(request.state, name, None)
