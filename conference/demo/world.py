"""What the demo's loaders share: its content files, and what earlier loaders made."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from conference.core.running import running
from conference.editions.models import Edition
from conference.people.models import Person

CONTENT = Path(__file__).resolve().parent / "content"


@dataclass
class World:
    """``editions`` by slug, ``people`` by the name they have in people.toml; ``sessions`` by edition slug and code."""

    editions: dict[str, Edition] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)


@cache
def content(name: str) -> dict[str, Any]:
    """One TOML file of the demo's content."""
    with (CONTENT / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def page_words(folder: str, slug: str) -> dict[str, dict[str, str]]:
    """``{"en": {"title", "body"}, "es": {...}}`` of a page kept as two markdown files."""
    found = {}
    for language in ("en", "es"):
        first, _, body = (CONTENT / "pages" / folder / f"{slug}.{language}.md").read_text(encoding="utf-8").partition("\n")
        found[language] = {"title": first.removeprefix("# ").strip(), "body": body.strip()}
    return found


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """As if it were then."""
    here = running()
    kept, here.clock = here.clock, lambda: moment
    try:
        yield
    finally:
        here.clock = kept
