"""Making a copy of the database, and putting one back: nothing that had its time or was erased comes back with it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from conference.app import make_context, opened
from conference.core import copies, sealing
from conference.core.copies import Manifest, postgres, sqlite
from conference.core.copies.archive import Progress
from conference.core.db.migrate import migrate, names_of
from conference.core.keyring import Keyring
from conference.privacy import actions
from conference.settings import Settings, orm_config

ERASED = "SELECT place, CAST(row AS TEXT) FROM erased"
Say = Callable[[str], Any]


class CannotRestore(Exception):
    """Nothing was changed; the message is a sentence."""


async def backup(settings: Settings, place: Path, keep: int | None, progress: Progress) -> Path:
    """Raises what ``copies.make`` raises."""
    async with opened(make_context(settings)):
        return await copies.make(place, orm_config(settings), progress, keep)


async def restore(settings: Settings, file: Path, *, replace: bool, progress: Progress, say: Say) -> None:
    """Put a copy in place of the database: checked, brought to the present shape, and let go again of all that had its time or was erased.

    Until all of that is done, the old database stays. Raises CannotRestore and NoCopy.
    """
    manifest = copies.read_manifest(file)
    _refuse_what_cannot_be(settings, manifest)
    credentials = orm_config(settings)["connections"]["default"]["credentials"]
    if manifest.engine == "sqlite":
        await _restore_sqlite(settings, Path(credentials["file_path"]), file, manifest, replace, progress, say)
    else:
        await _restore_postgres(settings, credentials, file, manifest, replace, progress, say)


def _refuse_what_cannot_be(settings: Settings, manifest: Manifest) -> None:
    config = orm_config(settings)
    here = "sqlite" if "file_path" in config["connections"]["default"]["credentials"] else "postgres"
    if manifest.engine != here:
        raise CannotRestore(f"This copy is of a {manifest.engine} database, and CONFERENCE_DATABASE_URL names a {here} one.")
    if unknown := sorted(set(manifest.migrations) - set(names_of(config))):
        raise CannotRestore(f"This copy was made by a newer version of this program ({unknown[-1]}): install that one first.")
    if missing := copies.missing_keys(manifest, Keyring.load(settings.keyring_file)):
        raise CannotRestore(f"The keyring {settings.keyring_file} lacks keys that this copy needs, by scope and fingerprint: {', '.join(missing)}. Put the right keyring in its place.")


async def _restore_sqlite(settings: Settings, target: Path, file: Path, manifest: Manifest, replace: bool, progress: Progress, say: Say) -> None:
    _refuse_to_overwrite(sqlite.has_rows(target), replace, str(target))
    _refuse_in_use(sqlite.in_use(target))
    told = _places(sqlite.ask(target, ERASED))
    draft = target.with_name(target.name + ".restoring")
    sqlite.drop(draft)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        copies.unpack(file, manifest, draft, progress)
        sqlite.check(draft)
        await _let_go_again(settings.model_copy(update={"database_url": f"sqlite://{draft}"}), told, say)
        sqlite.put_in_place(draft, target)
    finally:
        sqlite.drop(draft)


async def _restore_postgres(settings: Settings, credentials: dict[str, Any], file: Path, manifest: Manifest, replace: bool, progress: Progress, say: Say) -> None:
    _refuse_to_overwrite(await postgres.has_rows(credentials), replace, "CONFERENCE_DATABASE_URL")
    _refuse_in_use(await postgres.in_use(credentials))
    told = _places(await postgres.ask(credentials, ERASED))
    draft = settings.var / "restoring.dump"
    try:
        copies.unpack(file, manifest, draft, progress)
        await postgres.put_back(credentials, draft)
        try:
            await _let_go_again(settings, told, say)
        except BaseException:
            await postgres.bring_old_back(credentials)
            raise
        await postgres.drop_old(credentials)
    finally:
        draft.unlink(missing_ok=True)


def _refuse_to_overwrite(there: bool, replace: bool, where: str) -> None:
    if there and not replace:
        raise CannotRestore(f"There is a database already ({where}). To put the copy in its place, and lose what is in it, say --replace.")


def _refuse_in_use(used: bool) -> None:
    if used:
        raise CannotRestore("The database is in use: stop conference serve and conference worker first, on every machine.")


def _places(found: list[tuple]) -> dict[str, set[UUID]]:
    """What the database that goes knew to be erased."""
    told: dict[str, set[UUID]] = {}
    for place, row in found:
        told.setdefault(place, set()).add(UUID(row))
    return told


async def _let_go_again(settings: Settings, told: dict[str, set[UUID]], say: Say) -> None:
    """What the copy still held and must not hold any more."""
    await migrate(orm_config(settings), progress=lambda name: say(f"migrating: {name}"))
    async with opened(make_context(settings), check=sealing.destroy_again):
        await sealing.check_keys()
        done = await actions.purge()
        erased = await actions.erase_again(told)
        say(f"let go again: {sum(one.rows for one in done)} entries that had their time, {erased} that somebody asked to erase")
