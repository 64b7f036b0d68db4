"""Secret links: tokens that name a row and prove that we minted them for one purpose and one version of that row.

Nothing is stored: a token is base64url of the row id (16 bytes), for passing tokens the hour it ends (3 bytes), and
16 bytes of HMAC-SHA256 over purpose, row id, version and that hour: 43 characters, or 47. Raising the version in the
row revokes every token minted before.

    row = await Order.get_or_none(id=links.row_of(token))
    if row is None or not links.matches(token, "order", row.id, row.link_version): raise NotFound
"""

import base64
import binascii
import functools
import hashlib
import hmac
import math
from datetime import UTC, datetime
from uuid import UUID

_ID_BYTES, _HOUR_BYTES, _MAC_BYTES = 16, 3, 16
_LASTING = _ID_BYTES + _MAC_BYTES
_PASSING = _LASTING + _HOUR_BYTES
_LONGEST_TOKEN = 47
_HOUR = 3600


def token(
    purpose: str, row_id: UUID, version: int, *, expires: datetime | None = None, secret: str | None = None
) -> str:
    """A url-safe token for this row; with `expires` (aware) it ends there, rounded up to the full hour."""
    hour = b"" if expires is None else _hour_after(expires).to_bytes(_HOUR_BYTES, "big")
    mac = _mac(_key(secret), purpose, row_id, version, hour)
    return base64.urlsafe_b64encode(row_id.bytes + hour + mac).rstrip(b"=").decode("ascii")


def row_of(token: str) -> UUID | None:
    """The row a token names, which proves nothing yet; None if this is no token at all."""
    raw = _decoded(token)
    return None if raw is None else UUID(bytes=raw[:_ID_BYTES])


def expires_of(token: str) -> datetime | None:
    """When a token says it ends, which proves nothing yet; None if it says nothing or is no token."""
    raw = _decoded(token)
    if raw is None or len(raw) == _LASTING:
        return None
    return datetime.fromtimestamp(_hour_in(raw) * _HOUR, UTC)


def matches(
    token: str, purpose: str, row_id: UUID, version: int, *, now: datetime | None = None, secret: str | None = None
) -> bool:
    """Whether we minted this token for this purpose, row and version, and it has not ended; in constant time."""
    raw = _decoded(token)
    if raw is None:
        return False
    hour, mac = raw[_ID_BYTES:-_MAC_BYTES], raw[-_MAC_BYTES:]
    genuine = hmac.compare_digest(mac, _mac(_key(secret), purpose, row_id, version, hour))
    same_row = hmac.compare_digest(raw[:_ID_BYTES], row_id.bytes)
    return genuine and same_row and not (hour and _has_ended(raw, now))


def _has_ended(raw: bytes, now: datetime | None) -> bool:
    return (now or _clock_now()).timestamp() >= _hour_in(raw) * _HOUR


def _hour_after(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise ValueError("a link expires at an aware moment")
    return math.ceil(moment.timestamp() / _HOUR)


def _hour_in(raw: bytes) -> int:
    return int.from_bytes(raw[_ID_BYTES:-_MAC_BYTES], "big")


def _decoded(token: str) -> bytes | None:
    """The bytes of a well-formed token in its only spelling, else None."""
    if len(token) > _LONGEST_TOKEN or not token.isascii():
        return None
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except binascii.Error:
        return None
    spelled = base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
    return raw if len(raw) in (_LASTING, _PASSING) and spelled == token else None


def _mac(key: bytes, purpose: str, row_id: UUID, version: int, hour: bytes) -> bytes:
    named = purpose.encode()
    message = bytes([len(named), len(hour)]) + named + row_id.bytes + version.to_bytes(8, "big") + hour
    return hmac.digest(key, message, hashlib.sha256)[:_MAC_BYTES]


def _key(secret: str | None) -> bytes:
    return _derived(_secret_key() if secret is None else secret)


@functools.lru_cache(maxsize=4)
def _derived(secret: str) -> bytes:
    """The key of links alone: the same secret also signs cookies."""
    return hmac.digest(secret.encode(), b"conference links 1", hashlib.sha256)


def _secret_key() -> str:
    from conference.core.running import running

    return running().settings.secret_key.get_secret_value()


def _clock_now() -> datetime:
    from conference.core import clock

    return clock.now()
