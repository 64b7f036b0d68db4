"""Receipts: numbered without gaps, one that counts per payment, gift apart from value, and what ends one."""

import asyncio
import io
from datetime import date
from uuid import uuid4

import pytest
from tortoise.exceptions import IntegrityError

from conference.core import sealing
from conference.core.audit import AuditEntry
from conference.core.db import rows
from conference.core.holdings import Subject
from conference.payments import actions, exports, privacy, queries
from conference.payments.actions import Line, receipts
from conference.payments.models import LineKind, Method, Reason, Receipt, Series
from tests.payments.test_checks import BY, DAY, came, gift, promised, to_the_bank


@pytest.fixture
async def edition(cast):
    await cast.organization()
    return await cast.edition()


async def paid(edition, *lines, method=Method.CASH):
    lines = lines or (Line(LineKind.VALUE, 2000, 2000), Line(LineKind.GIFT, 3000))
    payment = await actions.open_payment(edition, "test", uuid4(), lines, label="2027 TEST", language="en", promised=True)
    await actions.receive(payment.id, method, by=BY)
    return await queries.payment(payment.id)


async def issued(payment, donor="Ada Vance", **facts):
    return await actions.issue_receipt(payment.id, donor=donor, language="en", **facts)


async def test_a_receipt_tells_gift_and_value_apart(edition):
    row = await issued(await paid(edition))
    assert (row.number, row.year, row.issuer, row.cents, row.paid, row.demo) == (1, 2027, "Harbor Peace Center", 5000, date(2027, 5, 1), True)
    assert row.lines == [{"kind": "value", "cents": 2000, "fair_value": 2000}, {"kind": "gift", "cents": 3000, "fair_value": 0}]
    assert (sealing.open_one(row, "donor").donor, row.sponsor["lines"]) == ("Ada Vance", ["1 Harbor Street", "Springfield"])


async def test_one_receipt_counts_per_payment(edition):
    payment = await paid(edition)
    first, again = await issued(payment), await issued(payment, "Somebody Else")
    assert (again.id, await Receipt.all().count(), await AuditEntry.filter(what="payments.receipt_issued").count()) == (first.id, 1, 1)


async def test_numbers_have_no_gaps(edition, monkeypatch):
    for number in (1, 2):
        assert (await issued(await paid(edition))).number == number
    monkeypatch.setattr(receipts.audit, "record", _break)
    with pytest.raises(RuntimeError):
        await issued(await paid(edition))
    monkeypatch.undo()
    assert (await issued(await paid(edition))).number == 3


async def _break(what, **_facts):
    if what == "payments.receipt_issued":
        raise RuntimeError("undone")


async def test_many_at_once_get_different_numbers(edition):
    payments = [await paid(edition) for _payment in range(12)]
    made = await asyncio.gather(*(issued(payment) for payment in payments))
    assert sorted(row.number for row in made) == list(range(1, 13))


async def test_without_the_row_that_counts_two_would_get_one_number(edition, monkeypatch):
    """Proof by breaking: the number as it is read before, by two at once."""
    payments = [await paid(edition) for _payment in range(2)]
    numbers = [(await rows("SELECT count(*) AS n FROM receipt"))[0]["n"] + 1 for _reader in payments]

    async def read_before(_name):
        return numbers.pop()

    monkeypatch.setattr(receipts, "next_number", read_before)
    outcomes = await asyncio.gather(*(issued(payment) for payment in payments), return_exceptions=True)
    assert sorted(type(outcome) for outcome in outcomes if isinstance(outcome, Exception)) == [IntegrityError]


async def test_each_year_begins_anew(edition, fixed_clock):
    await issued(await paid(edition))
    fixed_clock.on(days=245)
    row = await issued(await paid(edition))
    assert (row.year, row.number, await Series.all().count()) == (2028, 1, 2)


async def test_a_receipt_that_was_wrong_keeps_its_number(edition):
    payment = await paid(edition)
    wrong = await issued(payment, "Ada Vanse")
    await actions.void_receipt(wrong.id, note="misspelt", by=BY)
    with pytest.raises(actions.NotInForce):
        await actions.void_receipt(wrong.id, note="again", by=BY)
    right = await issued(payment)
    wrong = await Receipt.get(id=wrong.id)
    assert ((wrong.number, wrong.in_force, sealing.open_one(wrong, "note").note), (right.number, right.in_force)) == ((1, None, "misspelt"), (2, True))


async def test_money_that_goes_back_ends_the_receipt(edition):
    payment = await paid(edition)
    row = await issued(payment)
    await actions.paid_back((await actions.ask_refund(payment.id, 2500, Reason.EXCEPTION)).id, by=BY)
    assert (await Receipt.get(id=row.id)).in_force is None
    assert (await issued(payment)).lines == [{"kind": "gift", "cents": 2500, "fair_value": 0}]


async def test_a_check_has_its_receipt_once_it_is_at_the_bank_and_none_when_it_bounced(till, cast):
    await cast.organization()
    await till.open()
    payment = await gift(till.edition)
    check = await came(payment, 10_000, postmark=date(2027, 4, 28))
    with pytest.raises(actions.NotThereYet):
        await issued(payment)
    await to_the_bank(till, check, banked=False)
    row = await issued(payment)
    assert row.paid == date(2027, 4, 28)
    await actions.bounce(check.id, by=BY)
    assert (await Receipt.get(id=row.id)).in_force is None
    with pytest.raises(actions.NotThereYet):
        await issued(payment)


async def test_no_receipt_without_a_gift_without_money_without_a_sponsor(till, cast):
    payment = await promised(till)
    with pytest.raises(actions.NotThereYet):
        await issued(payment)
    bought = await paid(till.edition, Line(LineKind.VALUE, 2000, 2000))
    with pytest.raises(actions.NothingGiven):
        await issued(bought)
    with pytest.raises(actions.NoSponsor):
        await issued(await paid(till.edition))
    assert (await Receipt.all().count(), await Series.all().count()) == (0, 0)


async def test_value_above_its_worth_counts_as_given(edition):
    row = await issued(await paid(edition, Line(LineKind.VALUE, 5000, 2000)))
    assert row.lines == [{"kind": "value", "cents": 5000, "fair_value": 2000}]


# On paper


@pytest.fixture
def words(monkeypatch):
    """What the PDFs were made from, instead of PDFs."""
    seen = []

    async def keep(html, **facts):
        seen.append((html, facts))
        return b"%PDF-"

    monkeypatch.setattr("conference.core.pdf.render_now", keep)
    return seen


async def test_what_a_receipt_says(edition, words):
    row = await issued(await paid(edition), address="7 Elm Street\nDetroit, MI")
    await exports.receipt_pdf(row)
    [(html, facts)] = words
    assert facts["variant"] == "pdf/a-3a"
    said = ("Receipt 2027-0001", "Ada Vance", "7 Elm Street", "valued at $20", "$30", "Received in all", "May 1, 2027", "DEMO: not a real receipt", "1 Harbor Street")
    assert {text: text in html for text in said} == dict.fromkeys(said, True)


async def test_a_receipt_speaks_the_givers_language(edition, words):
    payment = await paid(edition, Line(LineKind.GIFT, 3000))
    row = await actions.issue_receipt(payment.id, donor="Ñandú <b>", language="es")
    await exports.receipt_pdf(row)
    assert ("Comprobante 2027-0001" in words[0][0], "No se dieron bienes ni servicios" in words[0][0], "Ñandú &lt;b&gt;" in words[0][0]) == (True, True, True)


async def test_one_that_counts_no_more_says_so(edition, words):
    row = await issued(await paid(edition))
    await actions.void_receipt(row.id, note="wrong", by=BY)
    await exports.receipt_pdf(await Receipt.get(id=row.id))
    assert ("This receipt does not count any more" in words[0][0], "wrong" in words[0][0]) == (True, False)


async def test_the_pdf_is_one_page_and_the_same_each_time(edition):
    import pikepdf

    row = await issued(await paid(edition), "Ada Vance " * 11, address="\n".join(["A rather long line of an address, apartment 7"] * 5))
    made = [await exports.receipt_pdf(row) for _again in range(2)]
    with pikepdf.open(io.BytesIO(made[0])) as pdf:
        with pdf.open_metadata() as meta:
            assert (len(pdf.pages), meta["pdfaid:part"], meta["pdfaid:conformance"]) == (1, "3", "A")
    assert made[0] == made[1]


async def test_a_deposit_slip_lists_its_checks(till, cast, words):
    await till.open()
    check = await came(await gift(till.edition), 7000, number="1043", writer="Never Printed")
    batch = await actions.make_batch(till.edition, [check.id], DAY, by=BY)
    await exports.deposit_slip(till.edition, batch, await queries.checks_of_batch(batch))
    assert ("1043" in words[0][0], "$70" in words[0][0], "Never Printed" in words[0][0]) == (True, True, False)

# One's own, for the part of a registration that is a gift


async def test_who_registers_makes_the_receipt_of_the_gift_in_it(till, cast, app, words):
    from conference.registration.models import Order
    from tests.conftest import new_browser
    from tests.registration.conftest import secret_path

    await cast.organization()
    await till.open()
    payment = await till.paid("Ada")
    async with new_browser(app) as ada, new_browser(app) as stranger:
        order = await Order.get(id=payment.purpose_id)
        page = (await ada.open(secret_path(order))).text
        path = await queries.ask_path(payment)
        assert f'href="{path}"' in page
        form = await ada.get(path)
        assert (form.status_code, form.headers["location"]) == (303, f"/2027/receipts/payment/{payment.id}")
        assert (await stranger.get(form.headers["location"])).status_code == 404
        assert "Worth of what you receive" in (await ada.get(form.headers["location"])).text
        refused = await ada.post(form.headers["location"], data={"donor": " "})
        assert (refused.status_code, await Receipt.all().count()) == (422, 0)
        made = [await ada.post(form.headers["location"], data={"donor": "Ada Vance"}) for _click in range(2)]
        row = await Receipt.get()
        assert [answer.headers["location"] for answer in made] == [f"/2027/receipts/{queries.receipt_token(row)}"] * 2
        assert (await ada.open(made[0].headers["location"])).headers["content-type"] == "application/pdf"
        assert ("valued at $20" in words[0][0], "$30" in words[0][0]) == (True, True)
        assert f"/2027/receipts/{queries.receipt_token(row)}" in (await ada.get(f"/2027/orders/{order.code}")).text


async def test_a_receipt_that_was_opened_is_told_among_ones_data(edition):
    row = await issued(await paid(edition))
    told = await privacy.about(Subject(tokens=[queries.receipt_token(row), "x"]))
    assert [(holding.title, holding.facts, bool(holding.stays)) for holding in told] == [("A receipt", [("Name on the receipt", "Ada Vance")], True)]
    assert (await privacy.about(Subject(email="ada@example.org")), await privacy.forget(Subject())) == ([], 0)
