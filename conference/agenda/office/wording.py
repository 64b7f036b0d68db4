"""Differences and findings in words, for editors."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from conference.agenda import changes, conflicts, queries
from conference.agenda.changes import Change, What
from conference.agenda.conflicts import Finding, Rule
from conference.agenda.forms import AUDIENCES
from conference.agenda.models import Audience, Release
from conference.agenda.snapshots import Json, entries_of
from conference.core.i18n import _, format_moment
from conference.editions.models import Edition
from conference.editions.wording import say


def differences(last: Release | None, draft: dict[str, Json], names: dict[str, str]) -> list[Change]:
    """What a release of the draft would change."""
    return changes.compare(
        entries_of(last.content, Audience.STAFF, queries.hidden_names(last) | names) if last else {}, draft
    )


def told(change: Change, zone: str) -> Json:
    """A change in words: a short word for its chip, and sentences."""
    return {
        "title": say(change.now["title"]),
        "code": change.now["code"],
        "when": _when(change.now, zone),
        "chips": [(str(what), _short(what)) for what in change.what],
        "sentences": [_sentence(what, change, zone) for what in change.what],
    }


def _short(what: What) -> str:
    words = {
        What.NEW: _("New"),
        What.REMOVED: _("Taken off"),
        What.CANCELLED: _("Cancelled"),
        What.RESTORED: _("Takes place again"),
        What.MOVED: _("Moved"),
        What.AUDIENCE: _("Other readers"),
        What.CHANGED: _("Changed"),
    }
    return words[what]


def _sentence(what: What, change: Change, zone: str) -> str:
    now, was = change.now, change.was
    if what is What.MOVED:
        return _("Moved from %(was)s to %(now)s.") % {"was": _when(was, zone), "now": _when(now, zone)}
    if what is What.AUDIENCE:
        return _("Who may know of it: %(was)s before, %(now)s now.") % {
            "was": AUDIENCES[Audience(was["audience"])],
            "now": AUDIENCES[Audience(now["audience"])],
        }
    if what is What.CHANGED:
        return _("Changed: %(what)s.") % {"what": ", ".join(dict.fromkeys(_field(name) for name in change.fields))}
    words = {
        What.NEW: _("New: %(when)s."),
        What.REMOVED: _("Taken off the agenda; calendars will show it as cancelled. It was: %(when)s."),
        What.CANCELLED: _("Cancelled: %(when)s."),
        What.RESTORED: _("Takes place after all: %(when)s."),
    }
    return words[what] % {"when": _when(now, zone)}


def _field(name: str) -> str:
    words = {
        "title": _("title"),
        "title_ours": _("title"),
        "abstract": _("what it is about"),
        "note": _("note"),
        "kind": _("kind"),
        "languages": _("languages"),
        "interpretation": _("languages"),
        "captions": _("captions"),
        "recorded": _("recording"),
        "signup": _("places"),
        "links": _("links"),
        "continues": _("earlier sessions"),
        "track": _("track"),
        "contributors": _("people"),
        "venue": _("the conference's place"),
        "zone": _("time zone"),
        "room": _("the room's name"),
    }
    return words[name]


def _when(entry: Json, zone: str) -> str:
    when = format_moment(local(entry["starts"], zone), zone)
    return f"{when}, {say(entry['room']['name'])}" if entry["room"] else when


def local(moment: str, zone: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(zone))


def findings(draft: dict[str, Json], names: dict[str, str], rooms: list[Any], edition: Edition) -> list[Json]:
    titles = {entry["code"]: say(entry["title"]) for entry in draft.values()}
    places = {room.slug: say(room.name) for room in rooms}
    found = conflicts.find(draft.values(), edition.begins, edition.ends, edition.zone)
    return [{"codes": finding.codes, "text": _finding(finding, titles, places | names)} for finding in found]


def _finding(finding: Finding, titles: dict[str, str], who: dict[str, str]) -> str:
    words = {
        Rule.ROOM_TWICE: _("%(who)s has two sessions at once: “%(one)s” and “%(other)s”."),
        Rule.PERSON_TWICE: _("%(who)s is named in two sessions at once: “%(one)s” and “%(other)s”."),
        Rule.OUTSIDE: _("“%(one)s” is not on one of the conference's days."),
        Rule.NO_ROOM: _("“%(one)s” has no room yet."),
        Rule.ONE_LANGUAGE: _("“%(one)s” has its title in one language only."),
    }
    named = {
        "who": who.get(finding.who, finding.who),
        "one": titles[finding.codes[0]],
        "other": titles[finding.codes[-1]],
    }
    return words[finding.rule] % named
