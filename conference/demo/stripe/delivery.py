"""Webhooks: signed, at least once, in no promised order; lost, doubled, held back or late where a test asks for it."""

import asyncio
import contextlib
import hashlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from conference.demo.stripe.objects import shown
from conference.demo.stripe.store import Store

log = logging.getLogger(__name__)

Send = Callable[[bytes, dict[str, str]], Awaitable[int]]
RETRY_AFTER = (1, 5, 30, 120, 600, 3600)
LONGEST_NAP = 30.0
HEARD = {
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "payment_intent.amount_capturable_updated",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "charge.captured",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "charge.dispute.created",
    "charge.dispute.closed",
}
"""What the endpoint subscribed to; the other events can be listed, and are not sent."""


@dataclass
class Letter:
    """An event on its way to the endpoint; ``due`` in seconds since 1970."""

    event: dict[str, Any]
    due: float
    tries: int = 0


class Deliveries:
    """The queue of events to send. What a restart found undelivered is sent again."""

    def __init__(self, store: Store, epoch: Callable[[], int], send: Send, secret: str) -> None:
        self.store = store
        self.epoch = epoch
        self.send = send
        self.secret = secret
        self.queue = [Letter(event, 0) for event in store.of("event") if event["pending_webhooks"]]
        self.to_lose = self.to_double = self.to_delay = 0
        self.delay = 0.0
        self.holding = False
        self.held: list[Letter] = []
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def take(self, event: dict[str, Any]) -> None:
        """Queues an event, or does with it what was commanded."""
        if event["type"] not in HEARD or self._used_up("to_lose"):
            self.store.change(event, pending_webhooks=0)
            return
        due = self.epoch() + (self.delay if self._used_up("to_delay") else 0)
        copies = 2 if self._used_up("to_double") else 1
        (self.held if self.holding else self.queue).extend(Letter(event, due) for _ in range(copies))
        self._woken.set()

    def release(self, *, backwards: bool) -> None:
        """What was held back goes on its way, the last first if ``backwards``."""
        self.holding = False
        self.queue += self.held[::-1] if backwards else self.held
        self.held = []
        self._woken.set()

    async def deliver_pending(self) -> list[tuple[str, int]]:
        """Sends all that is due, also what comes up meanwhile; types sent and statuses answered (0: no answer)."""
        sent = []
        while letter := self._next_due():
            self.queue.remove(letter)
            sent.append((letter.event["type"], await self._deliver(letter)))
        return sent

    def start(self) -> None:
        """Delivers in the background from now on; needs a running loop."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        task, self._task = self._task, None
        if task:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self.deliver_pending()
            except Exception:
                log.exception("a webhook could not be delivered")
            await self._nap()

    async def _nap(self) -> None:
        """Sleeps until something is new or due."""
        naps = [letter.due - self.epoch() for letter in self.queue]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), min([*naps, LONGEST_NAP]))

    def _next_due(self) -> Letter | None:
        return next((letter for letter in self.queue if letter.due <= self.epoch()), None)

    async def _deliver(self, letter: Letter) -> int:
        status = 0
        try:
            status = await self._attempt(letter)
        finally:
            self._note(letter, delivered=200 <= status < 300)
        return status

    async def _attempt(self, letter: Letter) -> int:
        import httpx

        body = json.dumps(shown(letter.event), indent=2).encode()
        headers = {
            "content-type": "application/json; charset=utf-8",
            "stripe-signature": signature(body, self.secret, self.epoch()),
        }
        try:
            return await self.send(body, headers)
        except (httpx.HTTPError, OSError, TimeoutError):
            return 0

    def _note(self, letter: Letter, *, delivered: bool) -> None:
        if not delivered and letter.tries < len(RETRY_AFTER):
            self.queue.append(Letter(letter.event, self.epoch() + RETRY_AFTER[letter.tries], letter.tries + 1))
        elif letter.event["pending_webhooks"]:
            self.store.change(letter.event, pending_webhooks=0)
            self.store.save()

    def _used_up(self, counter: str) -> bool:
        """Counts one down; whether there was one."""
        left = getattr(self, counter)
        setattr(self, counter, max(left - 1, 0))
        return left > 0


def signature(body: bytes, secret: str, epoch: int) -> str:
    """The ``Stripe-Signature`` header of a body sent at a time."""
    digest = hmac.new(secret.encode(), f"{epoch}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={epoch},v1={digest}"
