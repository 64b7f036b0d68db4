"""Style sheets and pictures: from memory, kept by browsers for good, never from outside their folder."""

import gzip

import brotli
import pytest

from conference.core import assets


@pytest.fixture
def folder(app, tmp_path):
    """A static/ of our own, with a secret beside it."""
    static = tmp_path / "site" / "static"
    (static / "css").mkdir(parents=True)
    (static / "css" / "a.css").write_text("a { color: red }\n" * 40)
    (static / "dot.png").write_bytes(b"\x89PNG" * 40)
    (static.parent / "secret.txt").write_text("a secret")
    (static / "link.css").symlink_to(static.parent / "secret.txt")
    (static.parent / "static-beside").mkdir()
    (static.parent / "static-beside" / "secret.txt").write_text("a secret")
    (static.parent / "templates").symlink_to(app.context.settings.root / "templates")
    app.context.settings = app.context.settings.model_copy(update={"root": static.parent})
    return static


async def test_an_address_names_the_content_and_may_be_kept_for_good(visitor, folder):
    address = assets.address("css/a.css")
    answer = await visitor.get(address, headers={"accept-encoding": "identity"})
    assert address == f"/static/css/a.css?v={answer.headers['etag'].strip(chr(34))}"
    assert (answer.text, answer.headers["content-type"]) == ((folder / "css" / "a.css").read_text(), "text/css; charset=utf-8")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_without_the_right_version_it_is_kept_for_minutes(visitor, folder):
    answers = [await visitor.get(f"/static/css/a.css{query}") for query in ("", "?v=", "?v=older")]
    assert [answer.headers["cache-control"] for answer in answers] == ["public, max-age=300"] * 3


PACKED = [("br, gzip", "br"), ("gzip", "gzip"), ("gzip;q=1, br;q=0", "gzip"), ("gzip;q=0", None), ("", None), ("identity", None), ("brotli-like", None)]
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}


async def test_it_comes_packed_as_the_browser_takes_it(visitor, folder):
    found = []
    for accepted, _encoding in PACKED:
        async with visitor.stream("GET", "/static/css/a.css", headers={"accept-encoding": accepted}) as answer:
            packed, encoding = b"".join([part async for part in answer.aiter_raw()]), answer.headers.get("content-encoding")
        found.append((accepted, encoding))
        assert (UNPACK[encoding](packed), answer.headers["vary"]) == ((folder / "css" / "a.css").read_bytes(), "accept-encoding")
    assert found == PACKED


async def test_pictures_are_not_packed_again(visitor, folder):
    answer = await visitor.get("/static/dot.png", headers={"accept-encoding": "br, gzip"})
    assert (answer.headers["content-type"], answer.headers.get("content-encoding")) == ("image/png", None)


async def test_who_has_it_is_not_sent_it_again(visitor, folder):
    tag = (await visitor.get("/static/css/a.css")).headers["etag"]
    for sent in (tag, f'W/{tag}, "other"', "*"):
        answer = await visitor.get("/static/css/a.css", headers={"if-none-match": sent})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert (await visitor.get("/static/css/a.css", headers={"if-none-match": '"other"'})).status_code == 200


OUTSIDE = ["../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt", "css/../../secret.txt", "css/%2e%2e/%2e%2e/secret.txt", "%2fetc%2fpasswd", "/etc/passwd", "link.css",
    "..%2fstatic-beside%2fsecret.txt", "css", "css/", "", "nothing.css", "a%00.css", "a" * 3_000, "a/" * 2_000, "%ff%fe", "css\\..\\..\\secret.txt"]  # fmt: skip


async def test_nothing_comes_from_outside_the_folder(visitor, folder):
    answers = [await visitor.get(f"/static/{name}") for name in OUTSIDE]
    assert [(name, answer.status_code) for name, answer in zip(OUTSIDE, answers, strict=True)] == [(name, 404) for name in OUTSIDE]
    assert [answer.text for answer in answers if "a secret" in answer.text or "root:" in answer.text] == []


async def test_names_of_what_is_not_there_are_not_remembered(visitor, app, folder):
    await visitor.get("/static/css/a.css")
    known = dict(app.context.parts["assets"])
    for number in range(20):
        await visitor.get(f"/static/{number}.css")
    assert app.context.parts["assets"] == known


def test_an_address_of_what_is_not_there_has_no_version(folder):
    assert assets.address("css/none.css") == "/static/css/none.css"
