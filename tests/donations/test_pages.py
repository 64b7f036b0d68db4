"""The pages of giving and of one's own gifts."""

import pytest

from conference.core import sealing
from conference.donations import queries
from conference.donations.models import Gift
from conference.payments import actions as payments
from conference.payments import queries as money
from conference.payments.models import Method, Receipt
from tests.conftest import new_browser
from tests.donations.conftest import ANSWERS, once_of, secret_path
from tests.hostile import TEXTS, URLENCODED, as_shown, form_body
from tests.payments.test_checks import came, to_the_bank
from tests.queries import counting


async def test_giving_by_check(box, visitor):
    page = await visitor.get("/2027/donate")
    assert (page.status_code, page.text.count("<h1"), "Harbor Peace Center" in page.text) == (200, 1, True)
    answer = await visitor.post("/2027/donate", data=ANSWERS | {"once": once_of(page.text)})
    gift = await Gift.get()
    assert (answer.status_code, answer.headers["location"]) == (303, f"/2027/gifts/{gift.code}")
    shown = (await visitor.get(f"/2027/gifts/{gift.code}")).text
    assert [text in shown for text in ("<h1>Send your check</h1>", gift.code, "$20", "1 Harbor Street", "slip.pdf")] == [True] * 5
    slip = await visitor.get(f"/2027/gifts/{gift.code}/slip.pdf")
    assert (slip.status_code, slip.headers["content-type"], slip.headers["cache-control"], slip.content[:5]) == (200, "application/pdf", "no-store", b"%PDF-")


async def test_giving_by_card(box, visitor):
    answer = await visitor.post("/2027/donate", data=ANSWERS | {"way": "card"})
    gift = await Gift.get()
    assert answer.status_code == 303 and "/demo/stripe/c/pay/" in answer.headers["location"]
    assert "Your gift is not paid yet" in (await visitor.get(f"/2027/gifts/{gift.code}")).text
    paid = await visitor.post(answer.headers["location"].removeprefix("http://conference.test"), data={"how": "card"})
    assert paid.headers["location"] == f"http://conference.test/2027/gifts/{gift.code}"
    await box.till.hear()
    assert "Thank you for your gift" in (await visitor.get(f"/2027/gifts/{gift.code}")).text


async def test_the_networks_own_page_gives_to_the_coming_edition(box, visitor):
    page = await visitor.get("/donate")
    assert (page.status_code, 'action="/2027/donate"' in page.text) == (200, True)
    assert (await visitor.get("/donate?lang=es")).text.count("Donar ahora") + (await visitor.get("/donate?lang=es")).text.count("¿Cuánto quiere donar?") == 1
    assert (await visitor.post("/donate", data=ANSWERS)).status_code == 405


async def test_without_an_edition_only_words(cast, visitor):
    await cast.organization()
    page = await visitor.get("/donate")
    assert (page.status_code, "<form" in page.text.replace('action="/sign', ""), "Harbor Peace Center" in page.text) == (200, False, True)


async def test_a_past_edition_points_to_the_coming_one(box, visitor, fixed_clock):
    fixed_clock.on(days=100)
    page = await visitor.get("/2027/donate")
    assert ("This conference is over" in page.text, 'name="amount"' in page.text) == (True, False)
    refused = await visitor.post("/2027/donate", data=ANSWERS)
    assert (refused.status_code, await Gift.all().count()) == (422, 0)


async def test_a_form_sent_twice_is_one_gift(box, visitor):
    sent = ANSWERS | {"once": once_of((await visitor.get("/2027/donate")).text)}
    answers = [(await visitor.post("/2027/donate", data=sent)).headers["location"] for _click in range(2)]
    assert (answers[0] == answers[1], await Gift.all().count()) == (True, 1)


@pytest.mark.parametrize(("typed", "cents"), [("5,50", 550), ("$5.50", 550), ("1", 100), (" 1,250.00 ", 125_000), ("10000", 1_000_000)])
async def test_amounts_people_type(box, visitor, typed, cents):
    assert (await visitor.post("/2027/donate", data=ANSWERS | {"amount": "other", "own_amount": typed})).status_code == 303
    assert (await Gift.get()).cents == cents


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"own_amount": "-1"}, "not an amount we can read"),
        ({"own_amount": "1e9"}, "not an amount we can read"),
        ({"own_amount": "1000000000"}, "not an amount we can read"),
        ({"own_amount": "999999999"}, "The most is $10,000 here"),
        ({"own_amount": "0.99"}, "The least is $1"),
        ({"own_amount": ""}, "Please write the amount"),
        ({"own_amount": "20", "email": "no address"}, "does not look like an e-mail address"),
        ({"own_amount": "20", "name": "x" * 121}, "at most 120 characters"),
        ({"own_amount": "20", "way": "gold"}, "Please choose one of these"),
        ({"own_amount": "20", "way": "cash"}, "Please choose one of these"),
        ({"own_amount": "20", "language": "xx"}, "Please choose one of these"),
        ({"amount": "1"}, "Please choose one of these"),
    ],
)
async def test_what_cannot_be_keeps_the_words(box, visitor, sent, sentence):
    answer = await visitor.post("/2027/donate", data=ANSWERS | {"amount": "other", "name": "Zora Quill"} | sent)
    assert (answer.status_code, sentence in answer.text, "name" in sent or "Zora Quill" in answer.text) == (422, True, True)
    assert await Gift.all().count() == 0


async def test_a_fund_that_is_none_is_refused(box, visitor):
    await payments.open_fund("travel", {"en": "Travel", "es": "Viajes"}, 100_00)
    assert (await visitor.post("/2027/donate", data=ANSWERS | {"fund": "gold"})).status_code == 422
    assert (await visitor.post("/2027/donate", data=ANSWERS | {"fund": "travel"})).status_code == 303
    gift = await Gift.get()
    assert "Travel" in (await visitor.get(f"/2027/gifts/{gift.code}")).text


@pytest.mark.parametrize("kind", TEXTS)
async def test_hostile_words_are_kept_as_words(box, visitor, kind):
    sent, kept = TEXTS[kind]
    answer = await visitor.post("/2027/donate", content=form_body(ANSWERS, name=sent), headers=URLENCODED)
    assert answer.status_code in ((303,) if kept else (303, 400))
    if kept:
        gift = await Gift.get()
        assert sealing.open_one(gift, "name").name == kept
        refused = await visitor.post("/2027/donate", content=form_body(ANSWERS | {"way": "gold"}, name=sent), headers=URLENCODED)
        assert as_shown(kept) in refused.text


async def test_a_gift_opens_by_its_link_and_for_nobody_else(box, app):
    gift = await box.give(way=Method.CHECK)
    async with new_browser(app) as stranger, new_browser(app) as giver:
        for path in ("", "/slip.pdf", "/receipt", "/paper-receipt", "/wrong-secret"):
            assert (await stranger.get(f"/2027/gifts/{gift.code}{path}")).status_code == 404, path
        for path in ("/payment", "/receipt", "/paper-receipt"):
            assert (await stranger.post(f"/2027/gifts/{gift.code}{path}")).status_code == 404, path
        opened = await giver.get(secret_path(gift))
        assert (opened.status_code, opened.headers["location"]) == (303, f"/2027/gifts/{gift.code}")
        assert (await giver.get(f"/2027/gifts/{gift.code}")).status_code == 200
        other = await box.give(way=Method.CHECK)
        assert (await giver.get(f"/2027/gifts/{other.code}")).status_code == 404
        assert (await giver.get(f"/2027/gifts/{other.code}/{queries.token_of(gift)}")).status_code == 404
        await Gift.filter(id=gift.id).update(version=2)
        assert (await giver.get(f"/2027/gifts/{gift.code}")).status_code == 404


async def test_a_signed_in_giver_finds_their_gifts(box, cast):
    ada = await cast.browser("ada")
    await ada.post("/2027/donate", data=ANSWERS)
    gift = await Gift.get()
    assert f"/2027/gifts/{gift.code}" in (await ada.get("/my")).text
    assert (await (await cast.browser("dov")).get(f"/2027/gifts/{gift.code}")).status_code == 404


async def test_a_receipt_by_name_and_then_on_paper(box, visitor):
    gift = await box.give(way=Method.CHECK)
    check = await came(await money.payment(gift.payment_id), 2000)
    await visitor.get(secret_path(gift))
    here = f"/2027/gifts/{gift.code}"
    assert "once your check was taken to the bank" in (await visitor.get(here)).text
    early = await visitor.post(f"{here}/receipt", data={"name": "Zora Quill"})
    assert (early.status_code, "once the money is here" in early.text, "Zora Quill" in early.text) == (422, True, True)
    await to_the_bank(box.till, check, banked=False)
    assert (await visitor.post(f"{here}/receipt", data={"name": "  "})).status_code == 422
    assert [(await visitor.post(f"{here}/receipt", data={"name": "Zora Quill"})).status_code for _click in range(2)] == [303, 303]
    row = await Receipt.get()
    page = (await visitor.get(here)).text
    assert ("Receipt 2027-0001 of Harbor Peace Center" in page, f"/2027/receipts/{money.receipt_token(row)}" in page) == (True, True)
    no_address = await visitor.post(f"{here}/paper-receipt", data={"name": "Zora Quill", "address": ""})
    assert (no_address.status_code, "Please fill this in" in no_address.text) == (422, True)
    assert (await visitor.post(f"{here}/paper-receipt", data={"name": "Zora Quill", "address": "7 Elm Street"})).status_code == 303
    assert "It also comes by mail" in (await visitor.get(here)).text


async def test_a_receipts_link_opens_it_and_nothing_else(box, app):
    gift = await box.pay(await box.give(name="Zora Quill"))
    row = await Receipt.get()
    other = await box.pay(await box.give(name="Other Giver"))
    assert gift.id != other.id
    other_row = await Receipt.get(number=2)
    async with new_browser(app) as browser:
        assert (await browser.get(f"/2027/receipts/of/{row.id}.pdf")).status_code == 404
        opened = await browser.get(f"/2027/receipts/{money.receipt_token(row)}")
        assert (opened.status_code, opened.headers["location"]) == (303, f"/2027/receipts/of/{row.id}.pdf")
        file = await browser.get(opened.headers["location"])
        assert (file.status_code, file.headers["content-type"], file.headers["cache-control"]) == (200, "application/pdf", "no-store")
        assert (await browser.get(f"/2027/receipts/of/{other_row.id}.pdf")).status_code == 404
        for wrong in ("x", "a" * 43, queries.token_of(gift), money.receipt_token(row)[:-1] + "A"):
            assert (await browser.get(f"/2027/receipts/{wrong}")).status_code == 404 or wrong == money.receipt_token(row), wrong


async def test_a_blank_slip_for_everybody(box, visitor):
    answer = await visitor.get("/2027/donate/slip.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert (await visitor.get("/1999/donate/slip.pdf")).status_code == 404


@pytest.mark.usefixtures("real_pdfs")
async def test_slips_are_one_page(box, visitor):
    import io

    import pikepdf

    gift = await box.give(way=Method.CHECK)
    await visitor.get(secret_path(gift))
    for path in ("/2027/donate/slip.pdf", f"/2027/gifts/{gift.code}/slip.pdf?lang=es"):
        with pikepdf.open(io.BytesIO((await visitor.get(path)).content)) as pdf:
            assert len(pdf.pages) == 1


async def test_pdfs_are_not_made_without_end(box, visitor):
    gift = await box.give(way=Method.CHECK)
    await visitor.get(secret_path(gift))
    codes = {(await visitor.get(f"/2027/gifts/{gift.code}/slip.pdf")).status_code for _again in range(61)}
    assert codes == {200, 429}


async def test_a_registration_points_to_giving_and_a_cancelled_one_to_its_gift(box, visitor):
    from conference.registration import actions as registration
    from conference.registration.models import Order
    from tests.registration.conftest import secret_path as order_path

    payment = await box.till.paid("Ada")
    order = await Order.get(id=payment.purpose_id)
    page = (await visitor.open(order_path(order))).text
    assert 'href="/2027/donate">Add a gift' in page
    await registration.cancel(order, as_gift=True)
    gift = await Gift.get()
    page = (await visitor.get(f"/2027/orders/{order.code}")).text
    assert f'href="{secret_path(gift)}"' in page
    assert "Left from a cancelled registration" in (await visitor.open(secret_path(gift))).text


async def test_pages_cost_few_statements(box, visitor):
    for number in range(12):
        await payments.open_fund(f"fund-{number}", {"en": "F", "es": "F"}, 100_00)
    await visitor.get("/2027/donate")
    with counting() as statements:
        await visitor.get("/2027/donate")
    assert len(statements) <= 7
