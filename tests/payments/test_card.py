"""A card, from the button to the ledger."""

from conference.core import jobs
from conference.payments import queries
from conference.payments.models import LedgerEntry, PaymentState
from conference.registration.models import Order, OrderState


async def test_a_card_is_authorised_then_taken_once_the_place_is_sure(till):
    await till.open()
    order = await till.order()
    session = await till.checkout(order)
    till.double.pay(session)
    await till.double.deliver_pending()
    assert till.double.intent(session)["status"] == "requires_capture"
    await jobs.run_due()
    payment = await till.payment(order)
    assert (payment.state, till.double.intent(session)["status"]) == (PaymentState.CAPTURED, "succeeded")
    assert (await Order.get(id=order.id)).state is OrderState.CONFIRMED
    assert sorted(await LedgerEntry.all().values_list("account", "cents")) == [("income:gift", -3000), ("income:value", -2000), ("stripe", 5000)]
    assert await queries.booked(payment.id) == await LedgerEntry.filter(payment_id=payment.id).values_list("account", "cents")
