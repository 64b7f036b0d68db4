"""Outside judges look at every page that can be reached: the HTML checker, axe, and a pair of scales."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from lxml import html
from playwright.sync_api import Browser, Page

from tests.checkers import axe, vnu
from tests.checkers.crawl import LETTERS, ROLES, Seen, crawl, routes, send_empty
from tests.walks.site import Site
from tests.walks.walking import DESKTOP, HEIGHTS, PHONE, signed_in

MOST_BYTES = 60_000
EMPTY_SHEETS = (400, 403, 404, 405, 409, 422, 200, 303)


@pytest.fixture(scope="module")
def cookies(site: Site, browser: Browser) -> dict[str, dict[str, str]]:
    """What each role's browser holds."""
    return {role: {one["name"]: one["value"] for one in signed_in(site, browser, role)["cookies"] if one["name"] != "lang"} for role in ROLES if role}


@pytest.fixture(scope="module")
def english(site: Site, cookies: dict[str, dict[str, str]]) -> list[Seen]:
    return list(crawl(site.base, cookies, "en"))


@pytest.fixture(scope="module")
def spanish(site: Site, cookies: dict[str, dict[str, str]]) -> list[Seen]:
    return list(crawl(site.base, cookies, "es"))


def test_every_link_leads_somewhere(english: list[Seen]) -> None:
    """No link of a page is dead, whoever follows it; own doors of others are not linked to."""
    dead = {f"{seen.role or 'anyone'}: {seen.path} answers {seen.status} (from {seen.came_from})" for seen in english if seen.status >= 400 and seen.came_from}
    assert not dead, "\n".join(sorted(dead))


def test_no_page_is_forgotten(english: list[Seen]) -> None:
    """Every page of the house can be reached by links, but for these."""
    pages = {route.path for route in routes() if "GET" in route.methods}
    unseen = pages - {seen.route for seen in english if seen.status < 400}
    assert sorted(unseen - set(WITHOUT_A_LINK)) == [], "\n".join(sorted(unseen))


WITHOUT_A_LINK = [
    # asked for by machines, by style sheets and by scripts
    "/healthz", "/readyz", "/metrics", "/static/{path:path}", "/{edition:edition}/sessions/{code:code}/notes/operations",
    # by links in letters
    "/sign-in/now", "/sign-in/{token}", "/{edition:edition}/orders/{code}/{secret}", "/{edition:edition}/orders/{code}/address",
    "/{edition:edition}/orders/{code}/address/{secret}", "/{edition:edition}/waiting/{secret}", "/{edition:edition}/waiting/entries/{entry:uuid}",
    "/{edition:edition}/gifts/{code}/{secret}", "/{edition:edition}/housing/requests/{row:uuid}/{secret}",
    "/{edition:edition}/housing/offers/{row:uuid}/{secret}", "/{edition:edition}/endorse/link/{secret}",
    "/{edition:edition}/endorse/mine/{endorsement:uuid}", "/{edition:edition}/endorse/mine/{endorsement:uuid}/listing",
    "/{edition:edition}/endorse/mine/{endorsement:uuid}/version", "/{edition:edition}/endorse/mine/{endorsement:uuid}/withdrawal",
    # after a form was sent
    "/contact/written", "/{edition:edition}/endorse/sent/{by}", "/my-data/erased",
    # by the link of a door, which the registrar hands on; and what there is only once somebody made it
    "/{edition:edition}/door", "/{edition:edition}/door/{secret}", "/{edition:edition}/door/arrivals/{attendee:uuid}", "/{edition:edition}/door/walk-in",
    "/office/{edition:edition}/registration/doors/{door:uuid}", "/office/{edition:edition}/registration/printouts/{printout:uuid}",
    # by links on the own page of somebody who paid more than the worth of what they receive, or whose gift came
    "/{edition:edition}/receipts/for/{secret}", "/{edition:edition}/receipts/payment/{payment:uuid}", "/{edition:edition}/receipts/of/{receipt:uuid}.pdf",
    "/{edition:edition}/gifts/{code}/receipt",
    # where the other language of a page that a button made leads to
    "/{edition:edition}/housing/stays/{stay:uuid}/{side}/{button}",
    # files that the worker makes some time after a start
    "/{edition:edition}/report.pdf", "/{edition:edition}/sessions/{code:code}/notes.pdf", "/{edition:edition}/sessions/{code:code}/notes/preview.pdf",
    "/{edition:edition}/endorse/letter.pdf", "/{edition:edition}/endorse/{text:signable}/print.pdf", "/{edition:edition}/programme.pdf",
    # for those who took part, where notes have more than the public may read
    "/{edition:edition}/sessions/{code:code}/notes/all",
    # outside the demo, which goes without a second step and without copies; and where somebody ends a duty of their own in one edition
    "/office/backup", "/office/people/{person:uuid}/second-step", "/sign-in/proof", "/sign-in/proof/code", "/sign-in/second",
    "/sign-in/second/app/{factor:uuid}", "/office/{edition:edition}/editions/duties/{duty:uuid}/end",
    # left out by the crawl itself, which would be signed out
    "/sign-out",
]  # fmt: skip


@pytest.mark.parametrize("language", ("english", "spanish"))
def test_the_html_checker_has_nothing_to_say(request: pytest.FixtureRequest, tmp_path: Path, language: str) -> None:
    files = [_save(tmp_path, seen.name, seen.body) for seen in _each_once(request.getfixturevalue(language))]
    _nothing(vnu.check(files))


def _nothing(found: dict[str, list[str]]) -> None:
    assert not found, "\n".join(f"{where}\n    " + "\n    ".join(said) for where, said in sorted(found.items()))


def _each_once(pages: list[Seen]) -> list[Seen]:
    """HTML pages, each route as its first role and its last see it."""
    shown = [seen for seen in pages if seen.is_page]
    first = {seen.path: seen for seen in reversed(shown)}
    last = {(seen.route, seen.role != ""): seen for seen in shown}
    return list({seen.name: seen for seen in [*first.values(), *last.values()]}.values())


def _save(folder: Path, name: str, body: bytes) -> Path:
    file = folder / f"{name}.html"
    file.write_bytes(body)
    return file


def test_an_empty_sheet_is_refused_in_good_html(site: Site, cookies: dict[str, dict[str, str]], english: list[Seen], tmp_path: Path) -> None:
    """Each form that asks for words, sent with none, answers with its own page; never with a fault of ours."""
    wrong, files = [], []
    for seen in _one_of_each_route(english):
        for address, answer in send_empty(site.base, cookies.get(seen.role, {}), seen, "es"):
            wrong += [f"{address} answers {answer.status_code}"] if answer.status_code not in EMPTY_SHEETS else []
            if answer.headers.get("content-type", "").startswith("text/html") and answer.content:
                files.append(_save(tmp_path, f"{len(files)}-{seen.name}", answer.content))
    assert wrong == []
    _nothing(vnu.check(files))


def _one_of_each_route(pages: list[Seen]) -> list[Seen]:
    return list({seen.route: seen for seen in reversed(pages) if seen.is_page and seen.status < 400}.values())


def test_a_broken_page_is_seen_by_the_html_checker(tmp_path: Path) -> None:
    whole = "<!doctype html><html lang=en><title>A page</title><h1>A page</h1>"
    files = [_save(tmp_path, "whole", whole.encode()), _save(tmp_path, "broken", f"{whole}<p id=a>One<p id=a>Two<img src=x.png>".encode())]
    assert {name: len(said) for name, said in vnu.check(files).items()} == {"broken.html": 3}


# Everybody can use it


def test_axe_has_nothing_to_say_of_a_phone(site: Site, browser: Browser, english: list[Seen]) -> None:
    _nothing(_looked_at(site, browser, english, "es", PHONE, axe.check))


def test_axe_has_nothing_to_say_of_a_desktop(site: Site, browser: Browser, english: list[Seen]) -> None:
    _nothing(_looked_at(site, browser, english, "en", DESKTOP, axe.check))


def test_axe_finds_every_text_in_the_dark_clear(site: Site, browser: Browser, english: list[Seen]) -> None:
    only = partial(axe.check, only=["color-contrast"])
    _nothing(_looked_at(site, browser, english, "en", DESKTOP, only, color_scheme="dark"))


def _looked_at(site: Site, browser: Browser, pages: list[Seen], language: str, width: int, ask: object, **more: str) -> dict[str, list[str]]:
    """``{path: sentences}`` of each route's first page, as its first role sees it."""
    found = {}
    for role in ROLES:
        for seen in _one_of_each_route(pages):
            if seen.role == role and seen.route not in LETTERS:
                found[seen.path] = _said_of(site, browser, seen, language, width, ask, **more)
    return {path: said for path, said in found.items() if said}


def _said_of(site: Site, browser: Browser, seen: Seen, language: str, width: int, ask: object, **more: str) -> list[str]:
    page = _window(site, browser, seen.role, language, width, **more)
    page.goto(site.base + seen.path)
    return ask(page)  # type: ignore[operator]


_windows: dict[tuple, Page] = {}


def _window(site: Site, browser: Browser, role: str, language: str, width: int, **more: str) -> Page:
    """One window per kind of looking, kept for the next page."""
    key = (site.base, role, language, width, *more.items())
    if key not in _windows:
        state = {"cookies": [one for one in signed_in(site, browser, role)["cookies"] if one["name"] != "lang"], "origins": []} if role else None
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]}, locale={"en": "en-US", "es": "es-US"}[language], bypass_csp=True, storage_state=state, **more
        )  # type: ignore[arg-type]
        _windows[key] = context.new_page()
    return _windows[key]


@pytest.fixture(scope="module", autouse=True)
def _close_windows() -> Iterator[None]:
    yield
    for page in _windows.values():
        page.context.close()
    _windows.clear()


def test_a_broken_page_is_seen_by_axe(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<html><title>x</title><img src=x.png><p style='color:#ccc;background:#fff'>pale</p></html>")
    assert {said.split(":")[0] for said in axe.check(page)} >= {"html-has-lang", "image-alt", "color-contrast"}
    assert {said.split(":")[0] for said in axe.check(page, only=["color-contrast"])} == {"color-contrast"}
    page.close()


# Light enough for a slow network


@pytest.mark.parametrize("path", ("/", "/2027/", "/2027/register"))
def test_a_page_weighs_little(site: Site, path: str) -> None:
    """The page with all it needs, as it goes over the wire."""
    with httpx.Client(base_url=site.base, headers={"accept-encoding": "gzip"}) as browser:
        page = browser.get(path)
        parts = {urljoin(path, link) for element, _a, link, _p in html.fromstring(page.content).iterlinks() if _is_loaded(element)}
        weights = {part: _weight(browser, part) for part in [path, *parts]}
        for part in [part for part in parts if part.partition("?")[0].endswith(".css")]:
            weights |= {inner: _weight(browser, inner) for inner in _named_in_css(browser.get(part).text, part)}
    assert sum(weights.values()) < MOST_BYTES, weights


def _is_loaded(element: html.HtmlElement) -> bool:
    return element.tag in ("script", "img", "source") or (element.tag == "link" and element.get("rel") in ("stylesheet", "icon"))


def _named_in_css(text: str, place: str) -> set[str]:
    return {urljoin(place, link) for link in re.findall(r"url\([\"']?(?!data:|#)([^\"')]+)", text)}


def _weight(browser: httpx.Client, path: str) -> int:
    with browser.stream("GET", path) as answer:
        assert answer.status_code == 200, f"{path} answers {answer.status_code}"
        return sum(len(part) for part in answer.iter_raw())
