"""The check desk without HTTP: what a check pays for, what is set aside, what happens when the bank does not pay it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from conference.core import jobs, sealing
from conference.core.audit import AuditEntry
from conference.core.errors import Refused
from conference.donations.models import Gift
from conference.payments import actions, ledger, queries
from conference.payments.models import Check, CheckState, LedgerEntry, Method, PaymentLine, PaymentState, Reason, Refund, RefundState, WayBack
from conference.registration import actions as registration
from conference.registration.models import Order, OrderState, PayBy
from tests.cast import newest_letter

BY = uuid4()
DAY = date(2027, 5, 1)


async def promised(till, name="Ada", email=""):
    if not hasattr(till, "edition"):
        await till.open()
    return await till.payment(await till.order(name, PayBy.CHECK, email))


async def gift(edition, cents=10_000):
    from conference.donations import actions as donations

    made = await donations.give(edition, cents=cents, way=Method.CHECK, language="en")
    return await queries.payment(made.payment_id)


async def money_of(gift):
    return await queries.payment(gift.payment_id)


async def came(payment, cents, **facts):
    from conference.editions.models import Edition

    return await actions.record_check(await Edition.get(id=payment.edition_id), cents, by=BY, payment=payment, **facts)


async def fresh(payment):
    return await queries.payment(payment.id)


async def sums():
    return dict(ledger.merged(await LedgerEntry.all().values_list("account", "cents")))


async def test_a_check_over_the_whole_pays_an_order(till):
    payment = await promised(till)
    check = await came(payment, 5000, number="1043", dated=DAY, postmark=DAY, writer="Zora Quill")
    payment, check = await fresh(payment), await Check.get(id=check.id)
    assert (payment.state, payment.method, payment.promised, check.state, check.extra, check.number) == (PaymentState.CAPTURED, Method.CHECK, False, CheckState.RECEIVED, 0, "1043")
    assert (sealing.open_one(check, "writer").writer, await sums()) == ("Zora Quill", {"checks": 5000, "income:value": -2000, "income:gift": -3000})
    assert await AuditEntry.filter(what="payments.check_recorded").values_list("facts", flat=True) == [{"cents": 5000, "state": "received"}]


async def test_less_for_an_order_stays_open_with_what_is_missing(till):
    payment = await promised(till)
    await came(payment, 3000)
    payment = await fresh(payment)
    assert (payment.state, payment.promised, payment.part, await sums()) == (PaymentState.OPEN, True, 3000, {"checks": 3000, "part": -3000})
    await came(payment, 2000)
    payment = await fresh(payment)
    assert (payment.state, payment.part, payment.cents, (await sums())["checks"], (await sums())["part"]) == (PaymentState.CAPTURED, 0, 5000, 5000, 0)


async def test_the_rest_may_come_in_cash(till):
    payment = await promised(till)
    await came(payment, 3000)
    await actions.receive(payment.id, Method.CASH, by=BY)
    assert (await sums(), (await fresh(payment)).state) == ({"checks": 3000, "part": 0, "cash": 2000, "income:value": -2000, "income:gift": -3000}, PaymentState.CAPTURED)


async def test_nobody_pays_by_card_what_came_in_part(till):
    payment = await promised(till)
    await came(payment, 3000)
    with pytest.raises(actions.NotOpen):
        await actions.open_checkout(payment.id, "/")


async def test_a_cancelled_order_gives_back_the_part_that_came(till):
    payment = await promised(till)
    await came(payment, 3000)
    await registration.cancel(await Order.get(id=payment.purpose_id))
    row = await Refund.get()
    assert (row.cents, row.state, row.reason, (await fresh(payment)).state) == (3000, RefundState.ASKED, Reason.CANCELLED, PaymentState.CAPTURED)
    await actions.paid_back(row.id, by=BY)
    assert set((await sums()).values()) == {0}


async def test_more_for_an_order_is_a_gift_beside_it(till):
    payment = await promised(till)
    check = await came(payment, 7000)
    lines = sorted(await PaymentLine.filter(payment_id=payment.id).values_list("kind", "cents"), key=str)
    assert ((await fresh(payment)).cents, (await Check.get(id=check.id)).extra, [cents for _kind, cents in lines]) == (7000, 2000, [2000, 3000, 2000])


async def test_of_a_gift_what_came_counts(till):
    await till.open()
    for cents in (4000, 15_000):
        payment = await gift(till.edition)
        await came(payment, cents)
        assert ((await fresh(payment)).cents, await PaymentLine.filter(payment_id=payment.id).values_list("cents", flat=True)) == (cents, [cents])
    assert await sums() == {"checks": 19_000, "income:gift": -19_000}


async def test_a_check_nobody_announced_is_a_gift(till):
    await till.open()
    fund = await actions.open_fund("travel", {"en": "Travel", "es": "Viajes"}, 100_00)
    check = await actions.record_check(till.edition, 2500, by=BY, fund=fund, writer="Nobody Known")
    made = await Gift.get().select_related("payment")
    assert (made.cents, made.payment_id, made.payment.state, f"2027 {made.code}") == (2500, check.payment_id, PaymentState.CAPTURED, made.payment.label)
    assert await sums() == {"checks": 2500, "income:gift:travel": -2500}


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"payee_ok": False}, CheckState.WRONG_PAYEE),
        ({"dated": DAY - timedelta(days=181)}, CheckState.STALE),
        ({"dated": DAY - timedelta(days=180)}, CheckState.RECEIVED),
        ({"payee_ok": False, "dated": DAY - timedelta(days=400)}, CheckState.WRONG_PAYEE),
    ],
)
async def test_what_is_no_money_is_set_aside(till, facts, state):
    payment = await promised(till)
    check = await came(payment, 5000, **facts)
    assert (check.state, bool(await sums()), (await fresh(payment)).state is PaymentState.OPEN) == (state, state is CheckState.RECEIVED, state is not CheckState.RECEIVED)


async def test_what_was_set_aside_goes_back_once(till):
    payment = await promised(till)
    check = await came(payment, 5000, payee_ok=False)
    await actions.send_back(check.id, by=BY)
    assert (await Check.get(id=check.id)).state is CheckState.RETURNED
    with pytest.raises(actions.NotHere):
        await actions.send_back(check.id, by=BY)
    good = await came(payment, 5000)
    with pytest.raises(actions.NotHere):
        await actions.send_back(good.id, by=BY)


async def test_two_checks_for_one_promise_are_one_too_many(till):
    payment = await promised(till)
    await came(payment, 5000)
    with pytest.raises(actions.NotOpen):
        await came(payment, 5000)
    assert await Check.all().count() == 1


async def test_less_than_a_card_was_to_pay_is_refused(till):
    await till.open()
    payment = await till.payment(await till.order())
    with pytest.raises(actions.NotEnough):
        await came(payment, 4000)
    assert (await Check.all().count(), await sums()) == (0, {})


async def test_a_page_to_pay_is_closed_before_a_check_counts(till):
    payment = await promised(till)
    session = (await actions.open_checkout(payment.id, "/")).rsplit("/", 1)[1]
    await came(await fresh(payment), 3000)
    assert till.double.find_session(session)["status"] == "expired"


async def test_who_paid_by_card_just_before_keeps_the_check(till):
    payment = await promised(till)
    session = (await actions.open_checkout(payment.id, "/")).rsplit("/", 1)[1]
    till.double.pay(session)
    with pytest.raises(actions.NotOpen):
        await came(await fresh(payment), 5000)
    await till.hear()
    assert ((await fresh(payment)).method, await Check.all().count()) == (Method.CARD, 0)


# Bounced


async def to_the_bank(till, *checks, banked=True):
    batch = await actions.make_batch(till.edition, [check.id for check in checks], DAY, by=BY)
    if banked:
        await actions.batch_in_bank(batch, DAY, by=BY)


@pytest.mark.parametrize("banked", [False, True])
async def test_a_check_that_is_not_paid_makes_a_promise_of_the_payment(till, banked):
    payment = await promised(till, email="ada@example.org")
    check = await came(payment, 5000)
    await to_the_bank(till, check, banked=banked)
    await actions.bounce(check.id, by=BY)
    payment = await fresh(payment)
    assert (payment.state, payment.promised, payment.method, payment.trouble, set((await sums()).values())) == (PaymentState.OPEN, True, None, "check bounced", {0})
    await jobs.run_due()
    letter = await newest_letter("registration.check_bounced")
    assert "To: ada@example.org" in letter and "Your place is still yours" in letter
    assert (await Order.get(id=payment.purpose_id)).state is OrderState.CONFIRMED
    await came(payment, 5000)
    assert (await fresh(payment)).state is PaymentState.CAPTURED


async def test_only_a_check_at_the_bank_bounces_and_once(till):
    payment = await promised(till)
    check = await came(payment, 5000)
    with pytest.raises(actions.NotHere):
        await actions.bounce(check.id, by=BY)
    await to_the_bank(till, check)
    await actions.bounce(check.id, by=BY)
    with pytest.raises(actions.NotHere):
        await actions.bounce(check.id, by=BY)
    assert await LedgerEntry.filter(what="check bounced", cents__lt=0).count() == 1


async def test_the_extra_of_a_bounced_check_is_asked_for_no_more(till):
    payment = await promised(till)
    check = await came(payment, 7000)
    await to_the_bank(till, check)
    await actions.bounce(check.id, by=BY)
    assert ((await fresh(payment)).cents, sorted(await PaymentLine.filter(payment_id=payment.id).values_list("cents", flat=True))) == (5000, [2000, 3000])


async def test_of_two_checks_the_good_one_stays(till):
    payment = await promised(till)
    good, bad = await came(payment, 3000), await came(await fresh(payment), 2000)
    await to_the_bank(till, good, bad)
    await actions.bounce(bad.id, by=BY)
    assert ((await fresh(payment)).part, {name: cents for name, cents in (await sums()).items() if cents}) == (3000, {"bank": 3000, "part": -3000})


async def test_what_was_given_back_before_a_check_bounced_is_lost(till):
    payment = await promised(till)
    check = await came(payment, 5000)
    await to_the_bank(till, check)
    row = await actions.ask_refund(payment.id, 1500, Reason.EXCEPTION)
    await actions.paid_back(row.id, by=BY)
    await actions.bounce(check.id, by=BY)
    payment = await fresh(payment)
    assert (payment.refunded, payment.trouble, {name: cents for name, cents in (await sums()).items() if cents}) == (5000, "bounced late", {"bank": -1500, "lost": 1500})


async def test_what_was_to_be_handed_over_of_a_bounced_check_is_not(till):
    payment = await promised(till)
    check = await came(payment, 5000)
    await to_the_bank(till, check)
    await actions.ask_refund(payment.id, 1500, Reason.EXCEPTION)
    await actions.bounce(check.id, by=BY)
    assert ((await Refund.get()).state, (await fresh(payment)).refunded, await queries.to_hand_over(till.edition)) == (RefundState.FAILED, 0, [])


async def test_a_refund_comes_from_where_the_money_is(till):
    payment = await promised(till)
    await to_the_bank(till, await came(payment, 5000))
    await actions.paid_back((await actions.ask_refund(payment.id, 1000, Reason.EXCEPTION)).id, by=BY)
    assert {name: cents for name, cents in (await sums()).items() if not name.startswith("income") and cents} == {"bank": 4000}


@pytest.mark.parametrize("way", [WayBack.BANK, WayBack.CASH])
async def test_a_refund_out_of_the_bank_or_in_cash_leaves_the_check_on_the_desk(till, way):
    payment = await promised(till)
    check = await came(payment, 5000)
    row = await actions.ask_refund(payment.id, 5000, Reason.CANCELLED)
    await actions.paid_back(row.id, by=BY, way=way)
    assert {name: cents for name, cents in (await sums()).items() if cents} == {"checks": 5000, str(way): -5000}
    await to_the_bank(till, check)
    left = {"bank": 5000, "cash": -5000} if way is WayBack.CASH else {}
    assert {name: cents for name, cents in (await sums()).items() if cents} == left


async def test_a_check_that_is_given_back_goes_to_no_bank(till):
    payment = await promised(till)
    check = await came(payment, 5000)
    row = await actions.ask_refund(payment.id, 5000, Reason.CANCELLED)
    assert await queries.checks_to_give_back([row]) == {row.id}
    await actions.paid_back(row.id, by=BY, way=WayBack.CHECK)
    assert ((await Check.get(id=check.id)).state, {name: cents for name, cents in (await sums()).items() if cents}) == (CheckState.RETURNED, {})
    with pytest.raises(Refused):
        await actions.make_batch(till.edition, [check.id], till.edition.begins, by=BY)


@pytest.mark.parametrize("where", ["part of it", "at the bank"])
async def test_only_a_check_over_just_as_much_that_is_here_can_be_given_back(till, where):
    payment = await promised(till)
    check = await came(payment, 5000)
    if where == "at the bank":
        await to_the_bank(till, check)
    row = await actions.ask_refund(payment.id, 1500 if where == "part of it" else 5000, Reason.EXCEPTION)
    assert await queries.checks_to_give_back([row]) == set()
    before = await sums()
    with pytest.raises(actions.NoSuchCheck):
        await actions.paid_back(row.id, by=BY, way=WayBack.CHECK)
    assert ((await Refund.get()).state, await sums()) == (RefundState.ASKED, before)


# The memo line


async def test_a_memo_line_names_its_promise(till):
    payment = await promised(till)
    other = await gift(till.edition)
    code = other.label.removeprefix("2027 ")
    for typed in (code, code.lower(), code.replace("-", " "), f"2027 {code}", code.replace("-", "")):
        assert (await queries.promise_by_memo(till.edition, typed)).id == other.id, typed
    order = payment.label.removeprefix("2027 ")
    for typed in (order, order.lower(), f"2027-{order}", payment.label):
        assert (await queries.promise_by_memo(till.edition, typed)).id == payment.id, typed
    for typed in ("", "NISN", "4KXR-9M2P-LY", "' OR 1=1", "\u202e", "x" * 64):
        assert await queries.promise_by_memo(till.edition, typed) is None, typed


