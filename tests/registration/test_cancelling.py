"""Cancelling and what comes back."""

import pytest

from conference.core import audit, jobs
from conference.core.announce import announce
from conference.core.db import transaction
from conference.core.mail import Letter
from conference.payments import events
from conference.payments.models import Method, Payment, PaymentState, Refund
from conference.registration import actions, prices
from conference.registration.models import Order, OrderState, PayBy
from tests.cast import newest_letter
from tests.registration.conftest import payment_of


async def paid_order(house, **facts) -> Order:
    order = await house.buy(**facts)
    payment = await payment_of(order)
    async with transaction():
        await Payment.filter(id=payment.id).update(state=PaymentState.CAPTURED, method=Method.CHECK)
        await announce(events.PaymentCaptured(payment.id, "order", order.id, payment.cents))
    return await Order.get(id=order.id)


TABLE = [{"days": 7, "percent": 50}, {"days": 30, "percent": 100}]


@pytest.mark.parametrize(
    ("today", "back"),
    [("2027-06-23", 1999), ("2027-06-24", 999), ("2027-07-16", 999), ("2027-07-17", 0), ("2027-07-23", 0), ("2027-08-30", 0)],
)
def test_the_refund_table_counts_days_before_the_first(today, back):
    from datetime import date

    assert prices.refund_due(1999, TABLE, date(2027, 7, 23), date.fromisoformat(today)) == back


async def test_a_free_order_is_cancelled_and_its_place_is_free(house, cast):
    order = await house.register(email="ana@example.org")
    bo = await cast.person("bo")
    assert await actions.cancel(order, by=bo.id) == 0
    assert ((await Order.get(id=order.id)).state, await house.taken()) == (OrderState.CANCELLED, 0)
    said = {entry.what: (entry.actor, entry.facts) for entry in await audit.history(order.id)}
    assert said == {"registration.registered": (None, {}), "registration.cancelled": (bo.id, {"back": 0})}
    assert await Letter.all().values_list("name", flat=True) == ["registration.cancelled"]


@pytest.mark.parametrize(("days", "back"), [(0, 2000), (60, 1000), (80, 0)])
async def test_what_was_paid_comes_back_by_the_table(house, fixed_clock, days, back):
    """The fixed clock begins on May 1, the conference on July 23."""
    order = await paid_order(house)
    fixed_clock.on(days=days)
    assert actions.refund_if_cancelled(house.edition, 2000) == back
    assert await actions.cancel(order) == back
    assert await Refund.all().values_list("cents", flat=True) == ([back] if back else [])


async def test_the_days_are_counted_where_the_conference_is(house, fixed_clock):
    """Midnight in Chicago is five hours after midnight in UTC."""
    from datetime import UTC, datetime

    fixed_clock.at = datetime(2027, 6, 24, 4, 59, tzinfo=UTC)
    before = actions.refund_if_cancelled(house.edition, 2000)
    fixed_clock.on(minutes=1)
    assert (before, actions.refund_if_cancelled(house.edition, 2000)) == (2000, 1000)


async def test_it_can_be_left_as_a_gift(house, monkeypatch):
    heard = []

    async def hear(event):
        heard.append(event.left_as_gift)

    from conference.core import announce as announcing
    from conference.registration.events import OrderCancelled

    monkeypatch.setitem(announcing._reactions, OrderCancelled, (hear,))
    order = await paid_order(house)
    assert await actions.cancel(order, as_gift=True) == 0
    assert (await Refund.all().count(), heard) == (0, [2000])


async def test_what_went_back_already_does_not_go_back_again(house):
    from conference.payments import actions as payments
    from conference.payments.models import Reason

    order = await paid_order(house)
    await payments.ask_refund((await payment_of(order)).id, 1500, Reason.EXCEPTION)
    assert await actions.cancel(order) == 500


async def test_an_unpaid_order_owes_nothing_once_cancelled(house):
    order = await house.buy(pay_by=PayBy.CHECK)
    assert await actions.cancel(order) == 0
    await jobs.run_due()
    payment = await payment_of(order)
    assert (payment.state, payment.promised, await house.taken()) == (PaymentState.EXPIRED, False, 0)


@pytest.mark.parametrize("state", [OrderState.CANCELLED, OrderState.EXPIRED])
async def test_what_is_over_cannot_be_cancelled(house, state):
    order = await paid_order(house)
    await Order.filter(id=order.id).update(state=state)
    with pytest.raises(actions.TooLate):
        await actions.cancel(order)
    assert (await Refund.all().count(), await Letter.all().count()) == (0, 0)


async def test_the_letter_says_what_comes_back(house):
    order = await paid_order(house, email="ana@example.org")
    await actions.cancel(order)
    letter = await newest_letter("registration.cancelled")
    assert "Subject: Your registration is cancelled" in letter and "$20 goes back" in letter and "Ana" not in letter
