"""What payments shows on other slices' pages."""

from typing import Any

from markupsafe import Markup

from conference.core.templates import render_text
from conference.payments import queries
from conference.payments.models import PaymentState
from conference.payments.wording import METHOD_NAMES, STATE_KINDS, state_name


async def order_payment(order: Any) -> Markup:
    """How the payment of a registration goes, in words; nothing where nothing is to pay."""
    payment = await queries.payment_for("order", order.id)
    if payment is None:
        return Markup("")
    receipt = await queries.receipt_of(payment.id) if payment.state is PaymentState.CAPTURED else None
    paths = {"receipt_path": await queries.receipt_path(receipt) if receipt else "", "ask_path": ""}
    if receipt is None and await queries.receipt_possible(payment):
        paths["ask_path"] = await queries.ask_path(payment)
    return Markup(render_text("payments/order_payment.html", payment=payment, **paths, state=state_name(payment), kind=STATE_KINDS[payment.state], methods=METHOD_NAMES))
