"""The keyring: one file of encryption keys, apart from the database and from every backup of it.

The file is JSON, mode 0600, replaced as a whole. A scope (`account`, `list`, `donor:2027`, `edition:<id>:end60`) has a
list of keys; the last one is current, the older ones still open what was sealed under them. From each key two subkeys
are derived by HKDF, one to encrypt and one for the blind index, so that a rotation renews both. A destroyed scope is
remembered by name and is never made again.

Several processes of one machine share the file: changes are made under a lock on a file beside it, and readers notice
a new file by its stamp. Several machines must not make keys of the same scope each: a keyring without its owner's
write permission (mode 0400) is a copy, which seals and opens with the keys it has and makes none. Replace such a copy
by renaming a new file over it.
"""

import base64
import contextlib
import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT = 1
KEY_BYTES = 32
OWNER_MAY_WRITE = 0o200


class KeyringBroken(Exception):
    """The keyring file is absent, unreadable, open to others, or not one of ours."""


class KeyMissing(Exception):
    """This keyring lacks a key that it should have."""


class ScopeDestroyed(Exception):
    """The keys of this scope were destroyed for good."""


@dataclass(frozen=True)
class Key:
    """One key of a scope; `id` is 8 hexadecimal digits, unlike any other in the ring."""

    scope: str
    id: str
    secret: bytes = field(repr=False)
    created: datetime

    @cached_property
    def cipher(self) -> AESGCM:
        return AESGCM(self._derive("seal"))

    @cached_property
    def index(self) -> bytes:
        """The key of blind index values."""
        return self._derive("index")

    @cached_property
    def fingerprint(self) -> str:
        """32 hexadecimal digits that tell this key from any other and nothing more."""
        return hashlib.sha256(b"conference keyring fingerprint\0" + self.secret).hexdigest()[:32]

    def _derive(self, use: str) -> bytes:
        info = f"conference {use} 1\0{self.scope}".encode()
        return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=info).derive(self.secret)


@dataclass(frozen=True)
class _Content:
    """What the file held when its stamp was `stamp`; never changed, only replaced."""

    scopes: dict[str, tuple[Key, ...]]
    destroyed: dict[str, datetime]
    stamp: tuple[int, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Key]:
        return {key.id: key for keys in self.scopes.values() for key in keys}


class Keyring:
    """The keys of this machine, always as the file has them now. Make one with `Keyring.load`."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self.path, self._now = path, now
        self._content = _Content({}, {})

    @classmethod
    def load(cls, path: Path | str, create: bool = True, now: Callable[[], datetime] | None = None) -> "Keyring":
        """The keyring in this file; with `create` an absent file is made, empty. Raises KeyringBroken."""
        ring = cls(Path(path), now or _clock_now)
        if create:
            ring._make_file()
        ring._reload()
        return ring

    @property
    def is_copy(self) -> bool:
        """Whether this file may not be written, so that keys are made elsewhere."""
        return not self.path.stat().st_mode & OWNER_MAY_WRITE

    def scopes(self) -> list[str]:
        """All scopes that have keys, in order of name."""
        return sorted(self._fresh().scopes)

    def destroyed(self) -> dict[str, datetime]:
        """The destroyed scopes, and when that was."""
        return dict(self._fresh().destroyed)

    def keys(self, scope: str) -> tuple[Key, ...]:
        """The keys of a scope, oldest first; empty if it has none or was destroyed."""
        return self._fresh().scopes.get(scope, ())

    def by_id(self) -> dict[str, Key]:
        """All keys by their id, for opening many values at the cost of one look at the file."""
        return self._fresh().by_id

    def current(self, scope: str) -> Key:
        """The key to seal with. Raises ScopeDestroyed, or KeyMissing where the scope has no key yet."""
        return _current(self._fresh(), scope)

    def ensure(self, scope: str) -> Key:
        """The key to seal with, made if the scope has none. Raises ScopeDestroyed; KeyMissing in a copy."""
        content = self._fresh()
        if scope in content.scopes or scope in content.destroyed:
            return _current(content, scope)
        with self._changing() as content:
            if scope not in content.scopes and scope not in content.destroyed:
                content = self._write(_with_keys(content, scope, (self._new_key(content, scope),)))
            return _current(content, scope)

    def rotate(self, scope: str) -> Key:
        """Add a new current key; the old ones stay for opening. Raises what `current` raises; KeyMissing in a copy."""
        with self._changing() as content:
            _current(content, scope)
            key = self._new_key(content, scope)
            self._write(_with_keys(content, scope, (*content.scopes[scope], key)))
            return key

    def retire(self, scope: str) -> list[str]:
        """Remove all keys of a scope but the current one, and say which; what they sealed is lost."""
        with self._changing() as content:
            current = _current(content, scope)
            self._write(_with_keys(content, scope, (current,)))
            return [key.id for key in content.scopes[scope] if key is not current]

    def destroy(self, scope: str) -> list[str]:
        """Remove all keys of a scope for good, and say which; again does nothing. What they sealed is lost."""
        if scope in self._fresh().destroyed:
            return []
        with self._changing() as content:
            left = {name: keys for name, keys in content.scopes.items() if name != scope}
            self._write(_Content(left, {scope: self._now()} | content.destroyed))
            return [key.id for key in content.scopes.get(scope, ())]

    def fingerprints(self) -> dict[tuple[str, str], str]:
        """The fingerprint of every key, by scope and key id."""
        return {(key.scope, key.id): key.fingerprint for key in self._fresh().by_id.values()}

    def _fresh(self) -> _Content:
        if _stamp(self.path) != self._content.stamp:
            self._reload()
        return self._content

    def _reload(self) -> None:
        _stamp(self.path)
        with self._locked(fcntl.LOCK_SH):
            self._content = _read(self.path)

    @contextlib.contextmanager
    def _changing(self) -> Iterator[_Content]:
        """What the file holds, while nobody else may change it."""
        _stamp(self.path)
        if self.is_copy:
            raise KeyMissing(f"{self.path} is a copy: change the keyring it was copied from, then copy it again")
        with self._locked(fcntl.LOCK_EX):
            self._content = _read(self.path)
            yield self._content

    @contextlib.contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        """The lock is on a file of its own, because the keyring file is replaced. A copy is never changed: no lock."""
        if self.path.exists() and self.is_copy:
            yield
            return
        lock = os.open(self.path.with_name(self.path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, how)
            yield
        finally:
            os.close(lock)

    def _new_key(self, content: _Content, scope: str) -> Key:
        key_id = secrets.token_hex(4)
        while key_id in content.by_id:
            key_id = secrets.token_hex(4)
        return Key(scope, key_id, secrets.token_bytes(KEY_BYTES), self._now())

    def _write(self, content: _Content) -> _Content:
        """Replace the file, then blank the old one: a destroyed key shall not be found on the disk."""
        with open(self.path, "r+b", buffering=0) as old:
            _replace(self.path, _as_json(content))
            old.write(b"\0" * os.fstat(old.fileno()).st_size)
            os.fsync(old.fileno())
        self._content = _read(self.path)
        return self._content

    def _make_file(self) -> None:
        """An empty keyring, where there is none."""
        if not self.path.exists():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._locked(fcntl.LOCK_EX):
                if not self.path.exists():
                    _replace(self.path, _as_json(_Content({}, {})))


def _current(content: _Content, scope: str) -> Key:
    if scope in content.destroyed:
        raise ScopeDestroyed(f"the keys of {scope} were destroyed")
    if scope not in content.scopes:
        raise KeyMissing(f"the keyring has no key for {scope}")
    return content.scopes[scope][-1]


def _with_keys(content: _Content, scope: str, keys: tuple[Key, ...]) -> _Content:
    return _Content(content.scopes | {scope: keys}, content.destroyed)


def _read(path: Path) -> _Content:
    try:
        with open(path, "rb") as file:
            about = os.fstat(file.fileno())
            content = _from_json(json.load(file))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyringBroken(f"the keyring {path} cannot be read: {type(error).__name__}") from None
    if about.st_mode & 0o077:
        raise KeyringBroken(f"the keyring {path} is open to other users: chmod 600 it")
    return _Content(content.scopes, content.destroyed, _stamp_of(about))


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        return _stamp_of(os.stat(path))
    except OSError as error:
        raise KeyringBroken(f"the keyring {path} cannot be read: {type(error).__name__}") from None


def _stamp_of(about: os.stat_result) -> tuple[int, ...]:
    return about.st_ino, about.st_mtime_ns, about.st_size


def _as_json(content: _Content) -> bytes:
    scopes = {scope: [_key_as_json(key) for key in keys] for scope, keys in sorted(content.scopes.items())}
    destroyed = {scope: at.isoformat() for scope, at in sorted(content.destroyed.items())}
    return json.dumps({"format": FORMAT, "scopes": scopes, "destroyed": destroyed}, indent=1).encode()


def _key_as_json(key: Key) -> dict[str, str]:
    return {"id": key.id, "key": base64.b64encode(key.secret).decode(), "created": key.created.isoformat()}


def _from_json(data: dict[str, Any]) -> _Content:
    """Raises ValueError, KeyError or TypeError where the data is not a keyring."""
    if data["format"] != FORMAT:
        raise ValueError("unknown format")
    scopes = {scope: tuple(_key_from_json(scope, key) for key in keys) for scope, keys in data["scopes"].items()}
    ids = [key.id for keys in scopes.values() for key in keys]
    if not all(scopes.values()) or len(set(ids)) < len(ids):
        raise ValueError("a scope without keys, or two keys of one name")
    return _Content(scopes, {scope: _moment(at) for scope, at in data["destroyed"].items()})


def _key_from_json(scope: str, data: dict[str, str]) -> Key:
    secret = base64.b64decode(data["key"], validate=True)
    if len(secret) != KEY_BYTES:
        raise ValueError("a key of the wrong length")
    return Key(scope, data["id"], secret, _moment(data["created"]))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _replace(path: Path, data: bytes) -> None:
    """Put a finished file in its place. The draft has one name, so that none is left over with a destroyed key."""
    draft = path.with_name(path.name + ".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _clock_now() -> datetime:
    from conference.core import clock

    return clock.now()
