"""Messages to a chapter or to the network: written by anybody, opened and passed on by an organizer, gone after thirty days."""

from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from tortoise.exceptions import IntegrityError

from conference.core import audit, clock, mail, sealing
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import DEFAULT, _
from conference.editions import queries
from conference.editions.models import Chapter, ContactMessage, MessageState

KEPT_DAYS = 30
MOST_WAITING = 400


class TooManyMessages(Refused):
    def sentence(self) -> str:
        return _("So many messages wait to be read that we cannot take another one today. Please call us, or come back tomorrow.")


class DoneAlready(Refused):
    def sentence(self) -> str:
        return _("Somebody has passed this message on or dropped it meanwhile.")


class NobodyToWriteTo(Refused):
    def sentence(self) -> str:
        return _("There is no mail address to pass this on to. Give the chapter one first, under “The network”.")


async def write_message(chapter: Chapter | None, *, words: str, name: str = "", reach: str = "", language: str, once: str) -> ContactMessage:
    """Keep what somebody wrote until an organizer opens it. The same form sent twice is one message. Raises TooManyMessages.

    Nothing is sent to whoever wrote it: the address may be anybody's.
    """
    mark = sha256(repr((once, chapter and chapter.id, words, name, reach)).encode()).hexdigest()[:40]
    message = ContactMessage(chapter_id=chapter and chapter.id, language=language, once=mark, made=clock.now())
    sealing.seal(message, words=words, name=name, reach=reach)
    if await queries.messages_waiting() >= MOST_WAITING:
        raise TooManyMessages()
    try:
        async with transaction():
            await message.save(force_create=True)
            await audit.record("editions.message_written", row=message.id)
            await mail.post("editions.messages_waiting", key=f"messages_waiting:{clock.now():%Y%m%d}", language=DEFAULT)
    except IntegrityError:
        return await ContactMessage.get(once=mark)
    return message


async def open_message(message: ContactMessage, *, by: UUID) -> sealing.Plain:
    """``words``, ``name`` and ``reach`` for an organizer; written down before it happens."""
    async with transaction():
        await audit.record("editions.message_opened", actor=by, row=message.id)
    return sealing.open_one(message, "words", "name", "reach")


async def pass_on(message: ContactMessage, *, by: UUID) -> None:
    """Send it to whom it is for. Raises NobodyToWriteTo, DoneAlready."""
    if not await queries.address_for(message):
        raise NobodyToWriteTo()
    async with transaction():
        await _end(message, MessageState.PASSED, by)
        await audit.record("editions.message_passed_on", actor=by, row=message.id)
        await mail.post("editions.message", key=f"message:{message.id}", language=message.language, message_id=message.id)


async def drop_message(message: ContactMessage, *, by: UUID) -> None:
    """Its words are deleted at once, and nobody is sent anything. Raises DoneAlready."""
    async with transaction():
        await _end(message, MessageState.DROPPED, by)
        await ContactMessage.filter(id=message.id).update(words=None, name=None, reach=None, reach_blind=None)
        await audit.record("editions.message_dropped", actor=by, row=message.id)


async def _end(message: ContactMessage, state: MessageState, by: UUID) -> None:
    if not await ContactMessage.filter(id=message.id, state=MessageState.WAITING).update(state=state, ended=clock.now(), by=by):
        raise DoneAlready()


async def forget_messages() -> None:
    """What was written thirty days ago goes, whatever became of it."""
    async with transaction():
        await ContactMessage.filter(made__lt=clock.now() - timedelta(days=KEPT_DAYS)).delete()


async def forget_messages_of(email: str) -> int:
    """Delete the messages that somebody left with this address, at their wish; how many there were."""
    known = await queries.messages_of(email)
    async with transaction():
        for message in known:
            await ContactMessage.filter(id=message.id).delete()
            await audit.record("editions.message_forgotten", row=message.id)
    return len(known)
