"""A schedule as c3voc's schedule.xml (version 1) and schedule.json (version 2), the formats that schedule apps read.

Both are made from the same `Schedule`, which holds only what its reader may see, and are valid against c3voc's schemas.
Times are shown in the schedule's zone. The same schedule gives the same bytes.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from xml.etree.ElementTree import Element, SubElement, indent, tostring
from zoneinfo import ZoneInfo

GENERATOR = "conference"  # without version, or every update would change every file
NO_TRACK = "no-track"  # the JSON format wants the slug of a track from every entry


class Kind(StrEnum):
    """What an entry is, in the words of the JSON format."""

    TALK = "TALK"
    WORKSHOP = "WORKSHOP"
    MEETING = "MEETING"
    DISCUSSION = "DISCUSSION"
    PERFORMANCE = "PERFORMANCE"
    OTHER = "OTHER"
    BREAK = "BREAK"


class Role(StrEnum):
    """What a contributor does, in the words of the JSON format."""

    SPEAKER = "SPEAKER"
    MODERATOR = "MODERATOR"
    CONTRIBUTOR = "CONTRIBUTOR"
    HOST = "HOST"
    GUEST = "GUEST"


@dataclass(frozen=True, kw_only=True, slots=True)
class Contributor:
    guid: str
    name: str
    role: Role = Role.SPEAKER


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    url: str
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Track:
    """`slug` begins with a letter; `color` is `#rrggbb`."""

    slug: str
    name: str
    color: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    guid: str
    name: str
    capacity: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """One day of the conference, from aware `start` to aware `end`; days do not overlap."""

    date: date
    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Recording:
    license: str
    optout: bool = False
    url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One placement of a session in a room at a time.

    `id` is a positive number and `guid` a UUID, both its own; `code` is the session's, six of 0-9A-Z. `room` is the guid
    of one of the schedule's rooms, `track` the slug of one of its tracks. The title of a cancelled one begins with the
    translated word, for the XML format knows no state. `language` is a code of two letters, or several ("en, es"), of
    which the JSON format is told the first.
    """

    id: int
    guid: str
    code: str
    room: str
    start: datetime
    end: datetime
    title: str
    url: str
    language: str
    subtitle: str = ""
    abstract: str = ""
    description: str = ""
    kind: Kind = Kind.WORKSHOP
    track: str | None = None
    contributors: tuple[Contributor, ...] = ()
    links: tuple[Link, ...] = ()
    recording: Recording | None = None
    cancelled: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """A release: at least one day; `time_slot` is the grid's step, `url` the schedule's page, `base_url` the site's."""

    version: str
    title: str
    acronym: str
    zone: str
    url: str
    base_url: str
    days: tuple[Day, ...]
    rooms: tuple[Room, ...] = ()
    tracks: tuple[Track, ...] = ()
    entries: tuple[Entry, ...] = ()
    time_slot: timedelta = timedelta(minutes=15)
    color: str | None = None


def to_xml(schedule: Schedule) -> bytes:
    """The schedule as schedule.xml. Raises ValueError where it has no day, or an entry no room."""
    _refuse_incomplete(schedule)
    root = Element("schedule")
    SubElement(root, "generator", name=GENERATOR)
    _add(root, "url", schedule.url)
    _add(root, "version", schedule.version)
    root.append(_xml_conference(schedule))
    codes_shown: set[str] = set()
    for index, day in enumerate(schedule.days, 1):
        root.append(_xml_day(schedule, index, day, codes_shown))
    indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8", xml_declaration=False) + b"\n"


def to_json(schedule: Schedule) -> bytes:
    """The schedule as version 2 of schedule.json. Raises ValueError where it has no day, or an entry no room."""
    _refuse_incomplete(schedule)
    whole = {
        "$schema": "https://c3voc.de/schema/schedule2",
        "generator": {"name": GENERATOR},
        "schedule": {
            "version": schedule.version,
            "conference": _json_conference(schedule),
            "events": [_json_entry(schedule, entry) for entry in _in_order(schedule.entries)],
        },
    }
    return json.dumps(_cleaned(whole), ensure_ascii=False, indent=1).encode() + b"\n"


def _refuse_incomplete(schedule: Schedule) -> None:
    if not schedule.days:
        raise ValueError("a schedule has at least one day")
    rooms = {room.guid for room in schedule.rooms}
    homeless = [entry.guid for entry in schedule.entries if entry.room not in rooms]
    if homeless:
        raise ValueError(f"entries in rooms that the schedule does not have: {', '.join(homeless)}")


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.start, entry.id))


def _xml_conference(schedule: Schedule) -> Element:
    conference = Element("conference")
    _add(conference, "title", schedule.title)
    _add(conference, "acronym", _acronym(schedule))
    _add(conference, "start", _moment(schedule, schedule.days[0].start))
    _add(conference, "end", _moment(schedule, schedule.days[-1].end))
    _add(conference, "days", str(len(schedule.days)))
    _add(conference, "timeslot_duration", _hours_and_minutes(schedule.time_slot))
    _add(conference, "base_url", schedule.base_url)
    _add(conference, "url", schedule.url)
    _add(conference, "time_zone_name", schedule.zone)
    if schedule.color:
        SubElement(conference, "color", primary=schedule.color)
    for track in schedule.tracks:
        color = {"color": track.color} if track.color else {}
        SubElement(conference, "track", name=_clean(track.name), slug=track.slug, **color)
    return conference


def _xml_day(schedule: Schedule, index: int, day: Day, codes_shown: set[str]) -> Element:
    start, end = _moment(schedule, day.start), _moment(schedule, day.end)
    element = Element("day", date=f"{day.date}", start=start, end=end, index=str(index))
    entries = [entry for entry in _in_order(schedule.entries) if _day_of(schedule, entry) == index]
    for room in schedule.rooms:
        inside = [entry for entry in entries if entry.room == room.guid]
        if inside:
            place = SubElement(element, "room", name=_clean(room.name), guid=room.guid)
            place.extend([_xml_entry(schedule, entry, room, codes_shown) for entry in inside])
    return element


def _day_of(schedule: Schedule, entry: Entry) -> int:
    """The number of the entry's day: the last one begun before it, so that none is lost between or after days."""
    begun = [index for index, day in enumerate(schedule.days, 1) if day.start <= entry.start]
    return max(begun, default=1)


def _xml_entry(schedule: Schedule, entry: Entry, room: Room, codes_shown: set[str]) -> Element:
    element = Element("event", id=str(entry.id), guid=entry.guid)
    if entry.code not in codes_shown:  # a session placed twice may show its code only once
        codes_shown.add(entry.code)
        element.set("code", entry.code)
    local = entry.start.astimezone(ZoneInfo(schedule.zone))
    texts = {
        "room": room.name,
        "title": entry.title,
        "subtitle": entry.subtitle,
        "type": entry.kind.lower(),
        "date": local.isoformat(),
        "start": f"{local:%H:%M}",
        "duration": _hours_and_minutes(entry.end - entry.start),
        "abstract": entry.abstract,
        "slug": _slug(schedule, entry),
        "track": _track_name(schedule, entry),
        "language": entry.language,
        "description": entry.description,
        "url": entry.url,
    }
    for tag, text in texts.items():
        _add(element, tag, text)
    _add_people(element, entry)
    _add_links(element, entry)
    if entry.recording:
        _add_recording(element, entry.recording)
    return element


def _add_people(element: Element, entry: Entry) -> None:
    people = SubElement(element, "persons")
    for contributor in entry.contributors:
        _add(people, "person", contributor.name, guid=contributor.guid)


def _add_links(element: Element, entry: Entry) -> None:
    links = SubElement(element, "links")
    for link in entry.links:
        _add(links, "link", link.title, href=_clean(link.url))


def _add_recording(element: Element, recording: Recording) -> None:
    told = SubElement(element, "recording")
    _add(told, "license", recording.license)
    _add(told, "optout", "true" if recording.optout else "false")
    if recording.url:
        _add(told, "url", recording.url)


def _add(parent: Element, tag: str, text: str, **attributes: str) -> None:
    SubElement(parent, tag, attributes).text = _clean(text)


def _json_conference(schedule: Schedule) -> dict:
    return {
        "acronym": _acronym(schedule),
        "title": schedule.title,
        "start": _moment(schedule, schedule.days[0].start),
        "end": _moment(schedule, schedule.days[-1].end),
        "timeslot_duration": _iso_duration(schedule.time_slot),
        "time_zone_name": schedule.zone,
        "url": schedule.url,
        **({"colors": {"primary": schedule.color}} if schedule.color else {}),
        "tracks": [_json_track(track) for track in schedule.tracks],
        "rooms": [_json_room(room) for room in schedule.rooms],
        "days": [_json_day(schedule, index, day) for index, day in enumerate(schedule.days, 1)],
    }


def _json_track(track: Track) -> dict:
    return {"name": track.name, "slug": track.slug, **({"color": track.color} if track.color else {})}


def _json_room(room: Room) -> dict:
    return {"name": room.name, "guid": room.guid, "capacity": room.capacity}


def _json_day(schedule: Schedule, index: int, day: Day) -> dict:
    start, end = _moment(schedule, day.start), _moment(schedule, day.end)
    return {"index": index, "date": f"{day.date}", "start": start, "end": end}


def _json_entry(schedule: Schedule, entry: Entry) -> dict:
    when = {"start": _moment(schedule, entry.start), "end": _moment(schedule, entry.end)}
    if entry.kind is Kind.BREAK:
        return {"guid": entry.guid, "type": "BREAK", "title": entry.title, **when, "room": {"guid": entry.room}}
    return {
        "guid": entry.guid,
        "code": entry.code,
        "slug": _slug(schedule, entry),
        "url": entry.url,
        "title": entry.title,
        "subtitle": entry.subtitle or None,
        "abstract": entry.abstract or None,
        "description": entry.description or None,
        "type": entry.kind,
        "language": entry.language[:2],
        "state": "CANCELED" if entry.cancelled else "CONFIRMED",
        **when,
        "track": {"slug": entry.track or NO_TRACK},
        "room": {"guid": entry.room},
        "participants": [{"guid": who.guid, "name": who.name, "role": who.role} for who in entry.contributors],
        "links": [{"type": "RELATED", "url": link.url, "title": link.title} for link in entry.links],
    }


def _moment(schedule: Schedule, moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(schedule.zone)).isoformat()


def _acronym(schedule: Schedule) -> str:
    """In the letters that both formats allow, and at least four of them."""
    return re.sub("[^a-z0-9]+", "_", schedule.acronym.lower()).strip("_").ljust(4, "_")


def _slug(schedule: Schedule, entry: Entry) -> str:
    """One per placement, and the same however often its title changes."""
    return f"{_acronym(schedule)}-{entry.id}-{entry.code.lower()}"


def _track_name(schedule: Schedule, entry: Entry) -> str:
    return next((track.name for track in schedule.tracks if track.slug == entry.track), "")


def _hours_and_minutes(duration: timedelta) -> str:
    hours, minutes = divmod(int(duration.total_seconds()) // 60, 60)
    return f"{hours:02}:{minutes:02}"


def _iso_duration(duration: timedelta) -> str:
    return f"PT{int(duration.total_seconds()) // 60}M"


def _clean(text: str) -> str:
    """Without the characters that XML cannot hold: control characters, halves of surrogate pairs, two others."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


def _cleaned(value: object) -> object:
    """Every text in it cleaned."""
    match value:
        case str():
            return _clean(value)
        case dict():
            return {key: _cleaned(inner) for key, inner in value.items()}
        case list():
            return [_cleaned(inner) for inner in value]
    return value
