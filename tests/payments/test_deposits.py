"""Deposits, and the bank's list as banks write it."""

import codecs
from datetime import date
from uuid import uuid4

import pytest

from conference.payments import actions, bank_list, queries
from conference.payments.bank_list import BankLine, Columns, ColumnsNotFound, NotReadable, TooManyLines, bank_lines
from conference.payments.models import Check, CheckState, DepositBatch
from tests.payments.test_checks import BY, DAY, came, gift, promised, sums

PLAIN = "Date,Amount,Description\n2027-05-03,70.00,DEPOSIT 12\n2027-05-04,-5.00,FEE\n"
FOUND = [BankLine(date(2027, 5, 3), 7000, "DEPOSIT 12")]


async def hand(till, *amounts):
    await till.open()
    return [await came(await gift(till.edition), cents) for cents in amounts]


async def test_checks_go_to_the_bank_together(till):
    checks = await hand(till, 4000, 3000, 2000)
    batch = await actions.make_batch(till.edition, [check.id for check in checks[:2]], DAY, by=BY)
    assert (batch.number, batch.cents, batch.count, await sums()) == (1, 7000, 2, {"checks": 2000, "income:gift": -9000, "deposited": 7000})
    assert [check.id for check in await queries.checks_in(till.edition, CheckState.RECEIVED)] == [checks[2].id]
    await actions.batch_in_bank(batch, DAY, by=BY)
    assert (await sums())["bank"] == 7000 and (await DepositBatch.get()).banked == DAY
    with pytest.raises(actions.InBankAlready):
        await actions.batch_in_bank(batch, DAY, by=BY)
    assert (await actions.make_batch(till.edition, [checks[2].id], DAY, by=BY)).number == 2


async def test_a_check_goes_to_the_bank_once(till):
    checks = await hand(till, 4000, 3000)
    await actions.make_batch(till.edition, [checks[0].id], DAY, by=BY)
    for ids in ([checks[0].id], [checks[0].id, checks[1].id], [uuid4()], []):
        with pytest.raises(actions.CheckGone):
            await actions.make_batch(till.edition, ids, DAY, by=BY)
    assert (await DepositBatch.all().count(), (await Check.get(id=checks[1].id)).state) == (1, CheckState.RECEIVED)


async def test_a_bounced_check_never_reaches_the_bank(till):
    checks = await hand(till, 4000, 3000)
    batch = await actions.make_batch(till.edition, [check.id for check in checks], DAY, by=BY)
    await actions.bounce(checks[0].id, by=BY)
    await actions.batch_in_bank(batch, DAY, by=BY)
    assert {name: cents for name, cents in (await sums()).items() if cents} == {"bank": 3000, "income:gift": -3000}


async def test_a_set_aside_check_is_in_no_deposit(till):
    check = await came(await promised(till), 5000, payee_ok=False)
    with pytest.raises(actions.CheckGone):
        await actions.make_batch(till.edition, [check.id], DAY, by=BY)


def test_a_line_fits_by_amount_and_days():
    batch = DepositBatch(day=DAY, cents=7000)
    fits = [queries.fits(batch, date(2027, month, day), cents) for month, day, cents in [(4, 29, 7000), (4, 30, 7000), (5, 15, 7000), (5, 16, 7000), (5, 1, 7001)]]
    assert fits == [False, True, True, False, False]


# The bank's list


@pytest.mark.parametrize(
    "body",
    [
        PLAIN.encode(),
        codecs.BOM_UTF8 + PLAIN.encode(),
        PLAIN.encode("utf-16"),
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-16-be"),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("2027-05-03", "05/03/2027").encode(),
        PLAIN.replace("2027-05-03", "5/3/27").encode(),
        PLAIN.replace("2027-05-03", "3.5.2027").replace("2027-05-04", "28.5.2027").encode(),
        PLAIN.replace("70.00", '"$70.00"').encode(),
        PLAIN.replace(",", ";").replace("70.00", "70,00").encode(),
        PLAIN.replace("-5.00", "(5.00)").encode(),
        b"Harbor Bank,,\nAccount,00-1,\n\nPosted,Credit,Memo\n05/03/2027,+70.00,DEPOSIT 12\n",
        "Fecha;Concepto;Abono\n03/05/2027;DEPOSIT 12;70,00\n28/05/2027;Comisión;-1,00\n".encode(),
        "Fecha;Descripción;Depósitos\n03/05/2027;DEPOSIT 12;70,00\n28/05/2027;Comisión;-1,00\n".encode("cp1252"),
        b"Date,Description,Debit,Credit\n05/03/2027,DEPOSIT 12,,70.00\n05/04/2027,FEE,5.00,\n",
    ],
)
def test_lists_are_read_as_banks_write_them(body):
    assert bank_lines(body) == FOUND


def test_columns_can_be_told():
    body = b"x;2027-05-03;y;70.00\nx;2027-05-04;y;-1.00\n"
    assert bank_lines(body, Columns(1, (3,), 0)) == [BankLine(date(2027, 5, 3), 7000, "x")]
    with pytest.raises(ColumnsNotFound) as refused:
        bank_lines(body)
    assert refused.value.heads == ("x", "2027-05-03", "y", "70.00")
    with pytest.raises(ColumnsNotFound):
        bank_lines(body, Columns(40, (41,)))


@pytest.mark.parametrize("body", [b"", b"   \n", b"%PDF-1.7\n%\xe2\xe3\x00\x01\x02", b"\x89PNG\r\n\x1a\n" + bytes(range(40)), b"PK\x03\x04" + b"\0" * 40, b"\xff\xfe\x00"])
def test_what_is_no_table_is_refused(body):
    with pytest.raises(NotReadable):
        bank_lines(body)


@pytest.mark.parametrize("body", [b"<html><body>no</body></html>", b"one\ntwo\n", b"Date,Amount\n", b"Date,Amount\nnever,a lot\n", b"A,B\n1,2\n"])
def test_a_table_of_something_else_asks_for_its_columns(body):
    with pytest.raises(ColumnsNotFound):
        bank_lines(body)


def test_a_million_lines_are_not_read():
    body = b"Date,Amount,Description\n" + b"2027-05-03,1.00,x\n" * 1_000_000
    with pytest.raises(TooManyLines):
        bank_lines(body)
    assert len(bank_lines(b"Date,Amount\n" + b"2027-05-03,1.00\n" * bank_list.MOST_LINES)) == bank_list.MOST_LINES


def test_impossible_days_and_strange_cells_are_passed_over():
    body = "Date,Amount,Description\n2027-02-30,1.00,x\n13/13/2027,1.00,x\n2027-05-03,70.00,=HYPERLINK(1)\u202e<b>\n".encode()
    assert bank_lines(body) == [BankLine(date(2027, 5, 3), 7000, "=HYPERLINK(1)<b>")]
