"""Bilingual text: which words a reader gets."""

from typing import Any

from conference.core.i18n import DEFAULT, language


def say(words: Any) -> str:
    """The reader's language of ``{"en": ..., "es": ...}``; the default language where theirs is missing; "" for nothing."""
    if isinstance(words, str):
        return words
    return (words or {}).get(language()) or (words or {}).get(DEFAULT) or ""


def complete(words: Any, languages: tuple[str, ...] = ("en", "es")) -> bool:
    """Whether every language has words."""
    return all((words or {}).get(code, "").strip() for code in languages)
