"""``POST /control``: the commands of the double as form fields, for the demo and for tests in another process.

``do=lose_webhooks&count=2``. Answers ``{"done": "lose_webhooks"}``, or 400 with ``{"error": ...}``.
"""

import inspect
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from conference.demo.stripe.errors import StripeRefusal

if TYPE_CHECKING:
    from conference.demo.stripe.double import StripeDouble

COMMANDS = {
    "close_dispute",
    "decline_next_card",
    "delay_webhooks",
    "dispute",
    "double_webhooks",
    "expire",
    "expire_authorisation",
    "go_away",
    "hold_webhooks",
    "lose_answers",
    "lose_webhooks",
    "pay",
    "refund_outside",
    "refuse_next_capture",
    "release_webhooks",
    "return_bank_debit",
    "settle_bank",
    "settle_refund",
}


async def command(double: "StripeDouble", request: Request) -> Response:
    """Another site's page may not command: only what comes from no browser, or from the double's own origin."""
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return JSONResponse({"error": "Commands come from the same site."}, 403)
    fields = {name: str(value) for name, value in (await request.form()).items()}
    name = fields.pop("do", "")
    if name not in COMMANDS:
        return JSONResponse({"error": f"Commands are: {', '.join(sorted(COMMANDS))}"}, 400)
    method = getattr(double, name)
    try:
        method(**_arguments(method, fields))
    except (StripeRefusal, ValueError) as refusal:
        return JSONResponse({"error": str(refusal)}, 400)
    return JSONResponse({"done": name})


def _arguments(method: Any, fields: dict[str, str]) -> dict[str, Any]:
    """The form's texts as the types the command declares; ValueError where they do not fit."""
    wanted = inspect.signature(method).parameters
    unknown = sorted(fields.keys() - wanted.keys())
    lacking = sorted(name for name, one in wanted.items() if one.default is one.empty and name not in fields)
    if unknown or lacking:
        raise ValueError(f"unknown fields: {unknown}, missing fields: {lacking}")
    return {name: _typed(wanted[name].annotation, text) for name, text in fields.items()}


def _typed(annotation: Any, text: str) -> Any:
    if annotation is bool:
        return {"true": True, "false": False}[text] if text in ("true", "false") else _refuse(text)
    if annotation is float:
        return float(text)
    return int(text) if annotation in (int, int | None) else text


def _refuse(text: str) -> None:
    raise ValueError(f"true or false, not {text}")
