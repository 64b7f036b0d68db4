from datetime import date

from conference.core.forms import DayField, Email, Form, Hidden, Line, Paragraphs, Pick
from conference.core.i18n import lazy
from conference.editions.models import Duties


class PageForm(Form):
    """A page in both languages; ``revision`` is the one its writer had before them."""

    revision = Hidden(max=12, required=False)
    title_en = Line(lazy("Title in English"), max=120, required=False)
    body_en = Paragraphs(lazy("Text in English"), max=40_000, required=False)
    title_es = Line(lazy("Title in Spanish"), max=120, required=False)
    body_es = Paragraphs(lazy("Text in Spanish"), max=40_000, required=False)

    def words(self) -> dict:
        return {code: {"title": self[f"title_{code}"].data, "body": self[f"body_{code}"].data} for code in ("en", "es")}


class EditionForm(Form):
    """What is said about an edition everywhere."""

    title_en = Line(lazy("Title in English"), max=200)
    title_es = Line(lazy("Title in Spanish"), max=200)
    lead_en = Paragraphs(lazy("In one paragraph, in English"), max=1_000)
    lead_es = Paragraphs(lazy("In one paragraph, in Spanish"), max=1_000)
    city = Line(lazy("City"), max=120)
    venue = Line(lazy("Place"), max=200)
    address = Line(lazy("Address"), max=300)
    contact = Email(lazy("Mail address for questions"))
    hotline = Line(lazy("Telephone for questions"), max=40, required=False)

    def facts(self) -> dict:
        said = self.answers()
        kept = {name: said[name] for name in ("city", "venue", "address", "contact", "hotline")}
        return kept | {name: {"en": said[f"{name}_en"], "es": said[f"{name}_es"]} for name in ("title", "lead")}


DUTY_NAMES = {
    Duties.ORGANIZER: lazy("Organizer: everything but the money"),
    Duties.REGISTRAR: lazy("Registrar: registrations"),
    Duties.TREASURER: lazy("Treasurer: money"),
    Duties.HOUSING: lazy("Housing coordinator"),
    Duties.EDITOR: lazy("Editor: pages, schedule, notes"),
    Duties.NOTE_TAKER: lazy("Note-taker"),
}


class DutyForm(Form):
    email = Email(lazy("Their e-mail address"))
    duty = Pick(lazy("What they do"), choices=[(str(name), words) for name, words in DUTY_NAMES.items()])
    until = DayField(lazy("Until, with that day"), required=False)

    def last_day(self) -> date | None:
        return self.until.data
