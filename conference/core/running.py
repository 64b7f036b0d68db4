"""The one context per app: what pages, jobs and commands need beside their arguments."""

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conference.settings import Settings


class Gate:
    """How many may write at once, and how many wait."""

    def __init__(self, places: int) -> None:
        self.places, self.waiting = asyncio.Semaphore(places), 0


@dataclass
class Running:
    """Everything that lives as long as the app does.

    ``clock`` gives the present moment, aware, in UTC; tests put their own. ``parts`` holds what heavy modules make for
    themselves on first use (the Stripe client, the PDF process, the template environment), by name.
    """

    settings: "Settings"
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    keyring: Any = None
    writers: Gate = field(default_factory=lambda: Gate(16))
    parts: dict[str, Any] = field(default_factory=dict)

    def part(self, name: str, make: Callable[[], Any]) -> Any:
        """The app's one ``name``, made on first use."""
        if name not in self.parts:
            self.parts[name] = make()
        return self.parts[name]


_here: ContextVar[Running | None] = ContextVar("running", default=None)
_latest: Running | None = None


def running() -> Running:
    """The context of the app that is being served here."""
    found = _here.get() or _latest
    if found is None:
        raise RuntimeError("no app is running: enter a Running first")
    return found


def enter(context: Running) -> None:
    """Make this the context from here on, for tasks that begin later too."""
    global _latest
    _latest = context
    _here.set(context)
