"""A stand-in for Stripe: its API, its payment page and its webhooks, for the demo and the tests. No money moves.

It takes what Stripe takes and refuses what Stripe refuses, and it misbehaves on command as Stripe and networks do.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from conference.demo.stripe import api, control, pages
from conference.demo.stripe.delivery import Deliveries, Send
from conference.demo.stripe.errors import StripeRefusal
from conference.demo.stripe.faults import Faults, Outage
from conference.demo.stripe.machine import Machine
from conference.demo.stripe.objects import shown
from conference.demo.stripe.store import Store

Thing = dict[str, Any]
SEND_SECONDS = 10


class StripeDouble:
    """``state`` is the file that outlives a restart (None: memory only); ``base_url`` where browsers find ``.app``.

    ``now`` gives aware datetimes. ``send(body, headers) -> status`` replaces the HTTP delivery of webhooks. With
    ``background`` the webhooks go out by themselves once the app is used; otherwise by
    ``deliver_pending()``, or after ``start()``.
    """

    def __init__(
        self,
        state: Path | None,
        webhook_url: str,
        webhook_secret: str,
        base_url: str,
        now: Callable[[], datetime] | None = None,
        send: Send | None = None,
        *,
        background: bool = False,
    ) -> None:
        self.now = now or _now
        self.webhook_url = webhook_url
        self.base_url = base_url.rstrip("/")
        self.background = background
        self.faults = Faults()
        self.store = Store(state, self.epoch())
        self.deliveries = Deliveries(self.store, self.epoch, send or self._post, webhook_secret)
        self.machine = Machine(self.store, self.epoch, self.base_url, self.deliveries.take)
        self.app = Starlette(routes=self._routes(), lifespan=self._lifespan)
        self._client: Any = None

    def epoch(self) -> int:
        return int(self.now().timestamp())

    # What a payer, a bank or somebody at the dashboard does

    def pay(self, session: str, how: str = "card") -> Thing:
        """Pays by ``card``, ``declined`` (a card that is refused) or ``bank``; the session as it is then.

        A card may be refused all the same, if that was commanded: the session is still ``open`` then. Paying
        twice changes nothing; an expired session is refused.
        """
        self.machine.expire_due()
        found = self.machine.get(session, "checkout.session")
        if found["status"] == "expired":
            raise StripeRefusal("This Checkout Session has expired.")
        if found["status"] == "open":
            self._pay(found, how)
        self.save()
        return shown(found)

    def _pay(self, session: Thing, how: str) -> None:
        method = {"card": "card", "declined": "card", "bank": "us_bank_account"}.get(how)
        if method not in session["payment_method_types"]:
            raise StripeRefusal(f"This session cannot be paid so: {how}")
        if how == "bank":
            self.machine.pay_by_bank(session)
        elif how == "declined" or self.faults.declines_card():
            self.machine.decline_card(session)
        else:
            self.machine.pay_by_card(session)

    def settle_bank(self, key: str, paid: bool = True) -> None:
        """The bank debit of a session or payment intent comes in, or fails days later."""
        self.machine.settle_bank(self.intent(key), paid=paid)
        self.save()

    def return_bank_debit(self, key: str, reason: str = "insufficient_funds") -> Thing:
        """A debit that had come in goes back: at Stripe a dispute that is lost from the start."""
        return self._dispute(key, reason, lost=True)

    def dispute(self, key: str, reason: str = "fraudulent") -> Thing:
        """The payer of a session, payment intent or charge disputes it at the card's bank; the dispute."""
        return self._dispute(key, reason, lost=False)

    def _dispute(self, key: str, reason: str, *, lost: bool) -> Thing:
        dispute = self.machine.dispute(self.charge(key), reason, lost=lost)
        self.save()
        return shown(dispute)

    def close_dispute(self, dispute: str, won: bool = False) -> None:
        self.machine.close_dispute(self.machine.get(dispute, "dispute"), won=won)
        self.save()

    def refund_outside(self, key: str, amount: int | None = None) -> Thing:
        """A refund at Stripe's dashboard, past the shop: no metadata, no key; of everything left without ``amount``."""
        params = {"charge": self.charge(key)["id"]} | ({} if amount is None else {"amount": amount})
        refund = self.machine.refund(params)
        self.save()
        return shown(refund)

    def settle_refund(self, refund: str, paid: bool = True) -> None:
        """A refund to a bank account arrives, or any refund comes back."""
        self.machine.settle_refund(self.machine.get(refund, "refund"), paid=paid)
        self.save()

    def expire(self, session: str) -> None:
        """The session's time is up, before its hour."""
        self.machine.expire_session(self.machine.get(session, "checkout.session"))
        self.save()

    def expire_authorisation(self, key: str) -> None:
        """The hold on the card lapses, as after a week."""
        self.machine.expire_authorisation(self.intent(key))
        self.save()

    # Misbehaviour

    def decline_next_card(self, count: int = 1) -> None:
        self.faults.cards_to_decline += count

    def refuse_next_capture(self, code: str = "charge_expired_for_capture") -> None:
        """The next capture fails. By default the payment is canceled; with another code it still waits."""
        self.faults.captures_to_refuse.append(code)

    def go_away(self, calls: int = 1, how: Outage = "error") -> None:
        """The next calls do nothing and are answered 500 (``error``), cut off (``closed``) or never (``hang``)."""
        self.faults.outages += [how] * calls

    def lose_answers(self, calls: int = 1, how: Outage = "closed") -> None:
        """The next calls are carried out, and their answers do not arrive."""
        self.faults.answers_to_lose += [how] * calls

    def lose_webhooks(self, count: int = 1) -> None:
        self.deliveries.to_lose += count

    def double_webhooks(self, count: int = 1) -> None:
        self.deliveries.to_double += count

    def delay_webhooks(self, seconds: float, count: int = 1) -> None:
        self.deliveries.delay = seconds
        self.deliveries.to_delay += count

    def hold_webhooks(self) -> None:
        self.deliveries.holding = True

    def release_webhooks(self, backwards: bool = True) -> None:
        self.deliveries.release(backwards=backwards)

    # Webhooks

    async def deliver_pending(self) -> list[tuple[str, int]]:
        """Sends what is due; the types sent and the statuses answered (0: no answer). What failed is due later."""
        self.machine.expire_due()
        self.save()
        return await self.deliveries.deliver_pending()

    def start(self) -> None:
        self.deliveries.start()

    async def close(self) -> None:
        await self.deliveries.close()
        if self._client:
            await self._client.aclose()
            self._client = None

    async def _post(self, body: bytes, headers: dict[str, str]) -> int:
        if self._client is None:
            import httpx

            self._client = httpx.AsyncClient(timeout=SEND_SECONDS, trust_env=False)
        response = await self._client.post(self.webhook_url, content=body, headers=headers)
        return int(response.status_code)

    # Looking things up

    def find_session(self, key: str) -> Thing | None:
        self.machine.expire_due()
        self.save()
        return self.store.find(key, "checkout.session")

    def intent(self, key: str) -> Thing:
        """The payment intent of that id, or the one of that session."""
        session = self.store.find(key, "checkout.session")
        return self.machine.get((session["payment_intent"] or key) if session else key, "payment_intent")

    def charge(self, key: str) -> Thing:
        """The charge of that id, or the last one of that session or payment intent."""
        charge = self.store.find(key, "charge")
        return charge or self.machine.get(self.intent(key)["latest_charge"] or key, "charge")

    def save(self) -> None:
        self.store.save()

    # The app

    def _routes(self) -> list[Route]:
        return [
            Route("/v1/{path:path}", self._api, methods=["GET", "POST", "DELETE"]),
            Route("/c/pay/{id}", self._show, methods=["GET"]),
            Route("/c/pay/{id}", self._act, methods=["POST"]),
            Route("/c/style.css", self._style, methods=["GET"]),
            Route("/control", self._control, methods=["POST"]),
        ]

    async def _api(self, request: Request) -> Response:
        self._wake()
        return await api.serve(self, request)

    async def _show(self, request: Request) -> Response:
        return await pages.show(self, request)

    async def _act(self, request: Request) -> Response:
        self._wake()
        return await pages.act(self, request)

    async def _style(self, request: Request) -> Response:
        return pages.style()

    async def _control(self, request: Request) -> Response:
        self._wake()
        return await control.command(self, request)

    def _wake(self) -> None:
        if self.background:
            self.start()

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """On an origin of its own the double delivers as long as it is served."""
        self.start()
        yield
        await self.close()


def _now() -> datetime:
    return datetime.now(UTC)
