"""Letters: one row each, put into words when they go out, the same Message-ID on a repeat, nothing fetched when they are read."""

import asyncio
import re
from contextlib import asynccontextmanager

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from pydantic import SecretStr
from structlog.testing import capture_logs

from conference.core import jobs, mail
from conference.core.db import transaction
from conference.core.i18n import language
from conference.core.jobs import Job
from conference.core.mail import Attachment, Letter, LetterState, Words, compose, post, send_letter

ADA = "ada@example.org"
SUBJECT = {"en": "Your link", "es": "Su enlace"}
LINK = "http://conference.test/sign-in/word"


class Server:
    """A mail server that keeps what it is given, or refuses it."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:
        if self.answer.startswith("250"):
            self.got.append(envelope)
        return self.answer


@asynccontextmanager
async def mail_server(app):
    """Loopback only; the app's settings name it while it is there."""
    handler = Server()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(handler), "127.0.0.1", 0)
    address = SecretStr(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    before, app.context.settings = app.context.settings, app.context.settings.model_copy(update={"smtp_url": address})
    try:
        yield handler
    finally:
        app.context.settings = before
        server.close()


class Desk:
    """Writes the one letter of these tests; ``words`` may be changed."""

    def __init__(self) -> None:
        self.more: dict = {}
        self.to: str | None = ADA
        self.link = LINK
        self.wrote = 0

    async def hello(self, row_id: str) -> Words | None:
        self.wrote += 1
        if self.to is None:
            return None
        return Words(to=self.to, subject=SUBJECT[language()], template="people/mail/sign_in.md", context={"link": self.link}, **self.more)


@pytest.fixture
def desk(app, monkeypatch):
    made = Desk()
    monkeypatch.setitem(mail._letters, "tests.hello", made.hello)
    return made


async def post_hello(key: str = "hello:1", language: str = "en") -> Letter:
    await post("tests.hello", key=key, language=language, row_id=1)
    return await Letter.get(key=key)


async def states() -> list[tuple[str, LetterState]]:
    return [(row.key, row.state) for row in await Letter.all().order_by("key")]


async def test_a_letter_of_an_undone_transaction_is_never_written(desk):
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await post_hello()
            raise ZeroDivisionError
    await jobs.run_due()
    assert (await states(), desk.wrote) == ([], 0)


async def test_the_row_holds_ids_and_no_words(desk):
    row = await post_hello()
    assert (row.name, row.ids, row.language, row.state, row.ended) == ("tests.hello", {"row_id": 1}, "en", LetterState.WAITING, None)
    assert (await Job.get()).ids == {"letter_id": str(row.id)}


async def test_without_a_mail_server_it_is_kept_to_be_read_in_the_office(desk):
    await post_hello()
    await jobs.run_due()
    assert (await states(), (await Letter.get()).ended) == ([("hello:1", LetterState.KEPT)], (await Letter.get()).made)


async def test_of_one_key_there_is_one_letter_ever(desk):
    await post_hello()
    await jobs.run_due()
    await post_hello()
    await jobs.run_due()
    assert (await states(), desk.wrote) == ([("hello:1", LetterState.KEPT)], 1)


async def test_where_there_is_nothing_to_say_any_more_it_is_dropped(desk, app):
    desk.to = None
    await post_hello()
    async with mail_server(app) as server:
        await jobs.run_due()
    assert (await states(), server.got) == ([("hello:1", LetterState.DROPPED)], [])


async def test_it_is_delivered_once(desk, app):
    row = await post_hello()
    async with mail_server(app) as server:
        await jobs.run_due()
        await send_letter(str(row.id))
    [got] = server.got
    assert (got.mail_from, got.rcpt_tos) == ("conference@example.org", [ADA])
    assert (await states(), LINK in got.content.decode()) == ([("hello:1", LetterState.SENT)], True)


async def test_a_repeat_after_a_kill_is_the_same_letter(desk, app, fixed_clock):
    """The server had taken it, and the process ended before it could write that down."""
    row = await post_hello()
    async with mail_server(app) as server:
        await send_letter(str(row.id))
        await Letter.all().update(state=LetterState.WAITING)
        fixed_clock.on(minutes=3)
        await send_letter(str(row.id))
    heads = [re.findall(rb"(?m)^(Message-ID|Date): (.+)\r$", got.content) for got in server.got]
    assert heads[0] == heads[1] == [(b"Date", b"Sat, 01 May 2027 12:00:00 +0000"), (b"Message-ID", f"<{row.id}@example.org>".encode())]


async def test_a_refusing_mail_server_is_asked_again_and_nobodys_address_is_logged(desk, app, fixed_clock):
    await post_hello()
    async with mail_server(app) as server:
        server.answer = f"550 no such person {ADA}"
        with capture_logs() as lines:
            await jobs.run_due()
        assert (await states(), server.got) == ([("hello:1", LetterState.WAITING)], [])
        assert [(line["event"], line["trouble"]) for line in lines] == [("job failed", "SMTPDataError")]
        assert ADA not in str(lines) and ADA not in str(await Job.all().values())
        server.answer = "250 OK"
        fixed_clock.on(minutes=1)
        await jobs.run_due()
    assert (await states(), len(server.got)) == ([("hello:1", LetterState.SENT)], 1)


async def test_the_head_of_a_letter(desk):
    row = await post_hello()
    message = await compose(row)
    assert {name: message[name] for name in ("From", "To", "Subject", "Content-Language", "Auto-Submitted", "List-Unsubscribe", "Reply-To")} == {
        "From": "conference@example.org", "To": ADA, "Subject": "Your link", "Content-Language": "en", "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": None, "Reply-To": None,
    }  # fmt: skip
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


async def test_a_letter_speaks_the_language_of_its_reader(desk):
    english, spanish = [await compose(await post_hello(f"hello:{code}", code)) for code in ("en", "es")]
    assert (english["Subject"], spanish["Subject"], spanish["Content-Language"]) == ("Your link", "Su enlace", "es")
    assert [re.search('<html lang="([^"]+)"', html_of(message))[1] for message in (english, spanish)] == ["en", "es"]


async def test_letters_to_lists_can_be_left_with_one_click(desk):
    desk.more = {"leave": "http://conference.test/leave/word"}
    message = await compose(await post_hello())
    assert (message["List-Unsubscribe"], message["List-Unsubscribe-Post"]) == ("<http://conference.test/leave/word>", "List-Unsubscribe=One-Click")


async def test_what_is_attached_comes_along(desk):
    desk.more = {"attachments": (Attachment("days.ics", b"BEGIN:VCALENDAR\r\n", "text/calendar"),)}
    message = await compose(await post_hello())
    assert [(part.get_filename(), part.get_content_type()) for part in message.iter_attachments()] == [("days.ics", "text/calendar")]
    assert next(message.iter_attachments()).get_payload(decode=True) == b"BEGIN:VCALENDAR\r\n"


FETCHED = re.compile(r"""<(?:img|link|script|iframe|object|embed|video|audio|source|base|form|meta[^>]*refresh)|\b(?:src|srcset|background|poster|on\w+)\s*=|url\(|@import|javascript:""", re.IGNORECASE)


async def test_nothing_is_fetched_when_it_is_read_whatever_was_written(desk):
    desk.link = (
        'https://x> ![dot](https://evil.example/dot.png) <img src="https://evil.example/a.png"> <script>alert(1)</script> '
        '<style>@import url(https://evil.example/a.css)</style> [click](javascript:alert(1)) <b onclick="x()">b'
    )
    html = html_of(await compose(await post_hello()))
    tags = re.findall(r"<[^>]+>", html)
    assert [tag for tag in tags if FETCHED.search(tag)] == []
    assert (re.search(r"<style[^>]*>[^<]*(url\(|@import)", html), "<script" in html) == (None, False)


async def test_text_and_html_say_the_same_and_links_can_be_pressed(desk):
    message = await compose(await post_hello())
    assert f"<{LINK}>" in text_of(message)
    assert re.findall(r'<a[^>]* href="([^"]+)"', html_of(message)) == [LINK]


def text_of(message) -> str:
    return message.get_body(("plain",)).get_content()


def html_of(message) -> str:
    return message.get_body(("html",)).get_content()
