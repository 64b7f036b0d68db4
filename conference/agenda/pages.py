"""The agenda as visitors read it, and its files. All of it is made from the newest release."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from conference.agenda import exports, formats, queries
from conference.agenda.agendas import Agenda, Entry
from conference.agenda.models import Audience, Kinds
from conference.agenda.snapshots import Json, level_of
from conference.core import clock
from conference.core.errors import NotFound
from conference.core.i18n import DEFAULT, _, format_day, format_span, format_time, language
from conference.core.panels import panel
from conference.core.running import running
from conference.core.web import render, see_other
from conference.editions.access import audience_of
from conference.editions.models import Edition
from conference.editions.queries import next_edition
from conference.editions.wording import say

PAUSES = {Kinds.MEAL, Kinds.BREAK}

# Pages


async def schedule(request: Request) -> Response:
    shown = await queries.agenda(request.state.edition)
    return await _show_schedule(request, shown, _session_pages(request.state.edition, "sessions"))


async def my_schedule(request: Request) -> Response:
    """The schedule for who takes part: with the sessions that the public page leaves out."""
    edition = request.state.edition
    level = level_of(await audience_of(request.state.person, edition))
    if level is Audience.PUBLIC:
        return see_other(request, "agenda.schedule")
    return await _show_schedule(
        request, await queries.agenda(edition, level), _session_pages(edition, "my/sessions"), own=True
    )


async def session(request: Request) -> Response:
    edition, code = request.state.edition, request.path_params["code"]
    return await _show_session(request, await queries.released(edition, code), queries.session_or_none)


async def my_session(request: Request) -> Response:
    edition, code = request.state.edition, request.path_params["code"]
    level = level_of(await audience_of(request.state.person, edition))
    return await _show_session(request, await queries.released(edition, code, level), None, own=True)


async def _show_schedule(
    request: Request, shown: Agenda | None, address: Callable[[str], str], own: bool = False
) -> Response:
    edition = request.state.edition
    if shown is None:
        return await render(request, "agenda/before.html", feed=_feed_links(edition, "schedule"), say=say)
    entries = [entry for entry in shown.on(_today(shown.zone)) if not entry.veiled]
    rooms = {room["slug"]: place for place, room in enumerate(shown.rooms)}
    entries.sort(key=lambda entry: (entry.starts, rooms.get(entry.room["slug"], 0) if entry.room else len(rooms)))
    days = await run_sync(days_of, entries, shown.zone, address)
    return await render(
        request,
        "agenda/schedule.html",
        shown=shown,
        plan=days,
        tracks=_tracks(edition, shown, days),
        rooms=[room | _feed_links(edition, f"rooms/{room['slug']}") for room in shown.rooms],
        feed=_feed_links(edition, "schedule"),
        own=own,
        booklet=await queries.has_programme(edition),
        say=say,
    )


async def _show_session(request: Request, found: list[Entry], row_of: Any, own: bool = False) -> Response:
    edition, entry = request.state.edition, found[0]
    row = await row_of(edition, entry.code) if row_of else None
    return await render(
        request,
        "agenda/session.html",
        entry=entry,
        times=[_when_and_where(one) for one in found],
        spoken=exports.languages_of(entry),
        earlier=await queries.earlier(entry.continues),
        more=await panel("agenda.session", edition=edition, session=row) if row else "",
        feed=None if own else _feed_links(edition, f"sessions/{entry.code}"),
        own=own,
        say=say,
    )


# Files


async def schedule_ics(request: Request) -> Response:
    shown = await queries.agenda(request.state.edition)
    return await _calendar(request.state.edition, shown, shown.entries if shown else ())


async def track_ics(request: Request) -> Response:
    shown, track = await _part(request, "track")
    entries = [entry for entry in shown.entries if entry.track and entry.track["slug"] == track["slug"]]
    return await _calendar(request.state.edition, shown, entries, say(track["name"]))


async def room_ics(request: Request) -> Response:
    shown, room = await _part(request, "room")
    entries = [entry for entry in shown.entries if entry.room and entry.room["slug"] == room["slug"]]
    return await _calendar(request.state.edition, shown, entries, say(room["name"]))


async def session_ics(request: Request) -> Response:
    edition = request.state.edition
    entries = await queries.released(edition, request.path_params["code"])
    return await _calendar(edition, await queries.agenda(edition), entries, say(entries[0].title))


async def schedule_xml(request: Request) -> Response:
    return Response(await run_sync(formats.to_xml, await _schedule(request)), media_type="application/xml")


async def schedule_json(request: Request) -> Response:
    return Response(await run_sync(formats.to_json, await _schedule(request)), media_type="application/json")


async def programme(request: Request) -> Response:
    """The booklet to print; made after each release."""
    edition, chosen = request.state.edition, request.state.language
    blob = await queries.programme_pdf(edition, chosen)
    headers = {"content-disposition": f'inline; filename="{edition.slug}-programme-{chosen}.pdf"'}
    return Response(blob.body, media_type=blob.media_type, headers=headers)


async def days_ics(request: Request) -> Response:
    """The organization's calendar: the days of the next edition and what falls due before them."""
    edition = await next_edition()
    entries = await queries.day_entries(edition) if edition else []
    return _as_calendar(exports.days_feed(edition, entries, running().settings.base_url))


async def _part(request: Request, kind: str) -> tuple[Agenda, Json]:
    """The release and the track or room of the address. NotFound for those that no release shows."""
    shown = await queries.agenda(request.state.edition)
    found = getattr(shown, kind)(request.path_params["slug"]) if shown else None
    if shown is None or found is None:
        raise NotFound()
    return shown, found


async def _schedule(request: Request) -> formats.Schedule:
    edition = request.state.edition
    shown = await queries.agenda(edition)
    return exports.schedule(shown, edition, _today(shown.zone if shown else edition.zone), running().settings.base_url)


async def _calendar(edition: Edition, shown: Agenda | None, entries: Iterable[Entry], part: str = "") -> Response:
    kept = {entry.uid for entry in shown.on(_today(shown.zone))} if shown else set()
    standing = [entry for entry in entries if entry.uid in kept]
    return _as_calendar(await run_sync(exports.feed, shown, edition, standing, running().settings.base_url, part))


def _as_calendar(feed: bytes) -> Response:
    return Response(feed, media_type="text/calendar")


def _today(zone: str) -> date:
    return clock.now().astimezone(ZoneInfo(zone)).date()


# What the schedule's template is given: texts already written, as there are many


def days_of(entries: list[Entry], zone: str, address: Callable[[str], str]) -> list[Json]:
    """``[{id, url, title, heading, slots: [{start, until, cards}]}]`` in order of time."""
    place = ZoneInfo(zone)
    time = lru_cache(maxsize=None)(lambda moment: format_time(moment, zone))
    days = [
        (day, list(among)) for day, among in groupby(entries, key=lambda entry: entry.starts.astimezone(place).date())
    ]
    return [
        {
            "id": f"day-{day:%Y-%m-%d}",
            "url": f"#day-{day:%Y-%m-%d}",
            "title": format_day(day, _("EEE, MMM d")),
            "heading": format_day(day),
            "slots": [
                _slot(list(among), time, address) for _start, among in groupby(found, key=lambda entry: entry.starts)
            ],
        }
        for day, found in days
    ]


def _slot(entries: list[Entry], time: Callable[[Any], str], address: Callable[[str], str]) -> Json:
    ends = {entry.ends for entry in entries}
    until = time(ends.pop()) if len(ends) == 1 else ""
    return {
        "start": time(entries[0].starts),
        "until": until,
        "cards": [_card(entry, "" if until else time(entry.ends), time, address) for entry in entries],
    }


def _card(entry: Entry, until: str, time: Callable[[Any], str], address: Callable[[str], str]) -> Json:
    return {
        "title": say(entry.title),
        "url": address(entry.code),
        "start": time(entry.starts),
        "until": until,
        "where": say(entry.room["name"]) if entry.room else "",
        "who": exports.people_of(entry),
        "spoken": exports.languages_of(entry)
        if entry.kind not in (*PAUSES, Kinds.ARRIVAL, Kinds.CARE, Kinds.SOCIAL)
        else "",
        "track": say(entry.track["name"]) if entry.track else "",
        "track_slug": entry.track["slug"] if entry.track else "",
        "tint": entry.track["color"] if entry.track else "",
        "cancelled": entry.cancelled,
        "was": _was(entry) if entry.was and not entry.cancelled else "",
        "pause": entry.kind in PAUSES,
        "audience": entry.audience if entry.audience != Audience.PUBLIC else "",
    }


def _was(entry: Entry) -> str:
    """Where it was before the last release moved it."""
    was = entry.was or {}
    starts = datetime.fromisoformat(was["starts"])
    day = format_day(starts.astimezone(ZoneInfo(entry.zone)).date(), _("EEE, MMM d"))
    when = f"{day}, {format_time(starts, entry.zone)}"
    room = say(was["room"]["name"]) if was["room"] else ""
    if room:
        return _("It was: %(when)s, %(room)s") % {"when": when, "room": room}
    return _("It was: %(when)s") % {"when": when}


def _tracks(edition: Edition, shown: Agenda, days: list[Json]) -> list[Json]:
    """The tracks that have sessions, with these."""
    found = []
    for track in shown.tracks:
        cards = [
            card | {"day": day["title"]}
            for day in days
            for slot in day["slots"]
            for card in slot["cards"]
            if card["track_slug"] == track["slug"]
        ]
        if cards:
            found.append(
                {
                    "slug": track["slug"],
                    "title": say(track["name"]),
                    "tint": track["color"],
                    "url": f"#track-{track['slug']}",
                    "cards": cards,
                }
                | _feed_links(edition, f"tracks/{track['slug']}")
            )
    return found


def _when_and_where(entry: Entry) -> Json:
    day = entry.starts.astimezone(ZoneInfo(entry.zone)).date()
    return {
        "day": format_day(day),
        "span": format_span(entry.starts, entry.ends, entry.zone),
        "room": entry.room,
        "cancelled": entry.cancelled,
        "was": _was(entry) if entry.was and not entry.cancelled else "",
    }


def _session_pages(edition: Edition, folder: str) -> Callable[[str], str]:
    return lambda code: f"/{edition.slug}/{folder}/{code}"


def _feed_links(edition: Edition, name: str) -> Json:
    """``https`` is the address of a calendar, ``webcal`` the same for programs that subscribe when they are given it."""
    chosen = "" if language() == DEFAULT else f"?lang={language()}"
    address = f"{running().settings.base_url}/{edition.slug}/{name}.ics{chosen}"
    return {
        "https": address,
        "webcal": "webcal://" + address.partition("://")[2],
        "path": f"/{edition.slug}/{name}.ics{chosen}",
    }
