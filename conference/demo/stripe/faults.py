"""Misbehaviour on command: what goes wrong next, counted down exactly, never by chance."""

from dataclasses import dataclass, field
from typing import Literal

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

Outage = Literal["error", "closed", "hang"]
"""How Stripe is away: answers 500, closes the connection, or never answers."""


@dataclass
class Faults:
    cards_to_decline: int = 0
    captures_to_refuse: list[str] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)
    answers_to_lose: list[Outage] = field(default_factory=list)

    def declines_card(self) -> bool:
        declined = self.cards_to_decline > 0
        self.cards_to_decline -= declined
        return declined

    def refuses_capture(self) -> str | None:
        """Stripe's error code for the capture at hand, if it is to fail."""
        return self.captures_to_refuse.pop(0) if self.captures_to_refuse else None

    def outage(self) -> Outage | None:
        return self.outages.pop(0) if self.outages else None

    def loses_answer(self) -> Outage | None:
        return self.answers_to_lose.pop(0) if self.answers_to_lose else None


class Closed(Response):
    """Begins an answer and never ends it: a server closes the connection, an in-process client sees it broken."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})


class Hanging(Response):
    """Says nothing until the other side gives up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
