"""Making a copy of the database that is open, and knowing when the newest one was made."""

import asyncio
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from conference.core import clock
from conference.core.copies import archive, postgres, sqlite
from conference.core.copies.archive import Progress
from conference.core.db import rows
from conference.core.running import running
from conference.core.sealing_models import KeyPrint

ENDING = ".backup"
NOTE = "copies.json"


@dataclass(frozen=True)
class Copy:
    made: datetime
    file: str


async def make(place: Path, config: dict[str, Any], progress: Progress, keep: int | None = None) -> Path:
    """A copy at ``place``: a file, or a folder that gets one named for the moment, of which the newest ``keep`` stay.

    Raises NoProgram and NoCopy with a sentence, and OSError where the place cannot be written.
    """
    now = clock.now()
    target = place / f"conference-{now:%Y%m%d-%H%M%S}{ENDING}" if place.is_dir() else place
    facts = {"made": now.isoformat(), "migrations": await _migrations(), "keys": await _keys()}
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".copy-") as folder:
        draft = Path(folder) / archive.DATABASE
        facts["engine"] = await _dump(config, draft, progress)
        await asyncio.to_thread(archive.pack, draft, target, facts, progress)
    _note(Copy(now, str(target.absolute())))
    if keep and place.is_dir():
        for old in sorted(place.glob(f"conference-*{ENDING}"))[:-keep]:
            old.unlink()
    return target


async def _dump(config: dict[str, Any], draft: Path, progress: Progress) -> str:
    credentials = config["connections"]["default"]["credentials"]
    if "file_path" in credentials:
        await asyncio.to_thread(sqlite.copy, Path(credentials["file_path"]), draft, progress)
        return "sqlite"
    progress("copying", 0, 1)
    await postgres.copy(credentials, draft)
    progress("copying", 1, 1)
    return "postgres"


async def _migrations() -> Sequence[str]:
    return tuple(row["name"] for row in await rows("SELECT name FROM tortoise_migrations ORDER BY name"))


async def _keys() -> Sequence[tuple[str, str, str]]:
    return tuple((row.scope, row.key_id, row.fingerprint) for row in await KeyPrint.filter(destroyed_at=None).order_by("scope", "key_id"))


def _note(copy: Copy) -> None:
    (running().settings.var / NOTE).write_text(json.dumps({"made": copy.made.isoformat(), "file": copy.file}))


def newest(var: Path) -> Copy | None:
    """The newest copy that was made on this machine, wherever it is now."""
    try:
        told = json.loads((var / NOTE).read_text())
        return Copy(datetime.fromisoformat(told["made"]), told["file"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
