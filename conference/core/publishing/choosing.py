"""What a request asks for: a language, an encoding, and whether it holds the bytes already."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

QUALITY = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")
TAG = re.compile(rb'"[^"]*"')
LONGEST = 200
"""Longer headers are cut, so that what is remembered about headers stays small whatever is sent."""

COMMA_JOINED = frozenset((b"accept-encoding", b"accept-language", b"if-none-match"))


class Languages:
    """The languages pages are made in, and how a request chooses one: ``?lang=``, cookie ``lang``, Accept-Language.

    ``by_query`` maps every query string that is understood, as raw bytes, to the language it asks for or to None.
    """

    def __init__(self, default: str, languages: Sequence[str]) -> None:
        self.default, self.languages = default, tuple(languages)
        self.by_query: dict[bytes, str | None] = {b"": None}
        self.by_query |= {b"lang=" + code.encode(): code for code in languages}
        self._by_cookie = {code.encode(): code for code in languages}
        self._by_tag = {code.lower(): code for code in languages}
        self._preferred = lru_cache(maxsize=256)(self._best_of)

    def of(self, headers: Mapping[bytes, bytes]) -> str:
        """The language asked for by the cookie or by Accept-Language (names in lower case), else the default."""
        cookie = headers.get(b"cookie")
        if cookie and b"lang=" in cookie and (chosen := self._in_cookie(cookie)):
            return chosen
        accepted = headers.get(b"accept-language")
        return self._preferred(shortened(accepted)) if accepted else self.default

    def _in_cookie(self, cookie: bytes) -> str | None:
        chosen = None
        for pair in cookie.split(b";"):
            name, _, value = pair.strip().partition(b"=")
            if name == b"lang":
                chosen = self._by_cookie.get(value)
        return chosen

    def _best_of(self, accepted: bytes) -> str:
        for tag, weight in weights(accepted):
            if weight and tag == "*":
                return self.default
            if weight and (code := self._by_tag.get(tag) or self._by_tag.get(tag.partition("-")[0])):
                return code
        return self.default


def by_name(pairs: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Header lines as a dict; repeated lines of those read here are joined as HTTP has it."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    found = {}
    for name, value in pairs:
        if name in found and (name in COMMA_JOINED or name == b"cookie"):
            value = found[name] + (b"; " if name == b"cookie" else b", ") + value
        found[name] = value
    return found


def encoding_for(headers: Mapping[bytes, bytes]) -> str:
    """"br", "gzip" or "identity": the best the client takes. "identity" is given even to those who refuse it."""
    accepted = headers.get(b"accept-encoding")
    return _encoding(shortened(accepted)) if accepted else "identity"


@lru_cache(maxsize=256)
def _encoding(accepted: bytes) -> str:
    asked = {name.removeprefix("x-"): weight for name, weight in reversed(weights(accepted))}
    best, least = "identity", asked.get("identity", 0.0)
    for name in ("gzip", "br"):
        weight = asked.get(name, asked.get("*", 0.0))
        if weight and weight >= least:
            best, least = name, weight
    return best


def holds(sent: bytes, tag: bytes) -> bool:
    """Whether an If-None-Match header names this entity tag: ``*``, lists and weak tags are understood."""
    return sent == tag or tag in TAG.findall(sent) or sent.strip() == b"*"


def shortened(header: bytes) -> bytes:
    """A header value of at most LONGEST bytes, cut after a whole member of its list."""
    return header if len(header) <= LONGEST else header[:LONGEST].rpartition(b",")[0]


def weights(header: bytes) -> list[tuple[str, float]]:
    """The members of an Accept-… header, lower-case, with their q from 0 to 1, best first, without unreadable ones."""
    found = []
    for member in header.decode("latin-1").lower().split(","):
        name, *parameters = [part.strip() for part in member.split(";")]
        quality = next((value[2:].strip() for value in parameters if value.startswith("q=")), "1")
        if name and QUALITY.fullmatch(quality):
            found.append((name, float(quality)))
    return sorted(found, key=lambda pair: -pair[1])
