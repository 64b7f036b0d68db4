"""Notes as PDFs: HTML from ``templates/notes/pdf``, turned into PDFs in a process of their own, once per language."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import anyio

from conference.core import markdown, pdf
from conference.core.i18n import LANGUAGES, format_day, format_days, format_span, language, speaking
from conference.core.templates import render_text
from conference.editions.models import Edition
from conference.editions.wording import say
from conference.notes import wording
from conference.notes.models import Erratum, Sheet, SheetRelease, Status
from conference.notes.wording import Words

REPORT_SECONDS = 60


async def preview_pdfs(edition: Edition, sheet: Sheet, facts: dict[str, Any], written: Sequence[Words], prepared_by: str) -> dict[str, bytes]:
    """What a submitted sheet will look like to the public, in every language; nobody released it yet."""
    content, epoch = wording.snapshot(facts, written), int(sheet.submitted.timestamp())
    about = {"status": Status.DRAFT, "revision": sheet.revision, "released_on": None, "prepared_by": prepared_by, "errata": []}
    return await _in_every_language("notes/pdf/sheet.html", partial(_sheet, edition, content, sheet.language, about), epoch)


async def released_pdfs(edition: Edition, release: SheetRelease, errata: Sequence[Erratum]) -> dict[str, bytes]:
    """One session's released notes in every language."""
    made = partial(_sheet, edition, release.snapshot, release.language, _said_of(release, errata))
    return await _in_every_language("notes/pdf/sheet.html", made, epoch_of([release], errata))


async def report_pdfs(edition: Edition, network: str, releases: Sequence[SheetRelease], errata: dict[Any, list[Erratum]]) -> dict[str, bytes]:
    """Everything released of an edition in every language, each goal under its session's title."""
    made = partial(_report, edition, network, releases, errata)
    all_errata = [one for some in errata.values() for one in some]
    return await _in_every_language("notes/pdf/report.html", made, epoch_of(releases, all_errata), REPORT_SECONDS)


def epoch_of(releases: Sequence[SheetRelease], errata: Sequence[Erratum]) -> int:
    """When what is released was last changed: the date of its PDF, so that the same words make the same bytes."""
    return int(max(row.made for row in [*releases, *errata]).timestamp())


async def _in_every_language(template: str, context: Any, epoch: int, seconds: float = 20) -> dict[str, bytes]:
    files = {}
    for code in LANGUAGES:
        html = await anyio.to_thread.run_sync(_html, template, context, code)
        files[code] = await pdf.render(html, epoch=epoch, seconds=seconds)
    return files


def _html(template: str, context: Any, code: str) -> str:
    with speaking(code):
        return render_text(template, language=code, **context())


def _said_of(release: SheetRelease, errata: Sequence[Erratum]) -> dict[str, Any]:
    return {name: getattr(release, name) for name in ("status", "revision", "released_on", "prepared_by")} | {"errata": errata}


def _sheet(edition: Edition, content: dict[str, Any], written_in: str, about: dict[str, Any]) -> dict[str, Any]:
    """The context of ``sheet.html`` in the language spoken now."""
    return {
        **_frame(edition),
        **_session(edition, content["facts"]),
        "status": str(about["status"]),
        "revision": about["revision"],
        "released_on": format_day(about["released_on"], "long") if about["released_on"] else "",
        "prepared_by": [about["prepared_by"]] if about["prepared_by"] else [],
        "blocks": _blocks(content, written_in, heading=3),
        "translated_from": _translated_from(content, written_in),
        "errata": _errata(about["errata"]),
    }


def _report(edition: Edition, network: str, releases: Sequence[SheetRelease], errata: dict[Any, list[Erratum]]) -> dict[str, Any]:
    """The context of ``report.html`` in the language spoken now."""
    drafts = any(release.status == Status.DRAFT for release in releases)
    return {
        **_frame(edition),
        "network": network,
        "status": str(Status.DRAFT if drafts else Status.FINAL),
        "revision": sum(release.number + release.errata for release in releases) - len(releases) + 1,
        "released_on": format_day(max((release.released_on for release in releases), default=date.min), "long"),
        "prepared_by": sorted({release.prepared_by for release in releases if release.prepared_by}),
        "sessions": [_in_report(edition, release, errata.get(release.sheet_id, [])) for release in releases],
    }


def _in_report(edition: Edition, release: SheetRelease, errata: Sequence[Erratum]) -> dict[str, Any]:
    return {
        **_session(edition, release.snapshot["facts"]),
        "prepared_by": [release.prepared_by] if release.prepared_by else [],
        "blocks": _blocks(release.snapshot, release.language, heading=4),
        "translated_from": _translated_from(release.snapshot, release.language),
        "errata": _errata(errata),
    }


def _frame(edition: Edition) -> dict[str, Any]:
    return {
        "edition_title": say(edition.title),
        "edition_dates": format_days(edition.begins, edition.ends),
        "place": ", ".join(filter(None, (edition.venue, edition.city))),
        "organized_by": edition.organized_by,
        "contact": edition.contact,
    }


def _session(edition: Edition, facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "session_title": say(facts["title"]),
        "title_ours": facts["title_ours"],
        "session_when": when(facts, edition.zone),
        "room": say(facts["room"]),
        "track": say(facts["track"]),
    }


def when(facts: dict[str, Any], zone: str) -> str:
    """Friday, July 28, 2006, 2:00 PM – 3:30 PM; "" where no time is known."""
    if not facts["starts"]:
        return ""
    starts, ends = datetime.fromisoformat(facts["starts"]), datetime.fromisoformat(facts["ends"])
    return f"{format_day(starts.astimezone(ZoneInfo(zone)).date())}, {format_span(starts, ends, zone)}"


def _blocks(content: dict[str, Any], written_in: str, heading: int) -> list[dict[str, Any]]:
    found = []
    for block in content["blocks"]:
        shown = wording.shown(block, written_in, language())
        found.append(
            {
                "kind": shown.kind,
                "number": shown.number,
                "text_html": markdown.to_html(shown.text, heading=heading),
                "sub": [],
                "bracket": markdown.to_line(shown.bracket) if shown.bracket else "",
                **({"language": shown.language} if shown.language != language() else {}),
            }
        )
    return found


def _translated_from(content: dict[str, Any], written_in: str) -> str:
    """The language some of these words are translated from; "" where none are."""
    shown = [wording.shown(block, written_in, language()) for block in content["blocks"]]
    return wording.language_name(written_in) if any(one.translated for one in shown) else ""


def _errata(errata: Sequence[Erratum]) -> list[dict[str, Any]]:
    return [{"on": format_day(one.on, "long"), "text_html": markdown.to_html(say(one.words), heading=4)} for one in errata]
