"""Whether everything this machine needs is in order, each with a sentence for the person who looks."""

import asyncio
import hashlib
import shutil
from datetime import timedelta
from urllib.parse import urlsplit

from conference.core import clock, copies, sealing
from conference.core.db import is_postgres, rows
from conference.core.keyring import KeyMissing, KeyringBroken
from conference.core.running import running
from conference.privacy.queries import pending

LEAST_FREE, OLDEST_COPY = 1_000_000_000, 36  # bytes, hours
MOST_APART, LATE = timedelta(seconds=5), timedelta(days=2)

Finding = tuple[str, bool, str]


async def essentials() -> list[Finding]:
    """What the site cannot serve without: (name, in order, sentence)."""
    return [await _database(), await _keys()]


async def findings() -> list[Finding]:
    return [*await essentials(), _settings(), await _mail(), await _clock(), _disk(), _copies(), await _gone()]


async def _database() -> Finding:
    try:
        async with asyncio.timeout(2):
            await rows("SELECT 1 AS one")
    except Exception as error:  # noqa: BLE001 - whatever a driver says, the answer is that it is away
        return "database", False, f"cannot be reached ({type(error).__name__})"
    return "database", True, "answers"


async def _keys() -> Finding:
    try:
        async with asyncio.timeout(2):
            await sealing.check_keys()
    except (KeyMissing, KeyringBroken, sealing.KeysReturned) as error:
        return "keys", False, str(error)
    except Exception as error:  # noqa: BLE001 - likewise
        return "keys", False, f"cannot be compared ({type(error).__name__})"
    return "keys", True, f"the keyring holds every key this database needs{_print_of_all()}"


def _print_of_all() -> str:
    """A short mark by which two keyrings are compared over the telephone."""
    prints = sorted(running().keyring.fingerprints().values())
    return f" ({len(prints)} keys, mark {hashlib.sha256(''.join(prints).encode()).hexdigest()[:8]})" if prints else ""


def _settings() -> Finding:
    settings = running().settings
    if not settings.demo and not settings.https:
        return "settings", False, "CONFERENCE_BASE_URL should begin with https://"
    if settings.stripe_key.get_secret_value() and not settings.stripe_webhook_secret.get_secret_value():
        return "settings", False, "CONFERENCE_STRIPE_WEBHOOK_SECRET is missing, so payments would never be confirmed"
    return "settings", True, "complete"


async def _mail() -> Finding:
    server = urlsplit(running().settings.smtp_url.get_secret_value())
    if not server.hostname:
        return "mail", running().settings.demo, "no mail server is set: letters wait at /office/outbox"
    try:
        async with asyncio.timeout(5):
            _reader, writer = await asyncio.open_connection(server.hostname, server.port or 25)
        writer.close()
    except OSError as error:
        return "mail", False, f"{server.hostname} does not answer ({type(error).__name__})"
    return "mail", True, f"{server.hostname} answers"


async def _clock() -> Finding:
    """Against a year that is behind us for sure, and on PostgreSQL against the clock of its machine."""
    now = clock.now()
    if now.year < 2026:
        return "clock", False, f"it is {now:%Y-%m-%d %H:%M} UTC here: set the clock of this machine"
    if is_postgres() and abs(apart := (await rows("SELECT clock_timestamp() AS now"))[0]["now"] - clock.now()) > MOST_APART:
        return "clock", False, f"the database's clock is {apart.total_seconds():.0f} seconds off ours: let both machines ask a time server"
    return "clock", True, f"it is {now:%Y-%m-%d %H:%M} UTC here"


def _disk() -> Finding:
    free = shutil.disk_usage(running().settings.var).free
    return "disk", free >= LEAST_FREE, f"{free / 1e9:.1f} GB free where files are kept"


def _copies() -> Finding:
    newest = copies.newest(running().settings.var)
    if newest is None:
        return "backup", running().settings.demo, "none was made on this machine: run conference backup every day"
    hours = (clock.now() - newest.made).total_seconds() / 3600
    return "backup", hours <= OLDEST_COPY, f"the newest is {hours:.0f} hours old"


async def _gone() -> Finding:
    """What must be gone is gone; a worker that ran within a day sees to that."""
    late = [heap for heap in await pending() if heap.due and clock.now().date() > heap.due + LATE]
    if late:
        names = ", ".join(sorted({f"{heap.edition.slug if heap.edition else ''} {heap.name.rpartition(':')[2]}".strip() for heap in late}))
        return "promises", False, f"overdue to be deleted: {names}; run conference purge on the machine with the keyring"
    return "promises", True, "nothing is kept longer than promised"
