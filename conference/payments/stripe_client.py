"""The one place that speaks to Stripe, through its SDK."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from conference.core.errors import Refused
from conference.core.i18n import _
from conference.core.running import running

SECONDS = 8


class StripeAway(Refused):
    """Stripe does not answer, or not in time; nobody was charged."""

    status = 503

    def sentence(self) -> str:
        return _("The card service does not answer at this moment. Your place is kept for you; please try again in a few minutes.")


class CardsNotTaken(Refused):
    def sentence(self) -> str:
        return _("Cards cannot be taken here at this moment.")


def client() -> Any:
    """The app's StripeClient; the demo's app has put one there that speaks to the double. CardsNotTaken without a key."""
    return running().part("stripe", _make)


def _make() -> Any:
    import stripe

    stripe.enable_telemetry = False
    settings = running().settings
    if not settings.stripe_key.get_secret_value():
        raise CardsNotTaken()
    options: dict[str, Any] = {"base_addresses": {"api": settings.stripe_api}} if settings.stripe_api else {}
    http = stripe.HTTPXClient(timeout=SECONDS)
    return stripe.StripeClient(settings.stripe_key.get_secret_value(), http_client=http, max_network_retries=1, **options)


async def ask(call: Callable[[Any], Awaitable[Any]]) -> Any:
    """One call to Stripe within its time limit. Raises StripeAway; Stripe's own refusals (``stripe.StripeError``) pass through."""
    import stripe

    try:
        async with asyncio.timeout(SECONDS):
            return await call(client().v1)
    except (TimeoutError, OSError, stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise StripeAway() from error
    except stripe.APIError as error:
        if type(error) is stripe.APIError:
            raise StripeAway() from error
        raise
