"""A whole purchase with the demo's stand-in for Stripe: form, Checkout, webhooks, place, letter."""

import pytest

from conference.core import jobs
from conference.core.mail import Letter
from conference.demo.double import double_of
from conference.payments.models import PaymentState
from conference.registration import actions
from conference.registration.models import Order, OrderState
from tests.registration.conftest import ANSWERS, payment_of
from tests.registration.test_register_pages import PAID


@pytest.fixture
def double(app):
    return double_of(app.context)


async def hear(double) -> None:
    """Webhooks come in, and all that follows from them is done."""
    for _ in range(2):
        await double.deliver_pending()
        await jobs.run_due()


async def at_checkout(visitor, **answers) -> tuple[Order, str]:
    """An order, and the id of the Checkout session its buyer was sent to."""
    answer = await visitor.post("/2027/register/sliding", data=PAID | answers)
    assert answer.status_code == 303 and answer.headers["location"].startswith("http://conference.test/demo/stripe/")
    return await Order.all().order_by("-made", "-id").first(), answer.headers["location"].rpartition("/")[2]


async def test_a_card_pays_a_place(house, visitor, double):
    order, session = await at_checkout(visitor, email="ana@example.org")
    double.pay(session, "card")
    await hear(double)
    kept, payment = await Order.get(id=order.id), await payment_of(order)
    assert (kept.state, payment.state, payment.cents, await house.taken()) == (OrderState.CONFIRMED, PaymentState.CAPTURED, 2000, 1)
    page = await visitor.get(f"/2027/orders/{order.code}")
    assert "Your place is confirmed" in page.text and "What was paid" in page.text
    assert await Letter.filter(name="registration.confirmation").count() == 1


async def test_who_comes_back_from_checkout_pays_in_the_same_one(house, visitor, double):
    order, session = await at_checkout(visitor)
    again = await visitor.post(f"/2027/orders/{order.code}/payment")
    assert (again.status_code, again.headers["location"].rpartition("/")[2]) == (303, session)


async def test_the_card_of_whoever_paid_too_late_for_the_last_place_is_not_charged(house, visitor, double, fixed_clock):
    """The place went to somebody else while the webhook was on its way."""
    await house.resize(1)
    order, session = await at_checkout(visitor)
    double.pay(session, "card")
    await actions.ending.end(order.id, (OrderState.HELD,), OrderState.EXPIRED)
    await house.register("Bea")
    await hear(double)
    payment = await payment_of(order)
    assert (payment.state, (await Order.get(id=order.id)).state, await house.taken(), await house.recounted()) == (PaymentState.VOIDED, OrderState.EXPIRED, 1, True)


async def test_an_abandoned_checkout_is_closed_before_the_place_goes_back(house, visitor, double, fixed_clock):
    order, _session = await at_checkout(visitor)
    fixed_clock.on(minutes=46)
    await actions.release_expired_holds()
    await hear(double)
    assert ((await Order.get(id=order.id)).state, (await payment_of(order)).state, await house.taken()) == (OrderState.EXPIRED, PaymentState.EXPIRED, 0)


async def test_paid_in_the_last_minute_is_paid(house, visitor, double, fixed_clock):
    """The hold is over and no webhook came, but Stripe says complete."""
    order, session = await at_checkout(visitor)
    double.pay(session, "card")
    fixed_clock.on(minutes=46)
    await actions.release_expired_holds()
    await jobs.run_due()
    await hear(double)
    assert ((await Order.get(id=order.id)).state, (await payment_of(order)).state) == (OrderState.CONFIRMED, PaymentState.CAPTURED)


async def test_cancelling_a_paid_order_gives_the_money_back(house, visitor, double):
    order, session = await at_checkout(visitor)
    double.pay(session, "card")
    await hear(double)
    await visitor.post(f"/2027/orders/{order.code}/cancellation")
    await hear(double)
    payment = await payment_of(order)
    assert (payment.refunded, (await Order.get(id=order.id)).state, await house.taken()) == (2000, OrderState.CANCELLED, 0)
    assert "$20 goes back" in (await visitor.get(f"/2027/orders/{order.code}")).text


async def test_stripe_reads_no_name_and_no_address(house, visitor, double):
    order, _session = await at_checkout(visitor, badge_name="Zebulonquagmire", email="quetzal@example.org", note="canary")
    asked = (await payment_of(order)).parameters
    assert asked["line_items"][0]["price_data"]["product_data"] == {"name": f"2027 {order.code}"}
    assert not any(word in str(asked) for word in ("Zebulon", "quetzal", "canary"))
    assert ANSWERS["badge_name"] not in str(asked)
