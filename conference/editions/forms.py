"""What organizers write about an edition, its pages, its people and the network."""

import re
from datetime import date
from typing import Any

from wtforms import Form as StockForm
from wtforms import validators

from conference.core import clock
from conference.core.forms import DayField, Email, Form, Hidden, Line, Paragraphs, Phone, Pick, Tick, Upload
from conference.core.i18n import _, lazy
from conference.editions.models import AdoptedText, Chapter, Duties, Edition, MessageState, Organization, Resource, ResourceKind

LANGUAGES = ("en", "es")
LONGEST_DAYS = 31


class PageForm(Form):
    """A page in both languages; ``revision`` is the one its writer had before them."""

    revision = Hidden(max=12, required=False)
    title_en = Line(lazy("Title in English"), max=120, required=False)
    body_en = Paragraphs(lazy("Text in English"), max=40_000, required=False)
    title_es = Line(lazy("Title in Spanish"), max=120, required=False)
    body_es = Paragraphs(lazy("Text in Spanish"), max=40_000, required=False)

    def words(self) -> dict:
        return {code: {"title": self[f"title_{code}"].data or "", "body": self[f"body_{code}"].data or ""} for code in LANGUAGES}

    def edited_revision(self) -> int:
        """0 where nothing was there before."""
        typed = self.revision.data or ""
        return int(typed) if re.fullmatch("[0-9]{1,9}", typed) else 0


class CallForm(Form):
    """The conference's call in both languages, paragraph by paragraph; ``after`` is the version its writer had before them."""

    after = Hidden(max=12, required=False)
    title_en = Line(lazy("Title in English"), max=200)
    intro_en = Paragraphs(lazy("In one paragraph, in English"), max=1_000)
    body_en = Paragraphs(lazy("Text in English"), max=20_000)
    title_es = Line(lazy("Title in Spanish"), max=200)
    intro_es = Paragraphs(lazy("In one paragraph, in Spanish"), max=1_000)
    body_es = Paragraphs(lazy("Text in Spanish"), max=20_000)

    def validate_body_es(self, field: Paragraphs) -> None:
        counts = {"english": len(self._paragraphs("en")), "spanish": len(self._paragraphs("es"))}
        if counts["english"] != counts["spanish"]:
            raise validators.ValidationError(
                _("Both languages need the same paragraphs: English has %(english)s, Spanish %(spanish)s. An empty line parts two of them.") % counts
            )

    def _paragraphs(self, code: str) -> list[str]:
        return [" ".join(part.split()) for part in re.split(r"\n\s*\n", self[f"body_{code}"].data or "") if part.strip()]

    def words(self) -> dict[str, Any]:
        """As ``actions.adopt`` takes them."""
        pairs = zip(self._paragraphs("en"), self._paragraphs("es"), strict=True)
        said = {name: {code: self[f"{name}_{code}"].data for code in LANGUAGES} for name in ("title", "intro")}
        return said | {"points": [{"text": {"en": english, "es": spanish}} for english, spanish in pairs]}

    def version_before(self) -> int:
        """0 where there was none."""
        typed = self.after.data or ""
        return int(typed) if re.fullmatch("[0-9]{1,9}", typed) else 0

    @staticmethod
    def given(text: AdoptedText | None) -> dict[str, Any]:
        if text is None:
            return {"after": "0"}
        words = {f"{name}_{code}": getattr(text, name).get(code, "") for name in ("title", "intro") for code in LANGUAGES}
        bodies = {f"body_{code}": "\n\n".join(point["text"].get(code, "") for point in text.points) for code in LANGUAGES}
        return words | bodies | {"after": str(text.version)}


COLORS = [
    ("indigo", lazy("Indigo")), ("madder", lazy("Madder red")), ("moss", lazy("Moss green")), ("ochre", lazy("Ochre")),
    ("plum", lazy("Plum")), ("lagoon", lazy("Lagoon")), ("brick", lazy("Brick")), ("slate", lazy("Slate gray")),
]  # fmt: skip
ZONES = [
    ("America/New_York", lazy("Eastern time")), ("America/Chicago", lazy("Central time")), ("America/Denver", lazy("Mountain time")),
    ("America/Phoenix", lazy("Arizona")), ("America/Los_Angeles", lazy("Pacific time")), ("America/Anchorage", lazy("Alaska")),
    ("Pacific/Honolulu", lazy("Hawaii")), ("America/Puerto_Rico", lazy("Puerto Rico")), ("America/Mexico_City", lazy("Central Mexico")),
    ("America/Tijuana", lazy("Tijuana")),
]  # fmt: skip


class EditionForm(Form):
    """What is said about an edition everywhere."""

    title_en = Line(lazy("Title in English"), max=200)
    title_es = Line(lazy("Title in Spanish"), max=200)
    lead_en = Paragraphs(lazy("In one paragraph, in English"), max=1_000)
    lead_es = Paragraphs(lazy("In one paragraph, in Spanish"), max=1_000)
    begins = DayField(lazy("First day"))
    ends = DayField(lazy("Last day"))
    city = Line(lazy("City"), max=120)
    venue = Line(lazy("Place"), max=200)
    address = Line(lazy("Address"), max=300)
    contact = Email(lazy("Mail address for questions"))
    hotline = Line(lazy("Telephone for questions"), max=40, required=False)
    accent = Pick(lazy("Color of its pages"), choices=COLORS)
    public = Tick(lazy("Everybody may see this edition"))

    def validate_ends(self, field: DayField) -> None:
        if not (self.begins.data and field.data):
            return
        if field.data < self.begins.data:
            raise validators.ValidationError(_("The last day cannot be before the first."))
        if (field.data - self.begins.data).days > LONGEST_DAYS:
            raise validators.ValidationError(_("That is longer than a month. Please look at both days again."))

    def facts(self) -> dict[str, Any]:
        said = self.answers()
        kept = {name: said[name] for name in ("begins", "ends", "city", "venue", "address", "contact", "hotline", "accent", "public")}
        return kept | {name: {code: said[f"{name}_{code}"] for code in LANGUAGES} for name in ("title", "lead")}

    @staticmethod
    def given(edition: Edition) -> dict[str, Any]:
        """What the form shows of an edition."""
        plain = {name: getattr(edition, name) for name in ("begins", "ends", "city", "venue", "address", "contact", "hotline", "accent", "public")}
        return plain | {f"{name}_{code}": getattr(edition, name).get(code, "") for name in ("title", "lead") for code in LANGUAGES}


def _looks_like_a_year(form: StockForm, field: Line) -> None:
    if not re.fullmatch(r"[12][0-9]{3}(-[a-z0-9]{1,18})?", field.data or ""):
        raise validators.ValidationError(_("Write the year, such as 2028; with a word after it where a year has two: 2028-winter."))


class NewEditionForm(EditionForm):
    """An edition that nobody sees yet; its address and its clock stay as they are."""

    slug = Line(lazy("Year, as it stands in the address"), max=24, rules=[_looks_like_a_year])
    zone = Pick(lazy("Which clock"), choices=ZONES)
    organized_by = Line(lazy("Organized by"), max=200)

    def facts(self) -> dict[str, Any]:
        said = self.answers()
        return super().facts() | {"slug": said["slug"], "zone": said["zone"], "organized_by": said["organized_by"]}


DUTY_NAMES = {  # who may do most first; the form offers the least first
    Duties.ORGANIZER: lazy("Organizer: everything but the money"),
    Duties.REGISTRAR: lazy("Registrar: registrations"),
    Duties.TREASURER: lazy("Treasurer: money"),
    Duties.HOUSING: lazy("Housing coordinator"),
    Duties.EDITOR: lazy("Editor: pages, schedule, notes"),
    Duties.NOTE_TAKER: lazy("Note-taker"),
}


class DutyForm(Form):
    email = Email(lazy("Their e-mail address"), render_kw={"autocomplete": "off"})
    duty = Pick(lazy("What they do"), choices=[(str(name), words) for name, words in reversed(DUTY_NAMES.items())])
    until = DayField(lazy("Until, with that day"), required=False)

    def validate_until(self, field: DayField) -> None:
        if field.data and field.data < clock.now().date():
            raise validators.ValidationError(_("This day is over. Leave it empty for a duty without an end."))

    def last_day(self) -> date | None:
        return self.until.data


class OrganizationForm(Form):
    """Who is behind the editions, and who receives donations for them."""

    name = Line(lazy("Name of the network"), max=200)
    short_name = Line(lazy("Short name"), max=40)
    tagline_en = Line(lazy("Under its name, in English"), max=300, required=False)
    tagline_es = Line(lazy("Under its name, in Spanish"), max=300, required=False)
    mail = Email(lazy("Mail address for questions"))
    hotline = Line(lazy("Telephone for questions"), max=40, required=False)
    sponsor_name = Line(lazy("Checks are made out to"), max=200, required=False)
    sponsor_lines = Paragraphs(lazy("Where checks are sent, line by line"), max=400, required=False)
    sponsor_number = Line(lazy("Its tax number"), max=40, required=False)
    wording_en = Paragraphs(lazy("What it says about tax, in English"), max=1_000, required=False)
    wording_es = Paragraphs(lazy("What it says about tax, in Spanish"), max=1_000, required=False)

    def facts(self) -> dict[str, Any]:
        said = {name: value or "" for name, value in self.answers().items()}
        sponsor = {
            "name": said["sponsor_name"], "lines": said["sponsor_lines"].split("\n") if said["sponsor_lines"] else [], "number": said["sponsor_number"],
            "wording": {code: said[f"wording_{code}"] for code in LANGUAGES},
        }  # fmt: skip
        kept = {name: said[name] for name in ("name", "short_name", "mail", "hotline")}
        return kept | {"tagline": {code: said[f"tagline_{code}"] for code in LANGUAGES}, "sponsor": sponsor if said["sponsor_name"] else {}}

    @staticmethod
    def given(known: Organization | None) -> dict[str, Any]:
        if known is None:
            return {}
        sponsor = known.sponsor or {}
        shown = {name: getattr(known, name) for name in ("name", "short_name", "mail", "hotline")}
        shown |= {f"tagline_{code}": known.tagline.get(code, "") for code in LANGUAGES}
        shown |= {f"wording_{code}": sponsor.get("wording", {}).get(code, "") for code in LANGUAGES}
        return shown | {
            "sponsor_name": sponsor.get("name", ""), "sponsor_lines": "\n".join(sponsor.get("lines", [])), "sponsor_number": sponsor.get("number", ""),
        }  # fmt: skip


class ChapterForm(Form):
    """A local group, as the contact page shows it."""

    name = Line(lazy("Name"), max=120)
    city = Line(lazy("City"), max=120)
    phone = Line(lazy("Telephone"), max=40, required=False)
    mail = Email(lazy("Mail address"), required=False)
    about_en = Paragraphs(lazy("What it does, in English"), max=600)
    about_es = Paragraphs(lazy("What it does, in Spanish"), max=600)

    def facts(self) -> dict[str, Any]:
        said = self.answers()
        kept = {name: said[name] or "" for name in ("name", "city", "phone", "mail")}
        return kept | {"about": {code: said[f"about_{code}"] for code in LANGUAGES}}

    @staticmethod
    def given(known: Chapter) -> dict[str, Any]:
        shown = {name: getattr(known, name) for name in ("name", "city", "phone", "mail")}
        return shown | {f"about_{code}": known.about.get(code, "") for code in LANGUAGES}


class Reach(Line):
    """An e-mail address or a telephone number, whichever somebody gives; kept as its own field would keep it."""

    def pre_validate(self, form: StockForm) -> None:
        (Email if "@" in (self.data or "") else Phone).pre_validate(self, form)  # type: ignore[arg-type]


class MessageForm(Form):
    """To a chapter, or to the network."""

    once = Hidden(max=40, required=False)
    words = Paragraphs(lazy("Your message"), max=4_000, render_kw={"rows": 8})
    name = Line(lazy("Your name"), max=120, required=False, description=lazy("Any name you want to be called."), render_kw={"autocomplete": "nickname"})
    reach = Reach(
        lazy("How can they answer you?"), max=254, required=False, description=lazy("An e-mail address or a telephone number. Without one nobody can answer."),
        render_kw={"autocomplete": "email"},
    )  # fmt: skip


MESSAGE_STATES = {
    MessageState.WAITING: lazy("Waiting"),
    MessageState.PASSED: lazy("Passed on"),
    MessageState.DROPPED: lazy("Dropped"),
}
KINDS = {
    ResourceKind.FLYER: lazy("Flyers"),
    ResourceKind.PALM_CARD: lazy("Palm cards"),
    ResourceKind.PAMPHLET: lazy("Pamphlets"),
    ResourceKind.BOOKLET: lazy("Booklets"),
    ResourceKind.BANNER: lazy("Banners and posters"),
}
FILE_LANGUAGES = {"en": lazy("English"), "es": lazy("Spanish"), "en-es": lazy("English and Spanish")}


class ResourceForm(Form):
    """What a flyer is called and what it is for."""

    kind = Pick(lazy("Kind"), choices=[(str(kind), words) for kind, words in KINDS.items()])
    title_en = Line(lazy("Title in English"), max=120)
    title_es = Line(lazy("Title in Spanish"), max=120)
    about_en = Paragraphs(lazy("What it is for, in English"), max=600, required=False)
    about_es = Paragraphs(lazy("What it is for, in Spanish"), max=600, required=False)

    def facts(self) -> dict[str, Any]:
        said = {name: value or "" for name, value in self.answers().items()}
        return {"kind": ResourceKind(said["kind"])} | {name: {code: said[f"{name}_{code}"] for code in LANGUAGES} for name in ("title", "about")}

    @staticmethod
    def given(known: Resource) -> dict[str, Any]:
        words = {f"{name}_{code}": getattr(known, name).get(code, "") for name in ("title", "about") for code in LANGUAGES}
        return {"kind": str(known.kind)} | words


def _fits_an_address(form: StockForm, field: Line) -> None:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", field.data or "") or field.data in ("in", "new"):
        raise validators.ValidationError(_("Use small letters, figures and hyphens, such as know-your-rights."))


class NewResourceForm(ResourceForm):
    slug = Line(lazy("Short name, as it stands in the address"), max=60, rules=[_fits_an_address])

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"slug": self.slug.data}


class FileForm(Form):
    language = Pick(lazy("Language of the file"), choices=list(FILE_LANGUAGES.items()), radio=True)
    file = Upload(lazy("File"), description=lazy("PDF, PNG or JPEG, up to 8 MB."), render_kw={"accept": ".pdf,.png,.jpg,.jpeg"})
