"""The door: a registrar makes one, a volunteer opens its link on a phone and lets people in, badges are printed."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.walks.site import Site
from tests.walks.walking import DESKTOP, PHONE, WAYS, Walk, walking

FREE = {"en": "Solidarity place", "es": "Lugar solidario"}
# A browser that reads codes, and a camera that always sees the code which the test put on the window.
A_CAMERA = """window.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code"]; }
  async detect() { return window.seen ? [{ rawValue: window.seen }] : []; }
};
navigator.mediaDevices.getUserMedia = async () => {
  const canvas = document.createElement("canvas");
  canvas.getContext("2d").fillRect(0, 0, 10, 10);
  return canvas.captureStream(5);
};"""


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_a_door_from_the_office_to_the_badge(site: Site, browser: Browser, language: str, width: int, scripts: bool) -> None:
    word = f"{language}{width}"
    code = _register(site, browser, f"Guadalupe {word}", language)
    with walking(site, browser, "door-office", language=language, width=width, scripts=scripts, role="organizer") as office:
        address = _make_a_door(office, f"Door {word}")
        with walking(site, browser, "door", language=language, width=PHONE, scripts=scripts) as walk:
            walk.go(address.removeprefix(site.base), "link")
            _let_in_by_code(walk, code)
            _let_in_by_name(walk, f"Guadalupe {word}")
            _let_in_with_cash(walk, f"Chayo {word}")
        office.go("/office/2027/registration/doors").sees("Arrived, by hour").sees_text(f"Door {word}")
        _print_badges(office)
        office.go("/office/2027/registration/doors").page.get_by_role("rowheader").get_by_role("link", name=f"Door {word}").click()
        office.look("door").press("End this door now").sees("This door is closed")


def _register(site: Site, browser: Browser, name: str, language: str) -> str:
    """The code of somebody who has a free place."""
    with walking(site, browser, "door-register", language=language) as walk:
        walk.go("/2027/register").page.locator("main").get_by_role("link", name=FREE[language]).first.click()
        walk.write("Name for your badge", name).press("Register", exact=True)
        return walk.page.locator(".ticket-code").inner_text()


def _make_a_door(office: Walk, name: str) -> str:
    office.go("/office/2027/registration/").follow("Doors", exact=True).write("Name of the door", name).tick("Cash may be taken there, also from people who come without having registered")
    office.press("Make this door")
    return office.page.locator(".door-address").inner_text()


def _let_in_by_code(walk: Walk, code: str) -> None:
    walk.write("Code on the ticket, or the person’s code", "nothing").press("Let in", "unknown").sees("Not known here")
    walk.write("Code on the ticket, or the person’s code", code.lower().replace("-", " ")).press("Let in").sees("Come in").sees_text(re.compile("Guadalupe"))
    walk.write("Code on the ticket, or the person’s code", code).press("Let in", "again").sees("Already here").press("Undo: it was somebody else").sees("Not here yet")
    walk.follow("Next person")


def _let_in_by_name(walk: Walk, name: str) -> None:
    """A new name can be found once the worker has come by."""
    entry = walk.page.locator(".door-people").get_by_role("button", name=walk.words("Let in"))
    for _look in range(60):
        walk.write("Name on the badge", name).page.get_by_role("button", name=walk.words("Search by name")).click()
        if entry.count():
            break
        walk.page.wait_for_timeout(500)
    walk.look("found")
    entry.first.click()
    walk.look("let in").sees("Come in").sees_text(name).follow("Next person")


def _let_in_with_cash(walk: Walk, name: str) -> None:
    walk.follow("Somebody who has not registered").page.locator(".door-people a[href*='pay-what-you-can']").click()
    walk.look("form").write("Name for the badge", name).write("Cash you were given", "12,50").press("Paid: let in").sees("Come in").sees_text(name)
    walk.follow("Next person").sees_text(re.compile(r"\$12[.,]50"))


def _print_badges(office: Walk) -> None:
    office.follow("Badges and lists", first=True).write("What do you need it for?", "Badges for Friday").press("Have it made", "asked")
    button = office.page.get_by_role("button", name=office.words("Take it along"))
    for _look in range(120):
        if button.count():
            break
        office.page.wait_for_timeout(500)
        office.page.reload()
    office.look("made")
    with office.page.expect_download() as coming:
        button.first.click()
    assert coming.value.path().read_bytes()[:5] == b"%PDF-"


def test_the_camera_stays_on_from_one_person_to_the_next(site: Site, browser: Browser) -> None:
    codes = [_register(site, browser, name, "en") for name in ("First Scanned", "Second Scanned")]
    with walking(site, browser, "scan-office", width=DESKTOP, role="organizer") as office:
        address = _make_a_door(office, "Camera door")
    with walking(site, browser, "scan") as walk:
        walk.page.add_init_script(A_CAMERA)
        walk.go(address.removeprefix(site.base), "link").press("Scan", exact=True)
        for code, name in zip(codes, ("First Scanned", "Second Scanned"), strict=True):
            walk.page.evaluate("code => { window.seen = code; }", code)
            expect(walk.page.locator("#answer .welcome")).to_contain_text(name)
            walk.look(name)
        expect(walk.page.locator("video")).to_be_visible()
        walk.page.wait_for_timeout(1_000)
        expect(walk.page.locator("#answer .welcome")).to_contain_text("Second Scanned")
