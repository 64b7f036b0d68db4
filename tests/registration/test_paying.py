"""What payments tells registration, announced directly: authorised, captured, failed, expired, voided."""

import pytest

from conference.core import jobs
from conference.core.announce import announce
from conference.core.db import transaction
from conference.core.mail import Letter
from conference.payments import events
from conference.payments.actions import StripeAway
from conference.payments.models import Method, Payment, PaymentState, Refund
from conference.registration import actions
from conference.registration.actions import ending, paying
from conference.registration.models import Order, OrderState, PayBy
from tests.registration.conftest import payment_of


async def happens(kind: type, order: Order, state: PaymentState | None = None) -> Payment:
    """As payments does it: the payment's new state and the announcement, in one transaction."""
    payment = await payment_of(order)
    async with transaction():
        if state is not None:
            await Payment.filter(id=payment.id).update(state=state, method=Method.CARD, intent=f"pi_{payment.id.hex[:8]}")
        await announce(kind(payment.id, "order", order.id, payment.cents))
    return await payment_of(order)


async def fresh(order: Order) -> Order:
    return await Order.get(id=order.id)


async def letters() -> list[str]:
    return sorted(await Letter.all().values_list("name", flat=True))


async def test_a_good_card_secures_the_place_before_it_is_charged(house):
    order = await house.buy(email="ana@example.org")
    payment = await happens(events.PaymentAuthorised, order, PaymentState.AUTHORISED)
    kept = await fresh(order)
    assert (payment.state, kept.state, kept.hold_until) == (PaymentState.CAPTURING, OrderState.HELD, None)
    await happens(events.PaymentCaptured, order, PaymentState.CAPTURED)
    assert (await fresh(order)).state is OrderState.CONFIRMED
    await actions.after_confirmation(order.id)
    assert await letters() == ["registration.confirmation"]


async def test_a_bank_debit_stops_the_clock(house, fixed_clock):
    order = await house.buy()
    await happens(events.PaymentProcessing, order, PaymentState.PROCESSING)
    fixed_clock.on(days=3)
    await actions.release_expired_holds()
    assert ((await fresh(order)).state, await house.taken()) == (OrderState.HELD, 1)


async def test_a_refused_payment_frees_the_place_and_says_so(house):
    order = await house.buy(email="ana@example.org")
    await happens(events.PaymentFailed, order, PaymentState.FAILED)
    assert ((await fresh(order)).state, await house.taken(), await letters()) == (OrderState.EXPIRED, 0, ["registration.payment_failed"])


async def test_an_expired_checkout_frees_the_place_silently(house):
    order = await house.buy(email="ana@example.org")
    await happens(events.PaymentExpired, order, PaymentState.EXPIRED)
    await happens(events.PaymentExpired, order)
    assert ((await fresh(order)).state, await house.taken(), await letters()) == (OrderState.EXPIRED, 0, [])


async def test_money_that_comes_late_gets_a_place_if_one_is_left(house):
    order = await house.buy()
    await happens(events.PaymentExpired, order, PaymentState.EXPIRED)
    payment = await happens(events.PaymentAuthorised, order, PaymentState.AUTHORISED)
    kept = await fresh(order)
    assert (payment.state, kept.state, kept.hold_until, kept.ended) == (PaymentState.CAPTURING, OrderState.HELD, None, None)
    assert (await house.taken(), await house.recounted()) == (1, True)


async def test_the_card_of_a_buyer_without_a_place_is_let_go(house):
    await house.resize(1)
    order = await house.buy(email="ana@example.org")
    await happens(events.PaymentExpired, order, PaymentState.EXPIRED)
    await house.register("Bea")
    payment = await happens(events.PaymentAuthorised, order, PaymentState.AUTHORISED)
    assert (payment.state, (await fresh(order)).state, await house.taken()) == (PaymentState.VOIDING, OrderState.EXPIRED, 1)
    await happens(events.PaymentVoided, order, PaymentState.VOIDED)
    assert await letters() == ["registration.no_place"]


async def test_money_for_which_no_place_is_left_goes_back_in_full(house):
    await house.resize(1)
    order = await house.buy(email="ana@example.org")
    await happens(events.PaymentExpired, order, PaymentState.EXPIRED)
    await house.register("Bea")
    await happens(events.PaymentCaptured, order, PaymentState.CAPTURED)
    assert await Refund.all().values_list("cents", "reason") == [(2000, "no place")]
    assert ((await fresh(order)).state, await letters()) == (OrderState.EXPIRED, ["registration.no_place"])


async def test_money_for_a_cancelled_order_goes_back_in_full(house):
    order = await house.buy()
    await actions.cancel(order)
    await happens(events.PaymentCaptured, order, PaymentState.CAPTURED)
    assert await Refund.all().values_list("cents", flat=True) == [2000]
    assert ((await fresh(order)).state, await house.taken()) == (OrderState.CANCELLED, 0)


async def test_being_told_twice_confirms_once(house):
    order = await house.buy(email="ana@example.org")
    await happens(events.PaymentCaptured, order, PaymentState.CAPTURED)
    confirmed = (await fresh(order)).confirmed
    await happens(events.PaymentCaptured, order)
    assert ((await fresh(order)).confirmed, await Refund.all().count(), await house.taken()) == (confirmed, 0, 1)


async def test_other_slices_payments_are_no_matter_of_ours(house):
    order = await house.buy()
    payment = await payment_of(order)
    for kind in (events.PaymentAuthorised, events.PaymentCaptured, events.PaymentFailed, events.PaymentExpired, events.PaymentVoided, events.PaymentProcessing):
        await announce(kind(payment.id, "something else", order.id, 2000))
    kept = await fresh(order)
    assert (kept.state, kept.hold_until) == (OrderState.HELD, order.hold_until)


async def test_a_check_can_be_promised_instead(house):
    order = await house.buy()
    await actions.pay_by_check(order)
    kept, payment = await fresh(order), await payment_of(order)
    assert (kept.state, kept.pay_by, payment.state, payment.promised) == (OrderState.CONFIRMED, PayBy.CHECK, PaymentState.OPEN, True)
    with pytest.raises(actions.TooLate):
        await actions.pay_by_check(order)


async def test_who_promised_a_check_and_then_pays_by_card_is_charged_once(house):
    order = await house.buy()
    await actions.pay_by_check(order)
    payment = await happens(events.PaymentAuthorised, order, PaymentState.AUTHORISED)
    assert payment.state is PaymentState.CAPTURING
    await happens(events.PaymentCaptured, order, PaymentState.CAPTURED)
    assert ((await fresh(order)).state, await Refund.all().count(), await house.taken()) == (OrderState.CONFIRMED, 0, 1)


async def test_no_check_is_promised_while_the_bank_answers(house):
    order = await house.buy()
    await happens(events.PaymentAuthorised, order, PaymentState.AUTHORISED)
    with pytest.raises(actions.TooLate):
        await actions.pay_by_check(order)


async def test_paying_keeps_the_place_longer_but_not_for_ever(house, fixed_clock, monkeypatch):
    order = await house.buy()
    asked = []

    async def open_checkout(payment_id, back_to):
        asked.append(back_to)
        return "https://checkout.example/"

    monkeypatch.setattr(paying.payments, "open_checkout", open_checkout)
    fixed_clock.on(minutes=30)
    assert await actions.pay(order, "/back") == "https://checkout.example/"
    assert ((await fresh(order)).hold_until, asked) == (fixed_clock() + paying.HOLD_LASTS, ["/back"])
    fixed_clock.on(hours=3)
    with pytest.raises(actions.TooLate):
        await actions.pay(order, "/back")


async def test_a_place_stays_kept_while_stripe_is_away(house, monkeypatch):
    async def open_checkout(payment_id, back_to):
        raise StripeAway()

    monkeypatch.setattr(paying.payments, "open_checkout", open_checkout)
    order = await house.buy()
    with pytest.raises(StripeAway):
        await actions.pay(order, "/back")
    assert ((await fresh(order)).state, await house.taken()) == (OrderState.HELD, 1)


async def test_what_is_not_paid_in_time_goes_back(house, fixed_clock):
    order = await house.buy()
    await house.buy("Bea")
    await actions.release_expired_holds()
    assert await house.taken() == 2
    fixed_clock.on(minutes=46)
    await actions.release_expired_holds()
    await jobs.run_due()
    assert ((await fresh(order)).state, (await payment_of(order)).state) == (OrderState.EXPIRED, PaymentState.EXPIRED)
    assert (await house.taken(), await house.recounted()) == (0, True)


@pytest.mark.parametrize(("found", "state", "kept"), [("paid", OrderState.HELD, None), ("away", OrderState.HELD, 10), ("expired", OrderState.EXPIRED, None)])
async def test_stripe_is_asked_before_a_place_is_let_go(house, fixed_clock, monkeypatch, found, state, kept):
    """Paid at the last moment: the clock stops. Stripe away: the place is kept ten minutes more."""

    async def expire_checkout(payment_id):
        return found

    monkeypatch.setattr(ending.payments, "expire_checkout", expire_checkout)
    order = await house.buy()
    fixed_clock.on(minutes=46)
    await actions.release_expired_holds()
    after = await fresh(order)
    assert (after.state, after.hold_until and (after.hold_until - fixed_clock()).total_seconds() / 60) == (state, kept)
