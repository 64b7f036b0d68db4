"""What machines at Stripe tell us."""

import json

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from conference.core import clock
from conference.core.errors import Malformed
from conference.core.running import running
from conference.payments import actions

TOLERANCE_SECONDS = 300


async def stripe_webhook(request: Request) -> Response:
    """Keep who, what and which object; the body is not kept. 400 for anything Stripe did not sign, just now."""
    body = await request.body()
    event = _verified(body, request.headers.get("stripe-signature", ""))
    try:
        named = event["data"]["object"]
        await actions.remember_event(str(event["id"]), str(event["type"]), str(named.get("id", "")), str(event.get("api_version") or ""))
    except (KeyError, TypeError, AttributeError) as error:
        raise Malformed() from error
    return PlainTextResponse("thank you\n")


def _verified(body: bytes, header: str) -> dict:
    """The event of a signed body. The SDK raises TypeError and AttributeError on some bad headers, and takes dates ahead."""
    from stripe import SignatureVerificationError, WebhookSignature

    secret = running().settings.stripe_webhook_secret.get_secret_value()
    try:
        if not secret:
            raise ValueError("no signing secret is set")
        text = body.decode()
        WebhookSignature.verify_header(text, header, secret, tolerance=None)
        stamp = int(dict(part.split("=", 1) for part in header.split(",") if part.startswith("t="))["t"])
        if abs(clock.epoch() - stamp) > TOLERANCE_SECONDS:
            raise ValueError("not signed just now")
        event = json.loads(text)
        if not isinstance(event, dict):
            raise ValueError("no event")
    except (SignatureVerificationError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise Malformed() from error
    return event
