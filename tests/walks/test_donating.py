"""Somebody gives: by card with a receipt, by check with a code; the treasurer takes the check to the bank and makes its receipt."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.walks.site import Site
from tests.walks.test_registering import CODE, PAY, until
from tests.walks.walking import DESKTOP, PHONE, WAYS, Walk, walking


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_a_gift_by_card_has_its_receipt_at_once(site: Site, browser: Browser, language: str, width: int, scripts: bool) -> None:
    with walking(site, browser, "give-card", language=language, width=width, scripts=scripts) as walk:
        walk.go("/donate").follow("Give now")
        _own_amount(walk, "-1").press("Give", "minus", exact=True).sees("This is not an amount we can read. Write it like 20 or 5.50.")
        _own_amount(walk, "$5,50").write("Your name", "Zora Ñandú").tick("By card, on the next page").press("Give", exact=True)
        walk.page.get_by_role("button", name=PAY[language]).click()
        until(walk, "Thank you for your gift")
        walk.sees("Receipt %(number)s of %(issuer)s.")
        _is_pdf(walk, walk.page.get_by_role("link", name=walk.words("Open the receipt (PDF)")).get_attribute("href"))
        walk.follow("I need it on paper, by mail").write("Postal address", "7 Elm Street\nDetroit, MI 48200").press("Send it by mail").sees("It also comes by mail.")


def _own_amount(walk: Walk, typed: str) -> Walk:
    walk.page.locator(".price-own label").click()
    walk.page.locator("[name=own_amount]").fill(typed)
    return walk


def _is_pdf(walk: Walk, path: str | None) -> None:
    answer = walk.page.request.get(f"{walk.site.base}{path}")
    assert (answer.status, answer.headers["content-type"], answer.body()[:5]) == (200, "application/pdf", b"%PDF-")


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_a_check_from_its_code_to_its_receipt(site: Site, browser: Browser, language: str, width: int, scripts: bool) -> None:
    """More comes than was promised: what comes is the gift."""
    with walking(site, browser, "give-check", language=language, width=width, scripts=scripts) as walk:
        walk.go("/2027/donate").tick("By check, sent by mail").press("Give", exact=True).is_told("Send your check")
        code = walk.page.locator(".memo strong").inner_text()
        assert CODE.match(code)
        _is_pdf(walk, f"/2027/gifts/{code}/slip.pdf")
        mine = walk.page
        with walking(site, browser, "check-desk", language=language, width=width, scripts=scripts, role="treasurer") as desk:
            _take_to_the_bank(desk, code, number=f"{language}{width}{scripts:d}")
            _make_receipt(desk, code)
        mine.reload()
        walk.is_told("Thank you for your gift").sees("Open the receipt (PDF)")


def _take_to_the_bank(walk: Walk, code: str, number: str) -> None:
    walk.go("/office/2027/payments/desk").follow("A check came", first=True, within=walk.page.locator(".office-head"))
    walk.write("What stands in the memo line", code.lower().replace("-", " ")).write("Amount on the check", "25").write("Check number", number)
    walk.write("Name as written on the check", "Prudence Abara").press("Write it down").sees("It is written down").sees_text(re.compile(code))
    walk.go("/office/2027/payments/deposits")
    for box in walk.page.get_by_role("checkbox").all():
        box.uncheck(force=True)
    walk.page.locator("label").filter(has_text=code).click()
    walk.press("Make the deposit").sees("Slip for the bank (PDF)")
    _is_pdf(walk, walk.page.get_by_role("link", name=walk.words("Slip for the bank (PDF)")).get_attribute("href"))


def _make_receipt(walk: Walk, code: str) -> None:
    walk.go("/office/2027/payments/receipts")
    walk.page.get_by_role("link", name=re.compile(code)).first.click()
    expect(walk.field("Name on the receipt")).to_have_value("Prudence Abara")
    walk.press("Make the receipt").sees_text("Prudence Abara")
    _is_pdf(walk, walk.page.get_by_role("link", name=walk.words("Open the receipt (PDF)")).get_attribute("href"))


@pytest.mark.parametrize(("language", "width"), [("en", PHONE), ("es", DESKTOP)])
def test_a_deposit_is_found_on_the_banks_list(site: Site, browser: Browser, language: str, width: int) -> None:
    with walking(site, browser, "bank", language=language, width=width, role="treasurer") as walk:
        walk.go("/office/2027/payments/bank")
        walk.page.set_input_files("input[type=file]", {"name": "bank.csv", "mimeType": "text/csv", "buffer": b"who,what\nnobody,nothing\n"})
        walk.press("Compare", "wrong columns", exact=True).sees("We did not find a column for the day and one for the amount. Say below which they are, and choose the file again.")
