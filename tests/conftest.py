"""What every test may ask for: an app of its own over a fresh, migrated database, a clock that stands still, browsers, the cast.

``TEST_DATABASE`` is ``sqlite`` (default) or ``postgres``; one engine per process.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import pytest_asyncio

from tortoise.apps import Apps
from tortoise.backends.base.executor import EXECUTOR_CACHE

from conference.app import App, create_app, opened
from conference.settings import Settings, orm_config
from conference.core.db.engines import SQLITE
from conference.core.db.migrate import migrate
from tests.cast import Browser, Cast

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium

    from tests.walks.site import Site

POSTGRES = os.environ.get("TEST_DATABASE", "sqlite") == "postgres"
SECRET = "a secret for tests that is long enough"


class FixedClock:
    """Stands still until told to go on."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def on(self, **span: float) -> None:
        self.at += timedelta(**span)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL the tests that ask for a database; the others said all they know on SQLite."""
    if POSTGRES:
        left = [item for item in items if not DATABASES & set(getattr(item, "fixturenames", ()))]
        items[:] = [item for item in items if DATABASES & set(getattr(item, "fixturenames", ()))]
        config.hook.pytest_deselected(items=left)


DATABASES = {"settings", "migrated", "postgres_url", "server_address"}


def pytest_configure() -> None:
    """Tortoise prepares every model at every opening of a database, a third of what most tests take: here once per model and kind of database."""
    prepare, prepared = Apps._build_initial_querysets, {}

    def once(self: Apps) -> None:
        kinds = {model: model._meta.db.query_class for model in self.get_models_iterable()}
        if any(prepared.get(model) is not kind for model, kind in kinds.items()):
            prepare(self)
            prepared.update(kinds)

    Apps._build_initial_querysets = once  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def own_models_are_forgotten() -> None:
    """Tortoise keeps its ways of writing by the model's name alone, and some tests have models of their own."""
    EXECUTOR_CACHE.clear()


@pytest.fixture
def fixed_clock() -> FixedClock:
    return FixedClock(datetime(2027, 5, 1, 12, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    from tests.postgres import server

    with server() as url:
        yield url


@pytest.fixture(scope="session")
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database in the present shape: the path of a SQLite file that tests copy, or the url of a PostgreSQL database that is emptied for each."""
    if POSTGRES:
        from tests.postgres import fresh_database

        url = asyncio.run(fresh_database(request.getfixturevalue("postgres_url")))
        asyncio.run(migrate(orm_config(Settings(database_url=url, secret_key=SECRET))))
        return url
    file = tmp_path_factory.mktemp("migrated") / "conference.sqlite3"
    asyncio.run(migrate(orm_config(Settings(database_url=f"sqlite://{file}", secret_key=SECRET))))
    return str(file)


@pytest_asyncio.fixture
async def settings(tmp_path: Path, migrated: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    if POSTGRES:
        from tests.postgres import empty

        url = migrated
        await empty(url)
    else:
        monkeypatch.setitem(SQLITE, "synchronous", "OFF")  # no power fails here, and the disk takes its time
        shutil.copy(migrated, tmp_path / "conference.sqlite3")
        url = f"sqlite://{tmp_path / 'conference.sqlite3'}"
    return Settings(var=tmp_path, database_url=url, secret_key=SECRET, base_url="http://conference.test", demo=True)


@pytest_asyncio.fixture
async def app(settings: Settings, fixed_clock: FixedClock) -> AsyncIterator[App]:
    made = create_app(settings, clock=fixed_clock)
    async with opened(made.context):
        yield made


@pytest_asyncio.fixture
async def visitor(app: App) -> AsyncIterator[Browser]:
    """A browser nobody is signed in with."""
    async with new_browser(app) as browser:
        yield browser


@pytest.fixture
def addresses(visitor: Browser, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address this browser asked for or was sent to."""
    seen: list[str] = []
    send = visitor.send

    async def watched(request: httpx.Request, **kwargs: Any) -> httpx.Response:
        answer = await send(request, **kwargs)
        seen.extend([str(request.url), answer.headers.get("location", "")])
        return answer

    monkeypatch.setattr(visitor, "send", watched)
    return seen


@pytest_asyncio.fixture
async def cast(app: App) -> AsyncIterator[Cast]:
    """The people of our tests; see tests/cast.py."""
    made = Cast(app, lambda: new_browser(app))
    yield made
    await made.leave()


def new_browser(app: App) -> Browser:
    return Browser(transport=httpx.ASGITransport(app), base_url="http://conference.test", headers={"sec-fetch-site": "same-origin", "accept-language": "en"})


# What walks and outside checkers share: one site over the demo, one browser, per process


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The loaded demo's files; processes of one run share it."""
    from tests.walks.site import demo_at

    base = tmp_path_factory.getbasetemp()
    return demo_at(base.parent if base.name.startswith("popen-") else base)


@pytest.fixture(scope="session")
def site(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator["Site"]:
    from tests.walks.site import served

    with served(demo, tmp_path_factory.mktemp("site") / "var") as made:
        yield made


@pytest.fixture(scope="session")
def browser() -> Iterator["Chromium"]:
    from tests.walks.site import chromium

    with chromium() as found:
        yield found
