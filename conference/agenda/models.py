"""What happens when and where: rooms, tracks, sessions, who contributes, and the releases that visitors read.

Rows are the editors' draft. Visitors read the newest ``Release`` alone: nothing unreleased shows anywhere.
"""

from enum import StrEnum
from uuid import uuid4

from tortoise.migrations.constraints import CheckConstraint

from conference.core.db import fields
from conference.core.db.model import Model


class Audience(StrEnum):
    """Who may read something; each also reads what the ones before may."""

    PUBLIC = "public"
    PARTICIPANTS = "participants"
    STAFF = "staff"


class Kinds(StrEnum):
    ARRIVAL = "arrival"
    PLENARY = "plenary"
    BREAKOUT = "breakout"
    MEAL = "meal"
    BREAK = "break"
    CARE = "care"
    SOCIAL = "social"
    MEETING = "meeting"
    CLOSING = "closing"


class States(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


class Room(Model):
    """A room of an edition. ``access`` says bilingually how one gets in and what helps inside."""

    edition = fields.Reference("conference.Edition", related_name="rooms")
    slug = fields.Short(60)
    name = fields.Json()
    capacity = fields.Number(null=True)
    floor = fields.Short(20, default="")
    access = fields.Json(default=dict)
    audience = fields.Choice(Audience, default=Audience.PUBLIC)
    place = fields.Number(default=100)

    class Meta:
        table = "room"
        unique_together = (("edition", "slug"),)


class Track(Model):
    """A thread through the agenda. ``color`` is a tint of the style sheet."""

    edition = fields.Reference("conference.Edition", related_name="tracks")
    slug = fields.Short(60)
    name = fields.Json()
    color = fields.Short(24)
    place = fields.Number(default=100)

    class Meta:
        table = "track"
        unique_together = (("edition", "slug"),)


class Session(Model):
    """One session. ``code`` is six of 0-9A-Z; ``title_ours`` says that the title was given later than the session was.

    ``languages`` are spoken in the room, ``interpretation`` those it is interpreted into (``asl`` among them).
    ``links`` are ``[{"url", "title"}]``; ``continues`` names codes of earlier editions; ``signup`` is how many may come.
    """

    edition = fields.Reference("conference.Edition", related_name="sessions")
    code = fields.Short(6, unique=True)
    title = fields.Json()
    title_ours = fields.Flag(default=False)
    abstract = fields.Json(default=dict)
    note = fields.Json(default=dict)
    kind = fields.Choice(Kinds, default=Kinds.BREAKOUT)
    track = fields.Reference("conference.Track", related_name="sessions", null=True)
    languages = fields.Json(default=list)
    interpretation = fields.Json(default=list)
    captions = fields.Flag(default=False)
    recorded = fields.Flag(default=False)
    audience = fields.Choice(Audience, default=Audience.PUBLIC)
    signup = fields.Number(null=True)
    links = fields.Json(default=list)
    continues = fields.Json(default=list)
    made = fields.Moment()

    class Meta:
        table = "session"
        constraints = (CheckConstraint(check="length(code) = 6", name="session_code_has_six_symbols"),)


class Placement(Model):
    """A session at a time in a room. ``uid`` names it in every calendar for good, ``number`` in schedule.xml."""

    session = fields.Reference("conference.Session", related_name="placements", on_delete=fields.OnDelete.CASCADE)
    room = fields.Reference("conference.Room", related_name="placements", null=True)
    starts = fields.Moment()
    ends = fields.Moment()
    uid = fields.Uuid(unique=True, default=uuid4)
    number = fields.Number(unique=True)
    state = fields.Choice(States, default=States.PLANNED)

    class Meta:
        table = "placement"
        constraints = (CheckConstraint(check="ends > starts", name="placement_ends_after_it_starts"),)


class Contributor(Model):
    """Somebody named in sessions of an edition; the row's id is their guid in schedule.xml and schedule.json."""

    edition = fields.Reference("conference.Edition", related_name="contributors")
    name = fields.Internal(purpose="naming who leads a session", days=60, after="end")
    name_blind = fields.Blind(of="name")

    class Meta:
        table = "contributor"


class Contribution(Model):
    """What somebody does in a session, and who may read that they do."""

    session = fields.Reference("conference.Session", related_name="contributions", on_delete=fields.OnDelete.CASCADE)
    contributor = fields.Reference(
        "conference.Contributor", related_name="contributions", on_delete=fields.OnDelete.CASCADE
    )
    role = fields.Json(default=dict)
    audience = fields.Choice(Audience, default=Audience.PUBLIC)
    place = fields.Number(default=0)

    class Meta:
        table = "contribution"
        unique_together = (("session", "contributor"),)


class Release(Model):
    """The agenda as it was published once. Pages, feeds, XML, JSON and the programme are made from the newest one.

    ``content`` is the agenda (see ``snapshots``) without names that are not public; those are in ``names``, a JSON object by
    guid. ``facts`` says of every event ever published how it was last published (see ``carrying``).
    """

    edition = fields.Reference("conference.Edition", related_name="releases")
    version = fields.Number()
    name = fields.Json()
    notes = fields.Json(default=dict)
    content = fields.Json()
    names = fields.Internal(purpose="naming who leads a session", days=60, after="end")
    facts = fields.Json()
    of_version = fields.Number(null=True)  # the version whose content this one brought back
    made = fields.Moment()
    by = fields.Uuid(null=True)

    class Meta:
        table = "release"
        unique_together = (("edition", "version"),)


class DayEntry(Model):
    """A whole-day entry of the organization's calendar as last published: ``what`` is ``days`` or a deadline such as ``refund-30``.

    ``facts`` are ``{"starts", "ends", "title", "place", "percent"}``; ``ends`` is the first day after it.
    """

    edition = fields.Reference("conference.Edition", related_name="day_entries")
    what = fields.Short(40)
    uid = fields.Uuid(unique=True, default=uuid4)
    facts = fields.Json()
    sequence = fields.Number(default=0)
    stamp = fields.Moment()
    cancelled = fields.Flag(default=False)

    class Meta:
        table = "day_entry"
        unique_together = (("edition", "what"),)
