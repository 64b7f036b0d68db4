"""What the pages of donations ask for."""

from typing import Any

from starlette.datastructures import FormData

from conference.core.forms import Email, Form, Hidden, Line, Money, Paragraphs, Pick
from conference.core.i18n import LANGUAGES, _, format_money, lazy
from conference.editions.wording import say
from conference.payments.models import Fund, Method

OTHER = "other"
AMOUNTS = (1000, 2000, 5000, 10000)
LEAST, MOST = 100, 10_000_00
WAYS = {Method.CARD: lazy("By card, on the next page"), Method.CHECK: lazy("By check, sent by mail")}
ANYWHERE = "anywhere"


class GiftForm(Form):
    """Made for what can be given for: ``GiftForm.of(funds, sent)``."""

    once = Hidden(max=40, required=False)
    amount = Pick(lazy("How much do you want to give?"), radio=True)
    own_amount = Money(lazy("Another amount"), least=LEAST, most=MOST, required=False)
    fund = Pick(lazy("What is it for?"), radio=True)
    way = Pick(lazy("How do you want to give?"), radio=True)
    name = Line(
        lazy("Your name"), max=120, required=False, render_kw={"autocomplete": "name"},
        description=lazy("Only for a receipt: the name that is to stand on it. Leave it empty to stay unnamed."),
    )  # fmt: skip
    email = Email(lazy("E-mail address"), required=False, description=lazy("For our thanks and your receipt, nothing else."))
    language = Pick(lazy("Language we write to you in"), choices=list(LANGUAGES.items()), radio=True)

    @classmethod
    def of(cls, funds: list[Fund], sent: FormData | None = None, *, given: dict[str, Any] | None = None, cards: bool = True) -> "GiftForm":
        form = cls(sent, given=given)
        form.amount.choices = [*((str(cents), format_money(cents)) for cents in AMOUNTS), (OTHER, str(lazy("Another amount")))]
        form.way.choices = [(str(way), words) for way, words in WAYS.items() if cards or way is not Method.CARD]
        if funds:
            form.fund.choices = [(ANYWHERE, lazy("Wherever it is needed most")), *((fund.slug, say(fund.title)) for fund in funds)]
        else:
            del form.fund
        return form

    def validate(self) -> bool:
        sound = super().validate()
        if self.amount.data == OTHER and not self.own_amount.errors and self.own_amount.data is None:
            self.own_amount.errors = [_("Please write the amount.")]
            return False
        return sound

    def answers(self) -> dict[str, Any]:
        """As ``actions.give`` takes them; ``fund`` is a short name, "" for none."""
        said = super().answers()
        fund = said.get("fund", ANYWHERE)
        return {
            **{name: said[name] for name in ("once", "name", "email", "language")},
            "cents": self.own_amount.data if self.amount.data == OTHER else int(self.amount.data),
            "way": Method(said["way"]),
            "fund": "" if fund == ANYWHERE else fund,
        }


class ReceiptForm(Form):
    name = Line(
        lazy("Name on the receipt"), max=120, render_kw={"autocomplete": "name"},
        description=lazy("For the tax office it is your legal name, or that of your organization."),
    )  # fmt: skip


class PaperReceiptForm(ReceiptForm):
    address = Paragraphs(
        lazy("Postal address"), max=300, render_kw={"autocomplete": "street-address"},
        description=lazy("Street, city, state and ZIP code, as on an envelope. It is kept encrypted with the receipt."),
    )  # fmt: skip
