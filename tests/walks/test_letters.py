"""An organizer begins with what waits, then writes to those who need interpretation, looks at the letter, lets it go and stops it in time."""

import re

import pytest
from playwright.sync_api import Browser

from tests.walks.site import Site
from tests.walks.walking import WAYS, walking


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_what_waits_comes_first_and_leads_there(site: Site, browser: Browser, language: str, width: int, scripts: bool) -> None:
    with walking(site, browser, "todo", language=language, width=width, scripts=scripts, role="organizer") as walk:
        walk.go("/office/").is_told("What waits for you").sees("%(num)d duty ends within a week")
        walk.follow("Look who does what", first=True)
        assert walk.page.url == f"{site.base}/office/2027/editions/duties"


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_a_letter_to_a_group(site: Site, browser: Browser, language: str, width: int, scripts: bool) -> None:
    """The letter the demo has sent shows how it went; a new one is written, corrected, let go and stopped before anything leaves."""
    with walking(site, browser, "letter", language=language, width=width, scripts=scripts, role="organizer") as walk:
        walk.go("/office/2027/letters")
        walk.page.get_by_role("rowheader").get_by_role("link").last.click()
        walk.look("sent one").sees("How far it has come").sees("Gone out")
        walk.go("/office/2027/letters").follow("Write a letter", first=True)
        walk.choose("Interpretation", "yes").press("Save and look at it", "nothing written").sees("Please look again")
        for tongue in ("English", "Spanish"):
            walk.write(f"Subject in {tongue}", f"Rooms {tongue}").write(f"Letter in {tongue}", "* one\n* two **three**")
        walk.press("Save and look at it", "draft").sees("How it looks").sees_text(re.compile("K4RW7P"))
        walk.press("Send it, beginning in 15 minutes", "waiting").sees("Nothing has left yet")
        walk.press("Stop it", "stopped").follow("Change it").write("Subject in English", "Rooms and doors").press("Save and look at it", "again")
        walk.sees_text("Rooms and doors").sees("Send it, beginning in 15 minutes")
