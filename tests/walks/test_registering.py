"""Somebody registers: free and without e-mail, by card, and where everything is taken."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.walks.site import Site
from tests.walks.walking import DESKTOP, PHONE, WAYS, Walk, walking

FREE = {"en": "Solidarity place", "es": "Lugar solidario"}
SLIDING = {"en": "Pay what you can", "es": "Pague lo que pueda"}
PAY = {"en": "Pay by card", "es": "Pagar con tarjeta"}
DECLINED = {"en": "Try a card that is declined", "es": "Probar una tarjeta rechazada"}
CODE = re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2,}$")


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_a_free_place_without_an_address(site: Site, browser: Browser, language: str, width: int, scripts: bool) -> None:
    """One name, one press; the code opens it on another device, where it is cancelled."""
    with walking(site, browser, "free", language=language, width=width, scripts=scripts) as walk:
        _open_form(walk, FREE)
        walk.press("Register", "nothing written", exact=True).sees("Please look again")
        expect(walk.field("Name for your badge")).to_have_attribute("aria-invalid", "true")
        walk.write("Name for your badge", "Ana María Ñ. 🌻").press("Register", exact=True)
        walk.is_told("Your place is confirmed").sees_text("Ana María Ñ. 🌻")
        expect(walk.page.locator(".ticket-code")).to_have_text(CODE)
        code = walk.page.locator(".ticket-code").inner_text()
    with walking(site, browser, "free-again", language=language, width=width, scripts=scripts) as walk:
        walk.go("/2027/my")
        if width == PHONE:  # few wrong codes are taken from one place
            walk.write("Your code", "AAAA-AAAA-AA").press("Open my registration", "wrong code")
            walk.sees("No registration of this conference has this code. Look for letters that are easily mixed up.")
        walk.write("Your code", code.lower().replace("-", "")).press("Open my registration").is_told("Your place is confirmed")
        walk.follow("Cancel this registration").press("Cancel my registration").is_told("This registration is cancelled")


def _open_form(walk: Walk, title: dict[str, str]) -> None:
    walk.go("/2027/").go("/2027/register")
    walk.page.locator("main").get_by_role("link", name=title[walk.language]).first.click()
    walk.look("form")


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_a_place_paid_by_card(site: Site, browser: Browser, language: str, width: int, scripts: bool) -> None:
    with walking(site, browser, "card", language=language, width=width, scripts=scripts) as walk:
        _choose_to_pay(walk, "Bashir")
        _pay(walk, DECLINED)
        walk.look("declined")
        _pay(walk, PAY)
        until(walk, "Your place is confirmed")
        expect(walk.page.locator(".ticket-code")).to_have_text(CODE)


def _choose_to_pay(walk: Walk, name: str) -> None:
    """Through the form, to the page that asks for the card."""
    _open_form(walk, SLIDING)
    walk.write("Name for your badge", name).write("E-mail address", f"{name.lower()}-{walk.language}-{walk.width}@example.org")
    walk.tick("By card, on the next page").press("Register", "to pay", exact=True)
    expect(walk.page.get_by_role("button", name=PAY[walk.language])).to_be_visible()


def _pay(walk: Walk, words: dict[str, str]) -> None:
    walk.page.get_by_role("button", name=words[walk.language]).click()
    walk.look("paid")


def until(walk: Walk, message: str, seconds: float = 30) -> None:
    """Look again until the page says so; what a worker does takes a moment."""
    heading = walk.page.get_by_role("heading", level=1)
    for _look in range(int(seconds * 4)):
        if walk.pattern(message).fullmatch(heading.inner_text()):
            break
        walk.page.wait_for_timeout(250)
        walk.page.reload()
    walk.is_told(message).look(message)


@pytest.mark.parametrize(("language", "width", "scripts"), [("en", PHONE, False), ("es", DESKTOP, True)])
def test_when_all_is_taken_there_is_the_waiting_list(site: Site, browser: Browser, language: str, width: int, scripts: bool) -> None:
    """An organizer opens one place; the second to come is told at once, and leaves an address."""
    word = f"workshop-{language}-{width}"
    titles = {"en": f"Drum workshop {width}", "es": f"Taller de tambor {width}"}
    _open_one_place(site, browser, word, titles, language, width)
    with walking(site, browser, "taken-first", language=language, width=width, scripts=scripts) as walk:
        _open_form(walk, titles)
        late = walk.page.context.new_page()
        late.goto(walk.page.url)
        walk.write("Name for your badge", "Otis").press("Register", exact=True).is_told("Your place is confirmed")
        walk.page = late
        walk.write("Name for your badge", "Fern").press("Register", "too late", exact=True).sees("All places of this kind are taken")
        expect(walk.field("Name for your badge")).to_have_value("Fern")
    with walking(site, browser, "taken", language=language, width=width, scripts=scripts) as walk:
        walk.go("/2027/register")
        walk.page.get_by_role("link", name=re.compile(re.escape(titles[language]))).filter(has_text=walk.words("Join the waiting list")).click()
        walk.write("E-mail address", f"fern-{width}@example.org").press("Join the waiting list").is_told("Look at your mail")


def _open_one_place(site: Site, browser: Browser, word: str, titles: dict[str, str], language: str, width: int) -> None:
    with walking(site, browser, "one-place", language=language, width=width, role="organizer") as walk:
        walk.go("/office/2027/registration/pools/new")
        walk.write("Short name for addresses", word).write("Title in English", titles["en"]).write("Title in Spanish", titles["es"])
        walk.write("How many places", "1").press("Save", exact=True)
        walk.go("/office/2027/registration/tickets/new")
        walk.write("Short name for addresses", word).write("Title in English", titles["en"]).write("Title in Spanish", titles["es"])
        for amount in ("Least", "Suggested", "Most"):
            walk.write(amount, "0")
        walk.tick_text(word).press("Save", exact=True).sees_text(titles[language])
