"""The files made from a release: calendars, schedule.xml and schedule.json, for one level of readers and one language."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from conference.agenda import formats
from conference.agenda.agendas import Agenda, Entry
from conference.agenda.models import DayEntry, Kinds
from conference.agenda.snapshots import Json
from conference.core import ical
from conference.core.i18n import DEFAULT, _, language
from conference.editions.models import Edition
from conference.editions.wording import say

PRODID = "-//conference//agenda//EN"

# The strong color of each tint of the style sheet.
TINTS = {
    "indigo": "#2d3b94", "madder": "#9c1c3b", "moss": "#3b561a", "ochre": "#824600",
    "plum": "#6b2876", "lagoon": "#0a5660", "brick": "#96350f", "slate": "#3f4b59",
}  # fmt: skip

KINDS = {
    Kinds.PLENARY: formats.Kind.DISCUSSION,
    Kinds.BREAKOUT: formats.Kind.WORKSHOP,
    Kinds.MEAL: formats.Kind.BREAK,
    Kinds.BREAK: formats.Kind.BREAK,
    Kinds.SOCIAL: formats.Kind.PERFORMANCE,
    Kinds.MEETING: formats.Kind.MEETING,
    Kinds.CLOSING: formats.Kind.DISCUSSION,
}


def calendar_name(title: str, part: str = "") -> str:
    return f"{title}: {part}" if part else title


def feed(agenda: Agenda | None, edition: Edition, entries: Iterable[Entry], base_url: str, part: str = "") -> bytes:
    """A calendar of these entries; empty and valid before the first release. ``part`` names a track or room."""
    title = say(agenda.edition["title"] if agenda else edition.title)
    head = ical.Calendar(
        name=calendar_name(title, part),
        prodid=PRODID,
        language=language(),
        color=TINTS.get(agenda.edition["accent"] if agenda else edition.accent),
        url=f"{base_url}/{edition.slug}/schedule",
        description=_("Moves and cancellations arrive by themselves."),
    )
    return ical.calendar(
        head, [_event(entry, edition.slug, base_url) for entry in entries], agenda.zone if agenda else edition.zone
    )


def title_of(entry: Entry) -> str:
    """The title as calendars and lists show it: cancelled ones say so."""
    title = say(entry.title)
    return _("Cancelled: %(title)s") % {"title": title} if entry.cancelled else title


def _event(entry: Entry, slug: str, base_url: str) -> ical.Event:
    return ical.Event(
        uid=entry.uid,
        stamp=entry.stamp,
        modified=entry.stamp,
        sequence=entry.sequence,
        start=entry.starts,
        end=entry.ends,
        summary=title_of(entry),
        location=", ".join(filter(None, (entry.room and say(entry.room["name"]), "" if entry.veiled else entry.venue))),
        description=_description(entry),
        url=address_of(entry, slug, base_url),
        categories=(say(entry.track["name"]),) if entry.track else (),
        cancelled=entry.cancelled,
        color=TINTS.get(entry.track["color"]) if entry.track else None,
    )


def address_of(entry: Entry, slug: str, base_url: str) -> str:
    """The session's page; the whole schedule where it has none."""
    return f"{base_url}/{slug}/schedule" if entry.veiled else f"{base_url}/{slug}/sessions/{entry.code}"


def _description(entry: Entry) -> str:
    said = [say(entry.abstract), say(entry.note), languages_of(entry), people_of(entry)]
    said += [f"{link['title']}: {link['url']}" for link in entry.links]
    return "\n\n".join(filter(None, said))


def languages_of(entry: Entry) -> str:
    """Spanish, interpreted into English."""
    return _languages(tuple(entry.languages), tuple(entry.interpretation), language())


@lru_cache(maxsize=500)
def _languages(spoken: tuple[str, ...], into: tuple[str, ...], reader: str) -> str:
    both = len(spoken) > 1 and set(spoken) <= set(into)
    others = [code for code in into if code not in spoken]
    if both and others:
        said = _("%(spoken)s, interpreted both ways and into %(into)s")
    elif both:
        said = _("%(spoken)s, interpreted both ways")
    else:
        said = _("%(spoken)s, interpreted into %(into)s") if spoken and others else "%(spoken)s"
    said %= {"spoken": _listed(spoken, reader), "into": _listed(others, reader)}
    return said[:1].upper() + said[1:]


def _listed(codes: Iterable[str], reader: str) -> str:
    """English and Spanish; as within a sentence, where English alone writes languages with a capital letter."""
    from babel.lists import format_list

    names = {"en": _("English"), "es": _("Spanish"), "asl": _("American Sign Language")}
    said = [names.get(code, code) for code in codes]
    return format_list(said if reader == DEFAULT else [name[:1].lower() + name[1:] for name in said], locale=reader)


def people_of(entry: Entry) -> str:
    """Rosario Benavente (Chair), Celia Marroquín-Vale."""
    return ", ".join(
        f"{one['name']} ({say(one['role'])})" if say(one["role"]) else one["name"] for one in entry.contributors
    )


def days_feed(edition: Edition | None, entries: Iterable[DayEntry], base_url: str) -> bytes:
    """The organization's calendar: whole days of the next edition, and by when something must be done."""
    head = ical.Calendar(
        name=say(edition.title) if edition else _("Conference"), prodid=PRODID, language=language(), url=base_url
    )
    return ical.calendar(
        head,
        [_day_event(entry, edition, base_url) for entry in entries] if edition else [],
        edition.zone if edition else "UTC",
    )


def _day_event(entry: DayEntry, edition: Edition, base_url: str) -> ical.Event:
    title = say(entry.facts["title"])
    if entry.what != "days":
        title = _("Last day to cancel with %(percent)d%% of the money back: %(title)s") % {
            "percent": entry.facts["percent"],
            "title": title,
        }
    return ical.Event(
        uid=str(entry.uid),
        stamp=entry.stamp,
        modified=entry.stamp,
        sequence=entry.sequence,
        start=date.fromisoformat(entry.facts["starts"]),
        end=date.fromisoformat(entry.facts["ends"]),
        summary=_("Cancelled: %(title)s") % {"title": title} if entry.cancelled else title,
        location=entry.facts["place"],
        url=f"{base_url}/{edition.slug}/",
        cancelled=entry.cancelled,
    )


# schedule.xml and schedule.json


def schedule(agenda: Agenda | None, edition: Edition, today: date, base_url: str) -> formats.Schedule:
    """The release in the shape that both formats are made from. What is veiled is left out: these files are read whole."""
    facts = agenda.edition if agenda else {"title": edition.title, "accent": edition.accent}
    entries = [entry for entry in agenda.on(today) if not entry.veiled] if agenda else []
    return formats.Schedule(
        version=f"{agenda.version} {say(agenda.name)}".strip() if agenda else "0",
        title=say(facts["title"]),
        acronym=f"conference_{edition.slug}",
        zone=agenda.zone if agenda else edition.zone,
        url=f"{base_url}/{edition.slug}/schedule",
        base_url=base_url,
        days=_days(edition, agenda, entries),
        rooms=_rooms(edition, agenda, entries),
        tracks=tuple(
            formats.Track(slug=one["slug"], name=say(one["name"]), color=TINTS.get(one["color"]))
            for one in (agenda.tracks if agenda else ())
        ),
        entries=tuple(_schedule_entry(entry, edition, base_url) for entry in entries),
        color=TINTS.get(facts["accent"]),
    )


def _days(edition: Edition, agenda: Agenda | None, entries: list[Entry]) -> tuple[formats.Day, ...]:
    """From 6:00 to 6:00, every day of the edition and any other on which something is."""
    zone = ZoneInfo(agenda.zone if agenda else edition.zone)
    first = date.fromisoformat(agenda.edition["begins"]) if agenda else edition.begins
    last = agenda.ends if agenda else edition.ends
    known = {first + timedelta(days=n) for n in range((last - first).days + 1)}
    known |= {(entry.starts.astimezone(zone) - timedelta(hours=6)).date() for entry in entries}
    return tuple(
        formats.Day(date=day, start=_six(day, zone), end=_six(day + timedelta(days=1), zone)) for day in sorted(known)
    )


def _six(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, 6, tzinfo=zone)


def _rooms(edition: Edition, agenda: Agenda | None, entries: list[Entry]) -> tuple[formats.Room, ...]:
    """The rooms, those that only cancelled sessions still name, and one for what has none."""
    rooms = {
        one["id"]: formats.Room(guid=one["id"], name=say(one["name"]), capacity=one["capacity"])
        for one in (agenda.rooms if agenda else ())
    }
    for entry in entries:
        room = _room_of(entry, edition)
        rooms.setdefault(room["id"], formats.Room(guid=room["id"], name=say(room["name"])))
    return tuple(rooms.values())


def _room_of(entry: Entry, edition: Edition) -> Json:
    return entry.room or {"id": str(uuid5(UUID(str(edition.id)), "no room")), "name": _("Told at the conference")}


def _schedule_entry(entry: Entry, edition: Edition, base_url: str) -> formats.Entry:
    return formats.Entry(
        id=entry.number,
        guid=entry.uid,
        code=entry.code,
        room=_room_of(entry, edition)["id"],
        start=entry.starts,
        end=entry.ends,
        title=title_of(entry),
        url=address_of(entry, edition.slug, base_url),
        language=", ".join(code for code in entry.languages if len(code) == 2) or language(),
        abstract=say(entry.abstract),
        description=say(entry.note),
        kind=KINDS.get(Kinds(entry.kind), formats.Kind.OTHER),
        track=entry.track["slug"] if entry.track else None,
        contributors=tuple(
            formats.Contributor(guid=one["guid"], name=one["name"], role=_role(entry)) for one in entry.contributors
        ),
        links=tuple(formats.Link(url=link["url"], title=link["title"]) for link in entry.links),
        cancelled=entry.cancelled,
    )


def _role(entry: Entry) -> formats.Role:
    return formats.Role.MODERATOR if entry.kind in (Kinds.PLENARY, Kinds.CLOSING) else formats.Role.CONTRIBUTOR
