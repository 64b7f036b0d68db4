"""Letters: one row each in the outbox, put into words and sent later.

The row holds a name, ids and a language; addresses, words and links are made when the letter goes out. A slice's ``mails.py``
has one function per letter.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from conference.core import clock, jobs, markdown
from conference.core.db import fields
from conference.core.db.fast import insert
from conference.core.db.model import Model
from conference.core.i18n import language, speaking
from conference.core.running import running
from conference.core.templates import render_text


class LetterState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    KEPT = "kept"  # no mail server is set: shown at /office/outbox instead
    DROPPED = "dropped"  # nothing to say any more, or nobody to say it to


class Letter(Model):
    """One letter to one address. ``name`` is ``<slice>.<function of mails.py>``."""

    name = fields.Short(80)
    key = fields.Short(160, unique=True)
    ids = fields.Json()
    language = fields.Short(8)
    state = fields.Choice(LetterState, default=LetterState.WAITING)
    made = fields.Moment()
    ended = fields.Moment(null=True)

    class Meta:
        table = "letter"
        indexes = [("state", "made"), ("made",)]


@dataclass(frozen=True)
class Attachment:
    name: str
    body: bytes
    media_type: str


@dataclass(frozen=True)
class Words:
    """What a letter says: ``template`` is markdown, shown as text and as HTML; ``leave`` a one-click address for lists.

    ``reply_to``: the address that answers go to, where it is another than letters come from.
    """

    to: str
    subject: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    leave: str | None = None
    reply_to: str | None = None


Write = Callable[..., Awaitable[Words | None]]
_letters: dict[str, Write] = {}


def letter(write: Write) -> Write:
    """Register a function of ``mails.py`` as ``<slice>.<its name>``; it may return None: nothing to send any more."""
    _letters[f"{write.__module__.split('.')[1]}.{write.__name__}"] = write
    return write


def known_letters() -> dict[str, Write]:
    return dict(_letters)


async def post(name: str, *, key: str, language: str, **ids: Any) -> None:
    """Put a letter into the outbox, in the caller's transaction; a key is used once ever."""
    new = Letter(name=name, key=key, language=language, made=clock.now(), ids={k: str(v) if isinstance(v, UUID) else v for k, v in ids.items()})
    await insert(new, jobs.asked("core.send_letter", letter_id=new.id), unless_known=True)


@jobs.job
async def send_letter(letter_id: str) -> None:
    row = await Letter.get_or_none(id=letter_id, state=LetterState.WAITING)
    if row is None:
        return
    message = await compose(row)
    if message is None:
        state = LetterState.DROPPED
    elif running().settings.smtp_url.get_secret_value():
        await _deliver(message)
        state = LetterState.SENT
    else:
        state = LetterState.KEPT
    await Letter.filter(id=row.id, state=LetterState.WAITING).update(state=state, ended=clock.now())


async def compose(row: Letter) -> EmailMessage | None:
    """The letter as it would go out now; None where there is nothing to say any more. Repeats carry the same Message-ID."""
    write = _letters[row.name]
    with speaking(row.language):
        words = await write(**{name: value for name, value in row.ids.items() if name in inspect.signature(write).parameters})
        return None if words is None else _message(row, words)


def _message(row: Letter, words: Words) -> EmailMessage:
    settings = running().settings
    text, html = bodies(words)
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = settings.mail_from, words.to, words.subject
    message["Date"] = row.made
    message["Message-ID"] = f"<{row.id}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if words.reply_to:
        message["Reply-To"] = words.reply_to
    if words.leave:
        message["List-Unsubscribe"] = f"<{words.leave}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    for attached in words.attachments:
        main, sub = attached.media_type.split("/")
        message.add_attachment(attached.body, maintype=main, subtype=sub, filename=attached.name)
    message["Content-Language"] = row.language  # last: setting the content clears what was said about it
    return message


def bodies(words: Words) -> tuple[str, str]:
    """The letter as plain text and as HTML with its styles inlined."""
    import css_inline

    text = render_text(words.template, base_url=running().settings.base_url, **words.context).strip() + "\n"
    page = render_text("base/letter.html", subject=words.subject, body=markdown.to_html(text), dir="ltr" if language() != "ar" else "rtl")
    return text, css_inline.inline(page, load_remote_stylesheets=False)


async def _deliver(message: EmailMessage) -> None:
    import aiosmtplib

    server = urlsplit(running().settings.smtp_url.get_secret_value())
    await aiosmtplib.send(
        message,
        hostname=server.hostname,
        port=server.port or (465 if server.scheme == "smtps" else 25),
        username=unquote(server.username) if server.username else None,
        password=unquote(server.password) if server.password else None,
        use_tls=server.scheme == "smtps",
        timeout=20,
    )
