"""Somebody looks at what is kept about them, takes it along, corrects it, and has it erased; on a phone and at a desk."""

import json

import pytest
from playwright.sync_api import Browser, expect

from tests.walks.site import Site
from tests.walks.walking import PHONE, WAYS, Walk, walking

FREE = {"en": "Solidarity place", "es": "Lugar solidario"}


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_ones_own_data(site: Site, browser: Browser, language: str, width: int, scripts: bool) -> None:
    name = f"Ximena {width}"
    with walking(site, browser, "my-data", language=language, width=width, scripts=scripts) as walk:
        code = _register(walk, name)
    with walking(site, browser, "my-data-again", language=language, width=width, scripts=scripts) as walk:
        walk.go("/held").follow("My data", first=True).is_told("My data")
        if width == PHONE:  # few wrong codes are taken from one place
            walk.write("Your code", "AAAA-AAAA-AA").press("Show my data", "wrong").sees("No registration has this code. Look for letters that are easily mixed up.")
        walk.write("Your code", code).press("Show my data").sees_text(name).sees("Deleted at the latest")
        with walk.page.expect_download() as coming:
            walk.page.get_by_role("button", name=walk.words("A file for programs (JSON)")).click()
        assert name in json.dumps(json.loads(coming.value.path().read_text()), ensure_ascii=False)
        walk.page.reload()
        walk.sees("took a copy of everything along")
        walk.follow("See or correct it", first=True).follow("Change name, language, address or needs")
        walk.write("Name for your badge", f"{name} Ñ").press("Save", exact=True).sees("Your changes are saved").sees_text(f"{name} Ñ")
        walk.follow("See, take along or erase all that we keep about you").follow("Erase my data").press("Erase my data now", "no tick").sees("Please look again")
        walk.tick("Yes, erase this. I know that it cannot be undone.").press("Erase my data now").is_told("Your data is erased")
        walk.go("/my-data")
        expect(walk.page.get_by_text(name)).to_have_count(0)
        walk.write("Your code", code).press("Show my data", "gone").sees("No registration has this code. Look for letters that are easily mixed up.")


def _register(walk: Walk, name: str) -> str:
    walk.go("/2027/register")
    walk.page.locator("main").get_by_role("link", name=FREE[walk.language]).first.click()
    walk.write("Name for your badge", name).press("Register", exact=True).is_told("Your place is confirmed")
    return walk.page.locator(".ticket-code").inner_text()


def test_the_organizer_sees_what_is_gone(site: Site, browser: Browser) -> None:
    with walking(site, browser, "gone", language="es", width=PHONE, role="organizer") as walk:
        walk.go("/office/2027/privacy/").is_told("What is gone").sees("Copies of the database")
