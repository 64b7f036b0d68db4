"""The program booklet: a release as a PDF to print and fold, once per language; nothing in it that the public may not read."""

from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import anyio

from conference.agenda import exports
from conference.agenda.agendas import Agenda, Entry
from conference.agenda.models import Kinds
from conference.core import markdown, pdf
from conference.core.i18n import LANGUAGES, _, format_day, format_days, format_moment, format_time, language, speaking
from conference.core.running import running
from conference.core.templates import render_text
from conference.editions.models import AdoptedText, Chapter, Edition, Organization, Page
from conference.editions.wording import say

SECONDS = 60
PAUSES = (Kinds.MEAL, Kinds.BREAK)
WITHOUT_LANGUAGES = (*PAUSES, Kinds.ARRIVAL, Kinds.CARE, Kinds.SOCIAL)


@dataclass(frozen=True)
class Around:
    """What stands in the booklet beside the agenda."""

    network: Organization | None
    chapters: list[Chapter]
    travel: Page | None
    unity: AdoptedText | None


async def programme_pdfs(edition: Edition, shown: Agenda, around: Around) -> dict[str, bytes]:
    """The booklet in every language; the same words make the same bytes."""
    files = {}
    for code in LANGUAGES:
        html = await anyio.to_thread.run_sync(partial(_html, edition, shown, around, code))
        files[code] = await pdf.render(html, epoch=epoch_of(shown, around), seconds=SECONDS)
    return files


def epoch_of(shown: Agenda, around: Around) -> int:
    """When the newest of its parts was published."""
    moments = [shown.made, around.travel and around.travel.published, around.unity and around.unity.published]
    return int(max(moment for moment in moments if moment).timestamp())


def _html(edition: Edition, shown: Agenda, around: Around, code: str) -> str:
    with speaking(code):
        return render_text("agenda/pdf/programme.html", language=code, **context_of(edition, shown, around))


def context_of(edition: Edition, shown: Agenda, around: Around) -> dict[str, Any]:
    """What the template is given, in the language spoken now."""
    facts, network = shown.edition, around.network
    return {
        "network": network.name if network else edition.organized_by,
        "title": say(facts["title"]),
        "dates": format_days(edition.begins, edition.ends),
        "city": facts["city"],
        "place": _place(facts),
        "tint": exports.TINTS.get(facts["accent"], exports.TINTS["slate"]),
        "release": shown.version,
        "released": format_moment(shown.made, shown.zone),
        "released_day": format_day(shown.made.astimezone(ZoneInfo(shown.zone)).date(), "medium"),
        "online": f"{running().settings.base_url.partition('://')[2]}/{edition.slug}/schedule",
        "days": _days(shown),
        "rooms": [{"name": say(room["name"]), "floor": room["floor"], "access": say(room["access"])} for room in shown.rooms],
        "travel": _travel(around.travel),
        "unity": _unity(around.unity),
        "contact": [text for text in (edition.contact, edition.hotline) if text],
        "network_contact": [text for text in (network.mail, network.hotline) if text] if network else [],
        "chapters": [", ".join(filter(None, (one.name, one.phone, one.mail))) for one in around.chapters],
    }


def _place(facts: dict[str, Any]) -> list[str]:
    """Venue, street and city, line by line, none of them twice."""
    street = facts["address"].removeprefix(facts["venue"]).lstrip(", ")
    return [line for line in (facts["venue"], street, "" if facts["city"] in street else facts["city"]) if line]


def _days(shown: Agenda) -> list[dict[str, Any]]:
    """``[{title, short, slots: [{time, sessions}]}]`` in order of time and rooms."""
    zone = ZoneInfo(shown.zone)
    order = {room["slug"]: place for place, room in enumerate(shown.rooms)}
    entries = [entry for entry in shown.entries if not entry.gone and not entry.veiled]
    entries.sort(key=lambda entry: (entry.starts, order.get(entry.room["slug"], 0) if entry.room else len(order), entry.number))
    days = groupby(entries, key=lambda entry: entry.starts.astimezone(zone).date())
    return [{"title": _capital(format_day(day)), "slots": _slots(list(among), shown.zone)} for day, among in days]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _slots(entries: list[Entry], zone: str) -> list[dict[str, Any]]:
    slots = groupby(entries, key=lambda entry: (entry.starts, entry.ends))
    return [{"time": f"{format_time(starts, zone)} – {format_time(ends, zone)}", "sessions": [_session(entry) for entry in among]} for (starts, ends), among in slots]


def _session(entry: Entry) -> dict[str, Any]:
    return {
        "title": say(entry.title),
        "cancelled": entry.cancelled,
        "pause": entry.kind in PAUSES,
        "facts": [text for text in (say(entry.room["name"]) if entry.room else "", say(entry.track["name"]) if entry.track else "") if text],
        "tint": exports.TINTS.get(entry.track["color"]) if entry.track else None,
        "spoken": "" if entry.kind in WITHOUT_LANGUAGES else exports.languages_of(entry),
        "abstract": markdown.to_html(say(entry.abstract), heading=4) if say(entry.abstract) else "",
        "note": say(entry.note),
        "people": exports.people_of(entry),
    }


def _travel(page: Page | None) -> dict[str, Any] | None:
    words = (page.live or {}).get(language()) if page else None
    return {"title": words["title"], "html": markdown.to_html(words["body"], heading=3)} if words else None


def _unity(text: AdoptedText | None) -> dict[str, Any] | None:
    if text is None:
        return None
    adopted = _("Adopted on %(day)s.") % {"day": format_day(text.adopted, "long")} if text.adopted else ""
    points = [{"title": say(point["title"]), "text": say(point["text"])} for point in text.points]
    return {"title": say(text.title), "intro": say(text.intro), "points": points, "adopted": adopted}
