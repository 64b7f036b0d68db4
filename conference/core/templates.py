"""The template environment: one per app, made on first use."""

from contextlib import suppress
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.bccache import Bucket

from conference.core import assets, i18n, markdown
from conference.core.running import running


class Compiled(FileSystemBytecodeCache):
    """Templates as bytecode, in ``folder`` for the next start and in memory for the next app of this process.

    Making it takes the first page of each template most of its time. A template that was changed is compiled again.
    """

    known: dict[tuple[str, str], CodeType] = {}

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.known.get((bucket.key, bucket.checksum))
        if bucket.code is None:
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key, bucket.checksum] = bucket.code
        with suppress(OSError):
            super().dump_bytecode(bucket)


def environment() -> Environment:
    return running().part("templates", _make)


def _make() -> Environment:
    settings = running().settings
    made = Environment(
        loader=FileSystemLoader(settings.root / "templates"),
        autoescape=select_autoescape(("html", "svg"), default=False),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=Compiled(settings.var / "templates"),
    )
    made.install_gettext_callables(i18n._, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {
        "static": assets.address,
        "money": i18n.format_money,
        "number": i18n.format_number,
        "day": i18n.format_day,
        "days": i18n.format_days,
        "clock": i18n.format_time,
        "moment": i18n.format_moment,
        "span": i18n.format_span,
        "direction": i18n.direction,
        "markdown": markdown.to_html,
        "markdown_line": markdown.to_line,
        "demo": settings.demo,
        "lang": i18n.DEFAULT,
        "organization": "",
        "menu": [],
        "languages": [],
        "person": None,
        "edition": None,
        "breadcrumb": [],
    }
    return made


def render_text(template: str, **context: Any) -> str:
    """A template without a page around it: letters, PDFs, feeds."""
    return environment().get_template(template).render(lang=i18n.language(), **context)
