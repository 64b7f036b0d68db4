"""What payments shows on other slices' pages."""

from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup

from conference.core.i18n import _, ngettext
from conference.core.templates import render_text
from conference.core.todo import Todo, entries
from conference.editions.access import Held, editions_with
from conference.editions.models import Duties, Edition
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


async def todos(*, held: Held, editions: Sequence[Edition], url: Callable[..., str], **_others: Any) -> list[Todo]:
    """For treasurers: payments that went wrong, money to hand over, promised checks and cash that are overdue."""
    mine = {edition.id: edition.slug for edition in editions_with(held, editions, Duties.TREASURER)}
    return [
        *entries(
            await queries.troubled(mine), mine, lambda n: ngettext("%(num)d payment went wrong", "%(num)d payments went wrong", n) % {"num": n},
            lambda slug: url("payments.office.troubles", edition=slug), _("Look at them"), urgent=True,
        ),
        *entries(
            await queries.waiting_to_be_handed_over(mine), mine, lambda n: ngettext("%(num)d refund has to be paid by hand", "%(num)d refunds have to be paid by hand", n) % {"num": n},
            lambda slug: url("payments.office.desk", edition=slug), _("Pay them back"),
        ),
        *entries(
            await queries.overdue_promises(mine), mine, lambda n: ngettext("%(num)d promised check or sum of cash is overdue", "%(num)d promised checks or sums of cash are overdue", n) % {"num": n},
            lambda slug: url("payments.office.desk", edition=slug), _("Look at them"),
        ),
    ]  # fmt: skip
