"""What an app answers to a visitor nobody knows."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

from conference.core.publishing.packing import Answer

Scope = dict[str, Any]


class Origin:
    """Where the site lives, ``https://example.org``. Pages are made for it, never for the Host a request names."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self.scheme, self.host = parts.scheme, parts.netloc
        self.server = (parts.hostname, parts.port or {"http": 80, "https": 443}[parts.scheme])


def anonymous(scope: Scope, language: str, origin: Origin) -> Scope:
    """A GET for the path of ``scope`` with nothing else of it: no query, no cookies, no credentials, no address.

    The language stands in ``state.language`` and in Accept-Language; ``state.ready`` is True.
    """
    return {
        "type": "http",
        "asgi": scope.get("asgi", {"version": "3.0"}),
        "http_version": "1.1",
        "method": "GET",
        "scheme": origin.scheme,
        "path": scope["path"],
        "root_path": scope.get("root_path", ""),
        "query_string": b"",
        "headers": [(b"host", origin.host.encode()), (b"accept-language", language.encode())],
        "client": None,
        "server": origin.server,
        "state": {**scope.get("state", {}), "language": language, "ready": True},
    }


class Recorder:
    """The two ends an app talks to; afterwards ``answer()`` has what it said."""

    def __init__(self) -> None:
        self._start: dict[str, Any] = {}
        self._parts: list[bytes] = []
        self._asked = False
        self._ended = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        """The empty request, then silence until the answer has ended: apps that stream listen for a hang-up."""
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._ended.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body":
            self._parts.append(bytes(message.get("body", b"")))
            if not message.get("more_body"):
                self._ended.set()

    def answer(self) -> Answer | None:
        """The whole answer, or None where the app broke off."""
        if not self._ended.is_set():
            return None
        headers = tuple((bytes(name).lower(), bytes(value)) for name, value in self._start.get("headers", ()))
        return Answer(self._start["status"], headers, b"".join(self._parts))
