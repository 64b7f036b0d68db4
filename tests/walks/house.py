"""The demo, loaded and served for browsers: ``python -m tests.walks.house load VAR`` and ``… serve VAR BASE_URL FD [STRIPE_ORIGIN FD]``.

Its clock goes on from a day on which the coming edition can be registered for, whatever day it is outside.
"""

import asyncio
import json
import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn

from conference.app import App, create_app, make_context, opened
from conference.settings import Settings, orm_config

BEGAN = datetime(2027, 5, 1, 15, 0, tzinfo=UTC)
SECRET = "a secret for walks that is long enough"
LINKS = "links.json"
LINKS_EACH = 24


def settings_for(var: Path, base_url: str = "http://127.0.0.1", stripe_api: str = "") -> Settings:
    return Settings(var=var, database_url=f"sqlite://{var / 'conference.sqlite3'}", secret_key=SECRET, base_url=base_url, stripe_api=stripe_api, demo=True)


def clock_from(began: datetime) -> Callable[[], datetime]:
    ahead = began - datetime.now(UTC)
    return lambda: datetime.now(UTC) + ahead


async def load(var: Path) -> None:
    """The demo's database and keys, and links that sign its people in, as ``{role: [path, ...]}``."""
    from conference.core.db.migrate import migrate
    from conference.demo.load import load_demo

    settings = settings_for(var)
    await migrate(orm_config(settings))
    async with opened(make_context(settings, clock_from(BEGAN))):
        await load_demo()
        (var / LINKS).write_text(json.dumps(await _links()))


async def _links() -> dict[str, list[str]]:
    from conference.core.db import transaction
    from conference.demo.world import content
    from conference.people.actions import link_for, person_for

    found = {}
    for told in content("people")["demo"]:
        async with transaction():
            person = await person_for(told["mail"], told["language"])
        found[told["role"]] = [await link_for(person, back_to="/my", lasts=timedelta(days=1)) for _one in range(LINKS_EACH)]
    return found


async def serve(var: Path, base_url: str, listening: int, stripe_api: str = "", stripe_listening: int = -1) -> None:
    """The site, and where asked for Stripe's double on an origin of its own, on sockets that listen already."""
    app = create_app(settings_for(var, base_url, stripe_api), clock=clock_from(BEGAN + timedelta(hours=1)), worker=True)
    servers = [_serving(app, listening)]
    if stripe_api:
        servers.append(_serving(_double(app, stripe_api), stripe_listening))
    else:
        from conference.demo.double import double_of

        double_of(app.context).background = True
    await asyncio.gather(*servers)


async def _serving(app: object, listening: int) -> None:
    config = uvicorn.Config(app, access_log=False, log_level="warning", server_header=False)  # type: ignore[arg-type]
    await uvicorn.Server(config).serve(sockets=[socket.socket(fileno=listening)])


def _double(app: App, origin: str) -> object:
    from conference.demo.stripe import StripeDouble

    settings = app.context.settings
    hook, secret = f"{settings.base_url}/stripe/webhook", settings.stripe_webhook_secret.get_secret_value()
    return StripeDouble(settings.var / "stripe-elsewhere.jsonl", hook, secret, origin, now=app.context.clock).app


def main() -> None:
    what, var, *rest = sys.argv[1:]
    if what == "load":
        asyncio.run(load(Path(var)))
    else:
        base_url, listening, *elsewhere = rest
        asyncio.run(serve(Path(var), base_url, int(listening), *(elsewhere[:1]), *(int(one) for one in elsewhere[1:])))


if __name__ == "__main__":
    main()
