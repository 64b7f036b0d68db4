"""Every page somebody can reach by links, role by role, and what each form answers to an empty sheet."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
from lxml import html
from starlette.routing import Route

from conference.app import all_routes
from conference.settings import Settings

ROLES = ("", "attendee", "note-taker", "editor", "treasurer", "organizer")
DOORS = ("/", "/2006/", "/2007/", "/2027/", "/2027/my", "/my", "/my-data", "/office/")
EACH = 2
NEVER = re.compile(r"^/(sign-out|static|demo)\b")
SECONDS = 60


@dataclass(frozen=True)
class Seen:
    """A page as it was answered: who asked, the route it belongs to, and what kind of file it is."""

    role: str
    route: str
    path: str
    status: int
    kind: str
    body: bytes
    came_from: str

    @property
    def is_page(self) -> bool:
        return self.kind.startswith("text/html")

    @property
    def name(self) -> str:
        """For a file of its own."""
        return re.sub(r"[^\w-]+", "_", f"{self.role or 'anyone'}{self.path}").strip("_")[:150]


def crawl(base: str, cookies: dict[str, dict[str, str]], language: str) -> Iterator[Seen]:
    """All pages and files, at most EACH of one route per role; ``cookies`` of each role's browser."""
    for role in ROLES:
        with httpx.Client(base_url=base, cookies=cookies.get(role), headers={"accept-language": language}, timeout=SECONDS) as browser:
            yield from _follow(browser, role)


def _follow(browser: httpx.Client, role: str) -> Iterator[Seen]:
    waiting, known, counts = [(door, "") for door in DOORS], set(DOORS), dict[str, int]()
    while waiting:
        path, came_from = waiting.pop(0)
        route = route_of(urlsplit(path).path)
        counts[route] = counts.get(route, 0) + 1
        if counts[route] > EACH + 4 * (route in ROUTES_OF_MANY_FACES):
            continue
        seen = _look(browser, role, path, route, came_from)
        yield seen
        if seen.is_page and seen.status < 400 and route not in LETTERS:
            new = [link for link in _links(seen, str(browser.base_url)) if link not in known]
            known.update(new)
            waiting += [(link, path) for link in new]


# A letter as it goes out is no page: it has no landmarks, and its links are its reader's alone or, in a sample, nobody's.
LETTERS = ("/office/outbox/letters/{letter:uuid}/html", "/office/{edition:edition}/letters/{letter:uuid}/preview/{language}")

# rows differ, so that some more of them are looked at
ROUTES_OF_MANY_FACES = (
    "/office/{edition:edition}/agenda/sessions/{code:code}", "/office/{edition:edition}/payments/{payment}",
    "/{edition:edition}/", "/{edition:edition}/schedule", "/{edition:edition}/sessions/{code:code}",
)


def _look(browser: httpx.Client, role: str, path: str, route: str, came_from: str) -> Seen:
    answer = browser.get(path, follow_redirects=True)
    return Seen(role, route, path, answer.status_code, answer.headers.get("content-type", ""), answer.content, came_from)


def _links(seen: Seen, base: str) -> list[str]:
    """Paths of our own that the page links to, in its order; the other language is asked for on its own."""
    found = []
    for element, attribute, link, _place in html.fromstring(seen.body).iterlinks():
        whole = urlsplit(urldefrag(urljoin(base + seen.path, link)).url)
        ours = whole.scheme in ("http", "https") and whole.netloc == urlsplit(base).netloc
        if element.tag in ("a", "link") and attribute == "href" and ours and not NEVER.match(whole.path) and "lang=" not in whole.query:
            found.append(whole.path + (f"?{whole.query}" if whole.query else ""))
    return found


def route_of(path: str) -> str:
    """The route's pattern; "" where no page is at this path."""
    return next((route.path for route in routes() if route.path_regex.match(path)), "")


@cache
def routes() -> list[Route]:
    settings = Settings(secret_key="a secret for tests that is long enough", demo=True)
    return [route for route in all_routes(settings) if isinstance(route, Route)]


def send_empty(base: str, cookies: dict[str, str], seen: Seen, language: str) -> Iterator[tuple[str, httpx.Response]]:
    """Each form of the page that asks for words, sent with none; ``(address, answer)``."""
    with httpx.Client(base_url=base, cookies=cookies, headers={"accept-language": language, "sec-fetch-site": "same-origin"}, timeout=SECONDS) as browser:
        for form in html.fromstring(seen.body).forms:
            if form.method == "POST" and form.xpath(".//textarea | .//input[@type='text' or @type='email' or not(@type)]"):
                hidden = {field.name: field.value or "" for field in form.xpath(".//input[@type='hidden']") if field.name}
                address = form.action or seen.path
                yield address, browser.post(address, data=hidden)
