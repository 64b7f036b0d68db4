"""Two people write one sheet at the same time, each on a device of their own; one of them is without a network for a while."""

import re

from playwright.sync_api import Browser, expect

from tests.walks.site import Site
from tests.walks.walking import DESKTOP, Walk, walking

SHEET = "/2027/sessions/B2WAGE/notes/write"
TEXTS = "areas => areas.map((area) => area.value).filter(Boolean)"


def texts(walk: Walk) -> list[str]:
    return walk.page.locator(".note-block textarea[id$='-text']").evaluate_all(TEXTS)


def saved(walk: Walk) -> None:
    expect(walk.page.locator(".save-bar [class='saved saved']")).to_be_visible(timeout=40_000)


def test_both_see_what_the_other_writes_and_nothing_is_lost(site: Site, browser: Browser) -> None:
    with walking(site, browser, "together-phone", role="note-taker") as one, walking(site, browser, "together-desk", role="editor", width=DESKTOP) as other:
        one.go(SHEET)
        other.go(SHEET)
        one.page.locator("#new-text").fill("March on Monday.")
        expect(one.page.locator(".note-block:not(#block-new)")).to_have_count(1)
        expect(other.page.locator(".note-block:not(#block-new) textarea[id$='-text']").first).to_have_value("March on Monday.", timeout=15_000)
        other.page.context.set_offline(True)
        for walk, day in ((one, "Tuesday"), (other, "Wednesday")):
            walk.page.locator(".note-block textarea[id$='-text']").first.fill(f"March on {day}.")
        saved(one)
        expect(other.page.locator(".save-bar .saved.here")).to_be_visible()
        other.page.context.set_offline(False)
        saved(other)
        expect(other.page.locator(".note-told")).to_have_text(re.compile("Somebody else wrote here at the same time"))
        for walk in (one, other):
            walk.page.reload()
            assert texts(walk) == ["March on Tuesday.", "March on Wednesday."]
        one.look("both kept")
