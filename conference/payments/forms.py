"""What the treasurer writes down."""

from datetime import date
from typing import Any

from starlette.datastructures import FormData, UploadFile
from wtforms import fields, validators

from conference.core.forms import DayField, Form, Line, Money, Paragraphs, Pick, PickMany, Tick, Whole
from conference.core.i18n import LANGUAGES, _, format_money, lazy
from conference.editions.wording import say
from conference.payments.bank_list import Columns
from conference.payments.models import Check, Fund, Method, Payment, WayBack
from conference.payments.wording import METHOD_NAMES, WAY_BACK_NAMES

NONE = "none"
LARGEST_CHECK = 1_000_000_00


class RefundForm(Form):
    amount = Money(lazy("How much goes back?"), least=1)
    note = Line(lazy("Why?"), max=200, description=lazy("For the books. It is kept encrypted; write no more than is needed."))


class WayBackForm(Form):
    """``WayBackForm.of(payment, own_check)``: how a refund goes back; what fits best comes first."""

    way = Pick(lazy("How it goes back"))

    @classmethod
    def of(cls, payment: Payment, own_check: bool, sent: FormData | None = None) -> "WayBackForm":
        rest = (WayBack.CASH, WayBack.BANK) if payment.method is Method.CASH else (WayBack.BANK, WayBack.CASH)
        form = cls(sent)
        form.way.choices = [(str(one), WAY_BACK_NAMES[one]) for one in ((WayBack.CHECK, *rest) if own_check else rest)]
        return form

    def answers(self) -> dict[str, Any]:
        return {"way": WayBack(self.way.data)}


class ArrivalForm(Form):
    method = Pick(
        lazy("What arrived?"), choices=[(str(one), METHOD_NAMES[one]) for one in (Method.CHECK, Method.CASH)], radio=True, default=str(Method.CHECK)
    )  # fmt: skip

    def answers(self) -> dict[str, Any]:
        return {"method": Method(self.method.data)}


class CheckForm(Form):
    """A check from the mail: ``CheckForm.of(promises, funds, today, sent)``."""

    memo = Line(
        lazy("What stands in the memo line"), max=64, required=False, render_kw={"autocomplete": "off"},
        description=lazy("A code or a reference. Small letters and missing dashes do no harm."),
    )  # fmt: skip
    promise = Pick(lazy("Or choose what it is for"))
    amount = Money(lazy("Amount on the check"), least=1, most=LARGEST_CHECK)
    number = Line(lazy("Check number"), max=24, required=False, render_kw={"autocomplete": "off"})
    dated = DayField(lazy("Date on it"), required=False)
    postmark = DayField(lazy("Postmark"), required=False)
    writer = Line(
        lazy("Name as written on the check"), max=120, required=False, render_kw={"autocomplete": "off"}, description=lazy("For the books. It is kept encrypted.")
    )  # fmt: skip
    payee_ok = Tick(lazy("It is made out to the right name"))
    fund = Pick(lazy("If nobody announced it: for which fund?"))

    @classmethod
    def of(cls, promises: list[Payment], funds: list[Fund], today: date, sent: FormData | None = None, *, chosen: str = "") -> "CheckForm":
        form = cls(sent, given={"payee_ok": True, "promise": chosen or NONE, "fund": NONE})
        form.today = today
        form.promise.choices = [(NONE, lazy("What the memo line says; without one, a gift nobody announced")), *((str(one.id), _named(one)) for one in promises)]
        form.fund.choices = [(NONE, lazy("Wherever it is needed most")), *((fund.slug, say(fund.title)) for fund in funds)]
        return form

    def validate_dated(self, field: DayField) -> None:
        if field.data and field.data > self.today:
            raise validators.ValidationError(_("This day is still to come. Keep the check, and write it down on that day."))

    def validate_postmark(self, field: DayField) -> None:
        if field.data and field.data > self.today:
            raise validators.ValidationError(_("This day is still to come."))

    def facts(self) -> dict[str, Any]:
        """As ``actions.record_check`` takes them, but for payment and fund."""
        said = self.answers()
        return {name: said[name] for name in ("number", "dated", "postmark", "writer", "payee_ok")} | {"cents": said["amount"]}


def _named(payment: Payment) -> str:
    return f"{payment.label} · {format_money(payment.cents - payment.part, payment.currency)}"


class BatchForm(Form):
    checks = PickMany(lazy("Which checks go to the bank?"))
    day = DayField(lazy("On which day?"))

    @classmethod
    def of(cls, checks: list[Check], today: date, sent: FormData | None = None) -> "BatchForm":
        form = cls(None, given={"day": today, "checks": [str(check.id) for check in checks]})
        form.checks.choices = [(str(check.id), _told(check)) for check in checks]
        if sent is not None:
            form.process(sent)
        return form

    def validate_checks(self, field: PickMany) -> None:
        if not field.data:
            raise validators.ValidationError(_("Please choose at least one."))


def _told(check: Check) -> str:
    number = _("No. %(number)s") % {"number": check.number} if check.number else _("without a number")
    return f"{format_money(check.cents, check.currency)} · {number} · {check.payment.label}"


class BankFileForm(Form):
    """The bank's list; the columns only where they were not found by the words above them. They are counted from 1."""

    file = fields.FileField(lazy("The bank's list as CSV"), description=lazy("Only lines that fit a deposit are shown. Nothing of the file is kept."))
    date_column = Whole(
        lazy("Which column has the day?"), least=1, most=60, required=False, description=lazy("Leave it empty unless you are asked; the first column is 1.")
    )  # fmt: skip
    amount_column = Whole(lazy("Which column has the amount?"), least=1, most=60, required=False)
    text_column = Whole(lazy("Which column has the text?"), least=1, most=60, required=False)

    def validate_file(self, field: fields.FileField) -> None:
        if not isinstance(field.data, UploadFile) or not field.data.filename:
            raise validators.ValidationError(_("Please choose a file."))

    def columns(self) -> Columns | None:
        if not self.date_column.data or not self.amount_column.data:
            return None
        return Columns(self.date_column.data - 1, (self.amount_column.data - 1,), self.text_column.data - 1 if self.text_column.data else None)


class BankedForm(Form):
    day = DayField(lazy("On which day?"))


class ReceiptForm(Form):
    """A receipt that the treasurer makes out."""

    donor = Line(lazy("Name on the receipt"), max=120, render_kw={"autocomplete": "off"})
    address = Paragraphs(lazy("Postal address"), max=300, required=False, description=lazy("Only where it is sent on paper. It is kept encrypted with the receipt."))
    language = Pick(lazy("Language of the receipt"), choices=list(LANGUAGES.items()), radio=True)


class OwnReceiptForm(Form):
    """A receipt that somebody makes for themselves."""

    donor = Line(
        lazy("Name on the receipt"), max=120, render_kw={"autocomplete": "name"},
        description=lazy("For the tax office it is your legal name, or that of your organization."),
    )  # fmt: skip


class EndReceiptForm(Form):
    note = Line(lazy("Why does it not count any more?"), max=200, description=lazy("For the books. It is kept encrypted; write no more than is needed."))


class FundForm(Form):
    slug = Line(lazy("Short name"), max=40, description=lazy("Small letters, figures and dashes; it cannot be changed later."))
    title_en = Line(lazy("Title in English"), max=120)
    title_es = Line(lazy("Title in Spanish"), max=120)
    goal = Money(lazy("Goal"), most=10_000_000_00, required=False, description=lazy("With a goal it is shown how far the fund has come. 0 or empty for none."))

    def validate_slug(self, field: Line) -> None:
        if not all(symbol in "abcdefghijklmnopqrstuvwxyz0123456789-" for symbol in field.data or ""):
            raise validators.ValidationError(_("Please use small letters, figures and dashes only."))

    @classmethod
    def known(cls, fund: Fund, sent: FormData | None = None) -> "FundForm":
        """For a fund that exists: its short name stays."""
        form = cls(sent, given={"title_en": fund.title.get("en"), "title_es": fund.title.get("es"), "goal": fund.goal})
        del form.slug
        return form

    def facts(self) -> dict[str, Any]:
        return {"title": {code: self[f"title_{code}"].data for code in LANGUAGES}, "goal": self.goal.data or 0}
