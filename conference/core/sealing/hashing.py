"""Keyed hashes by which sealed text is found: of whole values, and of the words of names and their beginnings.

A hash is an HMAC under the index key of the scope, over the column and the text, cut to 32 bits: enough to find by, too
little to tell apart for certain. So every hit is confirmed after opening, and a guess proves little to a thief of the
database, who lacks the key anyway.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterator

from tortoise.models import Model

from conference.core.keyring import Key
from conference.core.sealing.columns import place

SHORTEST_PREFIX, LONGEST_PREFIX = 3, 12
MOST_WORDS = 24

# Letters that Unicode does not take apart into a base and an accent.
_WHOLE_LETTERS = str.maketrans(dict(zip("æðđħıłøœþ", ("ae", "d", "d", "h", "i", "l", "o", "oe", "th"), strict=True)))
_APOSTROPHES = str.maketrans("", "", "'\u2019\u02bc\u00b4`")
_WORD = re.compile(r"[^\W_]+")


def same_value(text: str) -> str:
    """Two texts are the same value if this is the same: composed, stripped, case-folded (so e-mail is lower case)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).strip().casefold())


def words_of(text: str) -> list[str]:
    """The words of a name as they are compared: no case, accents or apostrophes; at most 24, each once."""
    bare = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    bare = "".join(symbol for symbol in bare if not unicodedata.combining(symbol)).translate(_WHOLE_LETTERS)
    return list(dict.fromkeys(_WORD.findall(bare)))[:MOST_WORDS]


def answers(text: str, query: str) -> bool:
    """Whether each word of the query begins a word of the text; words of one or two letters must be equal."""
    words = words_of(text)
    return all(any(_begins(word, asked) for word in words) for asked in words_of(query))


def value_hash(key: Key, model: type[Model], column: str, text: str) -> int:
    return _hash(key, model, column, "value", same_value(text))


def word_hashes(key: Key, model: type[Model], column: str, text: str) -> list[int]:
    """What is kept for a text: words of one or two letters, and all beginnings of 3 to 12, in order of number."""
    parts = {part for word in words_of(text) for part in _beginnings(word)}
    return sorted({_hash(key, model, column, "word", part) for part in parts})


def query_hashes(key: Key, model: type[Model], column: str, query: str) -> list[int]:
    """What is looked for: one hash per word of the query."""
    parts = {word[:LONGEST_PREFIX] for word in words_of(query)}
    return sorted({_hash(key, model, column, "word", part) for part in parts})


def _begins(word: str, asked: str) -> bool:
    return word.startswith(asked) if len(asked) >= SHORTEST_PREFIX else word == asked


def _beginnings(word: str) -> Iterator[str]:
    if len(word) < SHORTEST_PREFIX:
        yield word
    for length in range(SHORTEST_PREFIX, min(len(word), LONGEST_PREFIX) + 1):
        yield word[:length]


def _hash(key: Key, model: type[Model], column: str, kind: str, text: str) -> int:
    message = f"{place(model, column)}\0{kind}\0{text}".encode()
    return int.from_bytes(hmac.digest(key.index, message, hashlib.sha256)[:4], "big")
