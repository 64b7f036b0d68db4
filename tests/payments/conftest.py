"""What payment tests ask for: the app's stand-in for Stripe, the wire to it, and orders that are paid there."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from conference.app import App
from conference.core import jobs
from conference.demo.double import double_of
from conference.demo.stripe.client import InProcessClient
from conference.editions.actions import create_edition
from conference.editions.models import Edition
from conference.payments.models import Payment
from conference.payments.queries import payment_for
from conference.registration import actions as registration
from conference.registration.models import Order, PayBy, Pool, TicketType
from tests.cast import a_plain_edition
from tests.conftest import FixedClock

MOVES_MONEY = re.compile(r"/v1/(refunds|payment_intents/\w+/(capture|cancel))")
PRICE = 5000


class Crash(RuntimeError):
    """The process dies here."""


class Wire:
    """Every call to Stripe as it went out; and where the process is to die beside the next one that moves money."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, str]] = []
        self.die_before = self.die_after = False

    def about_to(self, method: str, url: str, body: Any) -> None:
        self.calls.append((method, url, body.decode() if isinstance(body, bytes) else str(body or "")))
        if self._moves_money(method, url) and self.die_before:
            self.die_before = False
            raise Crash

    def done(self, method: str, url: str) -> None:
        if self._moves_money(method, url) and self.die_after:
            self.die_after = False
            raise Crash

    def _moves_money(self, method: str, url: str) -> bool:
        return method == "post" and MOVES_MONEY.search(url) is not None


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    made, request = Wire(), InProcessClient.request_async

    async def watched(self: InProcessClient, method: str, url: str, headers: Any, post_data: Any = None) -> Any:
        made.about_to(method, url, post_data)
        answer = await request(self, method, url, headers, post_data)
        made.done(method, url)
        return answer

    monkeypatch.setattr(InProcessClient, "request_async", watched)
    yield made


@pytest.fixture
def double(app: App) -> Any:
    """The app's double; its webhooks go through the app's front door when ``deliver_pending`` is awaited."""
    return double_of(app.context)


class Till:
    """An edition with one ticket to sell, and what buyers, Stripe and the worker do."""

    def __init__(self, app: App, double: Any, wire: Wire, clock: FixedClock) -> None:
        self.app, self.double, self.wire, self.clock = app, double, wire, clock
        self.edition: Edition
        self.ticket: TicketType
        self.pool: Pool

    async def open(self, name: str = "hall", size: int = 10) -> "Till":
        """Sell tickets for a hall of this name."""
        self.edition = await Edition.get_or_none(slug="2027") or await create_edition(**a_plain_edition("2027"))
        self.pool = await registration.create_pool(self.edition, slug=name, title={"en": "Hall", "es": "Sala"}, size=size)
        self.ticket = await registration.create_ticket_type(
            self.edition, [self.pool], slug=name, title={"en": "Ticket", "es": "Entrada"}, least=PRICE, suggested=PRICE, most=PRICE, fair_value=2000
        )
        return self

    async def order(self, name: str = "Ada", pay_by: PayBy = PayBy.CARD, email: str = "") -> Order:
        return await registration.register(self.edition, self.ticket, badge_name=name, language="en", email=email, amount=PRICE, pay_by=pay_by)

    async def checkout(self, order: Order) -> str:
        """The id of the Checkout session in which an order is to be paid."""
        return (await registration.pay(order, f"/{self.edition.slug}/orders/{order.code}")).rsplit("/", 1)[1]

    async def paid(self, name: str = "Ada", how: str = "card", email: str = "") -> Payment:
        """The payment of an order that is paid, heard of and settled."""
        order = await self.order(name, email=email)
        self.double.pay(await self.checkout(order), how)
        await self.hear()
        return await self.payment(order)

    async def payment(self, order: Order) -> Payment:
        found = await payment_for("order", order.id)
        assert found is not None
        return found

    async def hear(self) -> None:
        """Webhooks come in and are handled, and everything that follows from them is done."""
        await self.double.deliver_pending()
        await jobs.run_due()
        await self.double.deliver_pending()
        await jobs.run_due()

    def lose_webhooks(self) -> None:
        """What Stripe was about to say never comes."""
        for letter in self.double.deliveries.queue:
            letter.event["pending_webhooks"] = 0
        self.double.deliveries.queue.clear()

    async def later(self, **span: float) -> None:
        """Time goes on, and what failed is tried again."""
        self.clock.on(**span)
        await jobs.run_due()


@pytest.fixture
def till(app: App, double: Any, wire: Wire, fixed_clock: FixedClock) -> Till:
    return Till(app, double, wire, fixed_clock)
