"""What arrives at /stripe/webhook: from Stripe, from nobody, broken, twice, out of order. Never a 500."""

import json

import pytest

from conference.core import jobs
from conference.demo.stripe.delivery import signature
from conference.payments.models import Payment, PaymentState, StripeEvent

PATH = "/stripe/webhook"


@pytest.fixture
def post(app, visitor, fixed_clock):
    """Sends a body as Stripe would; what is given replaces the signature header, or moves its time."""

    async def send(body, header=None, ahead=0):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        secret = app.context.settings.stripe_webhook_secret.get_secret_value()
        header = signature(body, secret, int(fixed_clock.at.timestamp()) + ahead) if header is None else header
        return (await visitor.post(PATH, content=body, headers={"stripe-signature": header, "sec-fetch-site": "cross-site"})).status_code

    return send


def event(**changes):
    return {"id": "evt_1", "type": "payment_intent.succeeded", "api_version": "2026-01-01", "data": {"object": {"id": "pi_unknown"}}} | changes


async def test_a_signed_event_is_kept_without_its_body(post):
    assert await post(event()) == 200
    row = await StripeEvent.get()
    assert (row.id, row.type, row.object, row.api_version, row.handled) == ("evt_1", "payment_intent.succeeded", "pi_unknown", "2026-01-01", None)


@pytest.mark.parametrize(
    "header",
    ["", "t=1,v1=ab", "t=x,v1=ab", "v1=ab", "t=,v1=", "t=1", ",,,", "t=9999999999999999999999,v1=ab", "t=1,v1=\xe9", "t=1;v1=ab", "t==1,v1==2", "x" * 9000],
)
async def test_a_wrong_signature_is_refused(post, header):
    assert (await post(event(), header.encode("latin-1")), await StripeEvent.all().count()) == (400, 0)


@pytest.mark.parametrize(("ahead", "status"), [(-299, 200), (-301, 400), (299, 200), (301, 400), (10**9, 400)])
async def test_only_what_was_signed_just_now_is_believed(post, ahead, status):
    assert await post(event(), ahead=ahead) == status


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff\xfe", b"not json", b"[]", b"null", b"3", b'"text"', b"{}", b"[" * 100_000, b'{"id":NaN}', b"\x00",
        event(id=None), event(id=""), event(id=3), event(id="e" * 121), event(id="evt \ud800"), event(id="evt_\x00"), event(id=["evt_1"]), event(type=None),
        event(type="t" * 81), event(type="<b>"), event(type={"a": 1}), event(data=None), event(data=[]), event(data={"object": None}), event(data={"object": "pi_1"}),
        event(data={"object": {"id": "x" * 121}}), event(data={"object": {"id": 7}}), event(api_version="v" * 41), event(api_version={"a": 1}),
    ],
)  # fmt: skip
async def test_what_is_no_event_is_refused(post, body):
    assert (await post(body), await StripeEvent.all().count()) == (400, 0)


@pytest.mark.parametrize("body", [event(type="balance.available", data={"object": {"object": "balance"}}), event(type="a.type.nobody.knows", data={"object": {"id": "xx_1"}})])
async def test_events_about_other_matters_are_taken_and_done_with(post, body):
    assert await post(body) == 200
    await jobs.run_due()
    assert (await StripeEvent.get()).handled is not None and await jobs.Job.all().count() == 0


@pytest.mark.parametrize("name", ["pi_unknown", "cs_unknown", "ch_unknown", "re_unknown", "du_unknown", "py_unknown"])
async def test_events_about_objects_stripe_does_not_know_are_done_with(post, name):
    assert await post(event(data={"object": {"id": name}})) == 200
    await jobs.run_due()
    row = await StripeEvent.get()
    assert (row.handled is not None, row.payment_id, await jobs.Job.all().count()) == (True, None, 0)


@pytest.mark.parametrize("ours", [{}, {"payment": "not an id"}, {"payment": "00000000-0000-4000-8000-000000000000"}, {"order": "AB12"}])
async def test_somebody_elses_payment_in_the_same_account_is_left_alone(till, post, ours):
    await till.open()
    order = await till.order()
    await till.checkout(order)
    foreign = (await till.payment(order)).parameters | {"metadata": ours, "payment_intent_data": {"metadata": ours}}
    from conference.payments.stripe_client import client

    session = await client().v1.checkout.sessions.create_async(foreign)
    till.double.pay(session.id)
    await till.hear()
    assert (till.double.intent(session.id)["status"], (await till.payment(order)).state) == ("requires_capture", PaymentState.OPEN)


async def test_the_same_event_twice_is_handled_once(till):
    await till.open()
    order = await till.order()
    till.double.double_webhooks(10)
    till.double.pay(await till.checkout(order))
    sent = await till.double.deliver_pending()
    events = await StripeEvent.all().count()
    assert ({status for _type, status in sent}, len(sent)) == ({200}, 2 * events)
    assert await jobs.Job.filter(name="payments.handle_event").count() == events


async def test_events_in_any_order_lead_to_the_same_end(till):
    await till.open()
    till.double.hold_webhooks()
    order = await till.order()
    till.double.pay(await till.checkout(order))
    till.double.release_webhooks(backwards=True)
    await till.hear()
    assert (await Payment.get()).state is PaymentState.CAPTURED


async def test_an_event_that_comes_days_late_changes_nothing(till):
    await till.open()
    payment = await till.paid()
    before = await Payment.filter(id=payment.id).values()
    till.clock.on(days=3)
    for number, name in enumerate(["payment_intent.amount_capturable_updated", "checkout.session.expired", "payment_intent.canceled"]):
        from conference.payments.actions import remember_event

        await remember_event(f"evt_late_{number}", name, payment.checkout if "session" in name else payment.intent, "")
    await jobs.run_due()
    assert await Payment.filter(id=payment.id).values() == before


async def test_without_a_signing_secret_nothing_is_believed(app, visitor, monkeypatch):
    from pydantic import SecretStr

    app.context.settings = app.context.settings.model_copy(update={"stripe_webhook_secret": SecretStr("")})
    body = json.dumps(event()).encode()
    assert (await visitor.post(PATH, content=body, headers={"stripe-signature": signature(body, "", app.context.clock().timestamp().__trunc__())})).status_code == 400


async def test_a_get_is_no_webhook(visitor):
    assert (await visitor.get(PATH)).status_code == 405
