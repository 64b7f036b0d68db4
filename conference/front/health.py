"""Whether everything this machine needs is in order, each with a sentence for the person who looks."""

import asyncio
from urllib.parse import urlsplit

from conference.core import clock, sealing
from conference.core.db import rows
from conference.core.keyring import KeyMissing, KeyringBroken
from conference.core.running import running

Finding = tuple[str, bool, str]


async def essentials() -> list[Finding]:
    """What the site cannot serve without: (name, in order, sentence)."""
    return [await _database(), await _keys()]


async def findings() -> list[Finding]:
    return [*await essentials(), _settings(), await _mail(), _clock()]


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
    return "keys", True, "the keyring holds every key this database needs"


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


def _clock() -> Finding:
    year = clock.now().year
    return "clock", year >= 2026, f"it is {clock.now():%Y-%m-%d %H:%M} UTC here"
