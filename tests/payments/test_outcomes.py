"""Each kind of money has one outcome: late, twice, another amount, by bank, refused, back without us, disputed."""

import asyncio
from uuid import uuid4

import pytest

from conference.core import jobs
from conference.editions.wording import say
from conference.payments import actions, queries
from conference.payments.actions import asking
from conference.payments.events import FundChanged
from conference.payments.models import LedgerEntry, LineKind, Method, Payment, PaymentState, Reason, Refund, RefundState
from conference.payments.stripe_client import CardsNotTaken, StripeAway, client
from conference.registration import actions as registration
from conference.registration.models import Order, OrderState, PayBy, Pool
from tests.payments.conftest import PRICE


@pytest.fixture
def by_bank(monkeypatch):
    """An edition that takes bank debits too."""
    monkeypatch.setattr(asking, "WAYS_TO_PAY", ("card", "us_bank_account"))


async def second_page(till, payment, **changes):
    """Another Checkout for the same payment, as after an answer that was lost."""
    session = await client().v1.checkout.sessions.create_async(payment.parameters | changes)
    return session.id


async def order_state(order):
    return (await Order.get(id=order.id)).state


async def stray_sums():
    sums = {}
    for account, cents in await LedgerEntry.all().values_list("account", "cents"):
        sums[account] = sums.get(account, 0) + cents
    return sums


# Late


async def test_late_with_a_place_left_takes_it_again(till):
    await till.open(size=1)
    order = await till.order()
    session = await till.checkout(order)
    till.double.pay(session)
    till.lose_webhooks()
    await Payment.all().update(state=PaymentState.EXPIRED)
    await registration.on_payment_expired(_event(await till.payment(order)))
    assert (await order_state(order), (await Pool.get()).taken) == (OrderState.EXPIRED, 0)
    await actions.look_at((await till.payment(order)).id)
    await jobs.run_due()
    assert (await order_state(order), (await Pool.get()).taken, (await till.payment(order)).state) == (OrderState.CONFIRMED, 1, PaymentState.CAPTURED)


async def test_late_without_a_place_never_charges_the_card(till):
    await till.open(size=1)
    order = await till.order()
    session = await till.checkout(order)
    till.double.pay(session)
    till.lose_webhooks()
    await Payment.all().update(state=PaymentState.EXPIRED)
    await registration.on_payment_expired(_event(await till.payment(order)))
    await till.order("Dov", PayBy.CHECK)
    await actions.look_at((await till.payment(order)).id)
    await jobs.run_due()
    assert ((await till.payment(order)).state, till.double.intent(session)["status"], till.double.charge(session)["captured"]) == (PaymentState.VOIDED, "canceled", False)
    assert (await order_state(order), (await Pool.get()).taken, await LedgerEntry.all().count()) == (OrderState.EXPIRED, 1, 0)


def _event(payment):
    from conference.payments.events import PaymentExpired

    return PaymentExpired(payment.id, payment.purpose, payment.purpose_id, payment.cents)


# Twice


async def test_a_second_card_is_let_go_and_noted(till):
    await till.open()
    order = await till.order()
    first = await till.checkout(order)
    second = await second_page(till, await till.payment(order))
    till.double.pay(first)
    till.double.pay(second)
    await till.hear()
    payment = await till.payment(order)
    assert (payment.state, payment.trouble) == (PaymentState.CAPTURED, "paid twice")
    assert [till.double.intent(session)["status"] for session in (first, second)] == ["succeeded", "canceled"]
    assert await stray_sums() == {"stripe": PRICE, "income:value": -2000, "income:gift": -3000}


async def test_a_second_bank_debit_is_booked_as_owed_and_goes_back(till, by_bank):
    await till.open()
    order = await till.order()
    first = await till.checkout(order)
    second = await second_page(till, await till.payment(order))
    for session in (first, second):
        till.double.pay(session, "bank")
    await till.hear()
    for session in (first, second):
        till.double.settle_bank(session)
    await till.hear()
    stray = await Payment.get(purpose="stray")
    assert (stray.cents, stray.refunded, stray.purpose_id) == (PRICE, PRICE, (await till.payment(order)).id)
    assert [till.double.charge(session)["amount_refunded"] for session in (first, second)] == [0, PRICE]
    assert await stray_sums() == {"stripe": PRICE, "income:value": -2000, "income:gift": -3000, "owed": 0}


async def test_a_card_beside_a_check_that_arrived_is_let_go(till):
    await till.open()
    order = await till.order()
    session = await till.checkout(order)
    await registration.pay_by_check(order)
    till.double.pay(session)
    payment = await till.payment(order)
    await actions.receive(payment.id, Method.CHECK, by=uuid4())
    await till.hear()
    payment = await till.payment(order)
    assert (payment.state, payment.method, payment.trouble, till.double.intent(session)["status"]) == (PaymentState.CAPTURED, Method.CHECK, "paid twice", "canceled")


async def test_the_page_of_a_check_that_arrived_is_closed(till):
    await till.open()
    order = await till.order()
    session = await till.checkout(order)
    await registration.pay_by_check(order)
    await actions.receive((await till.payment(order)).id, Method.CASH, by=uuid4())
    await jobs.run_due()
    assert till.double.find_session(session)["status"] == "expired"


# Another amount


async def test_another_amount_on_a_card_is_let_go_and_the_place_freed(till):
    await till.open(size=1)
    order = await till.order()
    payment = await _with_parameters(till, order)
    price = {"currency": "usd", "unit_amount": PRICE + 1, "product_data": {"name": payment.label}}
    session = await second_page(till, payment, line_items=[{"price_data": price, "quantity": 1}])
    till.double.pay(session)
    await till.hear()
    payment = await till.payment(order)
    assert (payment.state, payment.trouble, till.double.intent(session)["status"]) == (PaymentState.FAILED, "another amount", "canceled")
    assert (await order_state(order), (await Pool.get()).taken) == (OrderState.EXPIRED, 0)


async def test_another_amount_that_was_taken_goes_back_whole(till, by_bank):
    await till.open(size=1)
    order = await till.order()
    payment = await _with_parameters(till, order)
    price = {"currency": "usd", "unit_amount": PRICE * 2, "product_data": {"name": payment.label}}
    session = await second_page(till, payment, line_items=[{"price_data": price, "quantity": 1}])
    till.double.pay(session, "bank")
    await till.hear()
    till.double.settle_bank(session)
    await till.hear()
    assert ((await till.payment(order)).state, (await till.payment(order)).trouble) == (PaymentState.FAILED, "another amount")
    assert (till.double.charge(session)["amount_refunded"], await stray_sums()) == (PRICE * 2, {"stripe": 0, "owed": 0})
    assert (await order_state(order), (await Pool.get()).taken) == (OrderState.EXPIRED, 0)


async def _with_parameters(till, order):
    await till.checkout(order)
    return await till.payment(order)


# By bank


async def test_a_bank_debit_stops_the_clock_and_confirms_days_later(till, by_bank):
    await till.open()
    order = await till.order()
    session = await till.checkout(order)
    till.double.pay(session, "bank")
    await till.hear()
    till.clock.on(days=4)
    await registration.release_expired_holds()
    await jobs.run_due()
    assert ((await till.payment(order)).state, await order_state(order)) == (PaymentState.PROCESSING, OrderState.HELD)
    till.double.settle_bank(session)
    await till.hear()
    payment = await till.payment(order)
    assert (payment.state, payment.method, await order_state(order)) == (PaymentState.CAPTURED, Method.BANK_DEBIT, OrderState.CONFIRMED)


async def test_a_bank_debit_that_fails_frees_the_place(till, by_bank):
    await till.open()
    order = await till.order()
    session = await till.checkout(order)
    till.double.pay(session, "bank")
    await till.hear()
    till.double.settle_bank(session, paid=False)
    await till.hear()
    assert ((await till.payment(order)).state, await order_state(order), (await Pool.get()).taken) == (PaymentState.FAILED, OrderState.EXPIRED, 0)


async def test_a_bank_debit_whose_beginning_was_lost_is_no_card(till, by_bank):
    await till.open()
    order = await till.order()
    session = await till.checkout(order)
    till.double.pay(session, "bank")
    till.lose_webhooks()
    till.double.settle_bank(session)
    await till.hear()
    assert ((await till.payment(order)).method, await order_state(order)) == (Method.BANK_DEBIT, OrderState.CONFIRMED)


async def test_a_refund_the_bank_could_not_take_is_ours_again(till, by_bank):
    await till.open()
    payment = await till.paid(how="bank")
    till.double.settle_bank(payment.intent)
    await till.hear()
    await actions.ask_refund(payment.id, 3000, Reason.EXCEPTION)
    await jobs.run_due()
    refund = await Refund.get()
    till.double.settle_refund(refund.stripe, paid=False)
    await till.hear()
    payment = await Payment.get(id=payment.id)
    assert ((await Refund.get()).state, payment.refunded, payment.trouble) == (RefundState.FAILED, 0, "refund came back")
    assert await stray_sums() == {"stripe": PRICE, "income:value": -2000, "income:gift": -3000}


# Refused


async def test_a_card_refused_at_the_end_frees_the_place_and_is_let_go(till):
    await till.open()
    order = await till.order(email="ada@example.org")
    session = await till.checkout(order)
    till.double.pay(session)
    till.double.refuse_next_capture("card_declined")
    await till.hear()
    assert ((await till.payment(order)).state, await order_state(order), (await Pool.get()).taken) == (PaymentState.FAILED, OrderState.EXPIRED, 0)
    assert till.double.intent(session)["status"] == "canceled"


async def test_a_hold_the_bank_let_go_frees_the_place(till):
    await till.open()
    order = await till.order()
    session = await till.checkout(order)
    till.double.pay(session)
    till.double.refuse_next_capture()
    await till.hear()
    assert ((await till.payment(order)).state, await order_state(order)) == (PaymentState.FAILED, OrderState.EXPIRED)


async def test_a_promised_check_outlives_a_card_that_was_refused(till):
    await till.open()
    order = await till.order()
    session = await till.checkout(order)
    await registration.pay_by_check(order)
    till.double.pay(session)
    till.double.refuse_next_capture("card_declined")
    await till.hear()
    payment = await till.payment(order)
    assert (payment.state, payment.promised, await order_state(order)) == (PaymentState.OPEN, True, OrderState.CONFIRMED)
    await actions.receive(payment.id, Method.CHECK, by=uuid4())
    assert await stray_sums() == {"checks": PRICE, "income:value": -2000, "income:gift": -3000}


async def test_a_declined_card_leaves_the_page_open(till):
    await till.open()
    order = await till.order()
    session = await till.checkout(order)
    till.double.pay(session, "declined")
    await till.hear()
    assert ((await till.payment(order)).state, await order_state(order)) == (PaymentState.OPEN, OrderState.HELD)
    till.double.pay(session)
    await till.hear()
    assert (await till.payment(order)).state is PaymentState.CAPTURED


async def test_a_page_that_expires_after_a_declined_card_is_not_paid_in_time(till):
    await till.open()
    order = await till.order()
    session = await till.checkout(order)
    till.double.pay(session, "declined")
    till.double.expire(session)
    await till.hear()
    payment = await till.payment(order)
    assert (payment.state, payment.trouble, await order_state(order)) == (PaymentState.EXPIRED, None, OrderState.EXPIRED)


# Checkout


async def test_the_same_page_is_used_again_while_it_is_good(till):
    await till.open()
    order = await till.order()
    first = await till.checkout(order)
    till.clock.on(minutes=30)
    assert await till.checkout(order) == first
    assert [call[1] for call in till.wire.calls].count("https://api.stripe.com/v1/checkout/sessions") == 1


async def test_a_new_page_closes_the_former_one(till):
    await till.open()
    order = await till.order()
    first = await till.checkout(order)
    till.clock.on(minutes=34)
    second = await till.checkout(order)
    payment = await till.payment(order)
    assert (payment.attempt, payment.checkout, till.double.find_session(first)["status"]) == (2, second, "expired")


async def test_a_page_paid_at_the_last_moment_is_not_replaced(till):
    await till.open()
    order = await till.order()
    first = await till.checkout(order)
    till.clock.on(minutes=34)
    till.double.pay(first)
    with pytest.raises(actions.NotOpen):
        await till.checkout(order)
    await jobs.run_due()
    assert (await till.payment(order)).state is PaymentState.CAPTURED


async def test_a_lost_answer_is_asked_for_again_with_the_same_key_and_words(till):
    await till.open()
    order = await till.order()
    till.double.lose_answers(2)
    with pytest.raises(StripeAway):
        await till.checkout(order)
    till.clock.on(minutes=1)
    await till.checkout(order)
    bodies = {body for method, url, body in till.wire.calls if url.endswith("/checkout/sessions")}
    assert (len(bodies), len(list(till.double.store.of("checkout.session"))), (await till.payment(order)).attempt) == (1, 1, 1)


async def test_two_clicks_at_once_open_one_page(till):
    await till.open()
    order = await till.order()
    pages = await asyncio.gather(*[till.checkout(order) for _click in range(4)])
    assert set(pages) == {(await till.payment(order)).checkout}
    assert [session["status"] for session in till.double.store.of("checkout.session")].count("open") == 1


async def test_while_stripe_is_away_the_place_is_kept(till):
    await till.open(size=1)
    order = await till.order()
    till.double.go_away(2)
    with pytest.raises(StripeAway):
        await till.checkout(order)
    assert await order_state(order) is OrderState.HELD
    assert await till.checkout(order)


async def test_stripe_that_hangs_is_away(till, monkeypatch):
    from conference.payments import stripe_client

    monkeypatch.setattr(stripe_client, "SECONDS", 0.1)
    await till.open()
    order = await till.order()
    till.double.go_away(2, "hang")
    with pytest.raises(StripeAway):
        await till.checkout(order)


async def test_what_stripe_refuses_to_sell_is_not_taken_by_card(till):
    await till.open()
    await Payment.all().update(cents=1)
    order = await till.order()
    await Payment.all().update(cents=1)
    with pytest.raises(CardsNotTaken):
        await till.checkout(order)


async def test_a_page_that_stripe_forgot_frees_the_place(till):
    await till.open()
    order = await till.order()
    session = await till.checkout(order)
    del till.double.store.objects[session]
    till.clock.on(minutes=50)
    await registration.release_expired_holds()
    assert ((await till.payment(order)).state, await order_state(order)) == (PaymentState.EXPIRED, OrderState.EXPIRED)


async def test_while_stripe_is_away_no_hold_is_released(till):
    await till.open()
    order = await till.order()
    await till.checkout(order)
    till.clock.on(minutes=50)
    till.double.go_away(4)
    await registration.release_expired_holds()
    assert ((await till.payment(order)).state, await order_state(order)) == (PaymentState.OPEN, OrderState.HELD)


# Back without us


async def test_a_refund_at_the_dashboard_is_booked_once(till):
    await till.open()
    payment = await till.paid()
    till.double.double_webhooks(10)
    till.double.refund_outside(payment.intent, 2500)
    await till.hear()
    payment = await Payment.get(id=payment.id)
    assert (payment.refunded, [row.reason for row in await Refund.all()]) == (2500, [Reason.AT_STRIPE])
    assert await stray_sums() == {"stripe": 2500, "income:value": 0, "income:gift": -2500}


async def test_a_refund_that_the_dashboard_overtook_sends_only_the_rest(till):
    await till.open()
    payment = await till.paid()
    till.double.refund_outside(payment.intent, 1000)
    await actions.ask_refund(payment.id, PRICE, Reason.CANCELLED)
    await till.hear()
    assert (till.double.charge(payment.intent)["amount_refunded"], (await Payment.get(id=payment.id)).refunded) == (PRICE, PRICE)
    assert sorted((row.cents, str(row.state)) for row in await Refund.all()) == [(1000, "made"), (4000, "made"), (5000, "failed")]


async def test_a_refund_whose_key_stripe_forgot_is_not_made_twice(till):
    await till.open()
    payment = await till.paid()
    refund = await actions.ask_refund(payment.id, 1500, Reason.EXCEPTION)
    till.wire.die_after = True
    await jobs.run_due()
    till.lose_webhooks()
    till.double.store.answers.clear()
    till.clock.on(days=2)
    await jobs.run_due()
    assert ((await Refund.get(id=refund.id)).state, till.double.charge(payment.intent)["amount_refunded"]) == (RefundState.MADE, 1500)


async def test_a_dispute_is_noted_and_a_lost_one_booked(till):
    await till.open()
    payment = await till.paid()
    dispute = till.double.dispute(payment.intent)
    await till.hear()
    assert ((await Payment.get()).trouble, await LedgerEntry.filter(what="refunded").count()) == ("disputed", 0)
    till.double.close_dispute(dispute["id"], won=False)
    await till.hear()
    payment = await Payment.get()
    assert (payment.trouble, payment.refunded, (await Refund.get()).reason) == ("dispute lost", PRICE, Reason.DISPUTE)
    assert await stray_sums() == {"stripe": 0, "income:value": 0, "income:gift": 0}


async def test_a_dispute_that_is_won_costs_nothing(till):
    await till.open()
    payment = await till.paid()
    dispute = till.double.dispute(payment.intent)
    till.double.close_dispute(dispute["id"], won=True)
    await till.hear()
    assert ((await Payment.get()).trouble, (await Payment.get()).refunded) == ("dispute won", 0)


async def test_a_refund_barred_by_a_dispute_is_the_treasurers(till):
    await till.open()
    payment = await till.paid()
    till.double.dispute(payment.intent)
    till.lose_webhooks()
    await actions.ask_refund(payment.id, 1000, Reason.EXCEPTION)
    await jobs.run_due()
    payment = await Payment.get()
    assert ((await Refund.get()).state, (await Refund.get()).trouble, payment.refunded, payment.trouble) == (RefundState.FAILED, "charge_disputed", 0, "disputed")


async def test_a_bank_debit_taken_back_is_a_lost_dispute(till, by_bank):
    await till.open()
    payment = await till.paid(how="bank")
    till.double.settle_bank(payment.intent)
    await till.hear()
    till.double.return_bank_debit(payment.intent)
    await till.hear()
    assert ((await Payment.get()).trouble, (await Payment.get()).refunded) == ("dispute lost", PRICE)


# What webhooks lost


@pytest.mark.parametrize("what", ["card", "refund", "dispute"])
async def test_what_webhooks_lost_is_found_again(till, what):
    await till.open()
    if what == "card":
        order = await till.order()
        till.double.pay(await till.checkout(order))
    else:
        payment = await till.paid()
        (till.double.refund_outside if what == "refund" else till.double.dispute)(payment.intent)
    till.lose_webhooks()
    till.clock.on(minutes=11)
    await actions.reconcile()
    await jobs.run_due()
    payment = await Payment.get()
    assert {"card": payment.state == "captured", "refund": payment.refunded == PRICE, "dispute": payment.trouble == "disputed"}[what]


async def test_reconciling_again_asks_for_nothing_twice(till):
    await till.open()
    await till.paid()
    till.clock.on(minutes=11)
    for _round in range(3):
        await actions.reconcile()
        await jobs.run_due()
    assert await LedgerEntry.all().count() == 3


async def test_where_nobody_ever_paid_by_card_stripe_is_not_asked(till):
    await till.open()
    await till.order(pay_by=PayBy.CHECK)
    await actions.reconcile()
    assert till.wire.calls == []


async def test_one_payment_that_cannot_be_read_does_not_stop_the_others(till):
    await till.open()
    bad, good = await till.order("Bad"), await till.order("Good")
    for order in (bad, good):
        till.double.pay(await till.checkout(order))
    till.lose_webhooks()
    till.double.store.objects.pop(till.double.intent((await till.payment(bad)).checkout)["id"])
    till.clock.on(minutes=11)
    await actions.reconcile()
    await jobs.run_due()
    assert (await till.payment(good)).state is PaymentState.CAPTURED


# Books


async def test_value_goes_back_before_gifts_and_a_fund_is_told(till, monkeypatch):
    told = []

    async def note(event):
        told.append(event.fund_id)

    from conference.core import announce

    monkeypatch.setitem(announce._reactions, FundChanged, (note,))
    await till.open()
    fund = await actions.open_fund("travel", {"en": "Travel", "es": "Viajes"}, 100_00)
    lines = [actions.Line(LineKind.VALUE, 2000, 2000), actions.Line(LineKind.GIFT, 500), actions.Line(LineKind.GIFT, 1500, fund=fund)]
    payment = await actions.open_payment(till.edition, "test", uuid4(), lines, label="2027 TEST", language="en", promised=True)
    await actions.receive(payment.id, Method.CHECK, by=uuid4())
    assert (await queries.fund_balance(fund), told, say(fund.title)) == (1500, [fund.id], "Travel")
    first = await actions.ask_refund(payment.id, 2200, Reason.EXCEPTION)
    await actions.paid_back(first.id, by=uuid4())
    assert (await stray_sums(), told) == ({"checks": 1800, "income:value": 0, "income:gift": -300, "income:gift:travel": -1500}, [fund.id])
    second = await actions.ask_refund(payment.id, 1800, Reason.EXCEPTION)
    await actions.paid_back(second.id, by=uuid4())
    assert (await stray_sums(), told, await queries.fund_balance(fund)) == ({"checks": 0, "income:value": 0, "income:gift": 0, "income:gift:travel": 0}, [fund.id] * 2, 0)


async def test_more_than_came_never_goes_back(till):
    await till.open()
    payment = await till.paid()
    tries = await asyncio.gather(*[actions.ask_refund(payment.id, 2000, Reason.EXCEPTION) for _try in range(4)], return_exceptions=True)
    await jobs.run_due()
    assert [type(one).__name__ for one in tries].count("TooMuchBack") == 2
    assert till.double.charge(payment.intent)["amount_refunded"] == (await Payment.get()).refunded == 4000


@pytest.mark.parametrize("cents", [0, -1, PRICE + 1, 10**12])
async def test_senseless_refunds_are_refused(till, cents):
    await till.open()
    payment = await till.paid()
    with pytest.raises(actions.TooMuchBack):
        await actions.ask_refund(payment.id, cents, Reason.EXCEPTION)
