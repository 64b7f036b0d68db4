"""Calendar feeds (RFC 5545 and 7986) as bytes: the same input gives the same bytes.

Events are written line by line here, because the icalendar library takes eight times as long, writes control characters
through and dies on lone surrogates; time zones are written with it, in `core.ical_zones`. Tests read every feed back with
it, compare, and ask five other readers.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote
from zoneinfo import ZoneInfo

from conference.core import ical_zones

MOST_OCTETS = 1000  # of a DESCRIPTION, escaped: some phones drop longer ones
LONGEST_ADDRESS = 800  # it must fit into the DESCRIPTION
FIRST_YEAR, LAST_YEAR = 1971, 2199  # an event outside is a mistake, and would make its time zone endless
YEAR_OF_AN_EMPTY_FEED = 2030  # its time zone needs some year, and no clock may decide which

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One entry. `start` and `end` are both aware datetimes, or both dates for whole days.

    `end` is the first moment, or the first day, after it; None or equal to `start`: a moment, or a single day.
    `stamp`, `modified` and `created` are aware. `summary` is shown as it is: whoever sets `cancelled` puts the
    translated word in front. `busy` blocks the reader's time. `color` is a CSS color word or `#rrggbb`.
    """

    uid: str
    stamp: datetime
    modified: datetime
    sequence: int
    start: datetime | date
    end: datetime | date | None
    summary: str
    location: str = ""
    description: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()
    cancelled: bool = False
    busy: bool = False
    color: str | None = None
    created: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """What stands over the entries. `prodid` carries no version, or every update would change every feed."""

    name: str
    prodid: str
    language: str = "en"
    color: str | None = None
    url: str = ""
    description: str = ""
    refresh: timedelta = timedelta(hours=1)


def calendar(head: Calendar, events: Iterable[Event], zone: str, skipped: Callable[[str], None] | None = None) -> bytes:
    """The feed, in order of time. `zone` is the IANA name in which times are written.

    An event that cannot be written is left out and its uid alone given to `skipped` (by default: to the log).
    """
    place = ZoneInfo(zone)
    entries = sorted(_writable(events, place, skipped or _log_skipped), key=lambda entry: entry.order)
    body = b"".join(entry.octets for entry in entries)
    return _folded(_head(head)) + _timezone(zone, entries) + body + b"END:VCALENDAR\r\n"


def single(head: Calendar, event: Event, zone: str) -> bytes:
    """A calendar of one event. Raises ValueError where the event cannot be written."""

    def refuse(uid: str) -> None:
        raise ValueError(f"the event {uid} cannot be written as a calendar entry")

    return calendar(head, [event], zone, refuse)


def notice(*, uid: str, stamp: datetime, day: date, summary: str, description: str = "", url: str = "") -> Event:
    """A whole-day entry that tells subscribers something, such as: this address has ended, subscribe again."""
    return Event(uid=uid, stamp=stamp, modified=stamp, sequence=0, start=day, end=day + timedelta(days=1),
                 summary=summary, description=description, url=url)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Entry:
    """A written event: its place in the feed, the years for which it needs the time zone, its bytes."""

    uid: str
    order: tuple[str, str]
    years: tuple[int, ...]
    octets: bytes


def _writable(events: Iterable[Event], zone: ZoneInfo, skipped: Callable[[str], None]) -> Iterator[_Entry]:
    """The events as entries, without those that fail or whose uid came before."""
    seen = set()
    for event in events:
        entry = _entry_or_none(event, zone)
        if entry is None or entry.uid in seen:
            skipped(_line(str(getattr(event, "uid", "?"))))
            continue
        seen.add(entry.uid)
        yield entry


def _entry_or_none(event: Event, zone: ZoneInfo) -> _Entry | None:
    try:
        return _entry(event, zone)
    except Exception:  # noqa: BLE001 whatever is wrong with one event, the others must reach their readers
        return None


def _entry(event: Event, zone: ZoneInfo) -> _Entry:
    uid = _line(event.uid)
    if not uid:
        raise ValueError("an event needs a uid")
    times = _Times.of(event, zone)
    return _Entry(uid, (times.order, uid), times.years, _folded(_event(event, uid, times)))


def _log_skipped(uid: str) -> None:
    log.warning("calendar event left out: %s", uid)


def _head(head: Calendar) -> list[str]:
    from icalendar import vDuration

    refresh = vDuration(head.refresh).to_ical().decode()
    told = f";LANGUAGE={head.language}" if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", head.language) else ""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_text(_line(head.prodid))}"]
    lines += [f"NAME{told}:{_text(_line(head.name))}", f"X-WR-CALNAME:{_text(_line(head.name))}"]
    lines += _optional(f"DESCRIPTION{told}", _description(head.description, ""))
    lines += _optional("X-WR-CALDESC", _description(head.description, ""))
    lines += _optional("URL;VALUE=URI", _address(head.url)) + _optional("COLOR", _color(head.color))
    return lines + [f"REFRESH-INTERVAL;VALUE=DURATION:{refresh}", f"X-PUBLISHED-TTL:{refresh}"]


def _event(event: Event, uid: str, times: "_Times") -> list[str]:
    url = _address(event.url)
    lines = ["BEGIN:VEVENT", f"UID:{_text(uid)}", f"DTSTAMP:{_utc(event.stamp)}"]
    lines += _optional("CREATED", event.created and _utc(event.created))
    lines += [f"LAST-MODIFIED:{_utc(event.modified)}", f"SEQUENCE:{_count(event.sequence)}"]
    lines += times.lines
    lines += [f"SUMMARY:{_text(_line(event.summary))}"]
    lines += _optional("LOCATION", _text(_line(event.location)))
    lines += _optional("DESCRIPTION", _description(event.description, url))
    lines += _optional("URL;VALUE=URI", url)
    lines += _optional("CATEGORIES", ",".join(filter(None, (_text(_line(word)) for word in event.categories))))
    lines += [f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}"]
    lines += [f"TRANSP:{'OPAQUE' if event.busy and not event.cancelled else 'TRANSPARENT'}"]
    return lines + _optional("COLOR", _color(event.color)) + ["END:VEVENT"]


def _optional(name: str, value: str | None) -> list[str]:
    return [f"{name}:{value}"] if value else []


@dataclass(frozen=True, slots=True)
class _Times:
    """When an event is: what sorts it, the years for which its lines need the time zone, and the lines."""

    order: str
    years: tuple[int, ...]
    lines: list[str]

    @classmethod
    def of(cls, event: Event, zone: ZoneInfo) -> "_Times":
        start, end = event.start, event.start if event.end is None else event.end
        if isinstance(start, datetime) != isinstance(end, datetime):
            raise ValueError("start and end must both be moments or both be days")
        if isinstance(start, datetime):
            # In UTC, for Python compares moments of one zone by their clocks, which may have been put back in between.
            start, end = _aware(start).astimezone(UTC), _aware(end).astimezone(UTC)
        if end < start or not (FIRST_YEAR <= start.year and end.year <= LAST_YEAR):
            raise ValueError("an event ends after it starts, in years that a calendar knows")
        return cls._moments(start, end, zone) if isinstance(start, datetime) else cls._days(start, end)

    @classmethod
    def _days(cls, start: date, end: date) -> "_Times":
        lines = [f"DTSTART;VALUE=DATE:{start:%Y%m%d}"]
        if end > start:
            lines.append(f"DTEND;VALUE=DATE:{end:%Y%m%d}")
        return cls(f"{start:%Y%m%d}", (), lines)

    @classmethod
    def _moments(cls, start: datetime, end: datetime, zone: ZoneInfo) -> "_Times":
        """From moments in UTC."""
        local = [moment.astimezone(zone) for moment in (start, end)]
        in_utc = _is_utc(zone) or any(_second_time(moment) for moment in local)
        written = [":" + _utc(moment) if in_utc else f";TZID={zone.key}:{moment:%Y%m%dT%H%M%S}" for moment in local]
        lines = ["DTSTART" + written[0]]
        if end > start:
            lines.append("DTEND" + written[1])
        years = () if in_utc else tuple(moment.year for moment in local)
        return cls(f"{local[0]:%Y%m%d} {start:%Y%m%dT%H%M%S}", years, lines)


def _second_time(moment: datetime) -> bool:
    """Whether this hour is the repetition of one, when clocks go back: a time with TZID can only mean the first."""
    return moment.fold == 1 and moment.utcoffset() != moment.replace(fold=0).utcoffset()


def _is_utc(zone: ZoneInfo) -> bool:
    return zone.key in ("UTC", "Etc/UTC")


def _timezone(zone: str, entries: list[_Entry]) -> bytes:
    """The time zone where an entry uses it, or where there is no entry: a calendar must hold one component."""
    years = [year for entry in entries for year in entry.years]
    if entries and not years:
        return b""
    years = years or [YEAR_OF_AN_EMPTY_FEED]
    return ical_zones.component(zone, min(years), max(years))


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a moment without a time zone")
    return moment


def _utc(moment: datetime) -> str:
    return f"{_aware(moment).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _count(sequence: int) -> int:
    if not 0 <= sequence < 2**31:
        raise ValueError("a sequence number out of range")
    return int(sequence)


def _description(text: str, link: str) -> str:
    """The text as a TEXT value of at most MOST_OCTETS, cut after a word, with the link last."""
    text, tail = _clean(text).strip(), _text(link)
    if link and text.endswith(link):
        text = text[: -len(link)].rstrip()
    gap = "\\n\\n" if text and tail else ""
    whole = _text(text[: MOST_OCTETS + 1]) + gap + tail
    if len(whole.encode()) <= MOST_OCTETS:
        return whole
    return _text(_cut(text, MOST_OCTETS - len(f"…{gap}{tail}".encode()))) + "…" + gap + tail


def _cut(text: str, room: int) -> str:
    """As many whole words as fit into that many octets once escaped; of a first word too long, its beginning."""
    return _fitting(re.finditer(r"\s*\S+", text[:room]), text, room) or _fitting(re.finditer(r"\S", text), text, room)


def _fitting(pieces: Iterator[re.Match], text: str, room: int) -> str:
    kept = 0
    for piece in pieces:
        room -= len(_text(piece.group()).encode())
        # A piece that ends where the text was cut off may be half a word.
        if room < 0 or piece.end() == len(piece.string) < len(text):
            break
        kept = piece.end()
    return text[:kept]


_UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[ \t\n]+")


def _clean(text: str) -> str:
    """Without control characters and halves of surrogate pairs; every kind of line break is one line feed."""
    return _UNWANTED.sub("", _BREAKS.sub("\n", text))


def _line(text: str) -> str:
    """Cleaned, and on one line."""
    if text.isprintable() and "  " not in text:  # nearly always, and much faster to find out
        return text.strip()
    return _SPACES.sub(" ", _clean(text)).strip()


def _text(cleaned: str) -> str:
    """A cleaned text as a TEXT value."""
    return cleaned.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _address(url: str) -> str:
    """A web or mail address as a URI value, or nothing where there is none."""
    url = quote(_line(url), safe="%/:?#[]@!$&'()*+,;=~") if url else ""
    if url and (not re.match(r"(https?|webcals?|mailto):.", url) or len(_text(url)) > LONGEST_ADDRESS):
        raise ValueError("not an address, or one too long")
    return url


_COLORS = {
    "black": 0x000000, "dimgray": 0x696969, "gray": 0x808080, "silver": 0xC0C0C0, "slategray": 0x708090,
    "maroon": 0x800000, "firebrick": 0xB22222, "crimson": 0xDC143C, "tomato": 0xFF6347, "chocolate": 0xD2691E,
    "sienna": 0xA0522D, "darkorange": 0xFF8C00, "goldenrod": 0xDAA520, "gold": 0xFFD700, "olive": 0x808000,
    "olivedrab": 0x6B8E23, "yellowgreen": 0x9ACD32, "green": 0x008000, "darkgreen": 0x006400, "seagreen": 0x2E8B57,
    "teal": 0x008080, "darkcyan": 0x008B8B, "turquoise": 0x40E0D0, "deepskyblue": 0x00BFFF, "steelblue": 0x4682B4,
    "royalblue": 0x4169E1, "navy": 0x000080, "blue": 0x0000FF, "slateblue": 0x6A5ACD, "indigo": 0x4B0082,
    "purple": 0x800080, "orchid": 0xDA70D6, "mediumvioletred": 0xC71585, "hotpink": 0xFF69B4, "white": 0xFFFFFF,
}  # fmt: skip


@lru_cache(maxsize=512)
def _color(color: str | None) -> str:
    """A CSS color word, which is all that calendars may say: the nearest one known for `#rrggbb`, else nothing."""
    color = (color or "").strip().lower()
    if not re.fullmatch("#[0-9a-f]{6}", color):
        return color if re.fullmatch("[a-z]{3,20}", color) else ""
    wanted = bytes.fromhex(color[1:])
    return min(_COLORS, key=lambda word: sum((a - b) ** 2 for a, b in zip(_COLORS[word].to_bytes(3), wanted)))


def _folded(lines: list[str]) -> bytes:
    """The lines with CRLF, none longer than 75 octets, no character torn apart."""
    octets = [line.encode() for line in lines]
    return b"\r\n".join([line if len(line) <= 75 else _fold(line) for line in octets]) + b"\r\n"


def _fold(line: bytes) -> bytes:
    parts, start, end = [], 0, 75
    while start < len(line):
        while end < len(line) and line[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(line[start:end])
        start, end = end, end + 74  # the space before a continued line is an octet too
    return b"\r\n ".join(parts)
