"""The API under ``/v1``: who asks, in which version, with which key; then the endpoint itself."""

import hashlib
import json
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import stripe
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from conference.demo.stripe.errors import StripeRefusal, not_served
from conference.demo.stripe.faults import Closed, Hanging
from conference.demo.stripe.objects import check_expansions, expand, shown
from conference.demo.stripe.spec import find_route, read_params

if TYPE_CHECKING:
    from conference.demo.stripe.double import StripeDouble

Thing = dict[str, Any]
LIST_LIMIT, LONGEST_LIST, LONGEST_KEY = 10, 100, 255
AWAY = StripeRefusal("An error occurred on Stripe's side.", status=500, kind="api_error")


async def serve(double: "StripeDouble", request: Request) -> Response:
    """Answers one call, unless Stripe is to be away, or the answer to get lost."""
    away = double.faults.outage()
    if away:
        return _broken(away)
    pairs = parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True)
    pairs += parse_qsl(request.url.query, keep_blank_values=True)
    response = _answer(double, request, pairs)
    lost = double.faults.loses_answer()
    return _broken(lost) if lost else response


def _broken(how: str) -> Response:
    if how == "error":
        return JSONResponse(AWAY.body(), AWAY.status)
    return Hanging() if how == "hang" else Closed()


def _answer(double: "StripeDouble", request: Request, pairs: list[tuple[str, str]]) -> Response:
    headers = {"request-id": "req_" + secrets.token_hex(7), "stripe-version": stripe.api_version}
    try:
        _authenticate(request)
        path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        route, ids = find_route(request.method, path)
        params = read_params(route, pairs)
        key = request.headers.get("idempotency-key", "") if request.method == "POST" else ""
        if key:
            headers["idempotency-key"] = key
        kept = _kept_answer(double, key, path, pairs)
        if kept:
            return JSONResponse(kept["body"], kept["status"], headers | {"idempotent-replayed": "true"})
        status, body = _perform(double, (request.method, route.template), ids, params, headers)
        if key:
            double.store.keep_answer(
                key, {"at": double.epoch(), "of": _print(path, pairs), "status": status, "body": body}
            )
        double.save()
        return JSONResponse(body, status, headers)
    except StripeRefusal as refusal:
        return JSONResponse(refusal.body(), refusal.status, headers)


def _authenticate(request: Request) -> None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or not key.startswith(("sk_test_", "rk_test_")):
        shade = key[:8] + "*" * 8 if key else "(none)"
        raise StripeRefusal(f"Invalid API Key provided: {shade}", status=401)
    version = request.headers.get("stripe-version")
    if version != stripe.api_version:
        raise StripeRefusal(f"Calls are to be pinned to Stripe-Version {stripe.api_version}, this one says: {version}")


def _kept_answer(double: "StripeDouble", key: str, path: str, pairs: list[tuple[str, str]]) -> Thing | None:
    """What was answered to this key before; refuses a key used for something else."""
    if len(key) > LONGEST_KEY:
        raise StripeRefusal(f"Idempotency keys have at most {LONGEST_KEY} characters.", kind="idempotency_error")
    kept = double.store.answer(key, double.epoch())
    if kept and kept["of"] != _print(path, pairs):
        raise StripeRefusal(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. "
            f"Try using a key other than '{key}' if you meant to execute a different request.",
            kind="idempotency_error",
        )
    return kept


def _print(path: str, pairs: list[tuple[str, str]]) -> str:
    return hashlib.sha256(json.dumps([path, sorted(pairs)]).encode()).hexdigest()


def _perform(
    double: "StripeDouble", address: tuple[str, str], ids: tuple[str, ...], params: Thing, headers: Thing
) -> tuple[int, Thing]:
    """Status and body; a refusal by the endpoint is an answer like another, and kept under the request's key."""
    endpoint = ENDPOINTS.get(address)
    if not endpoint:
        raise not_served(" ".join(address))
    wanted = params.pop("expand", [])
    check_expansions(wanted)
    double.machine.expire_due()
    double.machine.cause = {"id": headers["request-id"], "idempotency_key": headers.get("idempotency-key")}
    try:
        body = endpoint(double, *ids, params)
        for path in wanted:
            expand(body, path, double.store.objects)
        return 200, body
    except StripeRefusal as refusal:
        return refusal.status, refusal.body()
    finally:
        double.machine.cause = None


def _create_session(double: "StripeDouble", params: Thing) -> Thing:
    return shown(double.machine.create_session(params))


def _expire_session(double: "StripeDouble", key: str, params: Thing) -> Thing:
    return shown(double.machine.expire_session(double.machine.get(key, "checkout.session")))


def _capture(double: "StripeDouble", key: str, params: Thing) -> Thing:
    _only(params, "amount_to_capture", "final_capture", "metadata")
    intent = double.machine.get(key, "payment_intent")
    code = double.faults.refuses_capture()
    if code:
        raise _capture_refused(double, intent, code)
    return shown(double.machine.capture(intent, params))


def _capture_refused(double: "StripeDouble", intent: Thing, code: str) -> StripeRefusal:
    """An expired authorisation is gone for good; any other reason leaves the payment as it was."""
    if code == "charge_expired_for_capture" and intent["status"] == "requires_capture":
        double.machine.expire_authorisation(intent)
        return StripeRefusal("The authorization of this charge has expired.", code=code, payment_intent=shown(intent))
    return StripeRefusal(
        "The bank refused to release the money.", status=402, code=code, kind="card_error", payment_intent=shown(intent)
    )


def _cancel(double: "StripeDouble", key: str, params: Thing) -> Thing:
    intent = double.machine.get(key, "payment_intent")
    return shown(double.machine.cancel(intent, params.get("cancellation_reason")))


def _refund(double: "StripeDouble", params: Thing) -> Thing:
    _only(params, "payment_intent", "charge", "amount", "currency", "reason", "metadata")
    return shown(double.machine.refund(params))


def _one(kind: str) -> Callable[..., Thing]:
    def retrieve(double: "StripeDouble", key: str, params: Thing) -> Thing:
        return shown(double.machine.get(key, kind))

    return retrieve


def _many(kind: str, url: str, *filters: str) -> Callable[..., Thing]:
    def members(double: "StripeDouble", params: Thing) -> Thing:
        _only(params, "created", "limit", "starting_after", "ending_before", *filters)
        asked = {name: params[name] for name in filters if name in params}
        found = [
            thing for thing in double.store.of(kind) if all(_fits(thing, name, value) for name, value in asked.items())
        ]
        found = [thing for thing in found if _in_time(thing["created"], params.get("created", {}))]
        oldest_first = sorted(found, key=lambda thing: thing["created"])
        page, more = _page(oldest_first[::-1], params)
        return {"object": "list", "url": url, "has_more": more, "data": [shown(thing) for thing in page]}

    return members


def _fits(thing: Thing, name: str, wanted: Any) -> bool:
    if name == "types":
        return any(_fits(thing, "type", one) for one in wanted)
    if name == "type" and wanted.endswith("*"):
        return thing["type"].startswith(wanted[:-1])
    if name == "delivery_success":
        return (thing["pending_webhooks"] == 0) == wanted
    return thing[name] == wanted


def _in_time(created: int, span: Any) -> bool:
    if isinstance(span, int):
        return created == span
    tests = {"gt": created.__gt__, "gte": created.__ge__, "lt": created.__lt__, "lte": created.__le__}
    return all(tests[name](bound) for name, bound in span.items())


def _page(things: list[Thing], params: Thing) -> tuple[list[Thing], bool]:
    limit = params.get("limit", LIST_LIMIT)
    if not 1 <= limit <= LONGEST_LIST:
        raise StripeRefusal(
            f"This value must be from 1 to {LONGEST_LIST}.", code="parameter_invalid_integer", param="limit"
        )
    if "starting_after" in params:
        things = things[_place(things, params, "starting_after") + 1 :]
    if "ending_before" in params:
        things = things[: _place(things, params, "ending_before")]
        return things[-limit:], len(things) > limit
    return things[:limit], len(things) > limit


def _place(things: list[Thing], params: Thing, name: str) -> int:
    keys = [thing["id"] for thing in things]
    if params[name] not in keys:
        raise StripeRefusal(f"No such object: '{params[name]}'", code="resource_missing", param=name)
    return keys.index(params[name])


def _only(params: Thing, *served: str) -> None:
    for name in sorted(params.keys() - set(served)):
        raise not_served(f"the parameter {name} here")


ENDPOINTS: dict[tuple[str, str], Callable[..., Thing]] = {
    ("POST", "/v1/checkout/sessions"): _create_session,
    ("GET", "/v1/checkout/sessions"): _many("checkout.session", "/v1/checkout/sessions", "payment_intent", "status"),
    ("GET", "/v1/checkout/sessions/{session}"): _one("checkout.session"),
    ("POST", "/v1/checkout/sessions/{session}/expire"): _expire_session,
    ("GET", "/v1/payment_intents"): _many("payment_intent", "/v1/payment_intents"),
    ("GET", "/v1/payment_intents/{intent}"): _one("payment_intent"),
    ("POST", "/v1/payment_intents/{intent}/capture"): _capture,
    ("POST", "/v1/payment_intents/{intent}/cancel"): _cancel,
    ("POST", "/v1/refunds"): _refund,
    ("GET", "/v1/refunds"): _many("refund", "/v1/refunds", "payment_intent", "charge"),
    ("GET", "/v1/refunds/{refund}"): _one("refund"),
    ("GET", "/v1/charges"): _many("charge", "/v1/charges", "payment_intent"),
    ("GET", "/v1/charges/{charge}"): _one("charge"),
    ("GET", "/v1/disputes"): _many("dispute", "/v1/disputes", "payment_intent", "charge"),
    ("GET", "/v1/disputes/{dispute}"): _one("dispute"),
    ("GET", "/v1/events"): _many("event", "/v1/events", "type", "types", "delivery_success"),
    ("GET", "/v1/events/{id}"): _one("event"),
}
