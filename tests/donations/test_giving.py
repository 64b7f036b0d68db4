"""Giving without HTTP, and what payments and registration tell."""

from datetime import timedelta
from uuid import uuid4

import pytest

from conference.core import jobs, sealing
from conference.core.mail import Letter
from conference.donations import actions, queries
from conference.donations.models import Gift
from conference.donations.queries import How, how_it_goes
from conference.payments import actions as payments
from conference.payments import queries as money
from conference.payments.models import LedgerEntry, Method, Payment, PaymentState, Receipt
from conference.registration import actions as registration
from conference.registration.models import Order, PayBy
from tests.cast import newest_letter
from tests.payments.test_checks import came, sums, to_the_bank

MAIL = "zora@example.org"


async def test_a_card_is_charged_as_soon_as_it_is_good(box):
    fund = await payments.open_fund("travel", {"en": "Travel", "es": "Viajes"}, 100_00)
    gift = await box.pay(await box.give(fund=fund))
    assert (gift.payment.state, gift.payment.label, how_it_goes(gift.payment)) == (PaymentState.CAPTURED, f"2027 {gift.code}", How.HERE)
    assert await sums() == {"stripe": 2000, "income:gift:travel": -2000}


async def test_thanks_go_to_an_address_and_a_receipt_to_a_name(box):
    await box.pay(await box.give(email=MAIL))
    await jobs.run_due()
    thanks = await newest_letter("donations.thanks")
    assert f"To: {MAIL}" in thanks and "$20" in thanks and "/2027/gifts/" in thanks
    await box.pay(await box.give(email=MAIL, name="Zora Quill"))
    await jobs.run_due()
    letter = await newest_letter("donations.receipt")
    row = await Receipt.get()
    assert ("2027-0001" in letter, "Zora" in letter, sealing.open_one(row, "donor").donor, row.cents) == (True, False, "Zora Quill", 2000)
    assert await Letter.filter(name="donations.thanks").count() == 1


async def test_without_a_sponsor_the_money_is_taken_all_the_same(till):
    await till.open()
    gift = await actions.give(till.edition, cents=2000, way=Method.CARD, language="en", name="Zora", email=MAIL)
    till.double.pay((await actions.pay(gift, "/")).rsplit("/", 1)[1])
    await till.hear()
    assert ((await Payment.get(id=gift.payment_id)).state, await Receipt.all().count(), await Letter.filter(name="donations.thanks").count()) == (PaymentState.CAPTURED, 0, 1)


async def test_a_card_that_is_refused_at_the_end(box):
    gift = await box.give(email=MAIL)
    session = (await actions.pay(gift, "/")).rsplit("/", 1)[1]
    box.till.double.pay(session)
    box.till.double.refuse_next_capture("card_declined")
    await box.till.hear()
    await jobs.run_due()
    gift = await box.fresh(gift)
    assert (how_it_goes(gift.payment), await sums()) == (How.OVER, {})
    assert "No money was taken" in await newest_letter("donations.not_paid")


async def test_a_check_is_promised_and_told_how(box):
    gift = await box.give(way=Method.CHECK, email=MAIL, name="Zora")
    payment = await money.payment(gift.payment_id)
    await jobs.run_due()
    letter = await newest_letter("donations.check_awaited")
    assert (payment.promised, payment.state, how_it_goes(payment)) == (True, PaymentState.OPEN, How.AWAITED)
    assert [text in letter for text in (gift.code, "Harbor Peace Center", "1 Harbor Street", "Zora")] == [True, True, True, False]


async def test_a_promised_check_may_still_be_paid_by_card(box):
    gift = await box.pay(await box.give(way=Method.CHECK))
    assert (gift.payment.state, gift.payment.method) == (PaymentState.CAPTURED, Method.CARD)


async def test_a_form_sent_twice_is_one_gift(box):
    first, again = [await box.give(once="word", way=Method.CHECK) for _click in range(2)]
    other = await box.give(once="word", way=Method.CHECK, cents=3000)
    assert (first.id == again.id, other.id == first.id, await Gift.all().count(), await Payment.filter(purpose="gift").count()) == (True, False, 2, 2)


async def test_nobody_gives_to_what_is_over(box, fixed_clock):
    fixed_clock.on(days=100)
    with pytest.raises(actions.NotNow):
        await box.give()
    assert await Gift.all().count() == 0


async def test_an_address_gets_few_letters_a_day(box):
    for _gift in range(14):
        await box.give(way=Method.CHECK, email=MAIL)
    assert await Letter.filter(name="donations.check_awaited").count() == 10


async def test_a_bounced_check_is_told_and_still_wanted(box):
    gift = await box.give(way=Method.CHECK, email=MAIL)
    check = await came(await money.payment(gift.payment_id), 2000)
    await to_the_bank(box.till, check)
    await payments.bounce(check.id, by=uuid4())
    await jobs.run_due()
    assert "Nothing is owed to us" in await newest_letter("donations.check_bounced")
    assert how_it_goes((await box.fresh(gift)).payment) is How.AWAITED


async def test_a_receipt_for_a_check_is_made_when_its_giver_asks(box):
    gift = await box.give(way=Method.CHECK, name="Zora Quill")
    check = await came(await money.payment(gift.payment_id), 2000)
    assert await Receipt.all().count() == 0
    with pytest.raises(payments.NotThereYet):
        await actions.ask_receipt(gift, "Zora Quill")
    await to_the_bank(box.till, check, banked=False)
    row = await actions.ask_receipt(gift, "Zora Quill")
    again = await actions.ask_paper_receipt(gift, "Somebody Else", "7 Elm Street")
    row = await Receipt.get(id=row.id)
    assert (again.id, row.by_mail, vars(sealing.open_one(row, "donor", "address"))) == (row.id, True, {"gone": False, "donor": "Zora Quill", "address": "7 Elm Street"})
    with pytest.raises(actions.NeedsName):
        await actions.ask_receipt(gift, "")


# A cancelled registration


async def test_money_left_by_a_cancelled_registration_is_a_gift(box):
    payment = await box.till.paid("Ada")
    before = await sums()
    await registration.cancel(await Order.get(id=payment.purpose_id), as_gift=True)
    gift = await Gift.get().select_related("payment")
    assert (gift.order, gift.cents, gift.payment_id, gift.way) == (payment.purpose_id, 5000, payment.id, Method.CARD)
    assert (before["income:value"], await sums()) == (-2000, {"stripe": 5000, "income:value": 0, "income:gift": -5000})
    row = await actions.ask_receipt(gift, "Ada Vance")
    assert [(line["kind"], line["fair_value"]) for line in row.lines] == [("gift", 0)] * 2 and row.cents == 5000
    assert await LedgerEntry.filter(what="left as a gift").count() == 2


async def test_what_the_table_does_not_grant_stays_what_it_was(box, fixed_clock):
    payment = await box.till.paid("Ada")
    fixed_clock.on(days=70)  # half comes back now
    await registration.cancel(await Order.get(id=payment.purpose_id), as_gift=True)
    gift = await Gift.get()
    assert (gift.cents, await sums()) == (2500, {"stripe": 5000, "income:value": 0, "income:gift": -5000})


async def test_who_takes_the_money_back_leaves_no_gift(box):
    payment = await box.till.paid("Ada")
    await registration.cancel(await Order.get(id=payment.purpose_id))
    order = await box.till.order("Bo", PayBy.CHECK)
    await registration.cancel(order, as_gift=True)
    assert await Gift.all().count() == 0


# Funds in public


async def test_how_many_gave_is_told_from_ten_on(box):
    fund = await payments.open_fund("travel", {"en": "Travel", "es": "Viajes"}, 100_00)
    await payments.open_fund("no-goal", {"en": "Other", "es": "Otro"})
    told = []
    for count in (0, 9, 1):
        for _gift in range(count):
            gift = await box.give(way=Method.CASH, cents=100, fund=fund)
            await payments.receive(gift.payment_id, Method.CASH, by=uuid4())
        told.append([(row["fund"].slug, row["cents"], row["givers"]) for row in await queries.thermometers()])
    assert told == [[("travel", 0, None)], [("travel", 900, None)], [("travel", 1000, 10)]]


async def test_the_home_page_shows_a_gift_at_once(box, visitor):
    fund = await payments.open_fund("travel", {"en": "Buses", "es": "Autobuses"}, 100_00)
    assert "Buses" in (await visitor.get("/2027/")).text
    gift = await box.give(way=Method.CASH, cents=1234, fund=fund)
    await payments.receive(gift.payment_id, Method.CASH, by=uuid4())
    assert "$12.34" in (await visitor.get("/2027/")).text
    await payments.change_fund(fund, title={"en": "Trains", "es": "Trenes"}, goal=200_00, by=uuid4())
    assert "Trains" in (await visitor.get("/2027/")).text


async def test_a_past_editions_home_page_asks_for_nothing(box, visitor, fixed_clock):
    await payments.open_fund("travel", {"en": "Buses", "es": "Autobuses"}, 100_00)
    fixed_clock.at += timedelta(days=100)
    assert "Buses" not in (await visitor.get("/2027/")).text
