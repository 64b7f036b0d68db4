"""What donations show on other slices' pages."""

from typing import Any

from markupsafe import Markup
from starlette.requests import Request

from conference.core import passes
from conference.core.templates import render_text
from conference.donations import queries
from conference.editions.models import Edition
from conference.editions.queries import Standing, standing_of
from conference.editions.wording import say
from conference.payments.models import Payment
from conference.people.models import Person


async def thermometers(*, edition: Edition, **_others: Any) -> Markup:
    """On an edition's home page: what is given for and how far it has come; nothing once the edition is over."""
    found = await queries.thermometers() if standing_of(edition) is not Standing.PAST else []
    return Markup(render_text("donations/home_panel.html", edition=edition, thermometers=found, say=say)) if found else Markup("")


async def add_a_gift(*, edition: Edition, **_others: Any) -> Markup:
    """Under a registration: the way to give. The same for everybody."""
    if standing_of(edition) is Standing.PAST:
        return Markup("")
    return Markup(render_text("donations/add_panel.html", edition=edition))


async def left_as_gift(*, order: Any, **_others: Any) -> Markup:
    """On a cancelled registration's own page: the gift its money became, where a receipt can be had."""
    gift = await queries.gift_of_order(order.id)
    if gift is None:
        return Markup("")
    path = f"/{gift.edition.slug}/gifts/{gift.code}/{queries.token_of(gift)}"
    return Markup(render_text("donations/left_panel.html", gift=gift, path=path))


async def my_gifts(*, edition: Edition, person: Person, request: Request, **_others: Any) -> Markup:
    """On one's own page: the gifts of this person and this browser; nothing where there are none."""
    found = await queries.gifts_held(edition, passes.tokens(request), person.id)
    return Markup(render_text("donations/my_panel.html", edition=edition, gifts=found)) if found else Markup("")


async def gift_of_payment(*, payment: Payment, **_others: Any) -> Markup:
    """On the treasurer's page of a payment: the gift it is for, by its code."""
    gift = await queries.gift_of_payment(payment.id)
    return Markup(render_text("donations/office/payment_panel.html", gift=gift)) if gift else Markup("")
