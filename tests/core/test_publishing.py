"""Ready pages: what is kept, for whom, how long, and in which forms."""

import asyncio
import gzip
import threading
from collections.abc import Awaitable, Callable
from hashlib import blake2b

import brotli
import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from conference.core.publishing import Ready, ReadyPages, Versions
from conference.core.publishing.choosing import LONGEST, Languages, by_name, encoding_for, holds, shortened, weights
from conference.core.publishing.packing import forms_of

PAGE_VARY = "Accept-Language, Cookie, Accept-Encoding"
ONE_PERSON = "its Cache-Control keeps it to one person"
LONG = "El programa de mañana, y el de pasado mañana. " * 40


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Rows:
    """The version rows of a database that can be away, or hold back its answers."""

    def __init__(self, **rows: int) -> None:
        self.rows, self.reads, self.away = dict(rows), 0, False
        self.open, self.asked = asyncio.Event(), asyncio.Event()
        self.open.set()

    async def read(self) -> dict[str, int]:
        self.reads += 1
        rows = dict(self.rows)
        self.asked.set()
        await self.open.wait()
        if self.away:
            raise ConnectionError("no database")
        return rows


class Site:
    """A small app behind ready pages, its clock, its rows, and a list of what was rendered."""

    def __init__(self, *handlers: tuple[str, Callable[[Request], Awaitable[Response]]], **options: object) -> None:
        self.clock, self.rows, self.rendered, self.notes = Clock(), Rows(site=1), [], []
        self.handlers = dict(handlers)
        self.ready = {"/": Ready("site", pattern="/"), "/feed.json": Ready("site", feed=True, pattern="/feed.json")}
        self.ready |= {"/feed.ics": Ready("site", feed=True), "/raw": Ready("site", compress=False)}
        self.ready |= {"/both": Ready("site", "news")}
        patience = options.pop("versions_patience", 1.0)
        self.versions = Versions(self.rows.read, patience=patience, clock=self.clock)
        app = Starlette(
            routes=[Route("/{path:path}", self.handle, methods=["GET", "POST"])],
            middleware=[Middleware(Armored)],
        )
        self.app = ReadyPages(app, self.versions, self.find, "en", ["en", "es"], note=self.note, **options)

    def note(self, scope: dict, ready: Ready, status: int) -> None:
        self.notes.append((ready.pattern, status))

    def find(self, scope: dict) -> Ready | None:
        return self.ready.get(scope["path"]) or (Ready("site") if scope["path"].startswith("/p/") else None)

    async def handle(self, request: Request) -> Response:
        self.rendered.append((request.method, str(request.url), getattr(request.state, "language", None)))
        return await self.handlers.get(request.url.path, greet)(request)

    def client(self, **options: object) -> httpx.AsyncClient:
        headers = {"accept-encoding": "identity"}
        transport = httpx.ASGITransport(self.app, **options)
        return httpx.AsyncClient(transport=transport, base_url="http://visitor.example", headers=headers)

    async def get(self, url: str = "/", **headers: str) -> httpx.Response:
        async with self.client() as client:
            return await client.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def publish(self, **rows: int) -> None:
        self.rows.rows.update(rows)
        self.clock.now += 0.25


class Armored:
    """A middleware of the app's, as security headers come from one."""

    def __init__(self, app: Callable) -> None:
        self.app = app

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        async def armored(message: dict) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-armor", b"on")]
            await send(message)

        await self.app(scope, receive, armored)


async def greet(request: Request) -> Response:
    return PlainTextResponse({"es": "hola", "en": "hello"}[getattr(request.state, "language", "en")])


async def long_text(request: Request) -> Response:
    return PlainTextResponse(LONG)


def counting(answers: list[Response]) -> Callable[[Request], Awaitable[Response]]:
    async def handler(request: Request) -> Response:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return handler


class Gated:
    """A handler that says it was entered, then waits for its gate; it answers the number of its call."""

    def __init__(self) -> None:
        self.entered, self.gate, self.calls = asyncio.Event(), asyncio.Event(), 0

    async def __call__(self, request: Request) -> Response:
        self.calls += 1
        number = self.calls
        self.entered.set()
        await self.gate.wait()
        return PlainTextResponse(str(number))


async def settle() -> None:
    """Let every task that can go on do so."""
    for _ in range(20):
        await asyncio.sleep(0)


def tag(body: bytes, language: str, encoding: str) -> str:
    return f'"{blake2b(body, digest_size=12, key=f"{language} {encoding}".encode()).hexdigest()}"'


# Kept once, answered often


async def test_page_is_rendered_once_and_answered_with_the_same_headers():
    site = Site()
    first, second = await site.get(), await site.get()
    assert (first.status_code, first.text) == (second.status_code, second.text) == (200, "hello")
    assert site.rendered == [("GET", "http://localhost/", "en")]
    assert list(first.headers.items()) == list(second.headers.items()) == [
        ("content-type", "text/plain; charset=utf-8"),
        ("x-armor", "on"),
        ("cache-control", "public, no-cache"),
        ("vary", PAGE_VARY),
        ("etag", tag(b"hello", "en", "identity")),
        ("content-length", "5"),
    ]


async def test_render_knows_nothing_of_the_visitor():
    seen = []

    async def spy(request: Request) -> Response:
        seen.append((sorted(request.headers.items()), request.client, str(request.url), request.state.ready))
        return PlainTextResponse("same for all")

    site = Site(("/", spy), base_url="https://conference.example")
    await site.get("/?lang=es", cookie="session=secret", authorization="Bearer secret", x_forwarded_host="evil.example")
    headers = [("accept-language", "es"), ("host", "conference.example")]
    assert seen == [(headers, None, "https://conference.example/", True)]


async def test_lifespan_state_reaches_the_render_and_is_not_written_to():
    states = []

    async def app(scope: dict, receive: Callable, send: Callable) -> None:
        states.append(scope["state"])
        await PlainTextResponse("x")(scope, receive, send)

    state = {"started": "yes"}
    pages = ReadyPages(app, Versions(Rows().read, clock=Clock()), lambda scope: Ready("site"), "en", ["en"])
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [], "state": state}
    sent = []

    async def send(message: dict) -> None:
        sent.append(message["type"])

    await pages(scope, None, send)
    assert states == [{"started": "yes", "language": "en", "ready": True}]
    assert state == {"started": "yes"}
    assert sent == ["http.response.start", "http.response.body"]


async def test_streamed_answer_is_kept_whole():
    async def stream(request: Request) -> Response:
        async def parts():
            yield b"one "
            yield b"two"

        return StreamingResponse(parts(), media_type="text/plain")

    site = Site(("/", stream))
    answers = [await site.get(), await site.get()]
    assert [(a.text, a.headers["content-length"], "transfer-encoding" in a.headers) for a in answers] == [
        ("one two", "7", False)
    ] * 2
    assert len(site.rendered) == 1


async def test_handlers_own_cache_control_and_last_modified_stay_and_its_tag_and_vary_do_not():
    headers = {"Cache-Control": "public, max-age=300", "Last-Modified": "Sun, 22 Nov 2026 03:00:00 GMT"}

    async def dated(request: Request) -> Response:
        return PlainTextResponse("x", headers={**headers, "ETag": '"own"', "Vary": "Host"})

    answer = await Site(("/", dated)).get()
    kept = ("cache-control", "last-modified", "etag", "vary")
    assert [answer.headers.get_list(name) for name in kept] == [
        ["public, max-age=300"],
        ["Sun, 22 Nov 2026 03:00:00 GMT"],
        [tag(b"x", "en", "identity")],
        [PAGE_VARY],
    ]


async def test_head_has_the_headers_of_get_and_no_body():
    site = Site()
    async with site.client() as client:
        head, get = await client.head("/"), await client.get("/")
    assert (head.status_code, head.content) == (200, b"")
    assert list(head.headers.items()) == list(get.headers.items())
    assert len(site.rendered) == 1


async def test_what_stands_outside_cannot_write_into_what_is_kept():
    site = Site()
    await site.get()
    messages = []
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}

    async def send(message: dict) -> None:
        messages.append(dict(message))
        message.clear()

    await site.app(scope, None, send)
    await site.app(scope, None, send)
    assert messages[:2] == messages[2:]
    assert type(messages[0]["headers"]) is tuple


async def test_note_tells_pattern_and_status_of_what_is_answered_here():
    site = Site()
    answer = await site.get()
    await site.get(if_none_match=answer.headers["etag"])
    await site.get("/elsewhere")
    assert site.notes == [("/", 200), ("/", 304)]


# What goes to the app


async def test_other_queries_methods_and_paths_go_to_the_app_as_they_came():
    site = Site()
    async with site.client() as client:
        for _ in range(2):
            await client.get("/?lang=fr")
            await client.get("/?q=1")
            await client.get("/?lang=es&q=1")
            await client.post("/")
            await client.get("/elsewhere")
    here = "http://visitor.example/"
    assert site.rendered == 2 * [
        ("GET", f"{here}?lang=fr", None),
        ("GET", f"{here}?q=1", None),
        ("GET", f"{here}?lang=es&q=1", None),
        ("POST", here, None),
        ("GET", f"{here}elsewhere", None),
    ]
    assert site.rows.reads == 0


async def test_lifespan_goes_to_the_app():
    seen = []

    async def app(scope: dict, receive: Callable, send: Callable) -> None:
        seen.append(scope)

    scope = {"type": "lifespan"}
    await ReadyPages(app, Versions(Rows().read), lambda scope: None, "en", ["en"])(scope, None, None)
    assert seen == [scope]


async def test_find_is_asked_once_per_path():
    site = Site()
    asked = []
    find = site.app.find
    site.app.find = lambda scope: asked.append(scope["path"]) or find(scope)
    for path in ("/", "/elsewhere", "/", "/elsewhere", "/?q=1"):
        await site.get(path)
    assert asked == ["/", "/elsewhere"]


async def test_paths_remembered_are_bounded(monkeypatch):
    monkeypatch.setattr("conference.core.publishing.ready.PATHS_REMEMBERED", 3)
    site = Site()
    for number in range(4):
        await site.get(f"/elsewhere/{number}")
    await site.get("/" + 300 * "x")
    assert site.app._found == {"/elsewhere/3": None}


@pytest.mark.parametrize(
    ("answer", "logged"),
    [
        (lambda: PlainTextResponse("not here", 404), []),
        (lambda: RedirectResponse("/new"), []),
        (lambda: PlainTextResponse("x", headers={"Set-Cookie": "session=1"}), ["it sets a cookie"]),
        (lambda: PlainTextResponse("x", headers={"Cache-Control": "no-store"}), [ONE_PERSON]),
        (lambda: PlainTextResponse("x", headers={"Cache-Control": "Private"}), [ONE_PERSON]),
        (lambda: PlainTextResponse("x", headers={"Content-Encoding": "x"}), ["it is encoded already"]),
        (lambda: PlainTextResponse("x" * 101), ["it is too large"]),
    ],
)
async def test_what_is_not_for_all_is_asked_of_the_app_each_time(answer, logged, caplog):
    async def handler(request: Request) -> Response:
        return answer()

    site = Site(("/", handler), largest=100)
    async with site.client() as client:
        async with client.stream("GET", "/") as first:
            assert (first.status_code, first.headers.get("etag")) == (answer().status_code, None)
        async with client.stream("GET", "/"):
            pass
    mine = ("GET", "http://visitor.example/", None)
    assert site.rendered == [("GET", "http://localhost/", "en"), mine, mine]
    assert [record.args for record in caplog.records] == [("/", reason) for reason in logged]


async def test_page_that_is_no_longer_public_is_gone_at_once_and_may_come_back():
    gone = [PlainTextResponse("gone", 404), PlainTextResponse("gone", 404)]
    answers = [PlainTextResponse("here"), *gone, PlainTextResponse("back")]
    site = Site(("/", counting(answers)))
    seen = [(await site.get()).text]
    site.publish(site=2)
    seen.append((await site.get()).text)
    assert (site.app._kept, site.app._filled) == ({}, 0)
    site.publish(site=3)
    seen += [(await site.get()).text, (await site.get()).text]
    assert seen == ["here", "gone", "back", "back"]


# Languages


async def test_page_language_is_chosen_by_query_then_cookie_then_header_then_default():
    site = Site()
    answers = [
        await site.get("/?lang=es", cookie="lang=en"),
        await site.get("/?lang=en", cookie="lang=es"),
        await site.get(cookie="session=x; lang=es", accept_language="en"),
        await site.get(cookie="lang=fr", accept_language="es-MX,en;q=0.5"),
        await site.get(accept_language="fr, es;q=0.4, en;q=0.3"),
        await site.get(accept_language="fr"),
        await site.get(),
    ]
    assert [answer.text for answer in answers] == ["hola", "hello", "hola", "hola", "hola", "hello", "hello"]
    assert [language for _, _, language in site.rendered] == ["es", "en"]
    assert {answer.headers["etag"] for answer in answers} == {
        tag(b"hola", "es", "identity"),
        tag(b"hello", "en", "identity"),
    }


async def test_feed_language_is_chosen_by_query_only():
    site = Site()
    plain = await site.get("/feed.json", cookie="lang=es", accept_language="es")
    spanish = await site.get("/feed.json?lang=es")
    assert [(a.text, a.headers["vary"]) for a in (plain, spanish)] == [
        ("hello", "Accept-Encoding"),
        ("hola", "Accept-Encoding"),
    ]


async def test_same_bytes_in_two_languages_have_two_tags():
    site = Site(("/", long_text))
    tags = [(await site.get(f"/?lang={code}")).headers["etag"] for code in ("en", "es")]
    assert tags == [tag(LONG.encode(), "en", "identity"), tag(LONG.encode(), "es", "identity")]
    assert tags[0] != tags[1]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (b"es", "es"),
        (b"ES-mx", "es"),
        (b"en;q=0.5, es;q=0.6", "es"),
        (b"es;q=0, en", "en"),
        (b"es;q=0", "en"),
        (b"pt, *;q=0.1", "en"),
        (b"es;q=7, en", "en"),
        (b"pt-BR", "pt-BR"),
        (b"", "en"),
        (b";;,,=\xff", "en"),
    ],
)
def test_accept_language(header, language):
    assert Languages("en", ["en", "es", "pt-BR"]).of({b"accept-language": header}) == language


def test_last_cookie_of_a_name_counts_as_it_does_in_the_app():
    languages = Languages("en", ["en", "es"])
    cookies = b"lang=en;other=lang=en; lang=es"
    assert languages.of({b"cookie": cookies}) == "es"
    request = Request({"type": "http", "headers": [(b"cookie", cookies)]})
    assert request.cookies["lang"] == "es"
    assert languages.of({b"cookie": b"xlang=es"}) == "en"


# Encodings


async def raw(site: Site, accept_encoding: str, path: str = "/") -> tuple[bytes, httpx.Response]:
    async with site.client() as client:
        async with client.stream("GET", path, headers={"accept-encoding": accept_encoding}) as answer:
            return b"".join([part async for part in answer.aiter_raw()]), answer


async def test_forms_are_made_once_each_with_its_own_tag():
    site = Site(("/", long_text))
    text = LONG.encode()
    found = {}
    for encoding in ("identity", "gzip", "br"):
        body, answer = await raw(site, encoding)
        again, _ = await raw(site, encoding)
        assert body == again
        assert answer.headers["etag"] == tag(body, "en", encoding)
        assert answer.headers["content-length"] == str(len(body))
        assert answer.headers["vary"] == PAGE_VARY
        found[encoding] = (answer.headers.get("content-encoding"), body)
    assert [name for name, _ in found.values()] == [None, "gzip", "br"]
    assert found["identity"][1] == gzip.decompress(found["gzip"][1]) == brotli.decompress(found["br"][1]) == text
    assert len({len(body) for _, body in found.values()}) == 3
    assert len(site.rendered) == 1


async def test_gzip_form_has_no_time_in_it():
    body, _ = await raw(Site(("/", long_text)), "gzip")
    assert body[4:8] == b"\0\0\0\0"


async def answer_of(media_type: str, body: bytes, path: str) -> tuple[str | None, bytes]:
    async def handler(request: Request) -> Response:
        return Response(body, media_type=media_type)

    sent, answer = await raw(Site((path, handler)), "br, gzip", path)
    return answer.headers.get("content-encoding"), sent


@pytest.mark.parametrize("media_type", ["text/calendar", "Text/Calendar; charset=utf-8", "application/pdf"])
async def test_calendars_and_compressed_kinds_stay_as_they_are(media_type):
    assert await answer_of(media_type, LONG.encode(), "/feed.ics") == (None, LONG.encode())


@pytest.mark.parametrize("media_type", ["text/csv", "application/json", "application/atom+xml", "image/svg+xml"])
async def test_texts_are_compressed(media_type):
    encoding, sent = await answer_of(media_type, LONG.encode(), "/feed.json")
    assert (encoding, brotli.decompress(sent)) == ("br", LONG.encode())


async def test_route_can_forbid_compression_and_small_bodies_are_spared_it():
    assert await answer_of("text/plain", LONG.encode(), "/raw") == (None, LONG.encode())
    assert await answer_of("text/plain", b"x" * 599, "/") == (None, b"x" * 599)
    assert await answer_of("text/plain", b"x" * 600, "/") == ("br", brotli.compress(b"x" * 600, brotli.MODE_TEXT, 5))


async def test_form_that_is_no_smaller_is_not_kept():
    noise = b"".join(blake2b(str(number).encode()).digest() for number in range(10))
    assert await answer_of("text/plain", noise, "/") == (None, noise)


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        (b"gzip, deflate, br", "br"),
        (b"gzip", "gzip"),
        (b"x-gzip", "gzip"),
        (b"GZIP;Q=0.5", "gzip"),
        (b"br;q=0.5, gzip;q=0.8", "gzip"),
        (b"br;q=0, gzip;q=0", "identity"),
        (b"br;q=0.000, gzip", "gzip"),
        (b"identity;q=1, gzip;q=0.5", "identity"),
        (b"identity, gzip", "gzip"),
        (b"*", "br"),
        (b"*;q=0", "identity"),
        (b"*, br;q=0", "gzip"),
        (b"identity;q=0", "identity"),
        (b"br;q=2, gzip;q=nan", "identity"),
        (b"br ; q=0.9 , gzip ;q=0.8", "br"),
        (b"deflate, zstd", "identity"),
        (b"", "identity"),
        (b",;q=1,\xff", "identity"),
    ],
)
def test_accept_encoding(header, encoding):
    assert encoding_for({b"accept-encoding": header}) == encoding


def test_long_headers_are_cut_after_a_whole_member():
    assert shortened(b"x" * LONGEST) == b"x" * LONGEST
    assert shortened(b"x" * (LONGEST + 1)) == b""
    assert shortened(b"gzip, " + b"x" * (LONGEST - 7) + b";q=0.5") == b"gzip"


def test_weights_come_best_first():
    assert weights(b"a;q=0.5, B, c;q=0.9;v=1, d;q=, e;q=1.5") == [("b", 1.0), ("c", 0.9), ("a", 0.5)]


def test_repeated_header_lines_are_joined():
    lines = [(b"accept-encoding", b"gzip"), (b"host", b"a"), (b"accept-encoding", b"br")]
    lines += [(b"cookie", b"a=1"), (b"cookie", b"lang=es")]
    assert by_name(lines) == {b"accept-encoding": b"gzip, br", b"host": b"a", b"cookie": b"a=1; lang=es"}
    assert by_name([(b"host", b"a"), (b"x", b"1"), (b"x", b"2")]) == {b"host": b"a", b"x": b"2"}


# Revalidation


async def test_304_repeats_what_caches_need_and_nothing_else():
    site = Site()
    known = (await site.get()).headers["etag"]
    answer = await site.get(if_none_match=known)
    assert (answer.status_code, answer.content) == (304, b"")
    assert list(answer.headers.items()) == [("cache-control", "public, no-cache"), ("vary", PAGE_VARY), ("etag", known)]


async def test_tag_of_another_encoding_or_language_is_answered_in_full():
    site = Site(("/", long_text))
    _, zipped = await raw(site, "gzip")
    statuses = []
    for url, encoding in [("/", "gzip"), ("/", "br"), ("/", "identity"), ("/?lang=es", "gzip")]:
        answer = await site.get(url, if_none_match=zipped.headers["etag"], accept_encoding=encoding)
        statuses.append((answer.status_code, len(answer.content)))
    assert statuses == [(304, 0)] + [(200, len(LONG.encode()))] * 3


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        (b'"abc"', True),
        (b'W/"abc"', True),
        (b'"x", W/"y,z" ,"abc"', True),
        (b" * ", True),
        (b'"ab"', False),
        (b'"abcd"', False),
        (b"abc", False),
        (b'"x, abc"', False),
        (b'"*"', False),
        (b"", False),
    ],
)
def test_if_none_match(sent, held):
    assert holds(sent, b'"abc"') is held


async def test_content_changed_means_200_and_content_equal_means_304_after_a_new_version():
    answers = [PlainTextResponse("a"), PlainTextResponse("a"), PlainTextResponse("b")]
    site = Site(("/", counting(answers)))
    known = (await site.get()).headers["etag"]
    site.publish(site=2)
    same = await site.get(if_none_match=known)
    site.publish(site=3)
    other = await site.get(if_none_match=known)
    assert [(same.status_code, same.text), (other.status_code, other.text)] == [(304, ""), (200, "b")]


# Versions


async def test_rows_are_read_at_most_every_quarter_of_a_second():
    site = Site()
    reads = []
    for step in (0, 0.249, 0.001, 0.1, 0.149, 0.001):
        site.clock.now += step
        await site.get()
        reads.append(site.rows.reads)
    assert reads == [1, 1, 2, 2, 2, 3]
    assert len(site.rendered) == 1


async def test_answer_waits_for_nothing_while_fresh():
    site = Site()
    await site.get()
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}

    async def send(message: dict) -> None:
        pass

    with pytest.raises(StopIteration):
        site.app(scope, None, send).send(None)


async def test_new_version_is_rendered_anew_and_the_old_one_dropped():
    site = Site(("/", counting([PlainTextResponse("old"), PlainTextResponse("new!")])))
    seen = [(await site.get()).text]
    site.rows.rows["site"] = 2
    site.clock.now += 0.249
    seen.append((await site.get()).text)
    site.clock.now += 0.001
    seen += [(await site.get()).text, (await site.get()).text]
    assert seen == ["old", "old", "new!", "new!"]
    assert (len(site.app._kept), site.app._filled) == (1, len("new!"))


async def test_version_of_another_scope_renders_nothing():
    site = Site()
    await site.get("/")
    await site.get("/both")
    site.publish(news=1)
    await site.get("/")
    await site.get("/both")
    here = "http://localhost/"
    assert [url for _, url, _ in site.rendered] == [here, f"{here}both", f"{here}both"]
    assert [kept.seen is site.versions.rows for kept in site.app._kept.values()] == [True, True]


async def test_equal_rows_stay_the_same_dict():
    rows, clock = Rows(site=1), Clock()
    versions = Versions(rows.read, clock=clock)
    await versions.refresh()
    first = versions.rows
    await versions.refresh()
    assert versions.rows is first
    rows.rows["site"] = 2
    await versions.refresh()
    assert (versions.rows, versions.rows is first, versions.of(("site", "never"))) == ({"site": 2}, False, (2, 0))


async def test_expire_shows_own_change_at_once():
    site = Site(("/", counting([PlainTextResponse("old"), PlainTextResponse("new")])))
    await site.get()
    site.rows.rows["site"] = 2
    site.versions.expire()
    assert (await site.get()).text == "new"


async def test_many_share_one_read():
    rows = Rows(site=1)
    rows.open.clear()
    versions = Versions(rows.read, clock=Clock())
    waiting = [asyncio.create_task(versions.refresh()) for _ in range(5)]
    await rows.asked.wait()
    waiting[0].cancel()
    await settle()
    rows.open.set()
    await asyncio.gather(*waiting[1:])
    assert (waiting[0].cancelled(), rows.reads, versions.rows) == (True, 1, {"site": 1})


@pytest.mark.parametrize("first", [0, 1])
async def test_read_begun_before_a_change_is_not_believed_after_it(first):
    answers = []

    async def read() -> dict[str, int]:
        answers.append(asyncio.get_running_loop().create_future())
        return await answers[-1]

    versions = Versions(read, clock=Clock())
    early = asyncio.create_task(versions.refresh())
    await settle()
    versions.expire()
    late = asyncio.create_task(versions.refresh())
    await settle()
    for number in (first, 1 - first):
        answers[number].set_result({"site": number + 1})
        await settle()
    await asyncio.gather(early, late)
    assert (len(answers), versions.rows) == (2, {"site": 2})


async def test_read_begun_before_a_change_does_not_make_rows_fresh():
    rows = Rows(site=1)
    rows.open.clear()
    versions = Versions(rows.read, clock=Clock())
    early = asyncio.create_task(versions.refresh())
    await rows.asked.wait()
    versions.expire()
    rows.open.set()
    await early
    assert (versions.rows, versions.until) == ({}, float("-inf"))


async def test_slow_read_lets_requests_go_on_with_what_is_known():
    site = Site(versions_patience=0)
    await site.get()
    site.rows.rows["site"] = 2
    site.rows.open.clear()
    site.clock.now += 0.25
    answers = [(await site.get()).text for _ in range(3)]
    await settle()
    assert (answers, site.rows.reads, len(site.rendered)) == (["hello"] * 3, 2, 1)
    site.rows.open.set()
    await settle()
    await site.get()
    assert (site.rows.reads, len(site.rendered)) == (2, 2)


async def test_read_without_end_is_given_up():
    rows = Rows(site=1)
    rows.open.clear()
    versions = Versions(rows.read, give_up=0, clock=Clock())
    await versions.refresh()
    assert (versions.away, versions.rows) == (True, {})


async def test_published_pages_are_served_while_the_database_is_away(caplog):
    site = Site()
    await site.get()
    site.rows.away = True
    answers = []
    for _ in range(3):
        site.clock.now += 0.25
        answers.append((await site.get()).text)
    assert (answers, site.rows.reads, site.versions.away) == (["hello"] * 3, 4, True)
    assert [record.getMessage() for record in caplog.records] == [
        "versions cannot be read (ConnectionError): what was last published is served"
    ]
    site.rows.away = False
    site.clock.now += 0.25
    await site.get()
    assert (site.versions.away, len(site.rendered)) == (False, 1)


async def test_first_read_that_fails_leaves_pages_to_be_rendered():
    site = Site()
    site.rows.away = True
    assert (await site.get()).text == "hello"


# One rebuild for all who wait


async def test_many_wait_for_one_render_and_one_who_leaves_ends_nothing():
    handler = Gated()
    site = Site(("/", handler))
    waiting = [asyncio.create_task(site.get()) for _ in range(8)]
    await handler.entered.wait()
    await settle()
    waiting[0].cancel()
    await settle()
    handler.gate.set()
    answers = await asyncio.gather(*waiting[1:])
    assert ([answer.text for answer in answers], handler.calls) == (["1"] * 7, 1)
    assert waiting[0].cancelled()


async def test_render_goes_on_when_all_have_left():
    handler = Gated()
    site = Site(("/", handler))
    alone = asyncio.create_task(site.get())
    await handler.entered.wait()
    rebuild = site.app._flights[("/", "en")].task
    alone.cancel()
    await settle()
    handler.gate.set()
    await rebuild
    assert ((await site.get()).text, handler.calls, site.app._flights) == ("1", 1, {})


async def test_languages_are_rendered_side_by_side():
    handler = Gated()
    site = Site(("/", handler))
    waiting = [asyncio.create_task(site.get(f"/?lang={code}")) for code in ("en", "es", "en")]
    await handler.entered.wait()
    await settle()
    handler.gate.set()
    assert [answer.text for answer in await asyncio.gather(*waiting)] == ["1", "2", "1"]


@pytest.mark.parametrize("first", [0, 1])
async def test_after_a_change_nobody_gets_a_render_begun_before_it_and_it_is_not_kept(first):
    gates = [asyncio.Event(), asyncio.Event()]
    calls = []

    async def handler(request: Request) -> Response:
        calls.append(number := len(calls))
        await gates[number].wait()
        return PlainTextResponse(f"version {number + 1}")

    site = Site(("/", handler))
    waiting = [asyncio.create_task(site.get())]
    await settle()
    site.publish(site=2)
    waiting.append(asyncio.create_task(site.get()))
    await settle()
    gates[first].set()
    assert (await waiting[first]).text == f"version {first + 1}"
    waiting.append(asyncio.create_task(site.get()))
    await settle()
    gates[1 - first].set()
    assert [(await answer).text for answer in waiting] == ["version 1", "version 2", "version 2"]
    assert ((await site.get()).text, len(calls)) == ("version 2", 2)


# Failures


async def test_failed_rebuild_serves_the_last_good_page_and_tries_again_after_a_pause(caplog):
    trouble = [PlainTextResponse("secret trouble", 503), ValueError("secret")]
    site = Site(("/", counting([PlainTextResponse("good"), *trouble, PlainTextResponse("new")])))
    seen = [(await site.get()).text]
    site.publish(site=2)
    for step in (0, 0.9, 0.1, 0, 1.0):
        site.clock.now += step
        answer = await site.get()
        seen.append(answer.text)
    assert seen == ["good", "good", "good", "good", "good", "new"]
    assert len(site.rendered) == 4
    assert [record.getMessage() for record in caplog.records] == [
        "/ could not be rendered: status 503",
        "/ could not be rendered: ValueError",
    ]


async def test_slow_rebuild_leaves_the_last_good_page_in_use():
    handler = Gated()
    handler.gate.set()
    site = Site(("/", handler), patience=0)
    seen = [(await site.get()).text]
    handler.gate.clear()
    handler.entered.clear()
    site.publish(site=2)
    seen += [(await site.get()).text, (await site.get()).text]
    await handler.entered.wait()
    rebuild = site.app._flights[("/", "en")].task
    handler.gate.set()
    await rebuild
    seen.append((await site.get()).text)
    assert (seen, handler.calls) == (["1", "1", "1", "2"], 2)


async def test_render_without_end_is_given_up():
    site = Site(("/", Gated()), give_up=0)
    with pytest.raises(TimeoutError):
        await site.get()
    assert (site.app._flights, site.app._kept) == ({}, {})


async def test_failure_without_a_last_good_page_goes_to_all_who_wait_and_is_not_kept():
    gate = asyncio.Event()
    calls = []

    async def handler(request: Request) -> Response:
        calls.append(request.url.path)
        await gate.wait()
        raise ValueError("broken")

    site = Site(("/", handler))
    async with site.client(raise_app_exceptions=False) as client:
        waiting = [asyncio.create_task(client.get("/")) for _ in range(3)]
        await settle()
        gate.set()
        answers = await asyncio.gather(*waiting)
        assert [(a.status_code, a.text, a.headers.get("x-armor")) for a in answers] == [
            (500, "Internal Server Error", None)
        ] * 3
        assert calls == ["/"]
        await client.get("/")
    assert calls == ["/", "/"]
    assert site.notes == [("/", 500)] * 4


async def test_failure_raises_as_the_app_did():
    site = Site(("/", counting([ValueError("broken")])))
    with pytest.raises(ValueError, match="broken"):
        await site.get()


async def test_busy_page_is_handed_on_with_its_headers():
    busy = PlainTextResponse("busy", 503, headers={"Retry-After": "3"})
    answer = await Site(("/", counting([busy]))).get()
    assert (answer.status_code, answer.text, answer.headers["retry-after"]) == (503, "busy", "3")


async def test_app_that_ends_without_an_answer_is_an_error():
    async def app(scope: dict, receive: Callable, send: Callable) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    pages = ReadyPages(app, Versions(Rows().read, clock=Clock()), lambda scope: Ready("site"), "en", ["en"])
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    with pytest.raises(RuntimeError, match="the app ended without an answer"):
        await pages(scope, None, None)


async def test_compression_that_fails_counts_as_a_failed_rebuild(monkeypatch):
    site = Site()
    await site.get()

    def broken(*arguments: object) -> None:
        raise MemoryError("full")

    monkeypatch.setattr("conference.core.publishing.ready.forms_of", broken)
    site.publish(site=2)
    assert ((await site.get()).text, len(site.rendered)) == ("hello", 2)


async def test_rebuild_ended_from_outside_leaves_the_last_good_page():
    handler = Gated()
    handler.gate.set()
    site = Site(("/", handler))
    await site.get()
    handler.gate.clear()
    handler.entered.clear()
    site.publish(site=2)
    waiting = asyncio.create_task(site.get())
    await handler.entered.wait()
    site.app._flights[("/", "en")].task.cancel()
    assert (await waiting).text == "1"
    handler.gate.set()
    assert (await site.get()).text == "3"


# Memory


async def test_least_used_goes_first_when_there_are_too_many():
    site = Site(limit=2)
    for path in ("/p/1", "/p/2", "/p/1", "/p/3", "/p/1", "/p/2"):
        await site.get(path)
    assert [url for _, url, _ in site.rendered] == [f"http://localhost/p/{number}" for number in (1, 2, 3, 2)]
    assert list(site.app._kept) == [("/p/1", "en"), ("/p/2", "en")]


async def test_least_used_goes_first_when_there_are_too_many_bytes():
    site = Site(room=12)
    for path in ("/p/1", "/p/2", "/p/1", "/p/3"):
        await site.get(path)
    assert (list(site.app._kept), site.app._filled) == ([("/p/1", "en"), ("/p/3", "en")], 10)


async def test_what_is_known_not_to_be_kept_is_bounded():
    async def missing(request: Request) -> Response:
        return PlainTextResponse("missing", 404)

    site = Site(*((f"/p/{number}", missing) for number in range(4)), limit=3)
    for number in range(4):
        await site.get(f"/p/{number}")
    assert site.app._not_kept == {("/p/3", "en"): (1,)}


async def test_compression_leaves_the_loop_free(monkeypatch):
    packed_in = []

    def watched(*arguments: object) -> object:
        packed_in.append(threading.current_thread())
        return forms_of(*arguments)

    monkeypatch.setattr("conference.core.publishing.ready.forms_of", watched)
    await Site(("/", long_text)).get()
    assert [thread is threading.current_thread() for thread in packed_in] == [False]
