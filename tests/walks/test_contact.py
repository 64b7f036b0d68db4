"""Who writes to a chapter and who passes it on; who adds a flyer and who takes it along."""

import io
import re

import pikepdf
import pytest
from playwright.sync_api import Browser

from tests.editions.test_resources import CANARY, a_pdf, everything_in
from tests.walks.site import Site
from tests.walks.walking import WAYS, walking


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_a_message_reaches_its_chapter_once_an_organizer_has_read_it(site: Site, browser: Browser, language: str, width: int, scripts: bool) -> None:
    words, reach = f"Nine of us were not paid {language}{width}", f"lupe-{language}{width}@example.org"
    with walking(site, browser, "message", language=language, width=width, scripts=scripts) as walk:
        walk.go("/contact").follow("Write to this chapter", first=True).press("Send this message", "nothing written").sees("Please look again")
        walk.write("Your message", words).write("How can they answer you?", reach).press("Send this message", "sent").is_told("Your message is here")
        walk.follow("All ways to reach us")
    with walking(site, browser, "message-read", language=language, width=width, scripts=scripts, role="organizer") as walk:
        walk.go("/office/").follow("Read and pass on")
        walk.page.get_by_role("rowheader").get_by_role("link", name="Los Angeles").last.click()
        assert words not in walk.look("closed").page.content() and reach not in walk.page.content()
        walk.press("Open this message").sees_text(words).sees_text(reach)
        walk.press("Pass it on", "passed on", exact=True)
        walk.go("/office/outbox")
        walk.page.get_by_role("rowheader").get_by_role("link", name="editions.message", exact=True).first.click()
        walk.look("letter").sees_text(re.compile(re.escape(words))).sees_text(re.compile("losangeles@example.org"))


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_a_flyer_is_added_published_and_taken_along_without_a_trace_of_its_maker(site: Site, browser: Browser, language: str, width: int, scripts: bool) -> None:
    slug, title = f"card-{language}{width}", f"Card {language}{width}"
    with walking(site, browser, "flyer", language=language, width=width, scripts=scripts, role="editor") as walk:
        walk.go("/office/editions/resources").follow("Add one", first=True)
        walk.write("Short name, as it stands in the address", slug).write("Title in English", title).write("Title in Spanish", title)
        walk.press("Save, then add files").follow("Add a file")
        walk.field("File").set_input_files({"name": f"{CANARY.decode()}.pdf", "mimeType": "application/pdf", "buffer": a_pdf(2, "printed")})
        walk.tick("Spanish").press("Add this file").press("Show it to everybody", "published")
        walk.follow("Look at it as visitors do", "as visitors do")
    with walking(site, browser, "flyer-taken", language=language, width=width, scripts=scripts) as walk:
        walk.go("/resources").follow("In Spanish", exact=True)
        walk.page.get_by_role("link", name=re.compile(f": {title}$")).last.click()
        walk.look("versions")
        taken = walk.page.request.get(site.base + str(walk.page.locator("main tbody th a").first.get_attribute("href")))
        assert (taken.status, taken.headers["content-type"]) == (200, "application/pdf") and CANARY not in everything_in(taken.body())
        with pikepdf.open(io.BytesIO(taken.body())) as opened:
            assert (len(opened.pages), b"printed" in opened.pages[0].Contents.read_bytes()) == (2, True)
