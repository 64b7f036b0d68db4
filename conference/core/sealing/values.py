"""One sealed value: `s1.<key id>.<base64url of nonce, ciphertext and tag>`, bound to where it stands.

AES-256-GCM with a random nonce. Before it is encrypted, text is filled up to a multiple of 16 bytes, so that the length
tells less: nearly all first names look alike. Associated data are scope, table, column and row id: a value that was
moved to another row or column, or to another edition, does not open.

A value for one duty's public key will begin with another word than `s1`, and get its own branch in `opened`.
"""

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag

from conference.core.keyring import Key

VERSION = "s1"
NONCE_BYTES = 12
FILL = 16


class SealBroken(Exception):
    """A sealed value was changed, moved from where it was sealed, or is none."""


def sealed(key: Key, where: str, text: str) -> str:
    """`where` is what `binding` returned."""
    nonce = os.urandom(NONCE_BYTES)
    data = nonce + key.cipher.encrypt(nonce, _filled(text.encode()), where.encode())
    return f"{VERSION}.{key.id}.{base64.urlsafe_b64encode(data).rstrip(b'=').decode('ascii')}"


def opened(keys: dict[str, Key], where: str, value: str) -> str | None:
    """The text; None where the keys lack the one it was sealed with. Raises SealBroken."""
    try:
        version, key_id, data = value.split(".")
        key = keys.get(key_id)
        if version != VERSION:
            raise ValueError(version)
        if key is None:
            return None
        raw = binascii.a2b_base64(data.replace("-", "+").replace("_", "/") + "==")
        return _unfilled(key.cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], where.encode())).decode()
    except (InvalidTag, ValueError, binascii.Error):
        raise SealBroken(f"the value at {where.replace(chr(0), ' ')} was not sealed there, or was changed") from None


def binding(scope: str, table: str, column: str, row_id: object) -> str:
    """What a value is bound to; none of the parts can hold a NUL."""
    return f"{scope}\0{table}\0{column}\0{row_id}"


def prefix(key: Key) -> str:
    """How every value sealed with this key begins."""
    return f"{VERSION}.{key.id}."


def _filled(data: bytes) -> bytes:
    data += b"\x80"
    return data + bytes(-len(data) % FILL)


def _unfilled(data: bytes) -> bytes:
    return data.rstrip(b"\0")[:-1]
