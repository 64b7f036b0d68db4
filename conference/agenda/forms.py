"""What editors fill in."""

import re
from collections.abc import Sequence
from datetime import time
from typing import Any

from wtforms import Form as StockForm
from wtforms import validators, widgets

from conference.agenda.models import Audience, Kinds
from conference.core.forms import DayField, Form, Hidden, Line, Paragraphs, Pick, PickMany, Tick, Whole
from conference.core.i18n import _, lazy

KINDS = {
    Kinds.ARRIVAL: lazy("Arrival"),
    Kinds.PLENARY: lazy("Plenary"),
    Kinds.BREAKOUT: lazy("Breakout"),
    Kinds.MEAL: lazy("Meal"),
    Kinds.BREAK: lazy("Break"),
    Kinds.CARE: lazy("Childcare"),
    Kinds.SOCIAL: lazy("Evening together"),
    Kinds.MEETING: lazy("Meeting"),
    Kinds.CLOSING: lazy("Closing"),
}
AUDIENCES = {
    Audience.PUBLIC: lazy("Everybody"),
    Audience.PARTICIPANTS: lazy("Participants only"),
    Audience.STAFF: lazy("Organizers only"),
}
SPOKEN = {"en": lazy("English"), "es": lazy("Spanish"), "asl": lazy("American Sign Language")}
COLORS = {
    "indigo": lazy("Indigo"),
    "madder": lazy("Madder red"),
    "moss": lazy("Moss green"),
    "ochre": lazy("Ochre"),
    "plum": lazy("Plum"),
    "lagoon": lazy("Lagoon"),
    "brick": lazy("Brick"),
    "slate": lazy("Slate"),
}
SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


class Code(Line):
    """Six of 0-9A-Z, in capitals however they are typed."""

    def process_formdata(self, sent: list[Any]) -> None:
        super().process_formdata(sent)
        self.data = self.data.upper()

    def pre_validate(self, form: StockForm) -> None:
        if self.data and not re.fullmatch("[0-9A-Z]{6}", self.data):
            raise validators.StopValidation(_("A code has six letters or digits, like B1KNOW."))


class Slug(Line):
    """A word for addresses."""

    def pre_validate(self, form: StockForm) -> None:
        if self.data and (not SLUG.fullmatch(self.data) or self.data == "new"):  # /rooms/new adds one
            raise validators.StopValidation(
                _("Please use small letters, digits and dashes, beginning with a letter, like great-hall.")
            )


class Clock(Line):
    """A time of day as the browser's own field sends it, ``14:30``; the value is a ``datetime.time``."""

    widget = widgets.TimeInput()

    def process_formdata(self, sent: list[Any]) -> None:
        super().process_formdata(sent)
        found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::00)?", self.data)
        self.data = time(int(found[1]), int(found[2])) if found else None

    def pre_validate(self, form: StockForm) -> None:
        if self.data is None and self.raw_data and self.raw_data[0]:
            raise validators.StopValidation(_("Please write the time like 14:30."))

    def _value(self) -> str:
        if self.raw_data and isinstance(self.raw_data[0], str):
            return self.raw_data[0]
        return f"{self.data:%H:%M}" if self.data else ""


class Links(Paragraphs):
    """One link a line, the address and then its words; the value is ``[{"url", "title"}]``."""

    def process_formdata(self, sent: list[Any]) -> None:
        super().process_formdata(sent)
        lines = [line.split(maxsplit=1) for line in self.data.splitlines() if line.strip()]
        self.data = [{"url": line[0], "title": line[1].strip() if line[1:] else line[0]} for line in lines]

    def pre_validate(self, form: StockForm) -> None:
        if len(self.data or []) > 20:
            raise validators.StopValidation(_("Please give at most 20 links."))
        for link in self.data or []:
            if not re.fullmatch(r"https?://[^\s/?#<>\"\\]+[^\s<>\"\\]*", link["url"]) or len(link["url"]) > 500:
                raise validators.StopValidation(_("Each line begins with an address such as https://example.org/page."))
            if len(link["title"]) > 200:
                raise validators.StopValidation(_("The words of a link have at most 200 characters."))

    def _value(self) -> str:
        if self.raw_data and isinstance(self.raw_data[0], str):
            return self.raw_data[0]
        return "\n".join(f"{link['url']} {link['title']}" for link in self.data or [])


def both(form: Form, name: str) -> dict[str, str]:
    """``{"en", "es"}`` of the two fields of a bilingual value, without languages that have no words."""
    said = {"en": form[f"{name}_en"].data or "", "es": form[f"{name}_es"].data or ""}
    return {code: words for code, words in said.items() if words}


def apart(name: str, words: dict[str, str] | None) -> dict[str, str]:
    """The two fields of a bilingual value."""
    return {f"{name}_{code}": (words or {}).get(code, "") for code in ("en", "es")}


def _choices(words: dict[Any, Any]) -> list[tuple[str, Any]]:
    return [(str(value), label) for value, label in words.items()]


class SessionForm(Form):
    code = Code(
        lazy("Code"),
        max=6,
        description=lazy("Six letters or digits. It stands in the session's address and is never changed."),
    )
    title_en = Line(lazy("Title in English"))
    title_es = Line(lazy("Title in Spanish"), required=False)
    title_ours = Tick(lazy("The title was given later, by us"))
    abstract_en = Paragraphs(lazy("What it is about, in English"), required=False)
    abstract_es = Paragraphs(lazy("What it is about, in Spanish"), required=False)
    note_en = Paragraphs(lazy("Note under the session, in English"), max=1_000, required=False)
    note_es = Paragraphs(lazy("Note under the session, in Spanish"), max=1_000, required=False)
    kind = Pick(lazy("Kind"), choices=_choices(KINDS))
    track = Pick(lazy("Track"), required=False)
    languages = PickMany(lazy("Spoken in the room"), choices=_choices(SPOKEN))
    interpretation = PickMany(lazy("Interpreted into"), choices=_choices(SPOKEN))
    captions = Tick(lazy("Captions on a screen"))
    recorded = Tick(lazy("It is recorded"))
    signup = Whole(lazy("Places, where people sign up for it"), least=1, most=10_000, required=False)
    audience = Pick(lazy("Who may know of it"), choices=_choices(AUDIENCES))
    links = Links(
        lazy("Links"), required=False, description=lazy("One a line: the address, a space, and the words to show.")
    )

    def __init__(self, *args: Any, tracks: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.track.choices = [("", _("None")), *tracks]

    def answers(self) -> dict[str, Any]:
        """As ``actions.create_session`` takes them; ``track`` is a slug or None."""
        plain = (
            "code",
            "title_ours",
            "kind",
            "languages",
            "interpretation",
            "captions",
            "recorded",
            "signup",
            "audience",
            "links",
        )
        words = {name: both(self, name) for name in ("title", "abstract", "note")}
        return {name: self[name].data for name in plain} | words | {"track": self.track.data or None}


class ChangeSessionForm(SessionForm):
    """The code stays what it is."""

    code = None

    def answers(self) -> dict[str, Any]:
        plain = (
            "title_ours",
            "kind",
            "languages",
            "interpretation",
            "captions",
            "recorded",
            "signup",
            "audience",
            "links",
        )
        words = {name: both(self, name) for name in ("title", "abstract", "note")}
        return {name: self[name].data for name in plain} | words | {"track": self.track.data or None}


class PlacementForm(Form):
    day = DayField(lazy("Day"))
    starts = Clock(lazy("Begins"), max=8)
    ends = Clock(lazy("Ends"), max=8, description=lazy("A time before the beginning, until 6:00, is on the next day."))
    room = Pick(lazy("Room"), required=False)

    def __init__(self, *args: Any, rooms: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.room.choices = [("", _("Not known yet")), *rooms]

    def answers(self) -> dict[str, Any]:
        return super().answers() | {"room": self.room.data or None}


class ContributorForm(Form):
    name = Line(lazy("Name"), max=120, description=lazy("The name this person wants to be called here."))
    role_en = Line(lazy("What this person does, in English"), max=120, required=False)
    role_es = Line(lazy("What this person does, in Spanish"), max=120, required=False)
    audience = Pick(
        lazy("Who may read the name"),
        choices=_choices(AUDIENCES),
        description=lazy("Everybody means the whole world, for good. Ask this person first."),
    )

    def answers(self) -> dict[str, Any]:
        return {"name": self.name.data, "role": both(self, "role"), "audience": self.audience.data}


class RoomForm(Form):
    slug = Slug(lazy("Word in addresses"), max=60)
    name_en = Line(lazy("Name in English"), max=120)
    name_es = Line(lazy("Name in Spanish"), max=120, required=False)
    capacity = Whole(lazy("How many people it holds"), least=1, most=100_000, required=False)
    floor = Line(lazy("Floor"), max=20, required=False)
    access_en = Paragraphs(lazy("How to get in and what helps inside, in English"), max=1_000, required=False)
    access_es = Paragraphs(lazy("How to get in and what helps inside, in Spanish"), max=1_000, required=False)
    audience = Pick(lazy("Who may know of it"), choices=_choices(AUDIENCES))
    place = Whole(lazy("Place in the list"), most=10_000)

    def answers(self) -> dict[str, Any]:
        plain = ("slug", "capacity", "floor", "audience", "place")
        return {name: self[name].data for name in plain} | {"name": both(self, "name"), "access": both(self, "access")}


class TrackForm(Form):
    slug = Slug(lazy("Word in addresses"), max=60)
    name_en = Line(lazy("Name in English"), max=120)
    name_es = Line(lazy("Name in Spanish"), max=120, required=False)
    color = Pick(lazy("Color"), choices=_choices(COLORS))
    place = Whole(lazy("Place in the list"), most=10_000)

    def answers(self) -> dict[str, Any]:
        return {"slug": self.slug.data, "name": both(self, "name"), "color": self.color.data, "place": self.place.data}


class ReleaseForm(Form):
    name_en = Line(
        lazy("Name of this release in English"),
        max=120,
        description=lazy("Such as: Second version, or Rooms of Saturday."),
    )
    name_es = Line(lazy("Name of this release in Spanish"), max=120, required=False)
    notes_en = Paragraphs(lazy("What readers should know about it, in English"), max=2_000, required=False)
    notes_es = Paragraphs(lazy("What readers should know about it, in Spanish"), max=2_000, required=False)
    seen = Hidden(max=64)

    def answers(self) -> dict[str, Any]:
        return {"name": both(self, "name"), "notes": both(self, "notes"), "seen": self.seen.data}
