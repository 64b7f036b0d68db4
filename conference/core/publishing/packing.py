"""The forms in which one answer is kept: as it is, gzip, brotli, each with its headers made up."""

import zlib
from dataclasses import dataclass
from hashlib import blake2b

import brotli

SMALLEST = 600
"""Bodies of fewer bytes gain nothing from compression."""

COMPRESSIBLE = ("text/", "application/json", "application/xml", "application/javascript", "image/svg+xml")
REMADE = frozenset((b"content-length", b"etag", b"vary", b"date", b"server", b"connection", b"transfer-encoding"))
REPEATED = frozenset((b"cache-control", b"content-location", b"etag", b"expires", b"vary"))
"""What a 304 says again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app answered: header names in lower case, the whole body."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def header(self, name: bytes) -> str:
        """All values of one header, joined by commas, in lower case; empty where it is not there."""
        return ", ".join(value.decode("latin-1").lower() for key, value in self.headers if key == name)


@dataclass(frozen=True, slots=True)
class Form:
    """An answer in one encoding: ``head`` are the headers of a 200, ``short_head`` those of a 304."""

    tag: bytes
    head: tuple[tuple[bytes, bytes], ...]
    short_head: tuple[tuple[bytes, bytes], ...]
    body: bytes


def why_not(answer: Answer, largest: int) -> str | None:
    """Why this answer must not be given to others too, in words for the log; None where it may."""
    if answer.status != 200:
        return f"its status is {answer.status}"
    if answer.header(b"set-cookie"):
        return "it sets a cookie"
    if any(word in answer.header(b"cache-control") for word in ("no-store", "private")):
        return "its Cache-Control keeps it to one person"
    if answer.header(b"content-encoding"):
        return "it is encoded already"
    return "it is too large" if len(answer.body) > largest else None


def forms_of(answer: Answer, language: str, vary: bytes, compress: bool) -> dict[str, Form]:
    """The forms "identity", "gzip" and "br"; where compressing is not worth it these are one and the same.

    Takes some milliseconds of CPU for 100 kB: call it in a thread.
    """
    plain = _form(answer, language, vary, "identity", answer.body)
    forms = {"identity": plain, "gzip": plain, "br": plain}
    if not compress or len(answer.body) < SMALLEST or not compressible(answer.header(b"content-type")):
        return forms
    for encoding, smaller in (("gzip", _gzip(answer.body)), ("br", _brotli(answer.body))):
        if len(smaller) < len(answer.body):
            forms[encoding] = _form(answer, language, vary, encoding, smaller)
    return forms


def compressible(content_type: str) -> bool:
    """Whether this media type is worth compressing. Calendars never are: some programs cannot read them."""
    media = content_type.partition(";")[0].strip()
    return media != "text/calendar" and (media.startswith(COMPRESSIBLE) or media.endswith(("+xml", "+json")))


def _form(answer: Answer, language: str, vary: bytes, encoding: str, body: bytes) -> Form:
    tag = b'"%s"' % blake2b(body, digest_size=12, key=f"{language} {encoding}".encode()).hexdigest().encode()
    head = [pair for pair in answer.headers if pair[0] not in REMADE]
    if not answer.header(b"cache-control"):
        head.append((b"cache-control", b"public, no-cache"))
    if encoding != "identity":
        head.append((b"content-encoding", encoding.encode()))
    head += [(b"vary", vary), (b"etag", tag), (b"content-length", b"%d" % len(body))]
    return Form(tag, tuple(head), tuple(pair for pair in head if pair[0] in REPEATED), body)


def _gzip(body: bytes) -> bytes:
    return zlib.compress(body, 6, wbits=31)


def _brotli(body: bytes) -> bytes:
    return brotli.compress(body, mode=brotli.MODE_TEXT, quality=5)
