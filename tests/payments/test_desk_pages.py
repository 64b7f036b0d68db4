"""The treasurer's pages of checks, deposits, receipts and funds."""

import re
from uuid import uuid4

import pytest

from conference.core import sealing
from conference.payments import actions
from conference.payments.models import Check, CheckState, DepositBatch, Fund, Receipt
from tests.hostile import TEXTS, URLENCODED, as_shown, form_body
from tests.payments.test_checks import came, fresh, gift, promised, to_the_bank
from tests.payments.test_office import HOME, _cost

PAGES = ("/desk/check", "/deposits", "/bank", "/receipts", "/funds", "/funds/new")
CHECK = {"memo": "", "promise": "none", "amount": "50", "number": "1043", "dated": "2027-04-30", "postmark": "", "writer": "", "payee_ok": "y", "fund": "none"}


@pytest.fixture
async def cleo(till, cast):
    await cast.organization()
    await till.open()
    return await cast.browser("cleo")


@pytest.mark.parametrize("page", PAGES)
async def test_only_the_treasurer_may_come(till, cast, visitor, page):
    await till.open()
    asked = await visitor.get(HOME + page)
    assert (asked.status_code, asked.headers["location"].split("?")[0]) == (303, "/sign-in")
    assert [(await (await cast.browser(name)).get(HOME + page)).status_code for name in ("dov", "bo", "cleo")] == [404, 403, 200]


@pytest.mark.parametrize("path", ["/checks/{id}", "/checks/x", "/deposits/7", "/deposits/x", "/receipts/{id}", "/receipts/{id}/receipt.pdf", "/funds/none", "/{id}/receipt", "/deposits/99999999999"])
async def test_what_is_not_there_is_not_found(cleo, path):
    assert (await cleo.get(HOME + path.format(id=uuid4()))).status_code == 404


async def test_another_editions_checks_and_receipts_are_not_found(cleo, till, cast):
    check = await came(await gift(till.edition), 5000)
    await to_the_bank(till, check)
    row = await actions.issue_receipt(check.payment_id, donor="Ada", language="en")
    await cast.edition("2028")
    from conference.editions.actions import give_duty
    from conference.editions.models import Edition

    await give_duty(await cast.person("cleo"), await Edition.get(slug="2028"), "treasurer")
    for path in (f"/checks/{check.id}", "/deposits/1", f"/receipts/{row.id}", f"/receipts/{row.id}/receipt.pdf", f"/{check.payment_id}/receipt"):
        assert (await cleo.get(HOME.replace("2027", "2028") + path)).status_code == 404, path


async def test_a_check_is_written_down_by_its_memo_line(cleo, till):
    payment = await gift(till.edition)
    answer = await cleo.post(f"{HOME}/desk/check", data=CHECK | {"memo": payment.label.removeprefix("2027 ").lower(), "writer": "Zora Quill"})
    check = await Check.get()
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HOME}/checks/{check.id}?new=1")
    assert (check.payment_id, check.cents, check.number, sealing.open_one(check, "writer").writer) == (payment.id, 5000, "1043", "Zora Quill")
    shown = (await cleo.get(answer.headers["location"])).text
    assert [text in shown for text in ("Check no. 1043", "Zora Quill", "In our hands", payment.label, "The next check")] == [True] * 5


async def test_a_check_is_written_down_for_a_chosen_promise_or_for_none(cleo, till):
    payment = await promised(till)
    form = (await cleo.get(f"{HOME}/desk/check?payment={payment.id}")).text
    assert re.findall(r'<option selected value="([^"]+)"', form)[0] == str(payment.id)
    assert (await cleo.post(f"{HOME}/desk/check", data=CHECK | {"promise": str(payment.id), "amount": "30"})).status_code == 303
    assert "20" in (await cleo.get(f"{HOME}/desk")).text and "still missing of $50" in (await cleo.get(f"{HOME}/desk")).text
    assert (await cleo.post(f"{HOME}/desk/check", data=CHECK)).status_code == 303
    assert (await fresh(payment)).part == 3000 and await Check.all().count() == 2


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"memo": "4KXR-9M2P-LY"}, "No open promise has this code"),
        ({"memo": "x" * 65}, "at most 64 characters"),
        ({"promise": str(uuid4())}, "Please choose one of these"),
        ({"amount": ""}, "Please fill this in"),
        ({"amount": "-1"}, "not an amount we can read"),
        ({"amount": "0"}, "The least is"),
        ({"amount": "1e9"}, "not an amount we can read"),
        ({"amount": "1000000.01"}, "The most is"),
        ({"dated": "2027-05-02"}, "still to come"),
        ({"dated": "tomorrow"}, "year-month-day"),
        ({"postmark": "2030-01-01"}, "still to come"),
        ({"fund": "gold"}, "Please choose one of these"),
        ({"number": "9" * 25}, "at most 24"),
    ],
)
async def test_a_check_that_cannot_be_keeps_the_words(cleo, sent, sentence):
    answer = await cleo.post(f"{HOME}/desk/check", data=CHECK | {"writer": "<b>Ünïcode \u202e\x00🎟</b>"} | sent)
    assert (answer.status_code, sentence in answer.text, "&lt;b&gt;Ünïcode 🎟&lt;/b&gt;" in answer.text) == (422, True, True)
    assert await Check.all().count() == 0


@pytest.mark.parametrize("kind", TEXTS)
async def test_hostile_words_are_kept_as_words(cleo, kind):
    sent, kept = TEXTS[kind]
    answer = await cleo.post(f"{HOME}/desk/check", content=form_body(CHECK, writer=sent), headers=URLENCODED)
    assert answer.status_code in ((303,) if kept else (303, 400))
    if kept:
        assert sealing.open_one(await Check.get(), "writer").writer == kept
        assert as_shown(kept) in (await cleo.get(answer.headers["location"])).text


async def test_a_check_that_bounced_and_one_that_went_back(cleo, till):
    good, wrong = await came(await gift(till.edition), 5000), await came(await gift(till.edition), 5000, payee_ok=False)
    await to_the_bank(till, good)
    assert "Made out to somebody else" in (await cleo.get(f"{HOME}/desk")).text
    answers = [(await cleo.post(f"{HOME}/checks/{check.id}/{verb}")).status_code for check, verb in ((good, "bounce"), (good, "bounce"), (wrong, "return"), (wrong, "return"))]
    assert (answers, sorted(str(check.state) for check in await Check.all())) == ([303, 422, 303, 422], ["bounced", "returned"])
    assert "The bank did not pay the check" in (await cleo.get(f"{HOME}/troubles")).text
    assert (await cleo.get(f"{HOME}/checks/{good.id}/bounce")).status_code == 405


async def test_checks_are_taken_to_the_bank_and_found_there(cleo, till):
    checks = [await came(await gift(till.edition), cents) for cents in (4000, 3000, 999)]
    page = (await cleo.get(f"{HOME}/deposits")).text
    assert page.count('type="checkbox"') == 3 and "$9.99" in page
    refused = await cleo.post(f"{HOME}/deposits", data={"day": "2027-05-01"})
    assert (refused.status_code, "choose at least one" in refused.text) == (422, True)
    answer = await cleo.post(f"{HOME}/deposits", data={"checks": [str(check.id) for check in checks[:2]], "day": "2027-05-01"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HOME}/deposits/1")
    again = await cleo.post(f"{HOME}/deposits", data={"checks": [str(check.id) for check in checks[:2]], "day": "2027-05-01"})
    assert (again.status_code, await DepositBatch.all().count()) == (422, 1)
    listed = await cleo.post(f"{HOME}/bank", files={"file": ("bank.csv", b"Date,Amount,Memo\n2027-05-03,70.00,<b>DEP</b>\n2027-05-03,9.99,other\n", "text/csv")})
    assert (listed.status_code, listed.text.count("Yes, this is it"), "&lt;b&gt;DEP&lt;/b&gt;" in listed.text, "other" in listed.text) == (200, 1, True, False)
    confirmed = [(await cleo.post(f"{HOME}/deposits/1/bank", data={"day": "2027-05-03"})).status_code for _click in range(2)]
    assert (confirmed, str((await DepositBatch.get()).banked)) == ([303, 422], "2027-05-03")
    assert "in the bank on May 3, 2027" in (await cleo.get(f"{HOME}/deposits")).text


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (("x.csv", b"", "text/csv"), "no table that we can read"),
        (("x.csv", b"%PDF-1.7\n\x00\x01\x02", "text/csv"), "no table that we can read"),
        (("x.csv", b"Name,Mail\nAda,ada@example.org\n", "text/csv"), "We did not find a column"),
        (("x.csv", b"Date,Amount\n" + b"2027-05-03,1.00\n" * 5100, "text/csv"), "more than 5000 lines"),
    ],
)
async def test_a_file_that_is_no_list_of_the_bank(cleo, till, file, sentence):
    await to_the_bank(till, await came(await gift(till.edition), 5000), banked=False)
    answer = await cleo.post(f"{HOME}/bank", files={"file": file})
    assert (answer.status_code, sentence in answer.text) == (422, True)


async def test_columns_are_asked_for_and_told(cleo, till):
    await to_the_bank(till, await came(await gift(till.edition), 5000), banked=False)
    body = b"what;when;how much\nDEP;2027-05-02;50,00\n"
    refused = await cleo.post(f"{HOME}/bank", files={"file": ("x.csv", body, "text/csv")})
    assert (refused.status_code, "<li><bdi>how much</bdi></li>" in refused.text, "<details open>" in refused.text) == (422, True, True)
    answer = await cleo.post(f"{HOME}/bank", files={"file": ("x.csv", body, "text/csv")}, data={"date_column": "2", "amount_column": "3", "text_column": "1"})
    assert (answer.status_code, answer.text.count("Yes, this is it")) == (200, 1)


async def test_no_file_and_a_million_lines(cleo):
    nothing = await cleo.post(f"{HOME}/bank", data={"file": "just words"})
    assert (nothing.status_code, "Please choose a file" in nothing.text) == (422, True)
    huge = await cleo.post(f"{HOME}/bank", files={"file": ("x.csv", b"Date,Amount\n" + b"2027-05-03,1.00\n" * 1_000_000, "text/csv")})
    assert (huge.status_code, "more than this page can take" in huge.text) == (413, True)


async def test_a_receipt_is_made_printed_and_ended(cleo, till):
    check = await came(await gift(till.edition), 5000, writer="Zora Quill")
    await to_the_bank(till, check)
    page = f"{HOME}/{check.payment_id}/receipt"
    assert 'value="Zora Quill"' in (await cleo.get(page)).text and "Make a receipt" in (await cleo.get(f"{HOME}/{check.payment_id}")).text
    refused = await cleo.post(page, data={"donor": "", "address": "7 Elm Street", "language": "en"})
    assert (refused.status_code, "7 Elm Street" in refused.text) == (422, True)
    answers = [(await cleo.post(page, data={"donor": "Zora Quill", "address": "7 Elm Street\nDetroit", "language": "es"})) for _click in range(2)]
    row = await Receipt.get()
    assert ([answer.headers["location"] for answer in answers], row.language, row.by_mail) == ([f"{HOME}/receipts/{row.id}"] * 2, "es", True)
    assert "2027-0001 (PDF)" in (await cleo.get(f"{HOME}/receipts")).text
    assert (await cleo.post(f"{HOME}/receipts/{row.id}/printed")).status_code == 303
    assert "2027-0001 (PDF)" not in (await cleo.get(f"{HOME}/receipts")).text
    ended = [(await cleo.post(f"{HOME}/receipts/{row.id}", data={"note": note})).status_code for note in ("", "wrong name", "wrong name")]
    assert (ended, (await Receipt.get()).in_force) == ([422, 303, 422], None)
    assert (await cleo.get(f"{HOME}/receipts/{row.id}")).text.count("wrong name") == 1


async def test_funds_are_opened_and_changed(cleo):
    new = {"slug": "travel", "title_en": "Travel", "title_es": "Viajes", "goal": "1,250.50"}
    answers = [(await cleo.post(f"{HOME}/funds/new", data=new)).status_code for _click in range(2)]
    fund = await Fund.get()
    assert (answers, fund.goal, fund.title) == ([303, 422], 125_050, {"en": "Travel", "es": "Viajes"})
    for wrong in ({"slug": "A B"}, {"title_es": ""}, {"goal": "-1"}):
        assert (await cleo.post(f"{HOME}/funds/new", data=new | {"slug": "other"} | wrong)).status_code == 422
    assert (await cleo.post(f"{HOME}/funds/travel", data={"title_en": "Buses", "title_es": "Autobuses", "goal": ""})).status_code == 303
    assert ((await Fund.get()).title["en"], (await Fund.get()).goal) == ("Buses", 0)
    assert "Buses" in (await cleo.get(f"{HOME}/funds")).text


async def test_lists_cost_the_same_for_one_and_for_thirty(cleo, till):
    await _more(till, 1)
    paths = [f"{HOME}/{page}" for page in ("deposits", "receipts", "desk", "funds", "deposits/1")]
    few = [await _cost(cleo, path) for path in paths]
    await _more(till, 15)
    assert [await _cost(cleo, path) for path in paths] == few


async def _more(till, count):
    """Some checks in hand, a deposit, receipts and funds."""
    for number in range(count):
        await came(await gift(till.edition), 1000 + number)
        banked = await came(await gift(till.edition), 5000 + number)
        await to_the_bank(till, banked, banked=False)
        await actions.issue_receipt(banked.payment_id, donor="Ada", language="en")
        await actions.open_fund(f"fund-{count}-{number}", {"en": "F", "es": "F"}, 100)
    assert await Check.filter(state=CheckState.RECEIVED).count()


async def test_an_unannounced_check_to_somebody_else_waits_without_a_payment(cleo, till):
    answer = await cleo.post(f"{HOME}/desk/check", data={name: value for name, value in CHECK.items() if name != "payee_ok"})
    check = await Check.get()
    assert (check.state, check.payment_id, answer.status_code) == (CheckState.WRONG_PAYEE, None, 303)
    pages = [(await cleo.get(path)).status_code for path in (f"{HOME}/desk", f"{HOME}/checks/{check.id}", f"{HOME}/deposits")]
    refused = await cleo.post(f"{HOME}/checks/{check.id}/bounce")
    assert (pages, refused.status_code, (await cleo.post(f"{HOME}/checks/{check.id}/return")).status_code) == ([200, 200, 200], 422, 303)
