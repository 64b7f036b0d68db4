"""A passkey's device in a few lines: what a browser's answer holds, by the rules of WebAuthn, signed with a key of its own."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, NEW = 0x01, 0x04, 0x40


class Device:
    def __init__(self, origin: str = "https://conference.test", host: str = "conference.test") -> None:
        self.origin, self.host = origin, host
        self.key, self.id, self.counter = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(20), 0

    def make(self, options: dict[str, Any]) -> str:
        """The answer to being asked for a new passkey."""
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        data = self._data(PRESENT | VERIFIED | NEW) + bytes(16) + len(self.id).to_bytes(2) + self.id + public
        client = self._client("webauthn.create", options)
        return self._answer(clientDataJSON=client, attestationObject=cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}))

    def show(self, options: dict[str, Any], **changed: Any) -> str:
        """The answer to being asked to prove itself."""
        self.counter += 1
        data, client = self._data(PRESENT | VERIFIED), self._client("webauthn.get", options)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(**{"clientDataJSON": client, "authenticatorData": data, "signature": signature} | changed)

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4)

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, **response: bytes) -> str:
        told = {name: encoded(value) for name, value in response.items()}
        return json.dumps({"id": encoded(self.id), "rawId": encoded(self.id), "type": "public-key", "clientExtensionResults": {}, "response": told})


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
