"""What organizers write, and to whom."""

import re
from collections.abc import Sequence
from typing import Any

from conference.core.forms import Form, Hidden, Line, Paragraphs, Pick
from conference.core.i18n import LANGUAGES, _, lazy
from conference.letters.models import MailingState
from conference.letters.segments import CHECKS, CONFIRMED, Segment

ONE = "one"
WHO = {
    CONFIRMED: lazy("Everybody with a confirmed place"),
    CHECKS: lazy("Those whose promised check has not come"),
    ONE: lazy("One person, by the reference of their registration"),
}
INTERPRETATION = {"": lazy("Whether they need it or not"), "yes": lazy("Who needs interpretation"), "no": lazy("Who needs none")}
STATE_NAMES = {
    MailingState.DRAFT: lazy("draft"),
    MailingState.WAITING: lazy("about to begin"),
    MailingState.SENDING: lazy("being sent"),
    MailingState.PAUSED: lazy("paused"),
    MailingState.SENT: lazy("sent"),
    MailingState.STOPPED: lazy("stopped"),
}
STATE_KINDS = {
    MailingState.DRAFT: "draft", MailingState.WAITING: "wait", MailingState.SENDING: "wait", MailingState.PAUSED: "warn", MailingState.SENT: "good",
    MailingState.STOPPED: "bad",
}  # fmt: skip


class LetterForm(Form):
    """``LetterForm.of(tickets, sent)``, where ``tickets`` are pairs of slug and title."""

    revision = Hidden(max=12, required=False)
    who = Pick(lazy("To whom?"), choices=list(WHO.items()), radio=True)
    order = Line(lazy("Reference"), max=16, required=False, description=lazy("Only for one person: six letters and figures."), render_kw={"autocomplete": "off"})
    ticket = Pick(lazy("With which ticket"), required=False)
    language = Pick(lazy("Who reads"), choices=[("", lazy("Any language")), *LANGUAGES.items()], required=False)
    interpretation = Pick(lazy("Interpretation"), choices=list(INTERPRETATION.items()), required=False)
    subject_en = Line(lazy("Subject in English"), max=120, required=False)
    body_en = Paragraphs(lazy("Letter in English"), max=10_000, required=False)
    subject_es = Line(lazy("Subject in Spanish"), max=120, required=False)
    body_es = Paragraphs(lazy("Letter in Spanish"), max=10_000, required=False)

    @classmethod
    def of(cls, tickets: Sequence[tuple[str, str]], sent: Any = None, *, given: dict[str, Any] | None = None) -> "LetterForm":
        form = cls(None, given={"who": CONFIRMED} | (given or {}))
        form.ticket.choices = [("", _("With any")), *tickets]
        if sent is not None:
            form.process(sent)
        return form

    def validate(self) -> bool:
        sound = super().validate()
        if self.who.data == ONE and not self.order.data and not self.order.errors:
            self.order.errors = [_("Please write the reference of their registration.")]
            return False
        return sound

    def segment(self) -> Segment:
        return Segment(**{name: self[name].data or "" for name in ("who", "ticket", "language", "interpretation")})

    def code(self) -> str | None:
        """The reference of the one person it is for."""
        return self.order.data.upper() if self.who.data == ONE else None

    def words(self) -> dict[str, dict[str, str]]:
        """``{"en": {"subject", "body"}, ...}`` of the languages in which anything was written."""
        written = {code: {part: self[f"{part}_{code}"].data or "" for part in ("subject", "body")} for code in LANGUAGES}
        return {code: parts for code, parts in written.items() if any(parts.values())}

    def read_revision(self) -> int:
        """The revision its writer had before them; 0 for none."""
        typed = self.revision.data or ""
        return int(typed) if re.fullmatch("[0-9]{1,9}", typed) else 0


class RevisionForm(Form):
    """What somebody looked at before they pressed the button."""

    revision = Hidden(max=12)

    def read_revision(self) -> int:
        typed = self.revision.data or ""
        return int(typed) if re.fullmatch("[0-9]{1,9}", typed) else 0
