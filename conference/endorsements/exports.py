"""The sign-on letter and the pages to sign on paper as PDFs, in every language; the list as a table."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import anyio

from conference.core import pdf
from conference.core.errors import NotFound
from conference.core.i18n import LANGUAGES, _, format_day, format_days, speaking
from conference.core.templates import render_text
from conference.editions.models import AdoptedText, Edition
from conference.editions.wording import say
from conference.endorsements import queries
from conference.endorsements.forms import KIND_NAMES, KINDS
from conference.endorsements.models import Kind

SECONDS = 60
LINES = 8


@dataclass(frozen=True)
class Matter:
    """What a file is made of; ``mark`` is the same as long as the file would be."""

    edition: Edition
    what: str
    text: AdoptedText
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def mark(self) -> str:
        shown = (self.edition.title, self.edition.begins, self.edition.ends, self.edition.venue, self.edition.city, self.edition.contact, self.edition.hotline)
        names = [(row["id"], row["public_name"], row["public_place"]) for row in self.rows]
        return hashlib.sha256(repr((shown, self.text.id, names)).encode()).hexdigest()[:24]

    @property
    def epoch(self) -> int:
        """When what it says was last changed."""
        return int(max([self.text.published, *(row["confirmed"] for row in self.rows)]).timestamp())


async def matter(edition: Edition, what: str) -> Matter | None:
    """What the letter, or a kind's page to sign on paper, is made of now; None where there is to be none."""
    if what == queries.LETTER:
        text = await queries.letter_text(edition)
        rows = await queries.whole_list(edition, text.id) if text else []
        return Matter(edition, what, text, rows) if text and rows else None
    try:
        return Matter(edition, what, await queries.text_in_force(edition, what)) if queries.is_open(edition) else None
    except NotFound:
        return None


async def pdfs(made_of: Matter) -> dict[str, bytes]:
    """The file in every language. Same text and names: same bytes."""
    files = {}
    for code in LANGUAGES:
        html = await anyio.to_thread.run_sync(_html, made_of, code)
        files[code] = await pdf.render(html, epoch=made_of.epoch, seconds=SECONDS)
    return files


def _html(made_of: Matter, code: str) -> str:
    with speaking(code):
        shown = _about(made_of.edition, made_of.text) | {"language": code}
        if made_of.what != queries.LETTER:
            return render_text("endorsements/pdf/sheet.html", lines=LINES, **shown)
        lists = [(str(KINDS[kind]), [row for row in made_of.rows if row["kind"] == kind]) for kind in Kind]
        return render_text("endorsements/pdf/letter.html", lists=[one for one in lists if one[1]], **shown)


def _about(edition: Edition, text: AdoptedText) -> dict[str, Any]:
    """What both files say of a text and its edition, in the language spoken now."""
    return {
        "edition_title": say(edition.title),
        "edition_dates": format_days(edition.begins, edition.ends),
        "place": ", ".join(filter(None, (edition.venue, edition.city))),
        "contact": edition.contact,
        "hotline": edition.hotline,
        "title": say(text.title),
        "intro": say(text.intro),
        "points": [(say(point.get("title")), say(point["text"])) for point in text.points],
        "version": text.version,
        "adopted": format_day(text.adopted, "long") if text.adopted else "",
    }


def csv_heads() -> list[str]:
    return [_("Kind"), _("Name"), _("Place"), _("Text"), _("Version"), _("Day of signing")]


async def csv_rows(edition: Edition) -> AsyncIterator[list[list[Any]]]:
    """What is listed anyway, for a spreadsheet."""
    zone = ZoneInfo(edition.zone)
    async for some in queries.listed_rows(edition):
        yield [_csv_row(row, zone) for row in some]


def _csv_row(row: dict[str, Any], zone: ZoneInfo) -> list[Any]:
    day = row["confirmed"].astimezone(zone).date().isoformat()
    return [str(KIND_NAMES[row["kind"]]), row["public_name"], row["public_place"], say(row["text__title"]), row["text__version"], day]
