"""The treasurer's pages."""

from datetime import timedelta
from uuid import uuid4

import pytest

from conference.core import jobs, sealing
from conference.core.audit import AuditEntry
from conference.payments import actions
from conference.payments.models import Check, LedgerEntry, Method, Payment, PaymentState, Reason, Refund, RefundState
from conference.registration.models import PayBy
from tests.queries import counting

HOME = "/office/2027/payments"
PAGES = ("", "/ledger", "/ledger.csv", "/all", "/desk", "/troubles")


@pytest.mark.parametrize("page", PAGES)
async def test_only_the_treasurer_may_come(till, cast, visitor, page):
    await till.open()
    asked = await visitor.get(HOME + page)
    assert (asked.status_code, asked.headers["location"]) == (303, f"/sign-in?next=%2Foffice%2F2027%2Fpayments{page.replace('/', '%2F')}")
    assert [(await (await cast.browser(name)).get(HOME + page)).status_code for name in ("dov", "bo", "cleo")] == [404, 403, 200]


async def test_money_at_a_glance(till, cast):
    await till.open()
    await till.paid()
    check = await till.payment(await till.order("Bo", PayBy.CHECK))
    await actions.receive(check.id, Method.CHECK, by=uuid4())
    await till.order("Eve", PayBy.CHECK)
    text = (await (await cast.browser("cleo")).get(HOME)).text
    assert [text.count(words) for words in ("$100", "At Stripe", "Checks</dt>", "For places and meals", "Gifts</dt>", "1 check or cash to come")] == [1, 1, 1, 1, 1, 1]


async def test_an_empty_house_says_how_to_begin(till, cast):
    await till.open()
    browser = await cast.browser("cleo")
    words = {"": "No money has come yet", "/ledger": "The ledger is empty", "/all": "There are none", "/desk": "No check is awaited", "/troubles": "Nothing went wrong"}
    assert {page: sentence in (await browser.get(HOME + page)).text for page, sentence in words.items()} == dict.fromkeys(words, True)


async def test_a_refund_is_asked_for_with_its_reason_and_made(till, cast):
    await till.open()
    payment = await till.paid()
    browser = await cast.browser("cleo")
    page = f"{HOME}/{payment.id}/refund"
    assert "Still ours" in (await browser.get(page)).text
    answer = await browser.post(page, data={"amount": "20,50", "note": "came by bus, bus broke"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HOME}/{payment.id}")
    await jobs.run_due()
    row = await Refund.get()
    assert (row.cents, row.state, row.reason, sealing.open_one(row, "note").note) == (2050, RefundState.MADE, Reason.EXCEPTION, "came by bus, bus broke")
    assert till.double.charge(payment.intent)["amount_refunded"] == 2050
    shown = (await browser.get(f"{HOME}/{payment.id}")).text
    assert shown.count("came by bus, bus broke") == 1 and "$20.50" in shown
    assert "bus" not in str(await AuditEntry.all().values_list("facts", flat=True))


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [("50.01", "more than is left"), ("0", "The least is"), ("a lot", "not an amount we can read"), ("", "Please fill this in"), ("9" * 400, "not an amount"), ("-5", "not an amount")],
)
async def test_a_refund_that_cannot_be_keeps_the_words(till, cast, amount, sentence):
    await till.open()
    payment = await till.paid()
    answer = await (await cast.browser("cleo")).post(f"{HOME}/{payment.id}/refund", data={"amount": amount, "note": "<b>Ünïcode \u202e\x00🎟</b>"})
    assert (answer.status_code, sentence in answer.text, "&lt;b&gt;Ünïcode 🎟&lt;/b&gt;" in answer.text) == (422, True, True)
    assert await Refund.all().count() == 0


async def test_a_refund_form_sent_twice_never_gives_back_more_than_came(till, cast):
    await till.open()
    payment = await till.paid()
    browser = await cast.browser("cleo")
    answers = [(await browser.post(f"{HOME}/{payment.id}/refund", data={"amount": "30", "note": "twice"})).status_code for _click in range(2)]
    await jobs.run_due()
    assert (answers, till.double.charge(payment.intent)["amount_refunded"]) == ([303, 422], 3000)


async def test_a_check_arrives(till, cast):
    await till.open()
    payment = await till.payment(await till.order(pay_by=PayBy.CHECK))
    browser = await cast.browser("cleo")
    assert payment.label in (await browser.get(f"{HOME}/desk")).text
    refused = await browser.post(f"{HOME}/{payment.id}/arrival", data={"method": "gold"})
    assert (refused.status_code, "Please choose one of these" in refused.text) == (422, True)
    answers = [(await browser.post(f"{HOME}/{payment.id}/arrival", data={"method": "check"})).status_code for _click in range(2)]
    payment = await Payment.get(id=payment.id)
    assert (answers, payment.state, payment.method) == ([303, 422], PaymentState.CAPTURED, Method.CHECK)
    assert [check.payment_id for check in await Check.all()] == [payment.id] and "No check is awaited" in (await browser.get(f"{HOME}/desk")).text


async def test_a_refund_by_hand_waits_at_the_desk_until_it_is_handed_over(till, cast):
    await till.open()
    payment = await till.payment(await till.order(pay_by=PayBy.CHECK))
    browser = await cast.browser("cleo")
    await browser.post(f"{HOME}/{payment.id}/arrival", data={"method": "cash"})
    await browser.post(f"{HOME}/{payment.id}/refund", data={"amount": "10", "note": "left early"})
    await jobs.run_due()
    row = await Refund.get()
    assert row.state is RefundState.ASKED and "To be handed over" in (await browser.get(f"{HOME}/desk")).text
    unsaid = [await browser.post(f"{HOME}/desk/refunds/{row.id}", data=sent) for sent in ({}, {"way": ""}, {"way": "dove"}, {"way": "check"})]
    assert [(answer.status_code, (await Refund.get()).state) for answer in unsaid] == [(422, RefundState.ASKED)] * 4
    assert ["Please choose one of these" in answer.text for answer in unsaid[:3]] == [True] * 3 and "No check over this amount" in unsaid[3].text
    answers = [(await browser.post(f"{HOME}/desk/refunds/{row.id}", data={"way": "cash"})).status_code for _click in range(2)]
    assert (answers, (await Refund.get()).state) == ([303, 422], RefundState.MADE)
    assert await LedgerEntry.filter(what="refunded").order_by("account").values_list("account", "cents") == [("cash", -1000), ("income:value", 1000)]


async def test_a_card_refund_cannot_be_marked_as_handed_over(till, cast):
    await till.open()
    payment = await till.paid()
    browser = await cast.browser("cleo")
    row = await actions.ask_refund(payment.id, 500, Reason.EXCEPTION)
    answer = await browser.post(f"{HOME}/desk/refunds/{row.id}", data={"way": "bank"})
    assert (answer.status_code, "paid back already, or goes back by card" in answer.text, (await Refund.get()).state) == (422, True, RefundState.ASKED)


async def test_what_went_wrong_stays_listed_until_it_is_dealt_with(till, cast):
    await till.open()
    payment = await till.paid()
    till.double.dispute(payment.intent)
    await till.hear()
    browser = await cast.browser("cleo")
    assert "The payer disputes this at the bank" in (await browser.get(f"{HOME}/troubles")).text
    assert (await browser.post(f"{HOME}/{payment.id}/seen")).status_code == 303
    assert "Nothing went wrong" in (await browser.get(f"{HOME}/troubles")).text
    assert await AuditEntry.filter(what="payments.trouble_seen").values_list("facts", flat=True) == [{"trouble": "disputed"}]


async def test_the_ledger_file_balances_and_holds_no_formula(till, cast):
    await till.open()
    payment = await till.paid()
    await Payment.filter(id=payment.id).update(label="=HYPERLINK(1)")
    answer = await (await cast.browser("cleo")).get(f"{HOME}/ledger.csv")
    lines = [line.split(",") for line in answer.content.decode("utf-8-sig").splitlines()]
    assert (answer.headers["content-type"], len(lines), lines[0][4]) == ("text/csv; charset=utf-8", 4, "Amount")
    assert (sum(float(line[4]) for line in lines[1:]), {line[7] for line in lines[1:]}) == (0, {"'=HYPERLINK(1)"})
    assert await AuditEntry.filter(what="payments.ledger_exported").count() == 1


async def test_long_lists_come_in_pages(till, cast, fixed_clock):
    await till.open(size=200)
    await _many(till, 1)
    browser = await cast.browser("cleo")
    paths = [f"{HOME}/{page}" for page in ("ledger", "all", "desk", "troubles")]
    few = [await _cost(browser, path) for path in paths]
    await _many(till, 60)
    assert [await _cost(browser, path) for path in paths] == few == [5, 3, 5, 3]
    for page, total in (("ledger", 61), ("all", 122)):
        seen = await _walk(browser, f"{HOME}/{page}")
        assert (len(seen), len(set(seen))) == (total, total)


async def _cost(browser, path):
    """How many statements a page takes."""
    await browser.get(path)
    with counting() as statements:
        assert (await browser.get(path)).status_code == 200
    return len(statements)


async def _many(till, count):
    for number in range(count):
        payment = await till.payment(await till.order(f"N{number}", PayBy.CHECK))
        await Payment.filter(id=payment.id).update(trouble="disputed")
        await actions.receive(payment.id, Method.CASH, by=uuid4())
        await till.order(f"M{number}", PayBy.CHECK)
        till.clock.at += timedelta(seconds=number % 2)


async def _walk(browser, path):
    """The addresses of all payments a list names, page by page."""
    import re

    found = []
    while path:
        text = (await browser.get(path)).text
        found += re.findall(r'<a href="/office/2027/payments/([0-9a-f-]{36})">', text)
        after = re.search(r'rel="next" href="([^"]+)"', text)
        path = after[1].replace("&amp;", "&") if after else None
    return found


@pytest.mark.parametrize("path", ["/nonsense", "/00000000-0000-4000-8000-000000000000", "/nonsense/refund", "/nonsense/arrival", "/ledger?after=x", "/ledger?after=2027-05-01T00:00:00_x", "/all?after=x"])
async def test_what_does_not_exist_is_not_found(till, cast, path):
    await till.open()
    assert (await (await cast.browser("cleo")).get(HOME + path)).status_code == 404


async def test_methods_that_are_not_for_a_page(till, cast):
    await till.open()
    payment = await till.paid()
    browser = await cast.browser("cleo")
    assert [(await browser.post(HOME)).status_code, (await browser.get(f"{HOME}/{payment.id}/seen")).status_code] == [405, 405]


async def test_another_editions_payments_are_not_found(till, cast):
    await till.open()
    payment = await till.paid()
    await cast.edition("2028", public=True)
    from conference.editions.actions import give_duty
    from conference.editions.models import Duties, Edition

    await give_duty(await cast.person("cleo"), await Edition.get(slug="2028"), Duties.TREASURER)
    browser = await cast.browser("cleo")
    assert [(await browser.get(f"/office/{slug}/payments/{payment.id}")).status_code for slug in ("2027", "2028")] == [200, 404]
