"""What the pages of registration ask for."""

import json
import unicodedata
from typing import Any

from starlette.datastructures import FormData
from wtforms import validators

from conference.core.forms import Email, Form, Hidden, Line, Money, MomentField, Paragraphs, Pick, PickMany, Tick, Whole
from conference.core.i18n import LANGUAGES, _, format_money, lazy
from conference.registration import prices
from conference.registration.models import OrderState, Paper, PayBy, Pool, TableKind, TicketType, WaitingState

OTHER = "other"
INTERPRETATION = [("spanish", lazy("Into Spanish")), ("english", lazy("Into English")), ("asl", lazy("American Sign Language")), ("other", lazy("Another language"))]
ACCESS = [
    ("wheelchair", lazy("Room for a wheelchair or scooter")),
    ("captions", lazy("Captions on the screen")),
    ("large-print", lazy("Large print")),
    ("front-seat", lazy("A seat near the front")),
    ("quiet", lazy("A quiet place to rest")),
]
CHILDCARE = [("0", lazy("No children")), ("1", lazy("1 child")), ("2", lazy("2 children")), ("3", lazy("3 children"))]
FOOD = [
    ("vegetarian", lazy("Vegetarian")),
    ("vegan", lazy("Vegan")),
    ("halal", lazy("Halal")),
    ("kosher", lazy("Kosher")),
    ("gluten-free", lazy("No gluten")),
    ("nut-free", lazy("No nuts")),
]
NEEDS = {"interpretation": INTERPRETATION, "access": ACCESS, "children": CHILDCARE[1:], "food": FOOD}
NEED_TITLES = {"interpretation": lazy("Interpretation"), "access": lazy("Access"), "children": lazy("Childcare"), "food": lazy("Food")}
WAYS_TO_PAY = {PayBy.CARD: lazy("By card, on the next page"), PayBy.CHECK: lazy("Pay by check, sent by mail")}


def needs_in_words(text: str) -> str:
    """Needs as they were sealed, as a person reads them: ``Food: Vegan, Halal. Childcare: 2 children. ...``"""
    said = json.loads(text)
    parts = []
    for name, title in NEED_TITLES.items():
        chosen = said.get(name) or []
        labels = [str(words) for value, words in NEEDS[name] if value in (chosen if isinstance(chosen, list) else [str(chosen)])]
        parts += [f"{title}: {', '.join(labels)}"] if labels else []
    return ". ".join([*parts, *([said["note"]] if said.get("note") else [])])


class _Visible:
    """Something must be there that can be read on a badge."""

    def __call__(self, form: Form, field: Line) -> None:
        if not any(unicodedata.category(symbol)[0] in "LNS" for symbol in field.data or ""):
            raise validators.StopValidation(_("Please write a name with letters, figures or signs that can be printed."))


class RegisterForm(Form):
    """Made for one ticket: ``RegisterForm.of(ticket, sent)``."""

    once = Hidden(max=40, required=False)
    badge_name = Line(
        lazy("Name for your badge"), max=60, rules=[_Visible()], render_kw={"autocomplete": "nickname"}, description=lazy("Any name you want to be called. It need not be your legal name.")
    )
    language = Pick(lazy("Language we write to you in"), choices=list(LANGUAGES.items()), radio=True)
    email = Email(
        lazy("E-mail address"),
        required=False,
        description=lazy("For your confirmation and changes, nothing else. Without one you get a code on the next page: write it down, it opens your registration."),
    )
    amount = Pick(lazy("How much do you want to pay?"), radio=True)
    own_amount = Money(lazy("Another amount"), required=False)
    pay_by = Pick(lazy("How do you want to pay?"), radio=True)
    interpretation = PickMany(lazy("Do you need interpretation?"), choices=INTERPRETATION)
    access = PickMany(lazy("What would make it easier for you to take part?"), choices=ACCESS)
    children = Pick(lazy("How many children will you bring to childcare?"), choices=CHILDCARE, required=False)
    food = PickMany(lazy("What do you eat?"), choices=FOOD, description=lazy("Tick what applies; leave empty if you eat everything."))
    note = Paragraphs(lazy("Anything we should know to prepare for you"), max=500, required=False, description=lazy("For example another language, an allergy, the ages of children. No names needed."))

    @classmethod
    def of(cls, ticket: TicketType, sent: FormData | None = None, *, given: dict[str, Any] | None = None, cards: bool = True) -> "RegisterForm":
        form = cls(sent, given=given)
        form.ticket = ticket
        if not prices.is_sliding(ticket):
            del form.amount, form.own_amount
        else:
            suggested = prices.amounts_to_pick(ticket)
            form.amount.choices = [*((str(cents), format_money(cents)) for cents in suggested), (OTHER, str(lazy("Another amount")))]
            form.own_amount.least, form.own_amount.most = ticket.least, ticket.most
        if prices.is_free(ticket):
            del form.pay_by
        else:
            form.pay_by.choices = [(str(way), words) for way, words in WAYS_TO_PAY.items() if cards or way is not PayBy.CARD]
        return form

    def validate(self) -> bool:
        sound = super().validate()
        if "amount" in self and self.amount.data == OTHER and not self.own_amount.errors and self.own_amount.data is None:
            self.own_amount.errors = [_("Please write the amount.")]
            return False
        return sound

    def is_plain(self) -> bool:
        """Whether nothing was asked for beside a place, and the amount is one of those to pick."""
        return self.needs() is None and ("amount" not in self or self.amount.data != OTHER)

    def chosen(self) -> dict[str, str]:
        """What was picked of a plain form, by name."""
        return {name: self[name].data for name in ("language", "amount", "pay_by") if name in self}

    def typed(self) -> dict[str, str]:
        """What was typed into a plain form, by name."""
        return {name: self[name].data or "" for name in ("once", "badge_name", "email")}

    def cents(self) -> int:
        """The amount in whole cents."""
        if "amount" not in self:
            return self.ticket.least
        return self.own_amount.data if self.amount.data == OTHER else int(self.amount.data)

    def answers(self) -> dict[str, Any]:
        """As ``actions.register`` takes them."""
        said, cents = super().answers(), self.cents()
        return {
            **{name: said[name] for name in ("once", "badge_name", "language", "email")},
            "amount": cents,
            "pay_by": PayBy(said["pay_by"]) if cents else PayBy.NOTHING,
            "needs": self.needs(),
        }

    def needs(self) -> dict[str, Any] | None:
        """``{"interpretation": [...], "access": [...], "children": 2, "food": [...], "note": "..."}`` without what is empty."""
        said = {name: self[name].data for name in ("interpretation", "access", "food", "note")} | {"children": int(self.children.data or 0)}
        return {name: value for name, value in said.items() if value} or None


class ChangeForm(Form):
    """What somebody may change of their registration; made with ``ChangeForm.of``."""

    badge_name = RegisterForm.badge_name
    language = RegisterForm.language
    email = Email(
        lazy("E-mail address"), required=False, description=lazy("A new address counts once you open the letter that we send to it. Leave it empty if you want no letters.")
    )
    interpretation, access, children, food, note = RegisterForm.interpretation, RegisterForm.access, RegisterForm.children, RegisterForm.food, RegisterForm.note

    @classmethod
    def of(cls, said: dict[str, Any], sent: FormData | None = None) -> "ChangeForm":
        """``said``: ``badge_name``, ``language``, ``email`` and ``needs`` as they are now."""
        needs = said["needs"] or {}
        return cls(sent, given={**{name: said[name] for name in ("badge_name", "language", "email")}, **needs, "children": str(needs.get("children", 0))})

    needs = RegisterForm.needs

    def answers(self) -> dict[str, Any]:
        said = super().answers()
        return {name: said[name] for name in ("badge_name", "language")} | {"email": said["email"] or "", "needs": self.needs()}


class CodeForm(Form):
    code = Line(lazy("Your code"), max=64, description=lazy("Ten letters and figures, like 4KXR-9M2P-LY. Small letters and missing dashes do no harm."), render_kw={"autocomplete": "off", "autocapitalize": "characters"})


class CancelForm(Form):
    as_gift = Tick(lazy("Leave the money to the conference as a gift"))


class WaitingForm(Form):
    email = Email(lazy("E-mail address"), description=lazy("We write to it when a place is yours to take, and for nothing else."))


STATE_NAMES = {
    OrderState.CONFIRMED: lazy("Confirmed"),
    OrderState.HELD: lazy("Being paid"),
    OrderState.CANCELLED: lazy("Cancelled"),
    OrderState.EXPIRED: lazy("Not paid in time"),
}


WAITING_NAMES = {
    WaitingState.WAITING: lazy("Waiting"),
    WaitingState.OFFERED: lazy("A place is offered"),
    WaitingState.TAKEN: lazy("Place taken"),
    WaitingState.EXPIRED: lazy("The offer is over"),
    WaitingState.LEFT: lazy("Left"),
}


class SearchForm(Form):
    query = Line(lazy("Reference, whole e-mail address, or words of a name"), max=120)


EXPORTABLE = {
    "reference": lazy("Reference"),
    "ticket": lazy("Ticket"),
    "state": lazy("How it goes"),
    "language": lazy("Language"),
    "day": lazy("Day of registering"),
    "badge_name": lazy("Name for the badge (personal)"),
    "email": lazy("E-mail address (personal)"),
}


TABLE_KINDS = {TableKind.CSV: lazy("CSV, for any program"), TableKind.XLSX: lazy("XLSX, for a spreadsheet")}
SHORTEST_REASON = 10


class ExportForm(Form):
    columns = PickMany(lazy("Columns"), choices=list(EXPORTABLE.items()), description=lazy("Take only what you need."))
    kind = Pick(lazy("Kind of file"), choices=list(TABLE_KINDS.items()), radio=True)
    reason = Line(lazy("What do you need it for?"), max=200, description=lazy("In a few words. Everybody whose data is in the file can read this."))

    def validate_reason(self, field: Line) -> None:
        if len(field.data) < SHORTEST_REASON:
            raise validators.ValidationError(_("Please say it so that the people in the file understand it."))

    def validate(self) -> bool:
        sound = super().validate()
        if not self.columns.data:
            self.columns.errors = [_("Please choose at least one.")]
            return False
        return sound


class DoorForm(Form):
    name = Line(lazy("Name of the door"), max=60, description=lazy("Say where it is, not who stands there: North door."))
    hours = Whole(lazy("Open for how many hours"), least=1, most=24)
    takes_cash = Tick(lazy("Cash may be taken there, also from people who come without having registered"))


class DoorCodeForm(Form):
    code = Line(
        lazy("Code on the ticket, or the person’s code"), max=64,
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "enterkeyhint": "go"},
    )  # fmt: skip


class DoorNameForm(Form):
    name = Line(lazy("Name on the badge"), max=60, description=lazy("Whole words or their first three letters."), render_kw={"autocomplete": "off", "spellcheck": "false"})


class WalkInForm(Form):
    """Made for one ticket: ``WalkInForm.of(ticket, sent)``."""

    once = Hidden(max=40, required=False)
    badge_name = Line(lazy("Name for the badge"), max=60, rules=[_Visible()], render_kw={"autocomplete": "off"}, description=lazy("Any name they want to be called."))
    language = Pick(lazy("Their language"), choices=list(LANGUAGES.items()), radio=True)
    amount = Money(lazy("Cash you were given"))

    @classmethod
    def of(cls, ticket: TicketType, sent: FormData | None = None, *, given: dict[str, Any] | None = None) -> "WalkInForm":
        form = cls(sent, given=given)
        if not prices.is_sliding(ticket):
            del form.amount
        else:
            form.amount.least, form.amount.most = ticket.least, ticket.most
        return form


PRINTABLE = {
    "new": lazy("Badges that were not printed yet"),
    "all": lazy("Badges for everybody"),
    "one": lazy("One badge"),
    "lists": lazy("Lists to sign in on paper"),
}
PAPERS = {Paper.LETTER: lazy("Letter"), Paper.A4: lazy("A4")}


class PrintForm(Form):
    what = Pick(lazy("What do you want to print?"), choices=list(PRINTABLE.items()), radio=True)
    code = Line(lazy("Reference of the registration, for one badge"), max=16, required=False, render_kw={"autocomplete": "off"})
    paper = Pick(lazy("Paper"), choices=list(PAPERS.items()), radio=True)
    reason = Line(lazy("What do you need it for?"), max=200, description=lazy("Everybody whose data is in the file can read this."))

    def validate(self) -> bool:
        sound = super().validate()
        if self.what.data == "one" and not self.code.data:
            self.code.errors = [_("Please write the reference.")]
            return False
        return sound


class PoolForm(Form):
    slug = Line(lazy("Short name for addresses"), max=40, description=lazy("Small letters, figures and dashes; it cannot be changed later."))
    title_en = Line(lazy("Title in English"), max=120)
    title_es = Line(lazy("Title in Spanish"), max=120)
    size = Whole(lazy("How many places"), most=100_000)

    def validate_slug(self, field: Line) -> None:
        check_slug(field)

    @classmethod
    def known(cls, pool: Pool, sent: FormData | None = None) -> "PoolForm":
        """For a pool that exists: its short name stays."""
        form = cls(sent, given={"title_en": pool.title.get("en"), "title_es": pool.title.get("es"), "size": pool.size})
        del form.slug
        return form

    def facts(self) -> dict[str, Any]:
        return {"title": _both(self, "title"), "size": self.size.data}


class TicketForm(Form):
    slug = Line(lazy("Short name for addresses"), max=40, description=lazy("Small letters, figures and dashes; it cannot be changed later."))
    title_en = Line(lazy("Title in English"), max=120)
    title_es = Line(lazy("Title in Spanish"), max=120)
    about_en = Paragraphs(lazy("Text in English"), max=600, required=False)
    about_es = Paragraphs(lazy("Text in Spanish"), max=600, required=False)
    least = Money(lazy("Least"), description=lazy("0 in all three for a free ticket; the same in all three for a fixed price."))
    suggested = Money(lazy("Suggested"))
    most = Money(lazy("Most"))
    fair_value = Money(lazy("What a person receives for it"), required=False, description=lazy("Meals and materials. What is paid above it is a gift."))
    pools = PickMany(lazy("Takes a place of"))
    on_sale = Tick(lazy("Can be registered for"))
    sale_ends = MomentField(lazy("Until"), required=False)
    place = Whole(lazy("Order on the page"), most=10_000)

    def validate_slug(self, field: Line) -> None:
        check_slug(field)

    @classmethod
    def of(cls, pools: list[Pool], zone: str, sent: FormData | None = None) -> "TicketForm":
        form = cls(None, given={"on_sale": True, "place": 100})
        form.pools.choices = [(pool.slug, pool.slug) for pool in pools]
        form.sale_ends.zone = zone
        if sent is not None:
            form.process(sent)
        return form

    @classmethod
    def known(cls, ticket: TicketType, zone: str, sent: FormData | None = None) -> "TicketForm":
        """For a ticket that exists: its short name and what it takes a place of stay."""
        words = {f"{name}_{code}": getattr(ticket, name).get(code) for name in ("title", "about") for code in ("en", "es")}
        facts = {name: getattr(ticket, name) for name in ("least", "suggested", "most", "fair_value", "on_sale", "sale_ends", "place")}
        form = cls(None, given=words | facts)
        del form.slug, form.pools
        form.sale_ends.zone = zone
        if sent is not None:
            form.process(sent)
        return form

    def facts(self) -> dict[str, Any]:
        said = self.answers()
        kept = {name: said[name] for name in ("least", "suggested", "most", "on_sale", "sale_ends", "place")}
        return kept | {"title": _both(self, "title"), "about": _both(self, "about"), "fair_value": said["fair_value"] or 0}


def check_slug(field: Line) -> None:
    if not all(symbol in "abcdefghijklmnopqrstuvwxyz0123456789-" for symbol in field.data or ""):
        raise validators.ValidationError(_("Please use small letters, figures and dashes only."))


def _both(form: Form, name: str) -> dict[str, str]:
    return {code: form[f"{name}_{code}"].data or "" for code in ("en", "es")}
