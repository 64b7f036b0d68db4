"""What axe-core says of a page: is it readable for everybody, also by ear, by keyboard, in weak light."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def check(page: Page, only: list[str] | None = None) -> list[str]:
    """Sentences on what is wrong, each with the place; ``only`` these rules, else all we hold ourselves to.

    Raises AssertionError with a sentence where axe-core is missing.
    """
    page.evaluate(_script())
    asked = {"type": "rule", "values": only} if only else {"type": "tag", "values": RULES}
    found: dict[str, Any] = page.evaluate("asked => axe.run(document, {runOnly: asked, resultTypes: ['violations']})", asked)
    return [_sentence(rule, node) for rule in found["violations"] for node in rule["nodes"][:3]]


@cache
def _script() -> str:
    assert SCRIPT.exists(), "axe-core is missing: run `npm install` in tests/checkers."
    return SCRIPT.read_text(encoding="utf-8")


def _sentence(rule: dict[str, Any], node: dict[str, Any]) -> str:
    why = "; ".join(one["message"] for one in [*node["any"], *node["all"], *node["none"]][:2])
    return f"{rule['id']}: {node['html'][:160]} ({why})"
