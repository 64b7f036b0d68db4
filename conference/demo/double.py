"""The demo's stand-in for Stripe inside the app: made when somebody first pays, because the SDK is heavy.

Its calls and webhooks stay in this process. Where settings name another origin for Stripe's API, a double is being served there,
and only the key and the signing secret are given.
"""

from functools import partial
from hashlib import sha256
from typing import Any

from pydantic import SecretStr

from conference.core.running import Running
from conference.settings import Settings

PREFIX = "/demo/stripe"
KEY = SecretStr("sk_test_demo")
CALL_SECONDS = 8


def needs_double(settings: Settings) -> bool:
    return settings.demo and not settings.stripe_key.get_secret_value()


def is_inside(settings: Settings) -> bool:
    """Whether the double is served by this app, under its own address."""
    return needs_double(settings) and not settings.stripe_api


def with_demo_keys(settings: Settings) -> Settings:
    """The settings with what Stripe would have given us."""
    secret = settings.stripe_webhook_secret.get_secret_value() or "whsec_" + sha256(f"stripe:{settings.secret}".encode()).hexdigest()
    return settings.model_copy(update={"stripe_key": KEY, "stripe_webhook_secret": SecretStr(secret)})


def put_double(context: Running) -> None:
    """Let the context make its Stripe client from the double, unless that is served elsewhere."""
    if not context.settings.stripe_api:
        context.parts["stripe.make"] = partial(_client, context)


def double_of(context: Running) -> Any:
    """The app's StripeDouble."""
    return context.part("stripe.double", partial(_make, context))


def _make(context: Running) -> Any:
    from conference.demo.stripe import StripeDouble

    settings, still = context.settings, context.parts.get("clock.fixed", False)
    return StripeDouble(
        settings.var / "stripe-double.jsonl", f"{settings.base_url}/stripe/webhook", settings.stripe_webhook_secret.get_secret_value(),
        settings.base_url + PREFIX, now=lambda: context.clock(), send=partial(_deliver, context), background=not still,
    )  # fmt: skip


def _client(context: Running) -> Any:
    import stripe

    from conference.demo.stripe import async_client

    stripe.enable_telemetry = False
    return stripe.StripeClient(KEY.get_secret_value(), http_client=async_client(double_of(context), CALL_SECONDS), max_network_retries=1)


async def _deliver(context: Running, body: bytes, headers: dict[str, str]) -> int:
    """A webhook through the app's front door, without the network; OSError where no app is being served yet."""
    import httpx

    app = context.parts.get("app")
    if app is None:
        raise OSError("no app is being served here")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=context.settings.base_url) as client:
        return (await client.post("/stripe/webhook", content=body, headers=headers)).status_code
