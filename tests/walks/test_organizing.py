"""Who keeps the conference going: pages, sessions, registrations, letters, money."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.walks.site import Site
from tests.walks.test_notes import _eventually
from tests.walks.walking import WAYS, Walk, walking


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_a_page_is_written_in_both_languages_and_published(site: Site, browser: Browser, language: str, width: int, scripts: bool) -> None:
    words = {code: f"{said} {language}{width}" for code, said in {"en": "Take the green line to Halsted", "es": "Tome la línea verde hasta Halsted"}.items()}
    with walking(site, browser, "page", language=language, width=width, scripts=scripts, role="organizer") as walk:
        walk.go("/office/").go("/office/2027/").go("/office/2027/editions/pages")
        walk.page.get_by_role("rowheader").get_by_role("link", name="travel").click()
        walk.write("Text in English", f"# How to come\n\n{words['en']}").write("Text in Spanish", f"# Cómo llegar\n\n{words['es']}")
        walk.press("Save the draft").sees("Saved as a draft")
        walk.press("Publish the saved draft")
    for code, said in words.items():
        with walking(site, browser, f"page-read-{code}", language=code, width=width, scripts=scripts) as walk:
            _eventually(walk, "/2027/travel", said)


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_a_session_is_planned_and_released(site: Site, browser: Browser, language: str, width: int, scripts: bool) -> None:
    """Nothing of it shows before the release; then page, feed and files have it."""
    code, title = f"WK{language.upper()}{str(width)[:2]}", f"A song for the road {language}{width}"
    with walking(site, browser, "agenda", language=language, width=width, scripts=scripts, role="editor") as walk:
        walk.go("/office/2027/agenda/").follow("Add a session")
        walk.write("Code", code).write("Title in English", title).write("Title in Spanish", f"{title}, en español")
        walk.page.get_by_role("group", name=walk.words("Spoken in the room")).locator("label").first.click()
        walk.press("Add this session").follow("Give it a time")
        walk.write("Day", "2027-07-24").write("Begins", "07:15").write("Ends", "07:45").press("Give it this time")
        assert title not in walk.page.request.get(f"{site.base}/2027/schedule").text()
        walk.go("/office/2027/agenda/release").sees_text(re.compile(re.escape(title)))
        walk.write("Name of this release in English", f"With a song {width}").press("Release now")
        _eventually(walk, "/2027/schedule", title)
        walk.page.get_by_role("link", name=re.compile(re.escape(title))).first.click()
        walk.look("session")
        expect(walk.page.get_by_role("heading", level=1)).to_have_text(title if language == "en" else f"{title}, en español")


def test_a_calendar_subscribes_once_and_polls_for_nothing(site: Site, browser: Browser) -> None:
    """The button's address is the feed; asked again, it answers with nothing new."""
    with walking(site, browser, "feed") as walk:
        walk.go("/2027/schedule")
        address = walk.page.get_by_role("link", name=walk.words("Subscribe in your calendar")).first.get_attribute("href")
        assert address == f"webcal://{site.base.removeprefix('http://')}/2027/schedule.ics"
        first = walk.page.request.get(f"{site.base}/2027/schedule.ics")
        assert (first.status, first.headers["content-type"].partition(";")[0]) == (200, "text/calendar")
        assert first.body().startswith(b"BEGIN:VCALENDAR\r\n") and first.body().count(b"BEGIN:VEVENT") > 5
        again = walk.page.request.get(f"{site.base}/2027/schedule.ics", headers={"if-none-match": first.headers["etag"]})
        assert (again.status, again.body()) == (304, b"")
        assert walk.page.request.get(f"{site.base}/2027/schedule.ics").body() == first.body()


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_registrations_are_found_opened_and_taken_along(site: Site, browser: Browser, language: str, width: int, scripts: bool) -> None:
    """A name is found by its words, shown one at a time, and each look and file has its reason."""
    name = f"Zenobia {language}{width}"
    with walking(site, browser, "orders", language=language, width=width, scripts=scripts, role="organizer") as walk:
        walk.go("/office/2027/registration/").go("/office/2027/registration/orders").follow("Register somebody")
        walk.page.locator("main").get_by_role("link", name={"en": "Solidarity place", "es": "Lugar solidario"}[language]).click()
        walk.write("Name for your badge", name).press("Register", "taken down", exact=True)
        walk.go("/office/2027/registration/orders")
        _find(walk, "zenobia")
        walk.page.get_by_role("rowheader").get_by_role("link").first.click()
        assert "Zenobia" not in walk.look("order").page.content()
        walk.page.get_by_role("button", name=walk.words("Show")).first.click()
        walk.look("shown").sees_text(re.compile("Zenobia"))
        walk.go("/office/2027/registration/needs").go("/office/2027/registration/places").go("/office/2027/registration/export")
        walk.tick("Name for the badge (personal)").tick("Reference").tick("Day of registering").write("What do you need it for?", "Badges to print").press("Make the file")
        with walk.page.expect_download() as coming:
            walk.page.get_by_role("link", name=walk.words("Fetch the file")).first.click()
        lines = coming.value.path().read_text(encoding="utf-8-sig").splitlines()
        assert len(lines) > 1 and "Zenobia" not in "".join(lines)


def _find(walk: Walk, words: str) -> None:
    """A new name can be found once the worker has come by."""
    for _look in range(60):
        walk.write("Reference, whole e-mail address, or words of a name", words)
        walk.page.get_by_role("button", name=walk.words("Find"), exact=True).click()
        if walk.page.locator("tbody tr").count():
            break
        walk.page.wait_for_timeout(500)
    expect(walk.page.locator("tbody tr").first).to_be_visible()
    walk.look("found")


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_letters_wait_in_the_outbox_and_can_be_read(site: Site, browser: Browser, language: str, width: int, scripts: bool) -> None:
    with walking(site, browser, "outbox-asked", language=language, width=width, scripts=scripts) as walk:
        walk.go("/sign-in").write("Your e-mail address", f"otis-{language}{width}@example.org").press("Send me a link").is_told("Look at your mail")
    with walking(site, browser, "outbox", language=language, width=width, scripts=scripts, role="organizer") as walk:
        walk.go("/office/").follow("Look at the outbox")
        walk.page.get_by_role("rowheader").get_by_role("link", name="people.sign_in").first.click()
        walk.look("letter").sees_text(re.compile("/sign-in/"))


def test_who_signs_in_by_a_letter_comes_back_where_they_were(site: Site, browser: Browser) -> None:
    """The link is in the letter, and works once."""
    with walking(site, browser, "sign-in") as walk:
        walk.page.goto(f"{site.base}/2027/my/notes")
        walk.look("asked in").write("Your e-mail address", "lucha@example.org").press("Send me a link")
        with walking(site, browser, "sign-in-letter", role="organizer") as postman:
            postman.go("/office/outbox").page.get_by_role("rowheader").get_by_role("link", name="people.sign_in").first.click()
            text = postman.look("letter").page.content()
        link = re.search(r"/sign-in/[\w.~-]+", text)
        assert link is not None
        walk.go(link[0]).press("Sign in on this device")
        assert walk.page.url == f"{site.base}/2027/my/notes"
        walk.page.goto(site.base + link[0])
        walk.look("twice").is_told("This link no longer works")


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_the_treasurer_sees_the_books_and_gives_money_back(site: Site, browser: Browser, language: str, width: int, scripts: bool) -> None:
    """A part of a card payment goes back through the double; the ledger has it."""
    note = f"Came only on Sunday {language}{width}"
    with walking(site, browser, "money", language=language, width=width, scripts=scripts, role="treasurer") as walk:
        walk.go("/office/2027/payments").go("/office/2027/payments/desk").go("/office/2027/payments/troubles")
        walk.go("/office/2027/payments/all?state=captured")
        by_card = walk.page.get_by_role("row").filter(has_text=re.compile(r"card|tarjeta", re.IGNORECASE)).filter(has_text="–").get_by_role("link")
        by_card.first.click()
        walk.look("payment").follow("Give money back")
        walk.write("How much goes back?", "1.50").write("Why?", note).press("Give this back").sees("What went back").sees_text(re.compile(note))
        until_text(walk, walk.words("Paid back"))
        walk.go("/office/2027/payments/ledger").sees_text(re.compile(r"1\.50"))
        with walk.page.expect_download() as coming:
            walk.page.get_by_role("link", name=walk.words("Take it along as CSV")).click()
        assert len(coming.value.path().read_text(encoding="utf-8-sig").splitlines()) > 3


def until_text(walk: Walk, text: str, seconds: float = 30) -> None:
    """Look again until the page says so."""
    for _look in range(int(seconds * 2)):
        if walk.page.get_by_text(text, exact=True).count():
            break
        walk.page.wait_for_timeout(500)
        walk.page.reload()
    walk.sees_text(text).look(text)
