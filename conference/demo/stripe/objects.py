"""Stripe's objects: their ids, their empty forms, and how they are shown. Only fields the SDK declares."""

import copy
import secrets
from functools import cache
from typing import Any

import stripe

from conference.demo.stripe.errors import StripeRefusal

PREFIXES = {
    "checkout.session": ("cs_test_a1", 56),
    "payment_intent": ("pi_3", 24),
    "charge": ("ch_3", 24),
    "refund": ("re_3", 24),
    "dispute": ("du_1", 24),
    "event": ("evt_1", 24),
}
NO_ADDRESS = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}
EMPTY: dict[str, dict[str, Any]] = {
    "checkout.session": {
        "allowed_payment_method_types": None,
        "cancel_url": None,
        "client_reference_id": None,
        "currency_conversion": None,
        "customer": None,
        "customer_details": None,
        "customer_email": None,
        "excluded_payment_method_types": None,
        "livemode": False,
        "locale": None,
        "mode": "payment",
        "payment_intent": None,
        "payment_status": "unpaid",
        "setup_intent": None,
        "status": "open",
        "submit_type": None,
        "subscription": None,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
    },
    "payment_intent": {
        "amount_capturable": 0,
        "amount_received": 0,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "confirmation_method": "automatic",
        "customer": None,
        "description": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "next_action": None,
        "payment_method": None,
        "receipt_email": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
    },
    "charge": {
        "amount_captured": 0,
        "amount_refunded": 0,
        "balance_transaction": None,
        "captured": False,
        "customer": None,
        "description": None,
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "paid": False,
        "receipt_url": None,
        "refunded": False,
    },
    "refund": {"balance_transaction": None, "reason": None, "receipt_number": None},
    "dispute": {
        "balance_transactions": [],
        "evidence": {},
        "evidence_details": {"due_by": None, "has_evidence": False, "past_due": False, "submission_count": 0},
        "livemode": False,
        "metadata": {},
    },
    "event": {"livemode": False},
}


def new_object(kind: str, epoch: int, **fields: Any) -> dict[str, Any]:
    """An object with a new id. Fields that begin with an underscore are the double's own and never shown."""
    prefix, length = PREFIXES[kind]
    thing = {
        "id": prefix + secrets.token_hex(length // 2),
        "object": kind,
        "created": epoch,
        **copy.deepcopy(EMPTY[kind]),
        **fields,
    }
    invented = {field for field in thing if not field.startswith("_")} - _declared(kind)
    assert not invented, f"Stripe's {kind} has no {sorted(invented)}"
    return thing


@cache
def _declared(kind: str) -> frozenset[str]:
    """The fields of a kind in the SDK, which imports its classes when they are first asked for."""
    if kind == "checkout.session":
        return frozenset(stripe.checkout.Session.__annotations__)
    name = kind.title().replace("_", "")
    return frozenset(getattr(stripe, name).__annotations__)


def shown(thing: dict[str, Any]) -> dict[str, Any]:
    """The object as the API shows it: a copy, without the double's own notes."""
    return {field: copy.deepcopy(value) for field, value in thing.items() if not field.startswith("_")}


EXPANDABLE = {"payment_intent", "latest_charge", "charge"}


def check_expansions(paths: list[str]) -> None:
    """Refuses what can never be expanded, before anything is done."""
    for path in paths:
        if not set(path.removeprefix("data.").split(".")) <= EXPANDABLE:
            raise _not_expandable(path)


def expand(shown_object: dict[str, Any], path: str, objects: dict[str, dict[str, Any]], whole: str = "") -> None:
    """Puts the object where its id was: ``payment_intent.latest_charge``, in lists ``data.payment_intent``."""
    whole = whole or path
    field, _, rest = path.partition(".")
    if field == "data" and shown_object["object"] == "list":
        for member in shown_object["data"]:
            expand(member, rest, objects, whole)
        return
    if field not in shown_object:
        raise _not_expandable(whole)
    value = shown_object[field]
    if isinstance(value, str):
        value = shown_object[field] = shown(objects[value])
    if rest and value:
        expand(value, rest, objects, whole)


def _not_expandable(path: str) -> StripeRefusal:
    return StripeRefusal(f"This property cannot be expanded ({path}).", param="expand")
