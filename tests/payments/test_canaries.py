"""What Stripe is told about people: an amount, a neutral label, an opaque reference. Canaries are planted where they could leak."""

from urllib.parse import unquote_plus

from conference.core import jobs
from conference.payments import actions
from conference.payments.models import PaymentState, Reason
from conference.registration import actions as registration
from conference.registration.models import Order, PayBy
from tests.payments.conftest import PRICE

CANARIES = ("Zapatista Canary", "canary@example.org", "wheelchair-canary", "refund-note-canary", "phone-canary")


async def test_nothing_internal_reaches_stripe(till):
    await till.open()
    order = await registration.register(
        till.edition, till.ticket, badge_name=CANARIES[0], language="es", email=CANARIES[1], needs={"note": CANARIES[2], "phone": CANARIES[4]}, amount=PRICE, pay_by=PayBy.CARD
    )
    till.double.pay(await till.checkout(order))
    await till.hear()
    payment = await till.payment(order)
    await actions.ask_refund(payment.id, 100, Reason.EXCEPTION, note=CANARIES[3])
    await jobs.run_due()
    await registration.cancel(await Order.get(id=order.id))
    await jobs.run_due()
    till.clock.on(minutes=11)
    await actions.reconcile()
    said = "\n".join(unquote_plus(f"{url} {body}") for _method, url, body in till.wire.calls)
    assert (payment.state, payment.label in said, [canary for canary in CANARIES if canary in said]) == (PaymentState.CAPTURED, True, [])


async def test_all_that_checkout_is_told(till):
    await till.open()
    order = await till.order(email=CANARIES[1])
    await till.checkout(order)
    payment = await till.payment(order)
    address = f"http://conference.test/2027/orders/{order.code}"
    assert payment.parameters == {
        "mode": "payment",
        "client_reference_id": str(payment.id),
        "metadata": {"payment": str(payment.id)},
        "payment_intent_data": {"metadata": {"payment": str(payment.id)}},
        "allowed_payment_method_types": ["card"],
        "payment_method_options": {"card": {"capture_method": "manual"}},
        "line_items": [{"price_data": {"currency": "usd", "unit_amount": 5000, "product_data": {"name": f"2027 {order.code}"}}, "quantity": 1}],
        "locale": "en",
        "success_url": address,
        "cancel_url": address,
        "expires_at": 1809174900,
    }
