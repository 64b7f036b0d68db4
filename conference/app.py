"""The one place where the slices are put together."""

import asyncio
import contextlib
import importlib.util
import zoneinfo
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from importlib import import_module
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from tortoise.exceptions import ValidationError

from conference.core import assets, sealing, web
from conference.core.announce import set_reactions
from conference.core.db import close_database, open_database
from conference.core.errors import Broken, Malformed, NotFound, Over, Refused, TooLarge, Unavailable, WrongMethod
from conference.core.i18n import DEFAULT, LANGUAGES
from conference.core.jobs import Worker
from conference.core.keyring import Keyring
from conference.core.middleware import LanguageCookie, Surroundings
from conference.core.panels import set_panels
from conference.core.publishing import Ready, ReadyPages, Versions
from conference.core.routing import Page, Table
from conference.core.running import Running, enter
from conference.core.versions import read_versions
from conference.editions.access import know_edition
from conference.editions.frame import frame_values
from conference.panels import GATHERED, PANELS
from conference.people.access import know_person
from conference.people.pages import ask_to_sign_in
from conference.reactions import REACTIONS
from conference.recurring import RECURRING
from conference.settings import SLICES, Settings, orm_config

log = structlog.get_logger("app")

FIRST_PAGES_FIRST = 1.0  # seconds after a start before work for later begins


class App:
    """The ASGI app of one process: ready pages in front, the rest behind. ``context`` is its Running."""

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime] | None = None, worker: bool = False) -> None:
        self.context = make_context(settings, clock)
        self.context.parts["app"] = self
        self.worker = worker
        self.routes = all_routes(settings)
        self.inner = self._starlette()
        surrounded = Surroundings(self.inner, self.context)
        self.ready = ReadyPages(
            surrounded, self._versions(), _finder(self.routes), DEFAULT, tuple(LANGUAGES), base_url=settings.base_url, note=self._count
        )
        self.outer = LanguageCookie(self.ready, settings.https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        enter(self.context)
        await self.outer(scope, receive, send)

    def _count(self, _scope: Scope, ready: Ready, status: int) -> None:
        """Answers from memory are counted for /metrics instead of logged one by one."""
        counts = self.context.parts.setdefault("ready.answers", Counter())
        counts[ready.pattern, status] += 1

    def _versions(self) -> Versions:
        versions = self.context.parts["versions"] = Versions(read_versions)
        return versions

    def _starlette(self) -> Starlette:
        handlers: dict[Any, Any] = {
            Refused: web.show_refusal,
            sealing.ScopeDestroyed: _show_over,
            HTTPException: _show_http_error,
            Exception: _show_bug,
            **dict.fromkeys(_database_errors(), _show_database_error),
            ValidationError: _show_unfit,
            ClientDisconnect: _gone_away,
        }
        pages = [route for route in self.routes if isinstance(route, Page)]
        others = [route for route in self.routes if not isinstance(route, Page)]
        table = Table(pages)
        app = Starlette(routes=[table, *others], exception_handlers=handlers, lifespan=self._lifespan)
        app.state.paths, app.state.table = web.paths_of(pages), table
        app.state.preparations = (know_person, know_edition)
        app.state.page_values = (frame_values,)
        app.state.ask_to_sign_in = ask_to_sign_in
        return app

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        async with opened(self.context, worker=self.worker):
            yield


def create_app(settings: Settings, **kwargs: Any) -> App:
    """The product as one ASGI app; nothing is opened before its lifespan begins."""
    return App(settings, **kwargs)


def make_context(settings: Settings, clock: Callable[[], datetime] | None = None) -> Running:
    """A context for an app, a worker or a command; slices' jobs, letters, reactions and panels are put in force."""
    zoneinfo.reset_tzpath(())  # the pinned tzdata package, not the machine's: feeds have the same bytes on every node
    for name in SLICES:
        for part in ("jobs", "mails"):
            if importlib.util.find_spec(f"conference.{name}.{part}"):
                import_module(f"conference.{name}.{part}")
    set_reactions(REACTIONS)
    set_panels(PANELS, GATHERED)
    context = _context_with_demo(settings)
    if clock is not None:
        context.clock = clock
        context.parts["clock.fixed"] = True
    enter(context)
    return context


def _context_with_demo(settings: Settings) -> Running:
    """Without a key the demo is paid at a stand-in for Stripe, which is made when it is first needed."""
    if not settings.demo:
        return Running(settings)
    import_module("conference.demo.printing")  # a job of the demo's own
    from conference.demo.double import needs_double, put_double, with_demo_keys

    if not needs_double(settings):
        return Running(settings)
    context = Running(with_demo_keys(settings))
    put_double(context)
    return context


@contextlib.asynccontextmanager
async def opened(context: Running, *, worker: bool = False, check: Callable[[], Awaitable[Any]] = sealing.check_keys) -> AsyncIterator[None]:
    """The context with its database, keys and, where asked for, a worker; all are closed in the end. ``check`` looks at the keys first."""
    enter(context)
    context.keyring = Keyring.load(context.settings.keyring_file)
    await open_database(orm_config(context.settings))
    runner, task = None, None
    try:
        await check()
        await sealing.record_keys()
        if worker:
            runner = Worker(RECURRING, begins_after=FIRST_PAGES_FIRST)
            task = asyncio.create_task(runner.run())
        yield
    finally:
        if runner and task:
            runner.stop()
            with contextlib.suppress(asyncio.CancelledError, TimeoutError):
                await asyncio.wait_for(task, 25)
        for name in ("pdf", "stripe.double"):
            if name in context.parts:
                await context.parts[name].close()
        await close_database()


def all_routes(settings: Settings) -> list[Any]:
    """Every slice's table of contents, one after another."""
    routes: list[Any] = [web.page("/static/{path:path}", assets.serve, allow=web.anyone, name="core.static")]
    for name in SLICES:
        if importlib.util.find_spec(f"conference.{name}.routes"):
            routes += import_module(f"conference.{name}.routes").routes
    if settings.demo:
        from conference.demo.routes import demo_routes

        routes += demo_routes(settings)
    return routes


def _finder(routes: Sequence[Any]) -> Callable[[Scope], Ready | None]:
    """Which ready page a request is for, if one: by the routes declared with ``ready=``."""
    declared = Table([route for route in routes if isinstance(route, Page) and route.ready])

    def find(scope: Scope) -> Ready | None:
        for route, given in declared.find(scope["path"]):
            return Ready("site", *({route.ready.format(**given)} - {"site"}), feed=route.feed, pattern=route.path)
        return None

    return find


def _database_errors() -> tuple[type[Exception], ...]:
    from tortoise.exceptions import DBConnectionError

    return (DBConnectionError, ConnectionError)


async def _show_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind: type[Refused] = {404: NotFound, 405: WrongMethod, 413: TooLarge}.get(error.status_code, Malformed)
    refusal = kind()
    refusal.status = error.status_code
    answer = await web.show_refusal(request, refusal)
    answer.headers.update(error.headers or {})
    return answer


async def _show_over(request: Request, error: Exception) -> Response:
    """Somebody wants to add to what had its time: its keys are gone for good."""
    return await web.show_refusal(request, Over())


async def _show_database_error(request: Request, error: Exception) -> Response:
    log.warning("database away", trouble=type(error).__name__)
    return await web.show_refusal(request, Unavailable())


async def _show_unfit(request: Request, error: Exception) -> Response:
    """Something that no column could hold was looked for: there is no such thing. Sent in a form it is none of ours."""
    return await web.show_refusal(request, NotFound() if request.method in web.SAFE else Malformed())


async def _gone_away(request: Request, error: Exception) -> Response:
    """In the middle of what was being sent: no fault of ours, and nobody is there to be answered."""
    return Response(status_code=499)


async def _show_bug(request: Request, error: Exception) -> Response:
    """A page that says sorry; the log gets the kind and place of the fault, never a value."""
    return await web.show_refusal(request, Broken())
