"""The ``conference`` command: thin, calls actions and queries."""

import asyncio
import contextlib
import gc
import logging
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import click

from conference.core.logs import start_logging
from conference.settings import BrokenSetting, Settings, load

RARELY = 50_000  # new objects before garbage is looked for: at a start nearly all of them are there to stay


class Wrong(click.ClickException):
    """One sentence and exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True)


@click.group()
def main() -> None:
    """Registration, schedule, notes and money of a grassroots conference."""
    gc.set_threshold(RARELY, 50, 100)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--worker/--no-worker", default=True, show_default=True, help="Run jobs in this process too.")
def serve(host: str, port: int, worker: bool) -> None:
    """Migrate the database and serve the site."""
    settings = _settings()
    _refuse_taken_port(host, port)
    asyncio.run(_migrate(settings))
    _serve(settings, host, port, worker)


@main.command()
@click.option("--port", default=8000, show_default=True, envvar="PORT")
def demo(port: int) -> None:
    """The demo on this machine alone: its own database, invented people, a stand-in for Stripe."""
    from conference.demo.start import demo_settings, prepare

    try:
        settings = demo_settings(port)
    except BrokenSetting as error:
        raise Wrong(str(error)) from None
    _refuse_taken_port("127.0.0.1", port)
    prepare(settings)
    _serve(settings, "127.0.0.1", port, worker=True)


@main.command()
def worker() -> None:
    """Run jobs beside the processes that serve; for PostgreSQL, on as many nodes as you like."""
    import signal

    from conference.app import make_context, opened
    from conference.core.jobs import Worker
    from conference.recurring import RECURRING

    async def work() -> None:
        context = make_context(_settings())
        async with opened(context):
            runner = Worker(RECURRING)
            for name in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(name, runner.stop)
            await runner.run()

    asyncio.run(work())


@main.command()
def migrate() -> None:
    """Bring the database to the present shape; a copy of a SQLite file is kept first."""
    for name in asyncio.run(_migrate(_settings())):
        click.echo(f"applied {name}")


@main.command(hidden=True)
@click.argument("name")
def migration(name: str) -> None:
    """For developers: write a migration from the models, to be read before it is kept."""
    from conference.core.db.new_migration import write
    from conference.settings import orm_config

    click.echo(asyncio.run(write(orm_config(_settings()), name)) or "nothing changed")


@main.command()
def seed() -> None:
    """Load the demo's editions and people into an empty database."""
    from conference.demo.load import load_demo

    settings = _settings()
    asyncio.run(_migrate(settings))
    _within(settings, load_demo)


@main.command("sign-in-link")
@click.argument("email")
def sign_in_link(email: str) -> None:
    """Print a link that signs this address in, once."""
    from conference.core.db import transaction
    from conference.people import actions

    settings = _settings()

    async def make() -> str:
        async with transaction():
            person = await actions.person_for(email, "en")
        return await actions.link_for(person)

    click.echo(settings.base_url + _within(settings, make))


@main.command("forget-second-step")
@click.argument("email")
def forget_second_step(email: str) -> None:
    """Take somebody's second step of signing in away: for a lost device without codes, where no other organizer can."""
    from conference.core.errors import Refused
    from conference.people import actions, queries

    async def forget() -> str | None:
        person = await queries.person_by_email(email)
        try:
            if person is None:
                raise actions.NoSecondStep()
            return await actions.reset_factors(person)
        except Refused as refusal:
            return refusal.message

    if trouble := _within(_settings(), forget):
        raise Wrong(trouble)
    click.echo("Taken away. After signing in they set up a new one.")


@main.command()
def keys() -> None:
    """List the encryption keys and whether this machine holds them."""
    from conference.core.sealing import list_keys

    for scope, key_id, state in _within(_settings(), list_keys):
        click.echo(f"{scope:60} {key_id:12} {state}")


@main.command()
@click.argument("place", type=click.Path(path_type=Path))
@click.option("--keep", type=click.IntRange(1), help="In a folder: keep so many of the newest copies, delete older ones.")
def backup(place: Path, keep: int | None) -> None:
    """Copy the whole database into PLACE, a file or a folder, while the site runs. The keys are not in it."""
    from conference.copying import backup as copy

    settings = _settings()
    with _progress() as progress:
        made = _plainly(copy(settings, place, keep, progress))
    click.echo(f"{made} ({made.stat().st_size:,} bytes). Keep the keyring elsewhere: without it nobody can read this copy, with it anybody can.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="Put the copy in place of the database that is there.")
def restore(file: Path, replace: bool) -> None:
    """Put a copy back. What had its time since, and what somebody asked to erase, goes again before anything is served."""
    from conference.copying import restore as put_back

    settings = _settings()
    with _progress() as progress:
        _plainly(put_back(settings, file, replace=replace, progress=progress, say=lambda line: click.echo(line, err=True)))
    click.echo(f"{file} is in place.")


@main.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
def purge(dry_run: bool) -> None:
    """Let go of everything whose day has come; the same happens by itself once a day."""
    from conference.privacy import actions, queries

    async def look() -> list[str]:
        return [_going(heap.name, heap.edition.slug if heap.edition else "", heap.due, await heap.rows()) for heap in await queries.pending()]

    async def work() -> list[str]:
        done = await actions.purge()
        await actions.keep_list()
        return [_going(one.name, one.slug, one.due, one.rows) for one in done]

    settings = _settings()
    for line in _within(settings, look if dry_run else work, returned=not dry_run) or ["nothing is due"]:
        click.echo(line)
    if not dry_run and _within(settings, queries.pending):
        raise Wrong("Some keys could not be destroyed: this keyring is a copy. Run conference purge on the machine it was copied from, then copy it again.")


def _going(name: str, slug: str, due: Any, count: int) -> str:
    what = " ".join(part for part in (slug, name.rpartition(":")[2] if slug else name) if part)
    return f"{what:<24} {f'due {due}' if due else 'day by day':<16} {count} rows"


@main.command()
def check() -> None:
    """Say in a few lines whether settings, database, keys, mail and clock are in order; exit code 1 where one is not."""
    from conference.front.health import findings

    wrong = False
    for name, fine, sentence in _within(_settings(), findings):
        wrong = wrong or not fine
        click.echo(f"{'ok   ' if fine else 'WRONG'} {name}: {sentence}")
    sys.exit(1 if wrong else 0)


def _settings(**given: Any) -> Settings:
    try:
        return load(**given)
    except BrokenSetting as error:
        raise Wrong(str(error)) from None


def _within(settings: Settings, work: Callable[[], Awaitable[Any]], *, returned: bool = False) -> Any:
    """Run some work with the database and keys of this machine open; ``returned``: keys that were destroyed and came back go first."""
    from conference.app import make_context, opened
    from conference.core import sealing

    async def run() -> Any:
        async with opened(make_context(settings), check=sealing.destroy_again if returned else sealing.check_keys):
            return await work()

    return asyncio.run(run())


def _plainly(work: Awaitable[Any]) -> Any:
    """What is known to go wrong with copies is one sentence."""
    from conference.copying import CannotRestore
    from conference.core.copies import NoCopy, NoProgram
    from conference.core.keyring import KeyMissing, KeyringBroken

    async def run() -> Any:
        return await work

    try:
        return asyncio.run(run())
    except (CannotRestore, NoCopy, NoProgram, KeyMissing, KeyringBroken, OSError) as error:
        raise Wrong(str(error)) from None


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on the terminal, one line per step, from the first step on; gone when all is done."""
    from rich.console import Console
    from rich.progress import Progress, TaskID

    bar, known = Progress(console=Console(stderr=True), transient=True), dict[str, TaskID]()

    def tell(what: str, done: int, total: int) -> None:
        if what not in known:
            bar.start()
            known[what] = bar.add_task(what, total=total)
        bar.update(known[what], completed=done, total=total)

    try:
        yield tell
    finally:
        if known:
            bar.stop()


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise Wrong(f"Port {port} on {host} is taken; choose another with PORT=8001 or --port 8001.") from None


async def _migrate(settings: Settings) -> list[str]:
    from conference.core.db.migrate import migrate as apply, pending
    from conference.settings import orm_config

    settings.var.mkdir(parents=True, exist_ok=True)
    if not await pending(orm_config(settings)):
        return []
    return await apply(orm_config(settings), progress=lambda name: click.echo(f"migrating: {name}", err=True))


def _serve(settings: Settings, host: str, port: int, worker: bool) -> None:
    """Serve until told to stop; Ctrl-C ends it cleanly."""
    import uvicorn

    from conference.app import create_app

    start_logging(logging.WARNING if settings.demo else logging.INFO)
    config = uvicorn.Config(
        create_app(settings, worker=worker),
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=True,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        limit_concurrency=2_000,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=10,
    )

    class Server(uvicorn.Server):
        async def startup(self, *args: Any, **kwargs: Any) -> None:
            await super().startup(*args, **kwargs)
            gc.freeze()  # what is there by now stays

    server = Server(config)
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    if not server.started:
        sys.exit(1)


if __name__ == "__main__":
    main()
