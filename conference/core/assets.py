"""Style sheets, scripts and pictures from ``static/``: small files, answered from memory, packed once, when first asked for."""

import asyncio
import gzip
import hashlib
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import brotli
from starlette.requests import Request
from starlette.responses import Response

from conference.core.errors import NotFound
from conference.core.publishing.choosing import by_name, encoding_for, holds
from conference.core.running import running

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("application/manifest+json", ".webmanifest")


PACKERS: dict[str, Callable[[bytes], bytes]] = {"br": brotli.compress, "gzip": partial(gzip.compress, mtime=0)}


@dataclass(frozen=True)
class Asset:
    body: bytes
    digest: str
    media_type: str
    packed: dict[str, bytes] = field(default_factory=dict)

    def is_packed_already(self) -> bool:
        return self.media_type.startswith("image/") and "svg" not in self.media_type

    def pack(self, encoding: str) -> bytes:
        """The body in this encoding; best compression takes tens of milliseconds, once."""
        if encoding not in self.packed:
            self.packed[encoding] = PACKERS[encoding](self.body)
        return self.packed[encoding]


def address(name: str) -> str:
    """``css/base.css`` -> its path with the digest of its content, so that browsers may keep it for good."""
    found = _asset(name)
    return f"/static/{name}?v={found.digest}" if found else f"/static/{name}"


async def serve(request: Request) -> Response:
    found = _asset(request.path_params["path"])
    if found is None:
        raise NotFound()
    asked = by_name(request.scope["headers"])
    headers = {"etag": f'"{found.digest}"', "vary": "accept-encoding"}
    headers["cache-control"] = "public, max-age=31536000, immutable" if request.query_params.get("v") == found.digest else "public, max-age=300"
    if holds(asked.get(b"if-none-match", b""), headers["etag"].encode()):
        return Response(status_code=304, headers=headers)
    encoding = encoding_for(asked)
    if encoding == "identity" or found.is_packed_already():
        return Response(found.body, headers=headers, media_type=found.media_type)
    body = found.packed.get(encoding) or await asyncio.to_thread(found.pack, encoding)
    return Response(body, headers=headers | {"content-encoding": encoding}, media_type=found.media_type)


def _asset(name: str) -> Asset | None:
    """Kept from the first time on; what is not there is not remembered, or anybody could fill the memory with names."""
    known: dict[str, Asset] = running().part("assets", dict)
    if name not in known and (found := _load(running().settings.root / "static", name)):
        known[name] = found
    return known.get(name)


def _load(folder: Path, name: str) -> Asset | None:
    try:
        file = (folder / name).resolve()
        if not file.is_relative_to(folder.resolve()) or not file.is_file():
            return None
    except (ValueError, OSError):  # no file can have such a name
        return None
    body = file.read_bytes()
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(body, hashlib.sha256(body).hexdigest()[:12], media_type)
