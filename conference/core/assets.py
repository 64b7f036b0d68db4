"""Style sheets, scripts and pictures from ``static/``: small files, answered from memory, compressed once."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

import brotli
from starlette.requests import Request
from starlette.responses import Response

from conference.core.errors import NotFound
from conference.core.running import running

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("application/manifest+json", ".webmanifest")


@dataclass(frozen=True)
class Asset:
    body: bytes
    digest: str
    media_type: str
    encoded: dict[str, bytes]


def address(name: str) -> str:
    """``css/base.css`` -> its path with the digest of its content, so that browsers may keep it for good."""
    found = _asset(name)
    return f"/static/{name}?v={found.digest}" if found else f"/static/{name}"


async def serve(request: Request) -> Response:
    found = _asset(request.path_params["path"])
    if found is None:
        raise NotFound()
    headers = {"etag": f'"{found.digest}"', "vary": "accept-encoding"}
    headers["cache-control"] = "public, max-age=31536000, immutable" if request.query_params.get("v") == found.digest else "public, max-age=300"
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    accepted = request.headers.get("accept-encoding", "")
    for name, body in found.encoded.items():
        if name in accepted:
            return Response(body, headers=headers | {"content-encoding": name}, media_type=found.media_type)
    return Response(found.body, headers=headers, media_type=found.media_type)


def _asset(name: str) -> Asset | None:
    known: dict[str, Asset | None] = running().part("assets", dict)
    if name not in known:
        known[name] = _load(running().settings.root / "static", name)
    return known[name]


def _load(folder: Path, name: str) -> Asset | None:
    file = (folder / name).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        return None
    body = file.read_bytes()
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    small = {} if media_type.startswith("image/") and "svg" not in media_type else {"br": brotli.compress(body), "gzip": gzip.compress(body, mtime=0)}
    return Asset(body, hashlib.sha256(body).hexdigest()[:12], media_type, small)
