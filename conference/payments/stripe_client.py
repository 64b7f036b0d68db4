"""The one place that speaks to Stripe, through its SDK, which is loaded when it is first needed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from conference.core.errors import Refused
from conference.core.i18n import _
from conference.core.running import running

log = structlog.get_logger("stripe")

SECONDS = 8


class StripeAway(Refused):
    """Stripe does not answer, not in time, or does not know us; nobody was charged."""

    status = 503

    def sentence(self) -> str:
        return _("The card service does not answer at this moment. Your place is kept for you; please try again in a few minutes.")


class CardsNotTaken(Refused):
    def sentence(self) -> str:
        return _("Cards cannot be taken here at this moment.")


class SaidNo(Exception):
    """Stripe understood and refuses; ``code`` is its word for why. For ourselves, not for people."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def client() -> Any:
    """The app's StripeClient; the demo has put a maker there whose client speaks to the double. CardsNotTaken without a key."""
    return running().part("stripe", running().parts.get("stripe.make", _make))


def _make() -> Any:
    settings = running().settings
    if not settings.stripe_key.get_secret_value():
        raise CardsNotTaken()
    import stripe

    stripe.enable_telemetry = False
    options: dict[str, Any] = {"base_addresses": {"api": settings.stripe_api}} if settings.stripe_api else {}
    http = stripe.HTTPXClient(timeout=SECONDS)
    return stripe.StripeClient(settings.stripe_key.get_secret_value(), http_client=http, max_network_retries=1, **options)


async def ask(call: Callable[[Any], Awaitable[Any]]) -> Any:
    """One call to Stripe within its time limit, outside any transaction. Raises StripeAway, CardsNotTaken, SaidNo."""
    api = client().v1
    import stripe

    try:
        async with asyncio.timeout(SECONDS):
            return await call(api)
    except (stripe.InvalidRequestError, stripe.CardError) as error:
        raise SaidNo(error.code or "refused") from error
    except (TimeoutError, OSError, stripe.StripeError) as error:
        log.warning("Stripe is away", trouble=type(error).__name__)
        raise StripeAway() from error
