"""Ten thousand random histories on paper, then some against the database: every movement balances to the cent, and receipts add up to the ledger."""

import re
from random import Random
from uuid import uuid4

import pytest

from conference.core.errors import Refused
from conference.payments import actions, ledger, parts, queries
from conference.payments.actions import Line
from conference.payments.models import CheckState, LedgerEntry, LineKind, Method, Payment, PaymentState, Reason, Receipt, WayBack
from conference.payments.parts import Part
from tests.payments.books import Paper

HISTORIES = 10_000


def test_ten_thousand_histories_balance_to_the_cent():
    random = Random(2027)
    ended = [Paper(random).play(random.randint(2, 14)) for _history in range(HISTORIES)]
    assert sum(paper.purse for paper in ended) == sum(cents for paper in ended for account, cents in paper.booked if account in ledger.HAVE)
    seen = {account.split(":")[0] for paper in ended for account, _cents in paper.booked}
    assert seen == {"bank", "cash", "checks", "deposited", "income", "lost", "part", "stripe"}


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("bounced", lambda place, cents, booked: [(place, -cents), ("income:value", cents)]),
        ("taken_from", lambda booked, method, cents: [("checks", -cents + 1)]),
        ("left_as_gift", lambda cents: [("income:value", cents), ("income:fee", -cents)]),
        ("captured", lambda method, lines, part=0: [(ledger.PLACES[method], 1), ("income:gift", -1)]),
    ],
)
def test_a_wrong_movement_is_found(monkeypatch, name, broken):
    monkeypatch.setattr(ledger, name, broken)
    random = Random(7)
    with pytest.raises(AssertionError):
        for _history in range(300):
            Paper(random).play(12)


def test_what_was_received_goes_back_before_what_was_given():
    lines = [Part(LineKind.GIFT, 3000), Part(LineKind.VALUE, 2000, 2000), Part(LineKind.FEE, 100)]
    assert [(parts.received(left := parts.left(lines, back)), parts.given(left)) for back in (0, 500, 2000, 2100, 2600, 5100)] == [
        (2000, 3000), (1500, 3000), (0, 3000), (0, 3000), (0, 2500), (0, 0),
    ]  # fmt: skip


def test_value_above_its_worth_is_a_gift():
    lines = [Part(LineKind.VALUE, 5000, 2000)]
    assert (parts.received(lines), parts.given(lines)) == (2000, 3000)


# Against the database


class Book:
    """Payments of one edition, and everything the treasurer can do to them, at random; what is refused is refused."""

    def __init__(self, edition, random):
        self.edition, self.random, self.by = edition, random, uuid4()
        self.payments = []

    async def promise(self):
        value = self.random.choice([0, 2000])
        lines = [Line(LineKind.VALUE, value, value)] * bool(value) + [Line(LineKind.GIFT, self.random.randint(1, 9000))]
        payment = await actions.open_payment(self.edition, "test", uuid4(), lines, label=f"2027 {len(self.payments)}", language="en", promised=True)
        self.payments.append(payment.id)

    async def step(self, name):
        try:
            await getattr(self, name)()
        except (Refused, IndexError):
            return

    def _some(self):
        return self.random.choice(self.payments)

    async def check(self):
        payment = await queries.payment(self._some())
        missing = payment.cents - payment.part
        cents = self.random.choice([missing, max(1, missing // 2), missing + 777])
        await actions.record_check(self.edition, cents, by=self.by, payment=payment)

    async def cash(self):
        await actions.receive(self._some(), Method.CASH, by=self.by)

    async def refund(self):
        row = await actions.ask_refund(self._some(), self.random.choice([1, 500, 2000]), Reason.EXCEPTION)
        if self.random.random() < 0.8:
            await actions.paid_back(row.id, by=self.by, way=self.random.choice([None, *WayBack]))

    async def deposit(self):
        await actions.make_batch(self.edition, [check.id for check in await queries.checks_in(self.edition, CheckState.RECEIVED)], self.edition.begins, by=self.by)

    async def banked(self):
        await actions.batch_in_bank(self.random.choice(await queries.batches_waiting(self.edition)), self.edition.begins, by=self.by)

    async def bounce(self):
        await actions.bounce(self.random.choice(await queries.checks_in(self.edition, CheckState.DEPOSITED)).id, by=self.by)

    async def receipt(self):
        await actions.issue_receipt(self._some(), donor="Ada", language="en")

    async def leave(self):
        payment = await queries.payment(self._some())
        if payment.state is PaymentState.CAPTURED and not payment.refunded:
            await actions.leave_as_gift(payment.id, payment.cents)

    async def give_up(self):
        payment = await queries.payment(self._some())
        if payment.part:
            await actions.give_up(payment.id)


STEPS = ("promise", "check", "check", "cash", "refund", "deposit", "banked", "bounce", "receipt", "receipt", "leave", "give_up")


@pytest.mark.parametrize("seed", range(10))
async def test_histories_in_the_database_balance_and_receipts_add_up(cast, seed):
    edition, _organization = await cast.edition(), await cast.organization()
    book = Book(edition, Random(seed))
    for _payment in range(3):
        await book.promise()
    for _step in range(60):
        await book.step(book.random.choice(STEPS))
    await _balanced()
    await _receipts_add_up()


async def _balanced():
    sums: dict = {}
    for entry in await LedgerEntry.all().values("movement", "account", "cents"):
        for name in (str(entry["movement"]), entry["account"]):
            sums[name] = sums.get(name, 0) + entry["cents"]
    assert {name: cents for name, cents in sums.items() if re.fullmatch("[0-9a-f-]{36}", name) and cents} == {}
    payments = await Payment.all()
    waiting = {payment.id: sum(row.cents for row in await queries.refunds_of(payment.id) if row.state == "asked") for payment in payments}
    kept = sum(payment.cents - payment.refunded + waiting[payment.id] for payment in payments if payment.state is PaymentState.CAPTURED)
    in_part = -sums.get("part", 0)
    income = -sum(cents for name, cents in sums.items() if name.startswith("income"))
    given_up = sum([waiting[payment.id] for payment in payments if await _is_given_up(payment)])
    assert (income, in_part) == (kept - given_up, sum(payment.part for payment in payments) + given_up)
    assert sum(sums.get(place, 0) for place in ledger.HAVE) == income + in_part - sums.get("lost", 0)


async def _is_given_up(payment):
    return payment.state is PaymentState.CAPTURED and dict(ledger.merged(await queries.booked(payment.id))).get("part", 0) < 0


async def _receipts_add_up():
    for row in await Receipt.filter(in_force=True):
        booked = ledger.merged(await queries.booked(row.payment_id))
        lines = [Part(LineKind(line["kind"]), line["cents"], line["fair_value"]) for line in row.lines]
        gifts = -sum(cents for account, cents in booked if account.startswith("income:gift"))
        asked = sum(refund.cents for refund in await queries.refunds_of(row.payment_id) if refund.state == "asked")
        assert gifts - asked <= parts.given(lines) <= gifts and row.cents <= sum(-cents for account, cents in booked if account.startswith("income"))
    numbers = sorted(await Receipt.all().values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
