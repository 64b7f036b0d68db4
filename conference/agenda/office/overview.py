"""The draft beside what is published, and what to look at."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from conference.agenda import queries
from conference.agenda.changes import Change, What
from conference.agenda.forms import AUDIENCES
from conference.agenda.models import Audience
from conference.agenda.office.wording import differences, findings, local, told
from conference.agenda.snapshots import Json, entries_of
from conference.core.i18n import format_day, format_span
from conference.core.web import render
from conference.editions.wording import say


async def sessions(request: Request) -> Response:
    edition = request.state.edition
    content, names = await queries.draft(edition)
    draft = entries_of(content, Audience.STAFF, names)
    last = await queries.newest(edition)
    differing = differences(last, draft, names)
    rooms, tracks = await queries.rooms(edition), await queries.tracks(edition)
    return await render(
        request,
        "agenda/office/overview.html",
        plan=_days(list(draft.values()), {change.uid: change for change in differing}, edition.zone),
        removed=[told(change, edition.zone) for change in differing if What.REMOVED in change.what],
        unplaced=[session for session in await queries.sessions(edition) if not len(session.placements)],
        findings=findings(draft, names, rooms, edition),
        waiting=len(differing),
        last=last,
        rooms=rooms,
        tracks=tracks,
        say=say,
        audiences=AUDIENCES,
    )


def _days(entries: list[Json], differing: dict[str, Change], zone: str) -> list[Json]:
    days: dict[Any, list[Json]] = {}
    for entry in entries:
        days.setdefault(local(entry["starts"], zone).date(), []).append(_line(entry, differing.get(entry["uid"]), zone))
    return [{"title": format_day(day), "id": f"day-{day}", "lines": lines} for day, lines in sorted(days.items())]


def _line(entry: Json, change: Change | None, zone: str) -> Json:
    return {
        "code": entry["code"],
        "title": say(entry["title"]),
        "span": format_span(local(entry["starts"], zone), local(entry["ends"], zone), zone),
        "room": say(entry["room"]["name"]) if entry["room"] else "",
        "track": say(entry["track"]["name"]) if entry["track"] else "",
        "cancelled": entry["cancelled"],
        "audience": entry["audience"],
        "change": told(change, zone) if change else None,
    }
