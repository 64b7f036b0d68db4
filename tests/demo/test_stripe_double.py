"""The stand-in for Stripe, asked by Stripe's own SDK: what it takes, what it refuses, how it misbehaves on command."""

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio
import stripe

from conference.demo.stripe import StripeDouble, StripeRefusal, async_client
from conference.demo.stripe.api import ENDPOINTS
from conference.demo.stripe.delivery import RETRY_AFTER, signature
from conference.demo.stripe.objects import new_object
from conference.demo.stripe.spec import routes

SECRET = "whsec_test"
BASE = "http://pay.test/demo/stripe"
START = datetime(2027, 5, 1, 12, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def on(self, **span: float) -> None:
        self.at += timedelta(**span)


class Shop:
    """The receiving end: keeps what arrives, answers as told, and checks every signature."""

    def __init__(self) -> None:
        self.events: list[stripe.Event] = []
        self.answers: list[int | Exception] = []

    async def send(self, body: bytes, headers: dict[str, str]) -> int:
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        event = stripe.Webhook.construct_event(body, headers["stripe-signature"], SECRET, tolerance=None)
        self.events.append(event)
        return answer

    @property
    def heard(self) -> list[str]:
        return [event.type for event in self.events]


class Stage:
    """The double, a shop that hears its webhooks, the SDK as the shop uses it, and a browser."""

    def __init__(self, state: Path | None = None, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.shop = Shop()
        self.double = StripeDouble(state, "http://shop.test/hook", SECRET, BASE, self.clock, self.shop.send)
        self.client = self.sdk()
        self.v1 = self.client.v1
        self.browser = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.double.app), base_url="http://pay.test")

    def sdk(
        self, key: str = "sk_test_shop", timeout: float = 5, retries: int = 0, **options: Any
    ) -> stripe.StripeClient:
        http = async_client(self.double, timeout)
        return stripe.StripeClient(key, http_client=http, max_network_retries=retries, **options)

    async def session(self, **changes: Any) -> stripe.checkout.Session:
        return await self.v1.checkout.sessions.create_async(order(**changes))

    async def paid(self, how: str = "card", **changes: Any) -> stripe.PaymentIntent:
        """A session paid that way; its payment intent."""
        session = self.double.pay((await self.session(**changes)).id, how)
        return await self.v1.payment_intents.retrieve_async(session["payment_intent"])

    async def captured(self, **changes: Any) -> stripe.PaymentIntent:
        return await self.v1.payment_intents.capture_async((await self.paid(**changes)).id)

    async def again(self, session: str) -> stripe.checkout.Session:
        return await self.v1.checkout.sessions.retrieve_async(session)

    async def heard(self) -> list[str]:
        """What arrives at the shop now."""
        before = len(self.shop.events)
        await self.double.deliver_pending()
        return self.shop.heard[before:]


def order(**changes: Any) -> Any:
    price = {"currency": "usd", "unit_amount": 12000, "product_data": {"name": "Registration"}}
    return {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "payment_method_options": {"card": {"capture_method": "manual"}},
        "payment_intent_data": {"metadata": {"order": "AB12"}},
        "metadata": {"order": "AB12"},
        "success_url": "http://shop.test/thanks?cs={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://shop.test/order?a=1&b=2",
        **changes,
    }


def line(**price: Any) -> dict[str, Any]:
    return {
        "price_data": {"currency": "usd", "unit_amount": 1000, "product_data": {"name": "Gift"}, **price},
        "quantity": 1,
    }


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage()
    yield made
    await made.double.close()


@contextlib.contextmanager
def refused(
    code: str | None, param: str | None = None, error: type[stripe.StripeError] = stripe.InvalidRequestError
) -> Any:
    with pytest.raises(error) as caught:
        yield caught
    assert (type(caught.value), caught.value.code, getattr(caught.value, "param", None)) == (error, code, param)


# What it takes


async def test_session_is_as_asked_and_open(stage: Stage) -> None:
    session = await stage.session(client_reference_id="AB12", customer_email="ana@example.org", locale="es")
    facts = (
        session.status,
        session.payment_status,
        session.amount_total,
        session.currency,
        session.payment_intent,
        session.locale,
    )
    assert facts == ("open", "unpaid", 12000, "usd", None, "es")
    assert session.metadata.to_dict() == {"order": "AB12"}
    assert (session.client_reference_id, session.customer_email) == ("AB12", "ana@example.org")
    assert session.url == f"{BASE}/c/pay/{session.id}"
    assert session.expires_at == int((START + timedelta(hours=24)).timestamp())
    assert session.payment_method_types == ["card", "us_bank_account"]


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
async def test_works_with_the_sdks_own_httpx_client(stage: Stage) -> None:
    http = stripe.HTTPXClient()
    await http.close_async()
    http._client_async = httpx.AsyncClient(transport=httpx.ASGITransport(app=stage.double.app))
    client = stripe.StripeClient("sk_test_shop", http_client=http)
    session = await client.v1.checkout.sessions.create_async(order())
    assert (await client.v1.checkout.sessions.retrieve_async(session.id)).id == session.id
    await http.close_async()


async def test_totals_add_up_over_lines(stage: Stage) -> None:
    session = await stage.session(line_items=[line(), {**line(unit_amount=250), "quantity": 3}])
    assert (session.amount_subtotal, session.amount_total) == (1750, 1750)


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"bogus": 1}, "parameter_unknown", "bogus"),
        ({"payment_method_types": ["card"]}, "parameter_unknown", "payment_method_types"),
        ({"mode": "pay"}, None, "mode"),
        ({"mode": None}, "parameter_missing", "mode"),
        ({"success_url": None}, "parameter_missing", "success_url"),
        ({"success_url": "/thanks"}, "url_invalid", "success_url"),
        ({"cancel_url": "javascript:alert(1)"}, "url_invalid", "cancel_url"),
        ({"line_items": []}, "parameter_missing", "line_items"),
        ({"line_items": [line(unit_amnt=1)]}, "parameter_unknown", "line_items[0][price_data][unit_amnt]"),
        (
            {"line_items": [line(unit_amount="ten")]},
            "parameter_invalid_integer",
            "line_items[0][price_data][unit_amount]",
        ),
        (
            {"line_items": [line(unit_amount="12.5")]},
            "parameter_invalid_integer",
            "line_items[0][price_data][unit_amount]",
        ),
        ({"line_items": [line(unit_amount=-5)]}, "parameter_invalid_integer", "line_items[0]"),
        ({"line_items": [line(unit_amount=49)]}, "amount_too_small", "line_items"),
        ({"line_items": [line(unit_amount=100_000_000)]}, "amount_too_large", "line_items"),
        ({"line_items": [line(product_data={})]}, "parameter_missing", "line_items[0][price_data][product_data]"),
        (
            {"line_items": [line(product_data={"name": ""})]},
            "parameter_invalid_empty",
            "line_items[0][price_data][product_data][name]",
        ),
        ({"line_items": [{"price": "price_1", "quantity": 1}]}, "resource_missing", "line_items[0][price]"),
        ({"line_items": [{"price_data": line()["price_data"]}]}, "parameter_missing", "line_items[0][quantity]"),
        ({"line_items": [line(), line(currency="eur")]}, None, "line_items"),
        ({"currency": "eur"}, None, "line_items"),
        ({"line_items": [line(currency="xyz")]}, None, "currency"),
        ({"line_items": [line(recurring={"interval": "month"})]}, None, "line_items[0][price_data][recurring]"),
        ({"expires_at": "soon"}, "parameter_invalid_integer", "expires_at"),
        ({"expires_at": int((START + timedelta(minutes=29)).timestamp())}, None, "expires_at"),
        ({"expires_at": int((START + timedelta(hours=25)).timestamp())}, None, "expires_at"),
        ({"customer_email": "nobody"}, "email_invalid", "customer_email"),
        ({"client_reference_id": "x" * 201}, None, "client_reference_id"),
        ({"locale": "tlh"}, None, "locale"),
        ({"submit_type": "gimme"}, None, "submit_type"),
        ({"allowed_payment_method_types": ["coins"]}, None, "allowed_payment_method_types[0]"),
        ({"metadata": "x"}, None, "metadata"),
        ({"metadata": {f"key{n}": "x" for n in range(51)}}, None, "metadata"),
        ({"metadata": {"k" * 41: "x"}}, None, f"metadata[{'k' * 41}]"),
        ({"metadata": {"k": "x" * 501}}, None, "metadata[k]"),
        ({"payment_intent_data": {"capture_method": "by hand"}}, None, "payment_intent_data[capture_method]"),
        (
            {"payment_intent_data": {"statement_descriptor_suffix": "***"}},
            None,
            "payment_intent_data[statement_descriptor_suffix]",
        ),
        ({"expand": ["customer.name"]}, None, "expand"),
    ],
)
async def test_sessions_stripe_would_refuse(
    stage: Stage, changes: dict[str, Any], code: str | None, param: str | None
) -> None:
    with refused(code, param):
        await stage.session(**changes)
    assert [session.id for session in (await stage.v1.checkout.sessions.list_async()).data] == []


@pytest.mark.parametrize("minutes", [30, 24 * 60])
async def test_bounds_of_expiry_are_taken(stage: Stage, minutes: int) -> None:
    at = int((START + timedelta(minutes=minutes)).timestamp())
    assert (await stage.session(expires_at=at)).expires_at == at


async def test_limits_of_metadata_are_taken_and_empty_values_mean_no_key(stage: Stage) -> None:
    metadata = {f"key{n}": "x" for n in range(48)} | {"k" * 40: "x" * 500, "7": "seven"}
    session = await stage.session(metadata=metadata)
    assert session.metadata.to_dict() == metadata
    assert (await stage.session(metadata={"a": "", "b": "1"})).metadata.to_dict() == {"b": "1"}


@pytest.mark.parametrize(
    ("changes", "offered"),
    [
        ({}, ["card", "us_bank_account"]),
        ({"allowed_payment_method_types": ["card"]}, ["card"]),
        ({"allowed_payment_method_types": ["us_bank_account"]}, ["us_bank_account"]),
        ({"excluded_payment_method_types": ["us_bank_account"]}, ["card"]),
        ({"line_items": [line(currency="eur")]}, ["card"]),
        ({"payment_intent_data": {"capture_method": "manual"}}, ["card"]),
    ],
)
async def test_methods_offered(stage: Stage, changes: dict[str, Any], offered: list[str]) -> None:
    assert (await stage.session(**changes)).payment_method_types == offered


async def test_manual_capture_is_the_cards_alone(stage: Stage) -> None:
    both = {"allowed_payment_method_types": ["card", "us_bank_account"]}
    with refused(None, "payment_intent_data[capture_method]"):
        await stage.session(**both, payment_intent_data={"capture_method": "manual"})
    with refused("parameter_unknown", "payment_method_options[us_bank_account][capture_method]"):
        await stage.session(**both, payment_method_options={"us_bank_account": {"capture_method": "manual"}})
    with refused(None, "payment_method_options[card][capture_method]"):
        await stage.session(**both, payment_method_options={"card": {"capture_method": "automatic"}})
    with refused(None, "allowed_payment_method_types"):
        await stage.session(allowed_payment_method_types=["us_bank_account"], line_items=[line(currency="eur")])
    with refused(None, "allowed_payment_method_types"):
        await stage.session(**both, excluded_payment_method_types=["klarna"])


# Who asks


async def test_wrong_keys_and_versions_are_refused(stage: Stage) -> None:
    for key in ("sk_live_1", "pk_test_1", "nonsense"):
        with refused(None, error=stripe.AuthenticationError):
            await stage.sdk(key).v1.charges.list_async()
    with refused(None):
        await stage.sdk(stripe_version="2024-06-20").v1.charges.list_async()
    answer = await stage.browser.get("/v1/charges", headers={"authorization": "Bearer sk_test_1"})
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")
    assert (await stage.browser.get("/v1/charges")).status_code == 401


async def test_unknown_addresses_are_404_and_unserved_ones_say_so(stage: Stage) -> None:
    headers = {"authorization": "Bearer sk_test_1", "stripe-version": stripe.api_version}
    for method, path in (("GET", "/v1/nothing"), ("POST", "/v1/charges/ch_1"), ("DELETE", "/v1/refunds")):
        answer = await stage.browser.request(method, path, headers=headers)
        known = (method, path) == ("POST", "/v1/charges/ch_1")
        assert answer.status_code == (501 if known else 404)
    with refused(None, error=stripe.APIError):
        await stage.v1.payment_intents.create_async({"amount": 100, "currency": "usd"})
    with refused("resource_missing", "id"):
        await stage.v1.checkout.sessions.retrieve_async("cs_test_none")


def test_routes_are_the_sdks() -> None:
    found = {(route.method, route.template) for route in routes()}
    assert len(found) == len(routes())
    assert ENDPOINTS.keys() - found == set()


# Cards: authorised, captured, let go


async def test_card_is_authorised_and_nothing_taken(stage: Stage) -> None:
    intent = await stage.paid()
    facts = intent.status, intent.amount, intent.amount_capturable, intent.amount_received, intent.metadata.to_dict()
    assert facts == ("requires_capture", 12000, 12000, 0, {"order": "AB12"})
    charge = await stage.v1.charges.retrieve_async(intent.latest_charge)
    assert (charge.captured, charge.amount_captured, charge.paid, charge.status) == (False, 0, True, "succeeded")
    (session,) = (await stage.v1.checkout.sessions.list_async({"payment_intent": intent.id})).data
    assert (session.status, session.payment_status, session.url) == ("complete", "unpaid", None)
    assert await stage.heard() == ["payment_intent.amount_capturable_updated", "checkout.session.completed"]


async def test_capture_takes_the_money_once(stage: Stage) -> None:
    intent = await stage.paid()
    await stage.heard()
    taken = await stage.v1.payment_intents.capture_async(intent.id, {"expand": ["latest_charge"]})
    assert (taken.status, taken.amount_received, taken.amount_capturable) == ("succeeded", 12000, 0)
    assert (taken.latest_charge.captured, taken.latest_charge.amount_captured) == (True, 12000)
    (session,) = (await stage.v1.checkout.sessions.list_async({"status": "complete"})).data
    assert session.payment_status == "paid"
    assert await stage.heard() == ["payment_intent.succeeded", "charge.captured"]
    with refused("payment_intent_unexpected_state") as caught:
        await stage.v1.payment_intents.capture_async(intent.id)
    assert caught.value.error.payment_intent.status == "succeeded"
    with refused("payment_intent_unexpected_state"):
        await stage.v1.payment_intents.cancel_async(intent.id)


async def test_capture_in_part_releases_the_rest_without_a_refund(stage: Stage) -> None:
    intent = await stage.paid()
    for amount, code in ((12001, "amount_too_large"), (0, "parameter_invalid_integer")):
        with refused(code, "amount_to_capture"):
            await stage.v1.payment_intents.capture_async(intent.id, {"amount_to_capture": amount})
    taken = await stage.v1.payment_intents.capture_async(
        intent.id, {"amount_to_capture": 5000, "expand": ["latest_charge"]}
    )
    assert (taken.amount_received, taken.latest_charge.amount_captured, taken.latest_charge.amount_refunded) == (
        5000,
        5000,
        0,
    )
    assert (await stage.v1.refunds.list_async()).data == []
    with refused("amount_too_large", "amount"):
        await stage.v1.refunds.create_async({"payment_intent": intent.id, "amount": 5001})


async def test_cancel_lets_the_card_go_without_a_refund(stage: Stage) -> None:
    intent = await stage.paid()
    await stage.heard()
    params: Any = {"cancellation_reason": "abandoned", "expand": ["latest_charge"]}
    gone = await stage.v1.payment_intents.cancel_async(intent.id, params)
    assert (gone.status, gone.cancellation_reason, gone.amount_capturable) == ("canceled", "abandoned", 0)
    assert gone.canceled_at == int(START.timestamp())
    assert (gone.latest_charge.captured, gone.latest_charge.refunded, gone.latest_charge.amount_refunded) == (
        False,
        False,
        0,
    )
    assert await stage.heard() == ["payment_intent.canceled"]
    for call in (stage.v1.payment_intents.cancel_async, stage.v1.payment_intents.capture_async):
        with refused("payment_intent_unexpected_state"):
            await call(intent.id)
    with refused(None, "payment_intent"):
        await stage.v1.refunds.create_async({"payment_intent": intent.id})
    with refused(None, "cancellation_reason"):
        await stage.v1.payment_intents.cancel_async(intent.id, {"cancellation_reason": "bored"})


async def test_without_manual_capture_the_money_is_taken_at_once(stage: Stage) -> None:
    intent = await stage.paid(payment_method_options={})
    assert (intent.status, intent.amount_received) == ("succeeded", 12000)
    assert await stage.heard() == ["payment_intent.succeeded", "checkout.session.completed"]


async def test_declined_card_leaves_the_session_open_for_another_try(stage: Stage) -> None:
    session = await stage.session()
    stage.double.decline_next_card()
    assert stage.double.pay(session.id)["status"] == "open"
    intent = await stage.v1.payment_intents.retrieve_async((await stage.again(session.id)).payment_intent)
    assert (intent.status, intent.last_payment_error.code) == ("requires_payment_method", "card_declined")
    assert await stage.heard() == ["payment_intent.payment_failed"]
    with refused("payment_intent_unexpected_state"):
        await stage.v1.payment_intents.cancel_async(intent.id)
    assert stage.double.pay(session.id)["payment_intent"] == intent.id
    again = await stage.v1.payment_intents.retrieve_async(intent.id)
    assert (again.status, again.last_payment_error) == ("requires_capture", None)


async def test_refused_capture_for_an_expired_hold_is_final(stage: Stage) -> None:
    intent = await stage.paid()
    stage.double.refuse_next_capture()
    with refused("charge_expired_for_capture"):
        await stage.v1.payment_intents.capture_async(intent.id)
    gone = await stage.v1.payment_intents.retrieve_async(intent.id)
    assert (gone.status, gone.cancellation_reason) == ("canceled", "expired")


async def test_refused_capture_for_another_reason_can_be_tried_again(stage: Stage) -> None:
    intent = await stage.paid()
    stage.double.refuse_next_capture("card_declined")
    with refused("card_declined", error=stripe.CardError):
        await stage.v1.payment_intents.capture_async(intent.id)
    assert (await stage.v1.payment_intents.capture_async(intent.id)).status == "succeeded"


# Bank debits


async def test_bank_debit_comes_in_days_later(stage: Stage) -> None:
    intent = await stage.paid("bank")
    (session,) = (await stage.v1.checkout.sessions.list_async()).data
    assert (intent.status, session.status, session.payment_status) == ("processing", "complete", "unpaid")
    assert await stage.heard() == ["checkout.session.completed"]
    for call in (stage.v1.payment_intents.cancel_async, stage.v1.payment_intents.capture_async):
        with refused("payment_intent_unexpected_state"):
            await call(intent.id)
    stage.double.settle_bank(session.id)
    intent = await stage.v1.payment_intents.retrieve_async(intent.id)
    assert (intent.status, intent.amount_received) == ("succeeded", 12000)
    assert (await stage.again(session.id)).payment_status == "paid"
    assert await stage.heard() == ["payment_intent.succeeded", "checkout.session.async_payment_succeeded"]


async def test_bank_debit_fails_days_later(stage: Stage) -> None:
    intent = await stage.paid("bank")
    await stage.heard()
    stage.double.settle_bank(intent.id, paid=False)
    failed = await stage.v1.payment_intents.retrieve_async(intent.id, {"expand": ["latest_charge"]})
    assert (failed.status, failed.latest_charge.status) == ("requires_payment_method", "failed")
    assert await stage.heard() == ["payment_intent.payment_failed", "checkout.session.async_payment_failed"]
    with pytest.raises(StripeRefusal):
        stage.double.settle_bank(intent.id)


async def test_bank_debit_taken_back_after_it_came_in_is_a_lost_dispute(stage: Stage) -> None:
    intent = await stage.paid("bank")
    stage.double.settle_bank(intent.id)
    await stage.heard()
    dispute = await stage.v1.disputes.retrieve_async(stage.double.return_bank_debit(intent.id)["id"])
    assert (dispute.status, dispute.reason, dispute.amount) == ("lost", "insufficient_funds", 12000)
    assert await stage.heard() == ["charge.dispute.created"]


# Refunds and disputes


async def test_refunds_in_parts_until_nothing_is_left(stage: Stage) -> None:
    intent = await stage.captured()
    await stage.heard()
    first = await stage.v1.refunds.create_async(
        {"payment_intent": intent.id, "amount": 2000, "reason": "requested_by_customer", "metadata": {"refund": "7"}}
    )
    facts = first.status, first.amount, first.charge, first.payment_intent, first.metadata.to_dict()
    assert facts == ("succeeded", 2000, intent.latest_charge, intent.id, {"refund": "7"})
    with refused("amount_too_large", "amount"):
        await stage.v1.refunds.create_async({"charge": intent.latest_charge, "amount": 10001})
    rest = await stage.v1.refunds.create_async({"charge": intent.latest_charge})
    charge = await stage.v1.charges.retrieve_async(intent.latest_charge)
    assert (rest.amount, charge.amount_refunded, charge.refunded) == (10000, 12000, True)
    with refused("charge_already_refunded"):
        await stage.v1.refunds.create_async({"payment_intent": intent.id})
    listed = (await stage.v1.refunds.list_async({"payment_intent": intent.id})).data
    assert [refund.id for refund in listed] == [rest.id, first.id]
    assert await stage.heard() == ["refund.created", "charge.refunded"] * 2


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"amuont": 1}, "parameter_unknown", "amuont"),
        ({"amount": 0}, "parameter_invalid_integer", "amount"),
        ({"amount": "1.5"}, "parameter_invalid_integer", "amount"),
        ({"reason": "bored"}, None, "reason"),
        ({"currency": "eur"}, None, "currency"),
        ({"charge": "ch_other"}, None, "charge"),
        ({"payment_intent": "pi_none"}, "resource_missing", "payment_intent"),
        ({"payment_intent": None}, None, None),
    ],
)
async def test_refunds_stripe_would_refuse(
    stage: Stage, changes: dict[str, Any], code: str | None, param: str | None
) -> None:
    intent = await stage.captured()
    with refused(code, param):
        await stage.v1.refunds.create_async({"payment_intent": intent.id, **changes})
    assert (await stage.v1.refunds.list_async()).data == []


async def test_money_not_taken_cannot_be_refunded(stage: Stage) -> None:
    intent = await stage.paid()
    with refused(None, "payment_intent"):
        await stage.v1.refunds.create_async({"payment_intent": intent.id})
    with refused("charge_not_refundable", "charge"):
        await stage.v1.refunds.create_async({"charge": intent.latest_charge})


async def test_refund_to_a_bank_account_is_pending_and_may_come_back(stage: Stage) -> None:
    intent = await stage.paid("bank")
    stage.double.settle_bank(intent.id)
    refund = await stage.v1.refunds.create_async({"payment_intent": intent.id, "amount": 500})
    assert refund.status == "pending"
    await stage.heard()
    stage.double.settle_refund(refund.id)
    assert (await stage.v1.refunds.retrieve_async(refund.id)).status == "succeeded"
    stage.double.settle_refund(refund.id, paid=False)
    assert (await stage.v1.refunds.retrieve_async(refund.id)).status == "failed"
    charge = await stage.v1.charges.retrieve_async(intent.latest_charge)
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert await stage.heard() == ["refund.updated", "refund.updated"]


async def test_refund_at_the_dashboard_has_nothing_of_ours(stage: Stage) -> None:
    intent = await stage.captured()
    await stage.heard()
    refund = stage.double.refund_outside(intent.id, 700)
    assert (refund["amount"], refund["metadata"]) == (700, {})
    assert await stage.heard() == ["refund.created", "charge.refunded"]
    created, of_charge = stage.shop.events[-2:]
    assert (created.data.object.charge, created.data.object.payment_intent) == (intent.latest_charge, None)
    assert created.request.to_dict() == {"id": None, "idempotency_key": None}
    assert (of_charge.data.object.amount_refunded, of_charge.data.previous_attributes["amount_refunded"]) == (700, 0)


async def test_dispute_bars_refunds_and_carries_only_the_charge(stage: Stage) -> None:
    intent = await stage.captured()
    await stage.heard()
    dispute = stage.double.dispute(intent.id)
    assert await stage.heard() == ["charge.dispute.created"]
    told = stage.shop.events[-1].data.object
    assert (told.charge, told.payment_intent, told.metadata.to_dict(), told.amount) == (
        intent.latest_charge,
        None,
        {},
        12000,
    )
    with refused("charge_disputed"):
        await stage.v1.refunds.create_async({"payment_intent": intent.id})
    stage.double.close_dispute(dispute["id"], won=True)
    assert (await stage.v1.disputes.retrieve_async(dispute["id"])).status == "won"
    assert await stage.heard() == ["charge.dispute.closed"]


# Sessions end


async def test_session_expires_by_the_clock_and_cannot_be_paid(stage: Stage) -> None:
    session = await stage.session(expires_at=int((START + timedelta(minutes=35)).timestamp()))
    later = await stage.session()
    stage.clock.on(minutes=35)
    with pytest.raises(StripeRefusal):
        stage.double.pay(session.id)
    ended = await stage.again(session.id)
    assert (ended.status, ended.url, ended.payment_status) == ("expired", None, "unpaid")
    assert (await stage.again(later.id)).status == "open"
    assert await stage.heard() == ["checkout.session.expired"]


async def test_session_is_expired_by_the_shop_only_while_open(stage: Stage) -> None:
    session = await stage.session()
    stage.double.pay(session.id, "declined")
    assert (await stage.v1.checkout.sessions.expire_async(session.id)).status == "expired"
    assert stage.double.intent(session.id)["status"] == "canceled"
    with refused(None):
        await stage.v1.checkout.sessions.expire_async(session.id)
    complete = await stage.session()
    stage.double.pay(complete.id)
    with refused(None):
        await stage.v1.checkout.sessions.expire_async(complete.id)


# Lists


async def test_lists_run_newest_first_page_by_page_and_by_time(stage: Stage) -> None:
    intents = []
    for _ in range(5):
        intents.append((await stage.paid()).id)
        stage.clock.on(seconds=10)
    every = await stage.v1.payment_intents.list_async({"limit": 2})
    assert ([one.id for one in every.data], every.has_more) == (intents[:2:-1], True)
    assert [one.id async for one in every.auto_paging_iter()] == intents[::-1]
    since = {"created": {"gte": int(START.timestamp()) + 30}}
    recent = await stage.v1.payment_intents.list_async({**since, "expand": ["data.latest_charge"]})
    assert [(one.id, one.latest_charge.amount) for one in recent.data] == [(intents[4], 12000), (intents[3], 12000)]
    with refused("parameter_invalid_integer", "limit"):
        await stage.v1.payment_intents.list_async({"limit": 101})
    with refused("resource_missing", "starting_after"):
        await stage.v1.payment_intents.list_async({"starting_after": "pi_none"})
    with refused(None, error=stripe.APIError):
        await stage.v1.payment_intents.list_async({"customer": "cus_1"})


async def test_events_can_be_listed_and_read_again(stage: Stage) -> None:
    await stage.captured()
    wanted = ["payment_intent.succeeded", "charge.captured"]
    listed = (await stage.v1.events.list_async({"types": wanted})).data
    assert sorted(event.type for event in listed) == sorted(wanted)
    event = await stage.v1.events.retrieve_async(listed[0].id)
    assert (event.api_version, event.type, event.pending_webhooks) == (stripe.api_version, listed[0].type, 1)
    assert event.request.id is not None
    await stage.heard()
    assert (await stage.v1.events.list_async({"delivery_success": False})).data == []


async def test_expansion_reaches_through_the_payment(stage: Stage) -> None:
    intent = await stage.paid()
    path = {"expand": ["payment_intent.latest_charge"]}
    (listed,) = (await stage.v1.checkout.sessions.list_async({"expand": ["data.payment_intent"]})).data
    session = await stage.v1.checkout.sessions.retrieve_async(listed.id, path)
    assert (listed.payment_intent.id, session.payment_intent.latest_charge.id) == (intent.id, intent.latest_charge)


def test_no_object_has_a_field_the_sdk_does_not_know() -> None:
    with pytest.raises(AssertionError, match="mood"):
        new_object("charge", 0, mood="good")


# The same request twice


async def test_same_key_same_answer_and_one_effect(stage: Stage) -> None:
    intent = await stage.captured()
    once: Any = {"payment_intent": intent.id, "amount": 2000}
    first = await stage.v1.refunds.create_async(once, {"idempotency_key": "refund-1"})
    second = await stage.v1.refunds.create_async(once, {"idempotency_key": "refund-1"})
    assert (first.id, "idempotent-replayed" in first.last_response.headers) == (second.id, False)
    assert (second.last_response.headers["idempotent-replayed"], second.last_response.headers["idempotency-key"]) == (
        "true",
        "refund-1",
    )
    assert len((await stage.v1.refunds.list_async()).data) == 1
    with refused(None, error=stripe.IdempotencyError):
        await stage.v1.refunds.create_async({**once, "amount": 2001}, {"idempotency_key": "refund-1"})
    with refused(None, error=stripe.IdempotencyError):
        await stage.v1.checkout.sessions.create_async(order(), {"idempotency_key": "refund-1"})
    stage.clock.on(hours=25)
    third = await stage.v1.refunds.create_async(once, {"idempotency_key": "refund-1"})
    assert third.id != first.id


async def test_refusals_are_repeated_under_their_key_and_bad_parameters_are_not(stage: Stage) -> None:
    intent = await stage.paid()
    stage.double.refuse_next_capture("card_declined")
    for _ in range(2):
        with refused("card_declined", error=stripe.CardError):
            await stage.v1.payment_intents.capture_async(intent.id, {}, {"idempotency_key": "capture-1"})
    wrong: Any = {"amuont": 1}
    with refused("parameter_unknown", "amuont"):
        await stage.v1.payment_intents.capture_async(intent.id, wrong, {"idempotency_key": "capture-2"})
    taken = await stage.v1.payment_intents.capture_async(intent.id, {}, {"idempotency_key": "capture-2"})
    assert taken.status == "succeeded"


# Misbehaviour


@pytest.mark.parametrize(("how", "error"), [("error", stripe.APIError), ("closed", stripe.APIConnectionError)])
async def test_away_for_some_calls(stage: Stage, how: Any, error: type[stripe.StripeError]) -> None:
    stage.double.go_away(2, how)
    for _ in range(2):
        with pytest.raises(error):
            await stage.session()
    assert (await stage.v1.checkout.sessions.list_async()).data == []


async def test_away_and_silent(stage: Stage) -> None:
    stage.double.go_away(1, "hang")
    with pytest.raises(stripe.APIConnectionError, match="TimeoutError"):
        await stage.sdk(timeout=0.01).v1.charges.list_async()


async def test_the_sdk_tries_again_by_itself(stage: Stage) -> None:
    stage.double.go_away(1, "error")
    stage.double.go_away(1, "closed")
    assert (await stage.sdk(retries=2).v1.checkout.sessions.create_async(order())).status == "open"


async def test_answer_lost_after_the_work_was_done(stage: Stage) -> None:
    intent = await stage.paid()
    stage.double.lose_answers()
    with pytest.raises(stripe.APIConnectionError):
        await stage.v1.payment_intents.capture_async(intent.id, {}, {"idempotency_key": "capture-1"})
    assert (await stage.v1.payment_intents.retrieve_async(intent.id)).status == "succeeded"
    again = await stage.v1.payment_intents.capture_async(intent.id, {}, {"idempotency_key": "capture-1"})
    assert (again.status, again.last_response.headers["idempotent-replayed"]) == ("succeeded", "true")
    with refused("payment_intent_unexpected_state"):
        await stage.v1.payment_intents.capture_async(intent.id, {}, {"idempotency_key": "capture-2"})


# Webhooks


async def test_webhooks_lost(stage: Stage) -> None:
    stage.double.lose_webhooks(1)
    await stage.paid()
    assert await stage.heard() == ["checkout.session.completed"]


async def test_webhooks_doubled_are_the_same_event(stage: Stage) -> None:
    stage.double.double_webhooks(1)
    await stage.paid()
    names = [
        "payment_intent.amount_capturable_updated",
        "payment_intent.amount_capturable_updated",
        "checkout.session.completed",
    ]
    assert await stage.heard() == names
    assert stage.shop.events[0].id == stage.shop.events[1].id


async def test_webhooks_held_back_and_released_backwards(stage: Stage) -> None:
    stage.double.hold_webhooks()
    await stage.captured()
    assert await stage.heard() == []
    stage.double.release_webhooks()
    backwards = ["charge.captured", "payment_intent.succeeded", "checkout.session.completed"]
    assert await stage.heard() == [*backwards, "payment_intent.amount_capturable_updated"]


async def test_webhooks_late(stage: Stage) -> None:
    stage.double.delay_webhooks(60, count=1)
    await stage.paid()
    assert await stage.heard() == ["checkout.session.completed"]
    stage.clock.on(seconds=60)
    assert await stage.heard() == ["payment_intent.amount_capturable_updated"]


async def test_webhooks_not_taken_are_sent_again_and_then_given_up(stage: Stage) -> None:
    session = await stage.session()
    stage.double.expire(session.id)
    stage.shop.answers = [500, httpx.ConnectError("away")]
    assert await stage.double.deliver_pending() == [("checkout.session.expired", 500)]
    assert await stage.double.deliver_pending() == []
    stage.clock.on(seconds=RETRY_AFTER[0])
    assert await stage.double.deliver_pending() == [("checkout.session.expired", 0)]
    stage.shop.answers = [503] * 99
    for wait in RETRY_AFTER[1:]:
        stage.clock.on(seconds=wait)
        assert await stage.double.deliver_pending() == [("checkout.session.expired", 503)]
    stage.clock.on(days=9)
    assert await stage.double.deliver_pending() == []


async def test_webhooks_are_signed_for_this_body_secret_and_time(stage: Stage) -> None:
    body = b'{"object": "event"}'
    header = signature(body, SECRET, int(START.timestamp()))
    known = stripe.WebhookSignature.generate_signature_header(body.decode(), SECRET, int(START.timestamp()))
    assert header == known
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body + b" ", header, SECRET, tolerance=None)


async def test_webhooks_go_out_by_themselves_and_stop(stage: Stage) -> None:
    arrived = []
    done = asyncio.Event()

    async def send(body: bytes, headers: dict[str, str]) -> int:
        arrived.append(json.loads(body)["type"])
        if arrived[-1] == "checkout.session.completed":
            done.set()
        return 200

    double = StripeDouble(None, "http://shop.test/hook", SECRET, BASE, Clock(), send, background=True)
    client = stripe.StripeClient("sk_test_shop", http_client=async_client(double))
    session = await client.v1.checkout.sessions.create_async(order())
    double.pay(session.id)
    await asyncio.wait_for(done.wait(), 5)
    assert arrived == ["payment_intent.amount_capturable_updated", "checkout.session.completed"]
    await double.close()
    await double.close()


# A restart


async def test_restart_keeps_payments_keys_and_undelivered_webhooks(tmp_path: Path) -> None:
    file = tmp_path / "var" / "stripe.json"
    before = Stage(file)
    intent = await before.paid()
    key: Any = {"idempotency_key": "capture-1"}
    await before.v1.payment_intents.capture_async(intent.id, {}, key)
    with file.open("a") as torn:
        torn.write('{"objects": {"pi_torn": {"obj')
    after = Stage(file, before.clock)
    again = await after.v1.payment_intents.capture_async(intent.id, {}, key)
    assert (again.status, again.last_response.headers["idempotent-replayed"]) == ("succeeded", "true")
    told = [
        "payment_intent.amount_capturable_updated",
        "checkout.session.completed",
        "payment_intent.succeeded",
        "charge.captured",
    ]
    assert await after.heard() == told
    assert await Stage(file, before.clock).heard() == []
    assert file.stat().st_mode & 0o777 == 0o600
    assert [json.loads(text).keys() for text in file.read_text().splitlines()] == [{"objects", "answers"}]


async def test_restart_forgets_old_events_and_keys_only(tmp_path: Path) -> None:
    file = tmp_path / "stripe.json"
    before = Stage(file)
    intent = await before.captured()
    before.clock.on(days=31)
    after = Stage(file, before.clock)
    assert (await after.v1.events.list_async()).data == []
    assert after.double.store.answers == {}
    assert (await after.v1.payment_intents.retrieve_async(intent.id)).status == "succeeded"


# The page


async def test_page_says_what_is_paid_and_that_no_money_moves(stage: Stage) -> None:
    gift = line(product_data={"name": "<b>Gift</b> & more", "description": "thank you"})
    session = await stage.session(line_items=[gift, {**line(unit_amount=550), "quantity": 2}], locale="en")
    page = await stage.browser.get(f"/c/pay/{session.id}")
    assert page.status_code == 200
    for text in (
        "Demo payment, no money moves",
        "21.00 USD",
        "&lt;b&gt;Gift&lt;/b&gt; &amp; more",
        "thank you",
        "Gift × 2",
        "11.00 USD",
    ):
        assert text in page.text
    buttons = [
        'value="card">Pay by card',
        'value="declined">Try a card that is declined',
        'value="bank">Pay by bank debit',
    ]
    assert [button in page.text for button in buttons] == [True, True, True]
    assert '<a href="http://shop.test/order?a=1&amp;b=2">Go back</a>' in page.text
    assert '<html lang="en">' in page.text and "style=" not in page.text and "<script" not in page.text
    own = "default-src 'none'; style-src 'self'; form-action 'self' http://shop.test"
    policy = f"{own}; base-uri 'none'; frame-ancestors 'none'"
    assert page.headers["content-security-policy"] == policy
    assert 'href="/demo/stripe/c/style.css"' in page.text
    assert (await stage.browser.get("/c/style.css")).headers["content-type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize(
    ("locale", "accept", "language"),
    [("es", "en", "es"), ("en", "es", "en"), (None, "es-MX", "es"), ("auto", "fr", "en")],
)
async def test_page_speaks_the_sessions_language(stage: Stage, locale: str | None, accept: str, language: str) -> None:
    session = await stage.session(**({"locale": locale} if locale else {}))
    page = await stage.browser.get(f"/c/pay/{session.id}", headers={"accept-language": accept})
    sentence = {"en": "Demo payment, no money moves", "es": "Pago de demostración, no se mueve dinero"}[language]
    assert sentence in page.text and f'<html lang="{language}">' in page.text


async def test_spanish_page_writes_amounts_with_a_comma(stage: Stage) -> None:
    session = await stage.session(locale="es", allowed_payment_method_types=["card"])
    page = await stage.browser.get(f"/c/pay/{session.id}")
    assert "120,00 USD" in page.text and "Pagar con tarjeta" in page.text and "débito" not in page.text


async def test_paying_on_the_page_goes_back_to_the_shop_also_twice(stage: Stage) -> None:
    session = await stage.session()
    for _ in range(2):
        answer = await stage.browser.post(f"/c/pay/{session.id}", data={"how": "card"})
        assert (answer.status_code, answer.headers["location"]) == (303, f"http://shop.test/thanks?cs={session.id}")
    assert len((await stage.v1.payment_intents.list_async()).data) == 1
    page = await stage.browser.get(f"/c/pay/{session.id}")
    assert (page.status_code, f'href="http://shop.test/thanks?cs={session.id}"' in page.text) == (200, True)


async def test_declined_on_the_page_can_be_tried_again(stage: Stage) -> None:
    session = await stage.session()
    page = await stage.browser.post(f"/c/pay/{session.id}", data={"how": "declined"})
    assert (page.status_code, 'role="alert">The card was declined.' in page.text) == (402, True)
    assert (await stage.browser.post(f"/c/pay/{session.id}", data={"how": "bank"})).status_code == 303
    assert stage.double.intent(session.id)["status"] == "processing"


async def test_page_of_an_expired_an_unknown_and_an_unpayable_way(stage: Stage) -> None:
    session = await stage.session(allowed_payment_method_types=["card"])
    assert (await stage.browser.post(f"/c/pay/{session.id}", data={"how": "bank"})).status_code == 200
    assert (await stage.again(session.id)).status == "open"
    stage.double.expire(session.id)
    for page in (
        await stage.browser.get(f"/c/pay/{session.id}"),
        await stage.browser.post(f"/c/pay/{session.id}", data={"how": "card"}),
    ):
        assert (page.status_code, "This payment page has expired. Nothing was paid." in page.text) == (410, True)
    for page in (await stage.browser.get("/c/pay/none"), await stage.browser.post("/c/pay/none", data={"how": "card"})):
        assert (page.status_code, "There is no such payment page." in page.text) == (404, True)


async def test_works_under_a_prefix(stage: Stage) -> None:
    from starlette.applications import Starlette
    from starlette.routing import Mount

    site = Starlette(routes=[Mount("/demo/stripe", stage.double.app)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=site), base_url="http://pay.test") as browser:
        session = await stage.session()
        assert (await browser.get(session.url)).status_code == 200
        assert (await browser.get("/demo/stripe/c/style.css")).status_code == 200
        headers = {"authorization": "Bearer sk_test_1", "stripe-version": stripe.api_version}
        answer = await browser.post(
            "/demo/stripe/v1/checkout/sessions", headers=headers, content="expand[]=payment_intent"
        )
        assert answer.json()["error"]["message"] == "Missing required param: mode."
        listed = await browser.get(
            "/demo/stripe/v1/checkout/sessions?expand[]=data.payment_intent&limit=1", headers=headers
        )
        assert [one["id"] for one in listed.json()["data"]] == [session.id]


# Commands from outside


async def test_commands_by_form(stage: Stage) -> None:
    async def command(**fields: str) -> tuple[int, Any]:
        form = {"content-type": "application/x-www-form-urlencoded"}
        answer = await stage.browser.post("/control", content=urlencode(fields), headers=form)
        return answer.status_code, answer.json()

    session = await stage.session()
    assert await command(do="lose_webhooks", count="2") == (200, {"done": "lose_webhooks"})
    assert await command(do="pay", session=session.id, how="bank") == (200, {"done": "pay"})
    assert await command(do="settle_bank", key=session.id, paid="false") == (200, {"done": "settle_bank"})
    assert stage.double.intent(session.id)["status"] == "requires_payment_method"
    assert await command(do="go_away", calls="1", how="closed") == (200, {"done": "go_away"})
    with pytest.raises(stripe.APIConnectionError):
        await stage.session()
    assert await command(do="settle_bank", key=session.id, paid="maybe") == (400, {"error": "true or false, not maybe"})
    assert await command(do="expire") == (400, {"error": "unknown fields: [], missing fields: ['session']"})
    assert await command(do="expire", session=session.id) == (
        400,
        {
            "error": 'Only Checkout Sessions with a status in ["open"] can be expired. '
            "This Checkout Session has a status of complete."
        },
    )
    assert (await command(do="close"))[0] == 400


async def test_commands_from_another_site_are_refused(stage: Stage) -> None:
    headers = {"sec-fetch-site": "cross-site"}
    answer = await stage.browser.post("/control", data={"do": "decline_next_card"}, headers=headers)
    assert (answer.status_code, stage.double.faults.cards_to_decline) == (403, 0)


def test_stands_alone() -> None:
    """Nothing else of the product is imported, so that it can be served on an origin of its own."""
    code = "import sys, conference.demo.stripe; print(*(m for m in sys.modules if m.startswith('conference')))"
    names = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert {name.rpartition(".")[0] for name in names.split()} == {
        "",
        "conference",
        "conference.demo",
        "conference.demo.stripe",
    }
