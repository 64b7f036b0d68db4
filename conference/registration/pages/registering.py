"""Choosing a ticket and registering for it."""

import secrets
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from conference.core import links, passes
from conference.core.errors import NotFound, Refused
from conference.core.kept import page_with_gaps
from conference.core.middleware import allow_form_action
from conference.core.running import running
from conference.core.web import go, read_form, render, see_other, url
from conference.editions.models import Edition
from conference.editions.wording import say
from conference.payments.queries import checkout_origin
from conference.registration import actions, prices, queries
from conference.registration.forms import RegisterForm
from conference.registration.models import Order, OrderState, TicketType, WaitingEntry


async def choose(request: Request) -> Response:
    """What one can register for, what we ask, and who sees it."""
    edition = request.state.edition
    found = await queries.tickets(edition)
    full = await queries.sold_out(edition) if found else frozenset()
    return await render(request, "registration/choose.html", tickets=found, full=full, over=queries.is_over(edition), prices=prices, say=say)


async def register(request: Request) -> Response:
    """One short form; sent twice it is one order."""
    edition = request.state.edition
    ticket = await _ticket(edition, request.path_params["ticket"])
    if request.method == "GET":
        return await show_fresh_form(request, ticket, full=not (await queries.look(ticket.id)).room)
    form = RegisterForm.of(ticket, await read_form(request), cards=cards_taken())
    if form.validate():
        try:
            order = await actions.register(edition, ticket, person=request.state.person, **form.answers())
            return await to_order(request, order)
        except actions.SoldOut as refusal:
            return await show_sold_out(request, ticket, form, refusal)
        except Refused as refusal:
            form.refuse(refusal)
    return await show_form(request, ticket, form, 422)


async def _ticket(edition: Edition, slug: str) -> TicketType:
    if queries.is_over(edition):
        raise NotFound()
    return await queries.ticket(edition, slug)


async def show_fresh_form(request: Request, ticket: TicketType, *, full: bool) -> Response:
    """The empty form: alike for everybody but for the word that makes it one order however often it is sent."""
    path = url(request, "registration.register", ticket=ticket.slug)

    async def context(gaps: Mapping[str, Any]) -> dict[str, Any]:
        form = RegisterForm.of(ticket, given=fresh_answers(request, ticket) | dict(gaps), cards=cards_taken())
        return _form_context(ticket, form, full, None) | {"request_path": path}

    scope = f"edition:{request.state.edition.slug}"
    answer = await page_with_gaps(
        request, "registration/register.html", scope=scope, key=(ticket.id, full, cards_taken()), gaps={"once": secrets.token_hex(16)}, context=context
    )
    return _for_money(answer, ticket)


async def show_sold_out(request: Request, ticket: TicketType, form: RegisterForm, refusal: Refused) -> Response:
    """The form as it was filled in, with the way to the waiting list.

    In a rush nearly everybody gets this page, and nearly all of them asked for nothing special: theirs is made once.
    """
    if not form.is_plain():
        form.refuse(refusal)
        return await show_form(request, ticket, form, 422, full=True)
    chosen = form.chosen()

    async def context(gaps: Mapping[str, Any]) -> dict[str, Any]:
        again = RegisterForm.of(ticket, given={"children": "0", **chosen, **gaps}, cards=cards_taken())
        again.refuse(refusal)
        return _form_context(ticket, again, True, None) | {"request_path": request.url.path}

    scope, key = f"edition:{request.state.edition.slug}", (ticket.id, "sold out", cards_taken(), *chosen.values())
    answer = await page_with_gaps(request, "registration/register.html", scope=scope, key=key, gaps=form.typed(), context=context)
    answer.status_code = 422
    return _for_money(answer, ticket)


def fresh_answers(request: Request, ticket: TicketType) -> dict[str, Any]:
    """What a new form begins with."""
    return {
        "once": secrets.token_hex(16),
        "language": request.state.language,
        "amount": str(ticket.suggested),
        "pay_by": "card" if cards_taken() else "check",
        "children": "0",
    }


async def show_form(request: Request, ticket: TicketType, form: RegisterForm, status: int = 200, *, full: bool = False, offer: WaitingEntry | None = None) -> Response:
    """The form, kept as it was filled in; ``full``: no place is left, with the way to the waiting list."""
    answer = await render(request, "registration/register.html", status, **_form_context(ticket, form, full, offer))
    return _for_money(answer, ticket)


def _form_context(ticket: TicketType, form: RegisterForm, full: bool, offer: WaitingEntry | None) -> dict[str, Any]:
    return {"ticket": ticket, "form": form, "full": full, "offer": offer, "prices": prices, "say": say}


def _for_money(answer: Response, ticket: TicketType) -> Response:
    if not prices.is_free(ticket):
        may_lead_to_checkout(answer)
    return answer


async def to_order(request: Request, order: Order) -> Response:
    """On to Checkout where a card is to pay, else to the order; either way this browser may open the order."""
    answer = await to_checkout(request, order) if order.state is OrderState.HELD else see_other(request, "registration.order", code=order.code)
    passes.grant(request, answer, links.token(queries.ORDER_LINK, order.id, order.version))
    return answer


async def to_checkout(request: Request, order: Order) -> Response:
    """303 to Checkout; to the order, which says what else can be done, when it is too late or the card service is away."""
    try:
        return go(await actions.pay(order, url(request, "registration.order", code=order.code)))
    except actions.TooLate:
        return see_other(request, "registration.order", code=order.code)
    except Refused:
        return see_other(request, "registration.order", code=order.code, card="away")


def cards_taken() -> bool:
    """Whether there is anybody to take cards: Stripe, or its stand-in of the demo."""
    return bool(running().settings.stripe_key.get_secret_value())


def may_lead_to_checkout(answer: Response) -> None:
    """A form of this page may end up at Checkout."""
    if origin := checkout_origin():
        allow_form_action(answer.headers, origin)  # type: ignore[arg-type]
