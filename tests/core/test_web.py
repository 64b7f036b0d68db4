"""What every page has: limits, headers, a language, refusals in words, proof that a form is ours, logs without values."""

import re

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from structlog.testing import capture_logs

from conference.app import create_app, opened
from conference.core import errors
from conference.core.middleware import LARGEST_BODY, allow_form_action
from conference.core.publishing import Languages
from conference.core.web import anyone, page, paths_of, read_form, render, signed_in
from tests.conftest import new_browser

SECRET_WORDS = "Ana Secret, ana@example.org, 312-555-0100"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SAFETY = {
    "content-security-policy": POLICY,
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(), camera=(), microphone=(), payment=(), usb=()",
    "strict-transport-security": None,
}


async def bug(request: Request) -> Response:
    raise ValueError(SECRET_WORDS)


async def refuse(request: Request) -> Response:
    raise getattr(errors, request.path_params["name"])()


async def echo(request: Request) -> Response:
    """Says back what was sent, as it was read."""
    return PlainTextResponse(repr((await read_form(request)).multi_items()))


async def paid_page(request: Request) -> Response:
    answer = await render(request, "people/link_sent.html")
    allow_form_action(answer.headers, "https://checkout.example")
    return answer


@pytest.fixture
def house(app):
    """The app with a few pages of these tests."""
    more = [
        page("/tests/bug/{word}", bug, allow=anyone, name="tests.bug"),
        page("/tests/refusals/{name}", refuse, allow=anyone, name="tests.refuse"),
        page("/tests/echo", echo, allow=anyone, methods=("GET", "POST"), name="tests.echo"),
        page("/tests/large", echo, allow=anyone, methods=("POST",), name="tests.large", largest=LARGEST_BODY * 2),
        page("/tests/own-large", echo, allow=signed_in, methods=("POST",), name="tests.own_large", largest=LARGEST_BODY * 2),
        page("/tests/own", echo, allow=signed_in, methods=("GET", "POST"), name="tests.own"),
        page("/tests/paid", paid_page, allow=anyone, name="tests.paid"),
    ]
    app.inner.router.routes.extend(more)
    app.inner.state.paths |= paths_of(more)
    return app


@pytest.fixture
async def guest(house):
    async with new_browser(house) as browser:
        yield browser


# Limits


def of_length(length: int) -> bytes:
    return b"word=" + b"a" * (length - 5)


async def in_parts(body: bytes):
    for start in range(0, len(body), 60_000):
        yield body[start : start + 60_000]


FORM = {"content-type": "application/x-www-form-urlencoded"}


async def test_a_body_up_to_the_limit_is_read(guest):
    answer = await guest.post("/tests/echo", content=of_length(LARGEST_BODY), headers=FORM)
    assert (answer.status_code, len(answer.text)) == (200, LARGEST_BODY - 5 + len("[('word', '')]"))


@pytest.mark.parametrize("said", [True, False], ids=["declared", "streamed"])
async def test_a_larger_body_is_refused_in_words(guest, said):
    body = of_length(LARGEST_BODY + 1)
    answer = await guest.post("/tests/echo", content=body if said else in_parts(body), headers=FORM)
    assert (answer.status_code, "content-length" in answer.request.headers) == (413, said)
    assert "That is too big" in answer.text and "choose a smaller file, and send it again" in answer.text


@pytest.mark.parametrize("said", [True, False], ids=["declared", "streamed"])
async def test_a_page_may_take_more_from_those_who_may_come(guest, said):
    fits, larger = of_length(LARGEST_BODY * 2), of_length(LARGEST_BODY * 2 + 1)
    found = [(await guest.post(path, content=body if said else in_parts(body), headers=FORM)).status_code for path in ("/tests/large", "/tests/own-large", "/tests/echo") for body in (fits, larger)]
    assert found == [200, 413, 413, 413, 413, 413]


async def test_a_length_that_is_no_number_is_refused(guest):
    answer = await guest.post("/tests/echo", content=in_parts(b"word=a"), headers={**FORM, "content-length": "many"})
    assert (answer.status_code, "That is too big" in answer.text) == (413, True)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=%d" % n for n in range(2_001))),
    ],
    ids=["no boundary", "no name", "too many fields"],
)
async def test_a_body_that_is_no_form_is_refused_in_words(guest, kind, body):
    answer = await guest.post("/tests/echo", content=body, headers={"content-type": kind})
    assert (answer.status_code, "What was sent could not be read" in answer.text) == (400, True)


async def test_what_was_sent_is_cleaned(guest):
    sent = b"word=%00a%0D%0Ab%EF%BB%BFc%E2%80%AEd%ED%A0%80e%FFf%F0%9F%8C%BB%7F&na%00me=e%CC%81"
    answer = await guest.post("/tests/echo", content=sent, headers=FORM)
    assert answer.text == repr([("word", "a\nbcd\ufffd\ufffd\ufffde\ufffdf🌻"), ("name", "é")])


# Headers


def safety_of(answer) -> dict:
    return {name: answer.headers.get(name) for name in SAFETY}


async def test_every_answer_has_the_same_safety_headers(guest, cast):
    await cast.organization()
    paths = ("/sign-in", "/", "/nothing-here", "/tests/bug/word", "/healthz", "/static/css/base.css", "/static/nothing.css", "/my")
    assert {path: safety_of(await guest.get(path)) for path in paths} == dict.fromkeys(paths, SAFETY)


async def test_only_the_page_that_posts_there_names_another_origin(guest):
    answer = await guest.get("/tests/paid")
    assert safety_of(answer) == SAFETY | {"content-security-policy": POLICY.replace("form-action 'self'", "form-action 'self' https://checkout.example")}
    assert safety_of(await guest.get("/sign-in")) == SAFETY


async def test_with_https_browsers_are_told_to_stay_with_it(settings, fixed_clock):
    made = create_app(settings.model_copy(update={"base_url": "https://conference.test"}), clock=fixed_clock)
    async with opened(made.context), new_browser(made) as browser:
        answer = await browser.get("/sign-in?lang=es")
        assert safety_of(answer) == SAFETY | {"strict-transport-security": "max-age=63072000"}
        assert [cookie.rpartition("; ")[2] for cookie in answer.headers.get_list("set-cookie")] == ["Secure"] * 2


async def test_pages_that_differ_by_person_are_not_stored(guest, cast):
    await cast.organization()
    assert [(await guest.get(path)).headers["cache-control"] for path in ("/sign-in", "/nothing-here", "/my")] == ["no-store"] * 3
    assert (await guest.get("/")).headers["cache-control"] != "no-store"


# Languages


def spoken(answer) -> str:
    return answer.text.split('<html lang="')[1].split('"')[0]


# (query, cookie, Accept-Language, the language of the page)
ASKED = [
    ("", None, "", "en"),
    ("", None, "es-MX,es;q=0.9,en;q=0.8", "es"),
    ("", None, "en;q=0.2, es;q=0.7", "es"),
    ("", None, "de, fr", "en"),
    ("", None, "es;q=0, *", "en"),
    ("", None, ";;;,q=,\xe9", "en"),
    ("", "es", "en", "es"),
    ("", "tlh", "es", "es"),
    ("?lang=es", "en", "en", "es"),
    ("?lang=en", "es", "es", "en"),
    ("?lang=tlh", None, "es", "es"),
    ("?lang=", None, "es", "es"),
    ("?lang=%00", None, "es", "es"),
]


@pytest.mark.parametrize("path", ["/sign-in", "/network"], ids=["own page", "ready page"])
async def test_the_language_of_a_page(guest, cast, path):
    await cast.organization()
    found = []
    for query, cookie, header, _language in ASKED:
        headers = {"accept-language": header.encode("latin-1"), "cookie": f"lang={cookie}" if cookie else "other=lang"}
        found.append((query, cookie, header, spoken(await guest.get(path + query, headers=headers))))
    assert found == ASKED


async def test_who_follows_a_language_link_keeps_the_language(guest):
    assert spoken(await guest.get("/sign-in?lang=es")) == "es"
    assert spoken(await guest.get("/sign-in")) == "es"
    assert spoken(await guest.get("/nothing-here")) == "es"
    assert [cookie.split("=")[0] for cookie in (await guest.get("/sign-in?lang=tlh")).headers.get_list("set-cookie")] == []


def test_long_language_headers_are_cut_between_two_members():
    languages = Languages("en", ["en", "es"])
    assert languages.of({b"accept-language": b"de;q=0.1," * 50 + b"es"}) == "en"
    assert languages.of({b"accept-language": b"es," + b"de;q=0.1," * 5_000}) == "es"


# Refusals


REFUSALS = [
    ("Refused", 409, "That cannot be done now"),
    ("NotFound", 404, "There is no such page"),
    ("NotAllowed", 403, "This page is not open to you"),
    ("Malformed", 400, "That could not be read"),
    ("WrongOrigin", 403, "This page is not open to you"),
    ("TooLarge", 413, "That is too big"),
    ("TooMany", 429, "Please wait a little"),
    ("Gone", 410, "This is no longer here"),
    ("Busy", 503, "Please try again in a moment"),
    ("Unavailable", 503, "Please try again in a moment"),
]


async def test_a_refusal_is_a_page_that_says_what_to_do(guest):
    for name, status, heading in REFUSALS:
        answer = await guest.get(f"/tests/refusals/{name}")
        said = re.search("<h1>(.+?)</h1>.*?<p class=\"lead\">(.+?)</p>", answer.text, re.DOTALL).groups()
        assert (name, answer.status_code, *said) == (name, status, heading, getattr(errors, name)().message)
        assert (answer.headers["cache-control"], answer.headers.get("retry-after")) == ("no-store", {429: "300", 503: "5"}.get(status))


async def test_an_address_that_leads_nowhere_and_a_request_it_does_not_take(guest):
    nowhere, wrong = await guest.get("/nothing/here"), await guest.post("/healthz")
    assert (nowhere.status_code, wrong.status_code, sorted(wrong.headers["allow"].split(", "))) == (404, 405, ["GET", "HEAD"])
    assert "The address may be mistyped" in nowhere.text and "This address takes no such request" in wrong.text


async def test_no_page_takes_other_requests(guest):
    assert [(await guest.request(method, "/sign-in")).status_code for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")] == [405] * 5


async def test_refusals_speak_the_readers_language(guest):
    answers = [await guest.get(path, headers={"accept-language": "es"}) for path in ("/nothing/here", "/tests/bug/word")]
    answers.append(await guest.post("/healthz", headers={"accept-language": "es"}))
    assert [(answer.status_code, spoken(answer)) for answer in answers] == [(404, "es"), (500, "es"), (405, "es")]


STRANGE = ["/%00", "/%ff%fe", "/" + "a" * 5_000, "/static/%2e%2e/settings.py", "http://conference.test//sign-in", "/2027/../sign-in%0d%0aset-cookie:a=b", "/🌻"]


async def test_strange_addresses_lead_nowhere(guest):
    answers = [await guest.get(path) for path in STRANGE]
    assert [(answer.status_code, "set-cookie" in answer.headers) for answer in answers] == [(404, False)] * len(STRANGE)


# Forms must be ours


ORIGINS = [
    ({"sec-fetch-site": "same-origin"}, 200),
    ({"sec-fetch-site": "none"}, 200),
    ({"sec-fetch-site": "same-site"}, 403),
    ({"sec-fetch-site": "cross-site"}, 403),
    ({"sec-fetch-site": ""}, 403),
    ({"sec-fetch-site": "none", "origin": "https://evil.example"}, 403),
    ({"sec-fetch-site": "cross-site", "origin": "http://conference.test"}, 403),
    ({"origin": "http://conference.test"}, 200),
    ({"origin": "https://conference.test"}, 403),
    ({"origin": "http://conference.test.evil.example"}, 403),
    ({"origin": "null"}, 403),
    ({"origin": ""}, 403),
    ({}, 403),
]


async def test_where_a_post_comes_from(guest):
    del guest.headers["sec-fetch-site"]
    answers = [await guest.post("/tests/echo", data={"word": "a"}, headers=headers) for headers, _status in ORIGINS]
    assert [(headers, answer.status_code) for (headers, _status), answer in zip(ORIGINS, answers, strict=True)] == ORIGINS
    assert ["did not come from one of our pages" in answer.text for answer in answers] == [status == 403 for _headers, status in ORIGINS]


async def test_without_these_headers_cookie_and_field_must_agree(guest):
    del guest.headers["sec-fetch-site"]
    token = field_of(await guest.get("/sign-in"))
    sent = [{}, {"form_token": ""}, {"form_token": token[:-1]}, {"form_token": "x" + token}, {"form_token": "🌻"}, {"form_token": token}]
    assert [(await guest.post("/tests/echo", data=data)).status_code for data in sent] == [403, 403, 403, 403, 403, 200]


async def test_another_browsers_field_does_not_agree(guest, house):
    async with new_browser(house) as other:
        foreign = field_of(await other.get("/sign-in"))
    del guest.headers["sec-fetch-site"]
    await guest.get("/sign-in")
    assert (await guest.post("/tests/echo", data={"form_token": foreign})).status_code == 403


async def test_the_cookie_of_forms_stays_the_same_and_is_out_of_reach_of_scripts(guest):
    first, second = await guest.get("/sign-in"), await guest.get("/sign-in")
    assert (first.headers["set-cookie"].split("; ", 1)[1], "set-cookie" in second.headers) == ("HttpOnly; Path=/; SameSite=strict", False)
    assert field_of(first) == field_of(second)


def field_of(answer) -> str:
    return answer.text.split('name="form_token" value="')[1].split('"')[0]


# Ended sign-ins


async def test_signed_out_people_are_asked_to_sign_in_and_brought_back(guest):
    answer = await guest.get("/tests/own?page=2&lang=en")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Ftests%2Fown%3Fpage%3D2%26lang%3Den")


async def test_what_was_typed_when_the_sign_in_had_ended_can_be_sent_again(guest, cast):
    answer = await guest.post("/tests/own", data={"note": 'Two <b>"words"</b> & a 🌻', "form_token": "old", "empty": ""})
    assert (answer.status_code, answer.headers["cache-control"]) == (401, "no-store")
    assert '<input type="hidden" name="note" value="Two &lt;b&gt;&#34;words&#34;&lt;/b&gt; &amp; a 🌻">' in answer.text
    assert '<input type="hidden" name="empty" value="">' in answer.text and 'value="old"' not in answer.text
    assert "Nothing you wrote is lost" in answer.text


async def test_what_is_sent_again_after_signing_in_arrives(guest, cast):
    """Also from a browser that does not say where a form comes from."""
    del guest.headers["sec-fetch-site"]
    await guest.get("/sign-in")
    signed_out = await guest.post("/tests/own", data={"note": "a 🌻", "form_token": field_of(await guest.get("/sign-in"))})
    ada = await cast.browser("ada")
    guest.cookies.set("sign_in", ada.cookies["sign_in"])
    answer = await guest.post("/tests/own", data={"note": "a 🌻", "form_token": field_of(signed_out)})
    assert answer.text == repr([("note", "a 🌻"), ("form_token", field_of(signed_out))])


async def test_the_page_about_an_ended_sign_in_brings_its_own_cookie(guest):
    """A browser that never had one could not send its words again otherwise."""
    answer = await guest.post("/tests/own", data={"note": "a"})
    del guest.headers["sec-fetch-site"]
    assert (answer.status_code, (await guest.post("/tests/echo", data={"form_token": field_of(answer)})).status_code) == (401, 200)


# Logs


async def test_the_log_of_a_bug_tells_its_kind_and_place_and_no_value(guest):
    with capture_logs() as lines:
        answer = await guest.get("/tests/bug/ana-secret?email=ana", headers={"cookie": "sign_in=ana-secret", "user-agent": "ana-secret"})
    assert (answer.status_code, "Something went wrong on our side. It was noted." in answer.text) == (500, True)
    told = [(line["event"], line["route"], line.get("trouble"), line.get("status")) for line in lines]
    assert told == [("bug", "/tests/bug/{word}", "ValueError", None), ("request", "/tests/bug/{word}", None, 500)]
    assert [word for word in ("ana", "Ana", "312-555") if word in str(lines)] == []
    assert [word for word in SECRET_WORDS.split(", ") if word in answer.text] == []


async def test_who_goes_away_in_the_middle_of_a_form_is_no_bug(house):
    """As when a phone loses its network: half of a body, and then nobody."""
    coming = iter([{"type": "http.request", "body": b"word=hal", "more_body": True}, {"type": "http.disconnect"}])

    async def receive():
        return next(coming)

    async def send(message):
        pass

    headers = [(b"content-type", b"application/x-www-form-urlencoded"), (b"content-length", b"80"), (b"sec-fetch-site", b"same-origin")]
    scope = {"type": "http", "method": "POST", "path": "/tests/echo", "raw_path": b"/tests/echo", "query_string": b"", "headers": headers, "scheme": "http"}
    scope |= {"http_version": "1.1", "root_path": "", "server": ("conference.test", 80), "client": ("127.0.0.1", 1)}
    with capture_logs() as lines:
        await house(scope, receive, send)
    assert [(line["event"], line["status"]) for line in lines] == [("request", 499)]


async def test_the_access_log_has_patterns_and_not_addresses(guest):
    with capture_logs() as lines:
        await guest.get("/sign-in/a-secret-token")
        await guest.get("/nobody/a-secret-token")
        await guest.post("/tests/echo", data={"word": SECRET_WORDS})
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [("GET", "/sign-in/{token}", 404), ("GET", "-", 404), ("POST", "/tests/echo", 200)]
    assert set(lines[0]) == {"event", "method", "route", "status", "ms", "log_level"}


# Addresses


@pytest.mark.parametrize("path", ("/tests/bug/a%00b", "/tests/echo?q=%00", "/2027/orders/%00", "/office/2027/registration/orders/AB%00"))
async def test_a_nul_in_an_address_is_an_address_that_is_not_there(guest, path):
    assert (await guest.get(path)).status_code == 404


async def test_after_a_form_the_other_language_is_a_page_that_can_be_looked_at(cast):
    """The reveal is sent to an address that answers POST alone."""
    from conference.registration import actions
    from conference.registration.models import Order

    edition = await cast.edition()
    pool = await actions.create_pool(edition, slug="hall", title={"en": "Hall", "es": "Sala"}, size=5)
    ticket = await actions.create_ticket_type(edition, [pool], slug="free", title={"en": "Free", "es": "Gratis"})
    await actions.register(edition, ticket, badge_name="Ana", language="en")
    order, bo = await Order.get(), await cast.browser("bo")
    path = f"/office/2027/registration/orders/{order.code}"
    page = await bo.post(f"{path}/reveal/badge_name")
    assert page.status_code == 200 and f'href="{path}?lang=es"' in page.text
