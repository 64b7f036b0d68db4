"""A session is written down: somebody is asked, writes, hands in, an editor releases, everybody reads."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.walks.site import Site
from tests.walks.walking import PHONE, WAYS, Walk, walking

NOTE_TAKER = "teo@example.org"
GOAL = "Un teléfono de guardia en cada ciudad, día y noche\n- con turnos\n- y con descanso"
DECISION = "The March of Flowers is on May 1 – ¡sí! 🌹"


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_from_the_room_to_the_reader(site: Site, browser: Browser, language: str, width: int, scripts: bool) -> None:
    how = {"language": language, "width": width, "scripts": scripts}
    code = _ask_a_note_taker(site, browser, **how)
    _write_and_hand_in(site, browser, code, **how)
    _release(site, browser, code, **how)
    _read(site, browser, code, **how)


def _ask_a_note_taker(site: Site, browser: Browser, **how: object) -> str:
    """The code of a session nobody wrote for, and somebody is asked now."""
    with walking(site, browser, "notes-1-asking", role="editor", **how) as walk:
        walk.go("/office/2027/notes/?state=none")
        walk.page.get_by_role("rowheader").get_by_role("link").first.click()
        walk.look("session").write("E-mail address of the note-taker", NOTE_TAKER).press("Ask this note-taker").sees_text(NOTE_TAKER)
        return walk.page.url.partition("?")[0].rstrip("/").rpartition("/")[2]


def _write_and_hand_in(site: Site, browser: Browser, code: str, **how: object) -> None:
    """Signed in by a link; the notes are found from their own page."""
    with walking(site, browser, "notes-2-writing", **how) as walk:
        walk.go(site.links["note-taker"].pop()).press("Sign in on this device")
        walk.go("/my").page.locator(f"a[href*='/sessions/{code}/notes']").first.click()
        walk.look("sheet")
        _add(walk, GOAL, 1)
        _add(walk, DECISION, 2)
        walk.page.reload()
        assert _blocks(walk) == [GOAL, DECISION]
        walk.follow("Hand in …").write("Who prepared these notes", "Teo").press("Hand in", "handed in", exact=True)
        walk.go(f"/2027/sessions/{code}/notes/write").sees("These notes were handed in")
        _until_there(walk, "Look at the PDF")
        path = walk.page.get_by_role("link", name=walk.words("Look at the PDF")).get_attribute("href")
        assert walk.page.request.get(site.base + str(path)).body()[:5] == b"%PDF-"


def _add(walk: Walk, text: str, number: int) -> None:
    """Into the empty block; it becomes a block of its own when it is saved."""
    walk.page.locator("#new-text").fill(text)
    walk.press("Save", f"block {number}", exact=True)
    expect(walk.page.locator(".note-block:not(#block-new)")).to_have_count(number)
    expect(walk.page.locator(".save-bar [class='saved saved']")).to_be_visible()


def _blocks(walk: Walk) -> list[str]:
    return walk.page.locator(".note-block:not(#block-new) textarea[id$='-text']").evaluate_all("areas => areas.map((area) => area.value)")


def _until_there(walk: Walk, message: str, seconds: float = 60) -> None:
    """Look again until the worker has made it."""
    link = walk.page.get_by_role("link", name=walk.words(message))
    for _look in range(int(seconds * 2)):
        if link.count():
            break
        walk.page.wait_for_timeout(500)
        walk.page.reload()
    expect(link.first).to_be_visible()
    walk.look(message)


def _release(site: Site, browser: Browser, code: str, **how: object) -> None:
    with walking(site, browser, "notes-3-releasing", role="editor", **how) as walk:
        walk.go(f"/office/2027/notes/{code}").sees_text("The March of Flowers is on May 1")
        walk.page.locator("input[name='status'][value='draft'] + label").click()
        walk.press("Release the notes").sees("Released as a draft")


def _read(site: Site, browser: Browser, code: str, **how: object) -> None:
    """Everybody, in a browser nobody is signed in with; the name of who wrote stays with us."""
    with walking(site, browser, "notes-4-reading", **how) as walk:
        _eventually(walk, f"/2027/sessions/{code}/notes", "The March of Flowers")
        walk.sees("Draft").sees_text(re.compile("Un teléfono de guardia en cada ciudad"))
        assert "Teo" not in walk.page.content()
        _until_there(walk, "These notes as a PDF")
        path = walk.page.get_by_role("link", name=walk.words("These notes as a PDF")).get_attribute("href")
        assert walk.page.request.get(site.base + str(path)).body()[:5] == b"%PDF-"
        walk.go("/2027/notes").go(f"/2027/sessions/{code}").follow("Read the notes")


def _eventually(walk: Walk, path: str, text: str) -> None:
    """Ready pages are as old as their version, which is looked at four times a second."""
    for _look in range(40):
        answer = walk.page.goto(walk.site.base + path)
        if answer is not None and answer.status == 200 and text in walk.page.content():
            break
        walk.page.wait_for_timeout(250)
    walk.sees_text(re.compile(text)).look(path)


def test_no_word_is_lost_while_the_network_is_away(site: Site, browser: Browser) -> None:
    """What is written meanwhile stays in the page, which says so, and is saved when the network is back."""
    code = _ask_a_note_taker(site, browser, language="en", width=PHONE, scripts=True)
    with walking(site, browser, "notes-away", role="note-taker") as walk:
        walk.go(f"/2027/sessions/{code}/notes/write")
        walk.page.context.set_offline(True)
        walk.page.locator("#new-text").fill("Written in the cellar")
        expect(walk.page.locator(".save-bar .saved.here")).to_be_visible()
        walk.look("only here")
        walk.page.context.set_offline(False)
        expect(walk.page.locator(".save-bar [class='saved saved']")).to_be_visible(timeout=40_000)
        answer = walk.page.reload()
        assert answer is not None and answer.status == 200, walk.page.content()
        expect(walk.page.locator("#new-text")).to_be_visible()
        assert _blocks(walk) == ["Written in the cellar"]
