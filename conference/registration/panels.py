"""What registration shows on other slices' pages."""

from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup
from starlette.requests import Request

from conference.core import passes
from conference.core.i18n import _, ngettext
from conference.core.templates import render_text
from conference.core.todo import Todo, entries
from conference.editions.access import Held, editions_with
from conference.editions.models import Duties, Edition
from conference.editions.wording import say
from conference.payments.models import Payment
from conference.people.models import Person
from conference.registration import queries
from conference.registration.models import Order, OrderState


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


async def todos(*, held: Held, editions: Sequence[Edition], url: Callable[..., str], **_others: Any) -> list[Todo]:
    """For registrars: registrations that keep a place for days and are not paid, and people who wait for one."""
    mine = {edition.id: edition.slug for edition in editions_with(held, editions, Duties.REGISTRAR)}
    return [
        *entries(
            await queries.held_for_long(mine), mine, lambda n: ngettext("%(num)d registration keeps a place and is not paid", "%(num)d registrations keep a place and are not paid", n) % {"num": n},
            lambda slug: url("registration.office.orders", edition=slug, state=OrderState.HELD), _("Look at them"),
        ),
        *entries(
            await queries.waiting_for_long(mine), mine, lambda n: ngettext("%(num)d person waits for a place", "%(num)d people wait for a place", n) % {"num": n},
            lambda slug: url("registration.office.places", edition=slug), _("Look at the places"),
        ),
    ]  # fmt: skip
