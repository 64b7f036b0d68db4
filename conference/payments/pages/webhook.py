"""What machines at Stripe tell us."""

import json
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from conference.core import clock
from conference.core.errors import Malformed
from conference.core.running import running
from conference.payments import actions

TOLERANCE_SECONDS = 300
ID, TYPE, VERSION = (re.compile(pattern, re.ASCII) for pattern in (r"\w{0,120}", r"[a-z0-9_.]{1,80}", r"[\w.-]{0,40}"))


async def stripe_webhook(request: Request) -> Response:
    """Keep who, what and which object; the body is not kept. 400 for anything Stripe did not sign, just now."""
    event = _verified(await request.body(), request.headers.get("stripe-signature", ""))
    try:
        named = event["data"]["object"]
        words = [event["id"], event["type"], named.get("id") or "", event.get("api_version") or ""]
    except (KeyError, TypeError, AttributeError) as error:
        raise Malformed() from error
    if not words[0] or not all(_fits(kind, word) for kind, word in zip((ID, TYPE, ID, VERSION), words, strict=True)):
        raise Malformed()
    await actions.remember_event(*words)
    return PlainTextResponse("thank you\n")


def _fits(kind: re.Pattern, word: Any) -> bool:
    return isinstance(word, str) and kind.fullmatch(word) is not None


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
    except (SignatureVerificationError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise Malformed() from error
    return event
