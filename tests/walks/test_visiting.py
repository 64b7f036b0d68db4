"""Somebody who looks around: the whole menu of each edition, the way back, both languages."""

import pytest
from playwright.sync_api import Browser, expect

from tests.walks.site import Site
from tests.walks.walking import DESKTOP, PHONE, walking

EDITIONS = ("2006", "2007", "2027")
NETWORK = ("/", "/network", "/contact", "/donate", "/news", "/subscribe", "/resources", "/held", "/my-data", "/sign-in")


@pytest.mark.parametrize("slug", EDITIONS)
@pytest.mark.parametrize("language", ("en", "es"))
def test_a_visitor_reads_the_whole_menu(site: Site, browser: Browser, slug: str, language: str) -> None:
    """Each page is looked at as wide as a phone and as a desktop."""
    with walking(site, browser, f"menu-{slug}", language=language, width=DESKTOP) as walk:
        walk.go(f"/{slug}/")
        assert walk.page.locator("html").get_attribute("lang") == language
        rooms = walk.page.locator("#menu li a").evaluate_all("links => links.map((link) => [link.getAttribute('href'), link.textContent.trim()])")
        assert len(rooms) >= 9, rooms
        for path, title in rooms:
            walk.go(path).narrow(path)
            expect(walk.page.get_by_role("heading", level=1)).to_have_count(1)
            assert title in walk.page.locator("#menu li a").all_inner_texts() or not path.startswith(f"/{slug}/"), f"{path} has lost {title}"


@pytest.mark.parametrize("language", ("en", "es"))
def test_a_visitor_opens_the_menu_of_a_phone_without_scripts(site: Site, browser: Browser, language: str) -> None:
    with walking(site, browser, "menu-opens", language=language, width=PHONE, scripts=False) as walk:
        walk.go("/2027/")
        about = walk.page.locator("#menu").get_by_role("link", name=walk.words("About the conference"))
        expect(about).to_be_hidden()
        walk.follow("Menu", exact=True)
        expect(about).to_be_visible()
        about.click()
        walk.look("about")
        assert walk.page.url.endswith("/2027/about")


@pytest.mark.parametrize("language", ("en", "es"))
def test_a_visitor_reads_what_the_network_says(site: Site, browser: Browser, language: str) -> None:
    with walking(site, browser, "network", language=language, width=DESKTOP) as walk:
        for path in NETWORK:
            walk.go(path).narrow(path)
            expect(walk.page.get_by_role("heading", level=1)).to_have_count(1)


@pytest.mark.parametrize("width", (PHONE, DESKTOP))
def test_a_visitor_changes_the_language_and_keeps_it(site: Site, browser: Browser, width: int) -> None:
    with walking(site, browser, "language", width=width) as walk:
        walk.go("/2027/about")
        walk.page.get_by_role("link", name="Español").click()
        walk.language = "es"
        walk.look("in Spanish")
        walk.go("/2027/travel")
        assert walk.page.locator("html").get_attribute("lang") == "es"


@pytest.mark.parametrize("language", ("en", "es"))
def test_a_visitor_who_is_lost_is_told_so(site: Site, browser: Browser, language: str) -> None:
    with walking(site, browser, "lost", language=language) as walk:
        answer = walk.page.goto(f"{site.base}/2027/nowhere")
        assert answer is not None and answer.status == 404
        walk.look("lost")
        expect(walk.page.get_by_role("link", name=walk.words("Contact")).first).to_be_visible()
