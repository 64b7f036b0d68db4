from typing import Any

from conference.core.forms import Form, Line, Money, Pick
from conference.core.i18n import lazy
from conference.payments.models import Method
from conference.payments.wording import METHOD_NAMES


class RefundForm(Form):
    amount = Money(lazy("How much goes back?"), least=1)
    note = Line(lazy("Why?"), max=200, description=lazy("For the books. It is kept encrypted; write no more than is needed."))


class ArrivalForm(Form):
    method = Pick(
        lazy("What arrived?"), choices=[(str(one), METHOD_NAMES[one]) for one in (Method.CHECK, Method.CASH)], radio=True, default=str(Method.CHECK)
    )  # fmt: skip

    def answers(self) -> dict[str, Any]:
        return {"method": Method(self.method.data)}
