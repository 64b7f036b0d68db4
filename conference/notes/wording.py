"""Blocks as words: opened, written into a release's snapshot, and shown in a reader's language.

A snapshot is ``{"facts": {"title", "title_ours", "starts", "ends", "room", "track"}, "blocks": [{"id", "kind", "number", "text", "bracket",
"translations"}]}``; of what is only for participants or staff, each block says so in ``audience``.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from conference.core import sealing
from conference.core.i18n import LOCALES, language
from conference.notes.models import Audience, Block, Kind

COLUMNS = ("text", "bracket", "translations")


@dataclass
class Words:
    """What stands in a block, opened. Keys of ``parts``: text, bracket, es, es.bracket (see ``operations.PARTS``)."""

    block: Block
    parts: dict[str, str] = field(default_factory=dict)

    def get(self, part: str) -> str:
        return self.parts.get(part, "")

    def empty(self) -> bool:
        return not any(text.strip() for text in self.parts.values())


def opened(blocks: Sequence[Block]) -> list[Words]:
    """The words of these blocks, in their order."""
    found = []
    for block, plain in zip(blocks, sealing.open(blocks, *COLUMNS), strict=True):
        parts = {"text": plain.text or "", "bracket": plain.bracket or ""}
        for code, said in json.loads(plain.translations or "{}").items():
            parts |= {code: said.get("text", ""), f"{code}.bracket": said.get("bracket", "")}
        found.append(Words(block, parts))
    return found


def put(words: Words) -> None:
    """Encrypt the words into their block's columns; save it yourself."""
    sealing.seal(
        words.block,
        text=words.get("text"),
        bracket=words.get("bracket"),
        translations=json.dumps(translations(words), ensure_ascii=False) if translations(words) else None,
    )


def translations(words: Words) -> dict[str, dict[str, str]]:
    """``{language: {"text", "bracket"}}`` of the languages that have a text."""
    found: dict[str, dict[str, str]] = {}
    for part, text in words.parts.items():
        code, _, bracket = part.partition(".")
        if code not in ("text", "bracket") and text:
            found.setdefault(code, {})["bracket" if bracket else "text"] = text
    return found


def snapshot(facts: dict[str, Any], written: Iterable[Words]) -> dict[str, Any]:
    """What is released: these blocks without the empty ones, goals that everybody may read numbered from 1."""
    blocks: list[dict[str, Any]] = []
    number = 0
    for words in written:
        if words.empty():
            continue
        counts = words.block.kind == Kind.GOAL and words.block.audience == Audience.PUBLIC
        number += counts
        blocks.append(_written(words, number if counts else None))
    return {"facts": facts, "blocks": blocks}


def _written(words: Words, number: int | None) -> dict[str, Any]:
    return {
        "id": str(words.block.id),
        "kind": str(words.block.kind),
        "audience": str(words.block.audience),
        "number": number,
        "text": words.get("text").strip(),
        "bracket": words.get("bracket").strip(),
        "translations": translations(words),
    }


@dataclass(frozen=True)
class Shown:
    """One block in a reader's language: its words may still be in the sheet's, or be a translation of those."""

    kind: str
    audience: str
    number: int | None
    text: str
    bracket: str
    language: str
    translated: bool


def shown(block: dict[str, Any], written_in: str, reader: str) -> Shown:
    """A block of a snapshot for a reader of this language."""
    said = block["translations"].get(reader, {}) if reader != written_in else {}
    is_translated = bool(said.get("text"))
    return Shown(
        kind=block["kind"],
        audience=block["audience"],
        number=block["number"],
        text=said["text"] if is_translated else block["text"],
        bracket=said.get("bracket") or block["bracket"],
        language=reader if is_translated else written_in,
        translated=is_translated,
    )


def language_name(code: str) -> str:
    """What a language is called in the one spoken now: English, inglés."""
    from babel import Locale

    return Locale.parse(LOCALES[language()]).languages[code]


def goals_in(content: dict[str, Any]) -> int:
    """How many goals a snapshot holds."""
    return sum(block["kind"] == Kind.GOAL for block in content.get("blocks", ()))
