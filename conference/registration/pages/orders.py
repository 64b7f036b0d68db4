"""One's own orders: looking, paying, cancelling, taking code and calendar entry along."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from conference.core import links, passes, ratelimit, sealing
from conference.core.errors import NotFound, Refused
from conference.core.i18n import _, format_moment
from conference.core.kept import page_with_gaps
from conference.core.panels import panel
from conference.core.running import running
from conference.core.web import read_form, render, see_other, url
from conference.editions.queries import organization
from conference.editions.wording import say
from conference.payments.models import Payment, PaymentState
from conference.payments.queries import payment_for
from conference.registration import actions, queries
from conference.registration.forms import CancelForm, CodeForm
from conference.registration.keepsakes import code_picture, days_entry, ticket_picture
from conference.registration.models import HAS_PLACE, Order, OrderState, PayBy
from conference.registration.pages.registering import cards_taken, may_lead_to_checkout, to_checkout

SETTLING = (PaymentState.PROCESSING, PaymentState.AUTHORISED, PaymentState.CAPTURING)


async def _own(request: Request) -> Order:
    """The order of the address, for whoever holds its link or is its person. NotFound for everybody else."""
    return await queries.order_by_tokens(request.state.edition, request.path_params["code"], passes.tokens(request), request.state.person)


async def order_link(request: Request) -> Response:
    """The first GET of the secret link: it goes into a cookie, the address becomes clean. A wrong one looks like no page."""
    token, code = request.path_params["secret"], request.path_params["code"]
    await queries.order_by_tokens(request.state.edition, code, [token])
    answer = see_other(request, "registration.order", code=code)
    passes.grant(request, answer, token)
    return answer


async def order(request: Request) -> Response:
    """How it goes, the code, the ticket for the door, what was paid, and what can be done."""
    found = await _own(request)
    payment = await payment_for("order", found.id) if found.total else None
    how = how_it_goes(found, payment)
    if how == "confirmed" and not found.total:
        return await _free_and_confirmed(request, found)
    words = await _own_words(request, found)
    answer = await render(request, "registration/order.html", **await _facts(request, found, how, payment, words), **words)
    if how == "unpaid":
        may_lead_to_checkout(answer)
    return answer


async def _free_and_confirmed(request: Request, found: Order) -> Response:
    """What nearly everybody sees, and in a rush all at once: only their own words differ."""
    words = await _own_words(request, found)

    async def context(gaps: Mapping[str, Any]) -> dict[str, Any]:
        facts = await _facts(request, found, "confirmed", None, gaps)
        return facts | dict(gaps) | {"claim": gaps["claim"] if words["claim"] else None, "request_path": url(request, "registration.order", code=gaps["code"])}

    scope, key = f"edition:{request.state.edition.slug}", (found.ticket_type_id, words["claim"] is None)
    return await page_with_gaps(request, "registration/order.html", scope=scope, key=key, gaps=words, context=context)


async def _own_words(request: Request, found: Order) -> dict[str, Any]:
    """What differs between two orders that go the same way; ``claim`` is None once its key is destroyed."""
    attendees = await queries.attendees_of(found.id)
    return {
        "code": found.code,
        "claim": sealing.open_one(found, "claim").claim,
        "names": ", ".join(plain.badge_name or "–" for plain in sealing.open(attendees, "badge_name")),
        "qr": await ticket_picture(attendees[0].ticket),
        "registered": format_moment(found.made, request.state.edition.zone),
    }


async def _facts(request: Request, found: Order, how: str, payment: Payment | None, words: Mapping[str, Any]) -> dict[str, Any]:
    """The rest of the page. What other slices show may put the code of ``words`` into addresses, and ask nothing about it."""
    edition = request.state.edition
    return {
        "order": found,
        "ticket_title": say((await queries.ticket_of(edition, found)).title),
        "how": how,
        "payment": payment,
        "paying": await panel("registration.order", order=found) if payment else "",
        "more": await panel("registration.own_order", edition=edition, code=words["code"]),
        "after": await panel("registration.after", edition=edition),
        "sponsor": await _sponsor() if how == "check" else None,
        "cards": cards_taken(),
        "card_away": request.query_params.get("card") == "away",
        "changed": request.query_params.get("changed", ""),
    }


def how_it_goes(order: Order, payment: Payment | None) -> str:
    """``confirmed``, ``check`` (confirmed, a check is to come), ``unpaid``, ``settling``, ``cancelled``, ``expired``."""
    if order.state is OrderState.HELD:
        return "settling" if order.hold_until is None or (payment is not None and payment.state in SETTLING) else "unpaid"
    if order.state is OrderState.CONFIRMED and order.pay_by is PayBy.CHECK and payment is not None and payment.state is PaymentState.OPEN:
        return "check"
    return str(order.state)


async def _sponsor() -> dict:
    """Whom a check is made out to, and where it goes."""
    found = await organization()
    return found.sponsor if found else {}


async def pay(request: Request) -> Response:
    return await to_checkout(request, await _own(request))


async def promise_check(request: Request) -> Response:
    found = await _own(request)
    await actions.pay_by_check(found)
    return see_other(request, "registration.order", code=found.code)


async def cancel(request: Request) -> Response:
    """What would come back is said before the button; the button says what it does."""
    found = await _own(request)
    payment = await payment_for("order", found.id) if found.total else None
    if found.state not in HAS_PLACE:
        return see_other(request, "registration.order", code=found.code)
    form = CancelForm(await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            await actions.cancel(found, as_gift=form.as_gift.data)
            return see_other(request, "registration.order", code=found.code)
        except Refused as refusal:
            form.refuse(refusal)
    return await render(request, "registration/cancel.html", 422 if request.method == "POST" else 200, order=found, form=form, **_what_comes_back(request, payment))


def _what_comes_back(request: Request, payment: Payment | None) -> dict:
    """``paid`` and ``back`` in cents, and whether money is still on its way."""
    edition, paid = request.state.edition, payment is not None and payment.state is PaymentState.CAPTURED
    back = min(actions.refund_if_cancelled(edition, payment.cents), payment.cents - payment.refunded) if paid else 0
    return {"paid": payment.cents if paid else 0, "back": back, "settling": payment is not None and payment.state in SETTLING, "refunds": edition.refund_table}


async def days(request: Request) -> Response:
    """The edition's days as a calendar file."""
    found = await _own(request)
    attendee = (await queries.attendees_of(found.id))[0]
    body = days_entry(request.state.edition, found, attendee.id, running().settings.base_url + f"/{request.state.edition.slug}/")
    return Response(body, media_type="text/calendar", headers={"content-disposition": 'attachment; filename="days.ics"'})


async def code_image(request: Request) -> Response:
    """The code as a picture to keep or to print."""
    claim = sealing.open_one(await _own(request), "claim").claim
    if claim is None:
        raise NotFound()
    return Response(code_picture(claim, request.state.edition), media_type="image/svg+xml", headers={"content-disposition": 'attachment; filename="code.svg"'})


async def my(request: Request) -> Response:
    """What this browser or person registered for, and the door for those who have a code."""
    form = CodeForm(await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            return await _open_by_code(request, form.code.data)
        except NotFound:
            form.code.errors = [_("No registration of this conference has this code. Look for letters that are easily mixed up.")]
    found = await queries.orders_held(request.state.edition, passes.tokens(request), request.state.person)
    return await render(request, "registration/my.html", 422 if request.method == "POST" else 200, form=form, orders=found, say=say)


async def _open_by_code(request: Request, typed: str) -> Response:
    """Into the order of a typed code. Only failures are counted; after too many the rest must wait."""
    who = request.client.host if request.client else "-"
    await ratelimit.look(ratelimit.WRONG_CODES, who)
    try:
        found = await queries.order_by_claim(request.state.edition, typed)
    except NotFound:
        await ratelimit.count(ratelimit.WRONG_CODES, who)
        raise
    answer = see_other(request, "registration.order", code=found.code)
    passes.grant(request, answer, links.token(queries.ORDER_LINK, found.id, found.version))
    return answer
