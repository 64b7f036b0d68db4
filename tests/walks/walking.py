"""One person with one browser on their way through the site: what they press, what they must see, what must never happen."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Response, expect

from conference.core.i18n import _, speaking
from tests.walks.site import ROOT, Site

PHONE, DESKTOP = 360, 1280
WAYS = [("en", PHONE, True), ("es", PHONE, False), ("es", DESKTOP, True), ("en", DESKTOP, False)]  # each language, width, and scripts on or off, with each of the others
HEIGHTS = {PHONE: 740, DESKTOP: 900}
HIGHEST = 2_400
PICTURES = ROOT / "var" / "walks"
PATIENCE = 30_000
REPORT_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) =>
    console.error("CSP refused " + event.violatedDirective + " " + event.blockedURI))"""
# the browser's own word for an answer of 4xx, which `_answered` judges by what was asked for
NO_FAULTS = ("Failed to load resource",)
IN_PIECES = re.compile(r"%\(\w+\)[sd]")

expect.set_options(timeout=PATIENCE)


@dataclass
class Walk:
    """``faults`` gathers what must never happen; ``at_ease`` refuses them, after each step and in the end."""

    site: Site
    page: Page
    name: str
    language: str
    width: int
    faults: list[str] = field(default_factory=list)
    steps: int = 0

    # Words

    def words(self, message: str) -> str:
        """A message of ours in the walk's language; the test fails where there is no such message."""
        with speaking(self.language):
            said = _(message)
        assert self.language == "en" or said != message or message in SAME_IN_SPANISH, f"{message!r} has no translation"
        return said

    def pattern(self, message: str) -> re.Pattern[str]:
        """The message with anything where its values go."""
        return re.compile(r"[\s\S]+?".join(re.escape(part) for part in IN_PIECES.split(self.words(message))))

    # Doing

    def go(self, path: str, step: str = "") -> "Walk":
        answer = self.page.goto(self.site.base + path)
        assert answer is not None and answer.status < 400, f"{path} answers {answer and answer.status}\n{self.site.told()}"
        return self.look(step or path)

    def press(self, message: str, step: str = "", **where: Any) -> "Walk":
        """The button with these words."""
        self._one("button", message, **where).click()
        return self.look(step or message)

    def follow(self, message: str, step: str = "", **where: Any) -> "Walk":
        """The link with these words."""
        self._one("link", message, **where).click()
        return self.look(step or message)

    def _one(self, role: Any, message: str, *, within: Locator | None = None, first: bool = False, exact: bool = False) -> Locator:
        found = (within or self.page).get_by_role(role, name=self.words(message), exact=exact)
        return found.first if first else found

    def write(self, message: str, text: str, within: Locator | None = None) -> "Walk":
        """Into the field with this label."""
        self.field(message, within).fill(text)
        return self

    def tick(self, message: str) -> "Walk":
        """The box or choice with this label; people press the label, which lies over the box."""
        return self.tick_text(self.words(message))

    def tick_text(self, label: str) -> "Walk":
        self.page.locator("label").filter(has_text=re.compile(rf"^\s*{re.escape(label)}")).first.click()
        return self

    def choose(self, message: str, value: str) -> "Walk":
        self.field(message).select_option(value)
        return self

    def field(self, message: str, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_label(re.compile(rf"^\s*{re.escape(self.words(message))}\b|^\s*{re.escape(self.words(message))}"))

    # Seeing

    def sees(self, message: str) -> "Walk":
        """These words of ours are on the page."""
        expect(self.page.get_by_text(self.pattern(message)).first).to_be_visible()
        return self

    def sees_text(self, text: str | re.Pattern[str]) -> "Walk":
        expect(self.page.get_by_text(text).first).to_be_visible()
        return self

    def is_told(self, message: str) -> "Walk":
        """The page's heading."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.pattern(message))
        return self

    def look(self, step: str) -> "Walk":
        """The page must fit into the window; a picture of it where ``WALK_PICTURES`` asks for them."""
        self.page.wait_for_load_state("load")
        self.steps += 1
        word = re.sub(r"[^a-z0-9]+", "-", re.sub(r"(?<=/sign-in/).*", "link", step.lower())).strip("-")[:40]
        if os.environ.get("WALK_PICTURES"):  # they take as long as all the rest
            self.picture(f"{self.steps:02}-{word}")
        if urlsplit(self.page.url).netloc == urlsplit(self.site.base).netloc and self.page.locator("html").count():
            self._fits(step)
        return self.at_ease(step)

    def picture(self, word: str) -> None:
        """The page from its top, into var/walks."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        high = min(self.page.evaluate("document.documentElement.scrollHeight"), HIGHEST)
        clip: Any = {"x": 0, "y": 0, "width": self.width, "height": max(high, HEIGHTS[self.width])}
        self.page.screenshot(path=PICTURES / f"{self.name}-{self.language}-{self.width}-{word}.png", full_page=True, clip=clip)

    def narrow(self, step: str) -> "Walk":
        """The same page as wide as a phone, and back."""
        here, self.width = self.width, PHONE
        self.page.set_viewport_size({"width": PHONE, "height": HEIGHTS[PHONE]})
        self.look(step)
        self.width = here
        self.page.set_viewport_size({"width": here, "height": HEIGHTS[here]})
        return self

    def _fits(self, step: str) -> None:
        wide = self.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        if wide[0] > wide[1]:
            self.faults.append(f"{step}: the page is {wide[0]} wide in a window of {wide[1]}, by {self.page.evaluate(WHO_STICKS_OUT)}")

    def at_ease(self, step: str = "in the end") -> "Walk":
        assert self.faults == [], f"{step}, {self.page.url}: {self.faults}\n{self.site.told()}"
        return self

    # What must never happen

    def watch(self) -> "Walk":
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("response", self._answered)
        return self

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(NO_FAULTS):
            self.faults.append(f"console: {message.text}")

    def _answered(self, response: Response) -> None:
        whole_page = response.request.is_navigation_request()
        if response.status >= 500 or (response.status >= 400 and not whole_page):
            self.faults.append(f"{response.request.method} {response.url} answers {response.status}")


WHO_STICKS_OUT = """[...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .slice(0, 3).map((one) => one.tagName + "." + one.className + " " + one.textContent.trim().slice(0, 40)).join(" | ")"""

SAME_IN_SPANISH = {"Error:"}


@contextmanager
def walking(
    site: Site, browser: Browser, name: str, *, language: str = "en", width: int = PHONE, scripts: bool = True, role: str = "", **more: Any
) -> Iterator[Walk]:
    """A walk of its own browser context, signed in as ``role`` where there is one; faults fail it in the end."""
    with _context(browser, language, width, scripts, signed_in(site, browser, role) if role else None, **more) as context:
        walk = Walk(site, context.new_page(), name if scripts else f"{name}-plain", language, width).watch()
        try:
            yield walk
        except BaseException:
            walk.picture("FAILED")
            raise
        walk.at_ease()


@contextmanager
def _context(browser: Browser, language: str, width: int, scripts: bool, state: dict | None, **more: Any) -> Iterator[BrowserContext]:
    size: Any = {"width": width, "height": HEIGHTS[width]}
    phone: Any = {"has_touch": True, "is_mobile": True} if width == PHONE else {}
    context = browser.new_context(
        viewport=size, locale={"en": "en-US", "es": "es-US"}[language], java_script_enabled=scripts, storage_state=state, **phone, **more
    )  # type: ignore[arg-type]
    context.add_init_script(REPORT_VIOLATIONS)
    context.set_default_timeout(PATIENCE)
    try:
        yield context
    finally:
        context.close()


def signed_in(site: Site, browser: Browser, role: str) -> dict:
    """The cookies of somebody who signed in through the front door, once per site."""
    if role not in site.kept:
        with _context(browser, "en", DESKTOP, True, None) as context:
            walk = Walk(site, context.new_page(), f"sign-in-{role}", "en", DESKTOP).watch()
            walk.go(site.links[role].pop()).press("Sign in on this device")
            site.kept[role] = context.storage_state()  # type: ignore[assignment]
    return site.kept[role]

