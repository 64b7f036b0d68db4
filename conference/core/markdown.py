"""Text people write, as HTML that is safe to show: markdown without HTML, then cleaned once more."""

from functools import cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "h2", "h3", "h4", "a", "code", "pre", "hr", "table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 20}).disable(["image"]).enable(["table"])


def to_html(text: str, *, heading: int = 2) -> Markup:
    """HTML of a text; its highest headings are of level ``heading`` (2 to 4). Links go to http, https, mailto and tel only."""
    tokens = _reader().parse(text)
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) - highest + heading, 4)}"
    html = _reader().renderer.render(tokens, _reader().options, {})
    return Markup(nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto", "tel"}, link_rel="noopener"))  # noqa: S704


def to_line(text: str) -> Markup:
    """HTML of one paragraph without its ``<p>``."""
    html = str(to_html(text)).strip()
    return Markup(html.removeprefix("<p>").removesuffix("</p>")) if html.count("<p>") == 1 else Markup(html)  # noqa: S704
