"""Unmistakable words of a giver appear neither in logs nor in the raw database nor in addresses, subjects or at Stripe."""

from urllib.parse import unquote_plus

from conference.core import jobs
from conference.core.mail import Letter, compose
from conference.donations.models import Gift
from conference.payments import actions as payments
from conference.payments import queries as money
from conference.payments.models import Receipt
from tests.canaries import everything, told
from tests.donations.conftest import ANSWERS
from tests.payments.test_checks import BY, to_the_bank

NAME, MAIL, ADDRESS, WRITER, NOTE = "Zebulonquagmire", "quetzalcanary@example.org", "Xylophonecanary Street", "Writercanaryquill", "Notecanaryvoid"
WORDS = (NAME, MAIL, "quetzalcanary", ADDRESS, WRITER, NOTE)


async def live(box, visitor, cast):
    """A gift's whole life: by card with a receipt; by check, with its writer, a receipt on paper, one that is ended."""
    await visitor.post("/2027/donate", data=ANSWERS | {"name": NAME, "email": MAIL, "way": "gold"})
    await visitor.post("/2027/donate", data=ANSWERS | {"name": NAME, "email": MAIL})
    gift = await Gift.get()
    check = await payments.record_check(box.edition, 2000, by=BY, payment=await money.payment(gift.payment_id), writer=WRITER)
    await to_the_bank(box.till, check)
    await visitor.post(f"/2027/gifts/{gift.code}/paper-receipt", data={"name": NAME, "address": ADDRESS})
    cleo = await cast.browser("cleo")
    row = await Receipt.get()
    for path in ("/receipts", f"/receipts/{row.id}", f"/checks/{check.id}", "/desk", "/ledger", "/ledger.csv", f"/{gift.payment_id}", "/deposits/1"):
        assert (await cleo.get(f"/office/2027/payments{path}")).status_code == 200
    await cleo.post(f"/office/2027/payments/receipts/{row.id}", data={"note": NOTE})
    card = await box.pay(await box.give(name=NAME, email=MAIL))
    await jobs.run_due()
    return card


async def test_nothing_personal_in_logs_subjects_and_at_stripe(box, visitor, cast, capfd, caplog):
    await live(box, visitor, cast)
    logged = told(capfd, caplog)
    assert "/{edition:edition}/donate" in logged
    letters = [await compose(row) for row in await Letter.all()]
    subjects = "\n".join(str(letter["Subject"]) for letter in letters if letter)
    stripe = "\n".join(unquote_plus(f"{url} {body}") for _method, url, body in box.till.wire.calls)
    for word in WORDS:
        for place in (logged, subjects, stripe):
            assert word.lower() not in place.lower(), word


async def test_nothing_personal_in_the_raw_database(box, visitor, cast, settings):
    gift = await live(box, visitor, cast)
    raw = (await everything(settings)).lower()
    assert gift.code.lower().encode() in raw
    for word in WORDS:
        assert word.lower().encode() not in raw, word


async def test_nothing_personal_on_other_peoples_pages(box, visitor, cast):
    await live(box, visitor, cast)
    office = [f"/office/2027/payments{page}" for page in ("", "/desk", "/receipts", "/ledger.csv")]
    for name, paths in (("dov", ("/2027/donate", "/donate", "/2027/", "/my", "/held")), ("cleo", office)):
        for path in paths:
            text = (await (await cast.browser(name)).get(path)).text.lower()
            assert [word for word in WORDS if word.lower() in text] == [], path
