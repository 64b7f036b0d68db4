"""What registration shows on other slices' pages."""

from typing import Any

from markupsafe import Markup
from starlette.requests import Request

from conference.core import passes
from conference.core.templates import render_text
from conference.editions.models import Duties, Edition
from conference.editions.wording import say
from conference.payments.models import Payment
from conference.people.models import Person
from conference.registration import queries
from conference.registration.models import Order


async def my_orders(*, edition: Edition, person: Person, request: Request, **_others: Any) -> Markup:
    """On one's own page: the registrations of this person and this browser; nothing where there are none."""
    found = await queries.orders_held(edition, passes.tokens(request), person)
    return Markup(render_text("registration/my_panel.html", edition=edition, orders=found, say=say)) if found else Markup("")


async def order_of_payment(*, payment: Payment, **_others: Any) -> Markup:
    """On the treasurer's page of a payment: the registration it is for, by its reference."""
    order = await Order.get_or_none(id=payment.purpose_id).select_related("edition") if payment.purpose == "order" else None
    return Markup(render_text("registration/office/payment_panel.html", order=order)) if order else Markup("")


async def places_taken(*, edition: Edition, duties: frozenset[Duties], **_others: Any) -> Markup:
    """On the back office's page of an edition: how full it is, for those who look after registration."""
    if not duties & {Duties.REGISTRAR, Duties.ORGANIZER}:
        return Markup("")
    found = await queries.pools(edition)
    return Markup(render_text("registration/office/home_panel.html", edition=edition, pools=found, say=say)) if found else Markup("")
