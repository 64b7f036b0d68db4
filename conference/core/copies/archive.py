"""One file per copy: a gzipped tar of ``manifest.json`` and the database. No key is ever in it: see ``missing_keys``."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from conference.core.keyring import Keyring

FORMAT = 1
MANIFEST, DATABASE = "manifest.json", "database"
MOST_MANIFEST = 4_000_000
PIECE = 1 << 20

Progress = Callable[[str, int, int], None]  # what is done, how much of it, of how much


class NoCopy(Exception):
    """This file is no copy of ours, or it is damaged; the message is a sentence."""


@dataclass(frozen=True)
class Manifest:
    """What is in a copy. ``keys`` are (scope, key id, fingerprint) of all keys that opening its rows may need."""

    made: str
    engine: str
    migrations: tuple[str, ...]
    keys: tuple[tuple[str, str, str], ...]
    size: int
    sha256: str
    format: int = FORMAT


def pack(database: Path, target: Path, facts: dict[str, Any], progress: Progress) -> Manifest:
    """Write the copy beside ``target`` and put it in its place when it is whole; readable by its owner alone."""
    manifest = Manifest(**facts, size=database.stat().st_size, sha256=_digest(database, progress))
    draft = target.with_name(target.name + ".part")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            _write(file, database, manifest, progress)
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def _write(file: IO[bytes], database: Path, manifest: Manifest, progress: Progress) -> None:
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar, database.open("rb") as source:
        told = json.dumps(asdict(manifest), indent=1).encode()
        _add(tar, MANIFEST, io.BytesIO(told), len(told))
        _add(tar, DATABASE, _Watched(source, manifest.size, "packing", progress), manifest.size)
    file.flush()
    os.fsync(file.fileno())


def _add(tar: tarfile.TarFile, name: str, source: Any, size: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    tar.addfile(entry, source)


def read_manifest(file: Path) -> Manifest:
    """Raises NoCopy."""
    try:
        with tarfile.open(file, "r:gz") as tar:
            told = json.loads(_member(tar, MANIFEST).read(MOST_MANIFEST))
        if told["format"] != FORMAT:
            raise NoCopy(f"{file} was made by another version of this program: its format is {told['format']}.")
        return Manifest(**told | {"migrations": tuple(told["migrations"]), "keys": tuple(tuple(key) for key in told["keys"])})
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise NoCopy(f"{file} is not a copy made by conference backup, or it is damaged ({type(error).__name__}).") from None


def unpack(file: Path, manifest: Manifest, target: Path, progress: Progress) -> None:
    """The database of a copy into ``target``, readable by its owner alone. Raises NoCopy where it is not what the manifest says."""
    digest = hashlib.sha256()
    try:
        with tarfile.open(file, "r:gz") as tar, open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            source = _Watched(_member(tar, DATABASE), manifest.size, "unpacking", progress)
            while piece := source.read(PIECE):
                digest.update(piece)
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
    except (OSError, EOFError, tarfile.TarError) as error:
        raise NoCopy(f"{file} cannot be unpacked ({type(error).__name__}).") from None
    if digest.hexdigest() != manifest.sha256:
        raise NoCopy(f"{file} is damaged: its database is not the one its manifest describes.")


def missing_keys(manifest: Manifest, ring: Keyring) -> list[str]:
    """What the keyring lacks to open this copy, as ``scope (fingerprint)``; keys that were destroyed on purpose are missed by nobody."""
    here, destroyed = ring.fingerprints(), ring.destroyed()
    return [f"{scope} ({print_[:8]})" for scope, key_id, print_ in manifest.keys if scope not in destroyed and here.get((scope, key_id)) != print_]


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    found = tar.extractfile(name)
    if found is None:
        raise KeyError(name)
    return found


def _digest(file: Path, progress: Progress) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as source:
        watched = _Watched(source, file.stat().st_size, "reading", progress)
        while piece := watched.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


class _Watched:
    """A file being read, which tells how far."""

    def __init__(self, source: IO[bytes], total: int, what: str, progress: Progress) -> None:
        self.source, self.total, self.what, self.progress, self.done = source, total, what, progress, 0

    def read(self, size: int = -1) -> bytes:
        piece = self.source.read(size)
        self.done += len(piece)
        self.progress(self.what, self.done, self.total)
        return piece
