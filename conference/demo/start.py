"""Starting the demo: its settings, its database, its content, and a sign-in link for everybody in it."""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from conference.settings import BrokenSetting, Settings, load, orm_config

VAR = Path("var/demo")


def demo_settings(port: int) -> Settings:
    """The demo's own files and address, whatever the environment says of a real site; a live key is refused."""
    key = os.environ.get("CONFERENCE_STRIPE_KEY", "")
    if "_live_" in key:
        raise BrokenSetting("A live Stripe key and the demo together are refused: unset CONFERENCE_STRIPE_KEY.")
    return load(demo=True, var=VAR.absolute(), base_url=f"http://127.0.0.1:{port}", keyring=None, database_url="", smtp_url="")


def prepare(settings: Settings) -> None:
    """Migrate, load on the first start, and say where to go."""
    asyncio.run(_prepare(settings))


async def _prepare(settings: Settings) -> None:
    from conference.app import make_context, opened
    from conference.core.db.migrate import migrate, pending

    settings.var.mkdir(parents=True, exist_ok=True)
    if await pending(orm_config(settings)):
        await migrate(orm_config(settings), progress=lambda *_told: None)
    console = Console(file=sys.stderr)
    async with opened(make_context(settings)):
        if await _is_empty():
            await _load(console)
        await _say_where(console, settings)


async def _is_empty() -> bool:
    from conference.editions.models import Organization

    return not await Organization.exists()


async def _load(console: Console) -> None:
    from conference.demo.load import load_demo

    with Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("Loading the demo")
        await load_demo(lambda name: bar.update(task, description=f"Loading the demo: {name}"))


async def _say_where(console: Console, settings: Settings) -> None:
    from conference.core.db import transaction
    from conference.demo.world import content
    from conference.people.actions import link_for, person_for

    console.print(f"\n  [bold]{settings.base_url}/[/bold]   (Ctrl-C ends it)\n\n  Sign in, once each, as:")
    for told in content("people")["demo"]:
        async with transaction():
            person = await person_for(told["mail"], told["language"])
        link = await link_for(person, back_to="/my" if told["role"] in ("attendee", "note-taker") else "/office/", lasts=timedelta(days=1))
        console.print(f"    {told['role']:<12} {told['name']:<22} {settings.base_url}{link}", soft_wrap=True, highlight=False)
    console.print()
