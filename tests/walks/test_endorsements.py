"""Somebody signs for themself, an organization signs, an editor looks at it, and one of them leaves again."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.walks.site import Site
from tests.walks.walking import DESKTOP, WAYS, Walk, walking


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_a_person_signs_is_listed_and_withdraws(site: Site, browser: Browser, language: str, width: int, scripts: bool) -> None:
    name = f"Quetzalli {'Ana' if language == 'en' else 'Eva'} {'Luz' if width == DESKTOP else 'Sol'}"  # a name with figures is looked at first
    address = f"quetzalli-{language}{width}@example.org"
    with walking(site, browser, "sign", language=language, width=width, scripts=scripts) as walk:
        _open_call(walk)
        walk.press("Sign this text", "nothing written").sees("Please look again")
        walk.write("Your first name", name).write("City", "Tulsa").write("E-mail address", address).tick("List my first name and city")
        walk.press("Sign this text").is_told("Look at your mail")
        walk.go(_link_in_letter(site, browser, address)).is_told("Confirm your signature").sees_text(name)
        walk.press("Yes, I sign this").is_told("Thank you for signing").sees("It is counted, and on the list.")
        expect(walk.page.locator("main").get_by_role("link", name=walk.words("Donate"))).to_have_attribute("href", "/2027/donate")
        own = walk.page.url
        _find(walk, name)
        expect(walk.page.locator(".signers")).to_contain_text("Tulsa")
        walk.page.goto(own)
        walk.follow("Withdraw it").press("Withdraw it", "withdrawn").is_told("Your signature is withdrawn")
        _find(walk, name)
        walk.sees("Nothing found")


def _open_call(walk: Walk) -> None:
    walk.go("/2027/endorse")
    walk.page.locator(".texts a").first.click()
    walk.look("the call")


def _find(walk: Walk, name: str) -> None:
    walk.go("/2027/endorse/list").page.locator("#q").fill(name)
    walk.press("Find", f"find {name}")


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_an_organization_signs_and_an_editor_accepts_it(site: Site, browser: Browser, language: str, width: int, scripts: bool) -> None:
    name, domain = f"Sawgrass Weavers {language} {width}", f"sawgrass-{language}{width}.example.org"
    with walking(site, browser, "sign-for", language=language, width=width, scripts=scripts) as walk:
        _open_call(walk)
        walk.follow("For an organization")
        walk.write("Name of the organization", name).write("City", "Tulsa").write("Who signs for it", "Ottoline").write("Website", domain)
        walk.tick("By mail at its domain").write("E-mail address", f"mail@elsewhere-{language}.example.org").tick("List its name and city")
        walk.press("Sign this text", "another domain").sees("This address is not at the organization's own domain. Write one that is, or ask us to call back.")
        expect(walk.field("Who signs for it")).to_have_value("Ottoline")
        walk.write("E-mail address", f"mail@{domain}").press("Sign this text").is_told("Look at your mail")
        walk.go(_link_in_letter(site, browser, f"mail@{domain}")).press("Yes, I sign this").sees("An editor looks at it before it is shown; that takes some days at most.")
        _find(walk, name)
        walk.sees("Nothing found")
    with walking(site, browser, "look-at", language=language, width=width, scripts=scripts, role="editor") as walk:
        walk.go("/office/2027/endorsements/")
        walk.page.get_by_role("link", name=name).click()
        walk.look("case").press("Accept it").sees("Counted")
        _find(walk, name)
        expect(walk.page.locator(".signers")).to_contain_text(name)


def _link_in_letter(site: Site, browser: Browser, address: str) -> str:
    """The link of the newest letter to this address, as an organizer finds it in the outbox of the demo."""
    with walking(site, browser, "letters", width=DESKTOP, role="organizer") as walk:
        for _look in range(40):
            walk.page.goto(f"{site.base}/office/outbox")
            letters = walk.page.locator("main a", has_text="endorsements.confirm").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
            for path in letters[:4]:
                walk.page.goto(site.base + path)
                text = walk.page.content()
                if address in text and (found := re.search(r"/2027/endorse/link/[\w-]+", text)):
                    return found[0]
            walk.page.wait_for_timeout(250)
    raise AssertionError(f"no letter to {address} came")
