"""What people fill in to endorse, and what editors fill in."""

import unicodedata
from typing import Any

from wtforms import validators

from conference.core.forms import Email, Form, Hidden, Line, Phone, Pick
from conference.core.i18n import _, lazy
from conference.editions.models import AdoptedText
from conference.editions.wording import say
from conference.endorsements.likeness import domain_of
from conference.endorsements.models import Authority, Endorsement, Kind, State

LISTED, QUIETLY = "listed", "quietly"
KIND_NAMES = {Kind.ORGANIZATION: lazy("Organization"), Kind.PERSON: lazy("Person")}
KINDS = {Kind.ORGANIZATION: lazy("Organizations"), Kind.PERSON: lazy("Persons")}
STATE_NAMES = {
    State.CONFIRMED: lazy("To look at"),
    State.COUNTED: lazy("Counted"),
    State.DRAFT: lazy("Not confirmed"),
    State.WITHDRAWN: lazy("Withdrawn"),
    State.REFUSED: lazy("Refused"),
    State.DUPLICATE: lazy("Counted with another"),
}
AUTHORITY_NAMES = {
    Authority.MAIL: lazy("By a letter"), Authority.CALL: lazy("By telephone"), Authority.VOUCHED: lazy("An organizer vouches"), Authority.PAPER: lazy("On paper"),
}  # fmt: skip


class _Readable:
    """A name has letters or figures in it."""

    def __call__(self, form: Form, field: Line) -> None:
        if not any(unicodedata.category(symbol)[0] in "LN" for symbol in field.data or ""):
            raise validators.StopValidation(_("Please write a name with letters."))


def _listing(label: Any, listed: Any, quietly: Any = lazy("Count it, but do not list it")) -> Pick:  # noqa: B008  put into words when shown
    return Pick(label, choices=[(LISTED, listed), (QUIETLY, quietly)], radio=True)


class _Signing(Form):
    """``text`` is the version that was read, ``once`` makes a form sent twice one signature."""

    once = Hidden(max=40, required=False)
    text = Hidden(max=40, required=False)

    def _shared(self) -> dict[str, Any]:
        said = self.answers()
        return {name: said[name] or "" for name in ("once", "name", "city", "region", "email", "phone")} | {"read": said["text"] or "", "quiet": said["listing"] == QUIETLY}


class PersonForm(_Signing):
    name = Line(
        lazy("Your first name"), max=60, rules=[_Readable()], description=lazy("Any name you are called by. We ask for no last name."), render_kw={"autocomplete": "given-name"}
    )
    city = Line(lazy("City"), max=80, rules=[_Readable()], render_kw={"autocomplete": "address-level2"})
    region = Line(lazy("State"), max=40, required=False, render_kw={"autocomplete": "address-level1"})
    email = Email(lazy("E-mail address"), required=False, description=lazy("We send a link there; you confirm with it, and can change or withdraw your signature."))
    phone = Phone(lazy("Telephone"), required=False, description=lazy("Only if you have no e-mail address: we call you to confirm."))
    listing = _listing(lazy("How shall we show you?"), lazy("List my first name and city"), lazy("Count me, but do not list me"))

    def validate(self) -> bool:
        sound = super().validate()
        if sound and not (self.email.data or self.phone.data):
            self.email.errors = [_("Please leave an e-mail address or a telephone number, so that you can confirm.")]
            return False
        return sound

    def facts(self) -> dict[str, Any]:
        """As ``actions.sign`` takes them."""
        return self._shared() | {"kind": Kind.PERSON, "authority": Authority.MAIL if self.email.data else Authority.CALL}


WAYS = [
    (Authority.MAIL, lazy("By mail at its domain")), (Authority.CALL, lazy("Call us back")), (Authority.VOUCHED, lazy("An organizer of the conference knows us")),
]  # fmt: skip
WAY_HINTS = {
    Authority.MAIL: lazy("We send a link to an address at the organization's own domain."),
    Authority.CALL: lazy("A volunteer calls the organization and asks."),
    Authority.VOUCHED: lazy("They are asked to say so."),
}


class OrganizationForm(_Signing):
    name = Line(lazy("Name of the organization"), max=160, rules=[_Readable()], render_kw={"autocomplete": "organization"})
    city = Line(lazy("City"), max=80, rules=[_Readable()])
    region = Line(lazy("State"), max=40, required=False)
    domain = Line(
        lazy("Website"), max=200, required=False, description=lazy("For example harbor-kitchen.example.org; needed if you confirm by mail."), render_kw={"inputmode": "url"}
    )
    signer = Line(lazy("Who signs for it"), max=120, description=lazy("Only editors of the conference see this."), render_kw={"autocomplete": "name"})
    role = Line(lazy("Their part in the organization"), max=120, required=False)
    authority = Pick(lazy("How can we be sure that it may sign?"), choices=[(str(way), words) for way, words in WAYS], radio=True)
    email = Email(lazy("E-mail address"), required=False)
    phone = Phone(lazy("Telephone"), required=False)
    listing = _listing(lazy("How shall we show it?"), lazy("List its name and city"))

    def validate_domain(self, field: Line) -> None:
        if field.data and domain_of(field.data) is None:
            raise validators.ValidationError(_("This does not look like a website. It has the form example.org."))

    def facts(self) -> dict[str, Any]:
        said = self.answers()
        own = {"signer": said["signer"], "role": said["role"] or "", "domain": domain_of(said["domain"] or "") or ""}
        return self._shared() | own | {"kind": Kind.ORGANIZATION, "authority": Authority(said["authority"])}


class ChangeForm(Form):
    """How an endorsement is listed."""

    name = Line(lazy("Name"), max=160, rules=[_Readable()])
    city = Line(lazy("City"), max=80, rules=[_Readable()])
    region = Line(lazy("State"), max=40, required=False)
    listing = _listing(lazy("How shall we show it?"), lazy("List name and city"))
    revision = Hidden(max=12, required=False)

    def facts(self) -> dict[str, Any]:
        said = self.answers()
        return {name: said[name] or "" for name in ("name", "city", "region")} | {"quiet": said["listing"] == QUIETLY, "revision": whole(said["revision"])}

    @staticmethod
    def given(endorsement: Endorsement, plain: Any) -> dict[str, Any]:
        words = {name: getattr(plain, name) or "" for name in ("name", "city", "region")}
        return words | {"listing": QUIETLY if endorsement.quiet else LISTED, "revision": str(endorsement.revision)}


class PaperForm(Form):
    """A signature on paper, taken down by an organizer."""

    text = Pick(lazy("Which text"))
    kind = Pick(lazy("Who signed"), choices=[(str(kind), words) for kind, words in KIND_NAMES.items()], radio=True)
    name = Line(lazy("Name, as it is to be listed"), max=160, rules=[_Readable()], description=lazy("Of a person the first name alone."))
    city = Line(lazy("City"), max=80, rules=[_Readable()])
    region = Line(lazy("State"), max=40, required=False)

    def offer(self, texts: list[AdoptedText]) -> None:
        self.text.choices = [(str(text.id), f"{say(text.title)} ({_('Version %(number)s') % {'number': text.version}})") for text in texts]

    def facts(self) -> dict[str, Any]:
        said = self.answers()
        return {name: said[name] or "" for name in ("name", "city", "region")} | {"kind": Kind(said["kind"])}


class RevisionForm(Form):
    """Which words somebody looked at before they pressed."""

    revision = Hidden(max=12, required=False)

    def seen(self) -> int:
        return whole(self.revision.data)


class MergeForm(Form):
    into = Hidden(max=40, required=False)


class FindForm(Form):
    query = Line(lazy("Whole e-mail address, or words of a name"), max=120)


def whole(typed: str | None) -> int:
    """A number a hidden field brought back; 0 for anything else."""
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
