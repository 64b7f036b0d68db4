"""What the pages of housing ask for."""

import unicodedata
from datetime import date
from typing import Any

from starlette.datastructures import FormData
from wtforms import validators

from conference.core.forms import Email, Form, Hidden, Line, Paragraphs, Phone, Pick, PickMany, Whole
from conference.core.i18n import LANGUAGES, _, lazy
from conference.editions.models import Edition
from conference.housing.matching import CONDITIONS, LANGUAGES_SPOKEN, NEEDS, Choice, kinds_in_words
from conference.housing.models import OfferState, RequestState, StayState
from conference.housing.nights import in_words, nights_of

MOST_PEOPLE = MOST_BEDS = 12
STATE_NAMES = {
    RequestState.OPEN: lazy("No bed yet"),
    RequestState.ASKED: lazy("Somebody is being asked"),
    RequestState.PLACED: lazy("Placed"),
    RequestState.WITHDRAWN: lazy("Withdrawn"),
    OfferState.OFFERED: lazy("To be called first"),
    OfferState.VETTED: lazy("Can be asked"),
    OfferState.WITHDRAWN: lazy("Withdrawn"),
    StayState.HOST_ASKED: lazy("Host is asked"),
    StayState.GUEST_ASKED: lazy("Guest is asked"),
    StayState.PLACED: lazy("Placed"),
    StayState.DECLINED: lazy("Declined"),
    StayState.LAPSED: lazy("Not answered in time"),
    StayState.ENDED: lazy("Over"),
}


class _Visible:
    """Something must be there that can be read out."""

    def __call__(self, form: Form, field: Line) -> None:
        if not any(unicodedata.category(symbol)[0] in "LNS" for symbol in field.data or ""):
            raise validators.StopValidation(_("Please write a name that can be read out."))


class _AtLeastOne:
    field_flags = {"required": True}

    def __call__(self, form: Form, field: PickMany) -> None:
        if not field.data:
            raise validators.StopValidation(_("Please choose at least one."))


class _Asking(Form):
    """What guests and hosts are asked alike."""

    once = Hidden(max=40, required=False)
    name = Line(lazy("What should we call you?"), max=60, rules=[_Visible()], render_kw={"autocomplete": "nickname"}, description=lazy("Any name. It need not be your legal name."))
    nights = PickMany(lazy("Which nights?"), validators=[_AtLeastOne()], description=lazy("Each line is the night that begins on that day."))
    languages = PickMany(lazy("Which languages do you speak?"), choices=LANGUAGES_SPOKEN)
    language = Pick(lazy("Language we write to you in"), choices=list(LANGUAGES.items()), radio=True)
    email = Email(lazy("E-mail address"), required=False)
    phone = Phone(lazy("Telephone"), required=False, render_kw={"autocomplete": "tel"})

    @classmethod
    def of(cls, edition: Edition, sent: FormData | None = None, *, given: dict[str, Any] | None = None) -> Any:
        form = cls(sent, given=given)
        form.nights.choices = [(night.isoformat(), in_words(night)) for night in nights_of(edition)]
        if sent is not None:  # read again, now that it is known which nights there are
            form.nights.process_formdata(sent.getlist("nights"))
        return form

    def answers(self) -> dict[str, Any]:
        said = super().answers()
        return said | {"nights": [date.fromisoformat(night) for night in said["nights"]], "email": said["email"] or "", "phone": said["phone"] or ""}


class RequestForm(_Asking):
    """For a guest. ``order`` is the reference of the registration that the request belongs to, if it does."""

    order = Hidden(max=16, required=False)
    people = Whole(lazy("How many are you?"), least=1, most=MOST_PEOPLE, description=lazy("Everybody who needs a place to sleep, children too. At most 12."))
    needs = PickMany(lazy("What do you need?"), choices=NEEDS, description=lazy("Tick what applies. Nobody asks why."))
    note = Paragraphs(
        lazy("What a host should know"), max=500, required=False, description=lazy("A host reads this before saying yes, so please no names and no telephone numbers.")
    )


class OfferForm(_Asking):
    """For a host."""

    beds = Whole(lazy("Beds"), most=MOST_BEDS, required=False)
    sofas = Whole(lazy("Sofas"), most=MOST_BEDS, required=False)
    floor = Whole(lazy("Places on the floor"), most=MOST_BEDS, required=False)
    neighborhood = Line(lazy("Which part of town?"), max=120, description=lazy("Only the coordinator reads this. We ask for your street only after you said yes to a guest."))
    conditions = PickMany(lazy("What should a guest expect?"), choices=CONDITIONS, description=lazy("Tick what applies."))
    note = Paragraphs(
        lazy("What a guest should know"), max=500, required=False, description=lazy("A guest reads this before saying yes, so please no names, no telephone numbers and no street.")
    )

    def validate(self) -> bool:
        sound = super().validate()
        wrong = any(self[name].errors for name in ("beds", "sofas", "floor"))
        if not wrong and not 1 <= sum(self.kinds().values()) <= MOST_BEDS:
            self.beds.errors = [_("Please say for how many there is room: 1 to 12 altogether.")]
            return False
        return sound

    def kinds(self) -> dict[str, int]:
        return {"bed": self.beds.data or 0, "sofa": self.sofas.data or 0, "floor": self.floor.data or 0}

    def answers(self) -> dict[str, Any]:
        said = super().answers()
        return {name: value for name, value in said.items() if name not in ("beds", "sofas", "floor")} | {"kinds": self.kinds()}


class StreetForm(Form):
    street = Line(
        lazy("Street, number, bell"), max=200, render_kw={"autocomplete": "address-line1"},
        description=lazy("Shown to your guests once you both have said yes, and to nobody else. Deleted 14 days after the conference."),
    )  # fmt: skip


class CodeForm(Form):
    code = Line(lazy("Your code"), max=64, description=lazy("Ten letters and figures, like 4KXR-9M2P-LY. Small letters and missing dashes do no harm."), render_kw={"autocomplete": "off", "autocapitalize": "characters"})


class PlaceForm(Form):
    """Which host is asked; made for the hosts with room: ``PlaceForm.of(choices, sent)``."""

    offer = Pick(lazy("Which host shall be asked?"), radio=True)

    @classmethod
    def of(cls, choices: list[Choice], sent: FormData | None = None) -> "PlaceForm":
        form = cls(sent)
        form.offer.choices = [(choice.host.code, f"{choice.host.code} – {kinds_in_words(choice.host.kinds)}") for choice in choices]
        form.hints = {choice.host.code: "; ".join(choice.warnings) or _("Nothing clashes.") for choice in choices}
        return form
