"""Writing a letter, letting it go, stopping it. It goes out in portions, so that a stop is heard soon."""

import json
from datetime import timedelta
from uuid import UUID

from tortoise.expressions import F

from conference.core import audit, clock, jobs, mail, sealing
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import LANGUAGES, _
from conference.core.mail import LetterState
from conference.editions.models import Edition
from conference.letters import queries
from conference.letters.models import Mailing, MailingState
from conference.letters.segments import Segment
from conference.people.models import Person
from conference.registration.models import Order

TIME_TO_STOP = timedelta(minutes=15)
PORTION = 20
BREATH, STUCK = timedelta(seconds=2), timedelta(minutes=10)


class NobodyOfThisReference(Refused):
    def sentence(self) -> str:
        return _("No registration of this conference has this reference.")


class NoAddress(Refused):
    def sentence(self) -> str:
        return _("This person left no e-mail address. They can only be told when they come or call.")


class NobodyToReach(Refused):
    def sentence(self) -> str:
        return _("Nobody can be reached with this letter: there is nobody of this kind, or none of them left an address.")


class NothingKept(Refused):
    def sentence(self) -> str:
        return _("What was kept about people of this conference is gone, as promised. Nobody can be written to any more.")


class WordsMissing(Refused):
    def sentence(self) -> str:
        return _("Subject and letter are needed in each language in which somebody will read it.")


class ChangedMeanwhile(Refused):
    def sentence(self) -> str:
        return _("Somebody changed this letter meanwhile, or it is on its way already. Look at how it stands now.")


async def write(edition: Edition, *, segment: Segment, code: str | None, words: queries.Words, by: Person) -> Mailing:
    """A new draft, to a group or to the one person of this reference. Raises NobodyOfThisReference, NoAddress and WordsMissing."""
    order = await _one(edition, code, segment, words)
    mailing = Mailing(edition_id=edition.id, order_id=order and order.id, segment={} if order else segment.as_json(), by=by.id, made=clock.now())
    _put(mailing, words)
    async with transaction():
        await mailing.save(force_create=True)
        await audit.record("letters.written", actor=by.id, row=mailing.id, edition=edition.id)
    return mailing


async def change(mailing: Mailing, edition: Edition, *, segment: Segment, code: str | None, words: queries.Words, revision: int, by: Person) -> None:
    """Raises what ``write`` raises, and ChangedMeanwhile where ``revision`` is old or it is no draft any more."""
    order = await _one(edition, code, segment, words)
    _put(mailing, words)
    async with transaction():
        won = await Mailing.filter(id=mailing.id, state=MailingState.DRAFT, revision=revision).update(
            order_id=order and order.id, segment={} if order else segment.as_json(), words=mailing.words, revision=revision + 1
        )
        if not won:
            raise ChangedMeanwhile()
        await audit.record("letters.changed", actor=by.id, row=mailing.id, edition=edition.id)


async def _one(edition: Edition, code: str | None, segment: Segment, words: queries.Words) -> Order | None:
    """The registration of this reference, if one is named; words in the languages of who will read it are there."""
    order = await queries.order_of(edition, code) if code else None
    if order is None and (code or not segment.names_somebody()):
        raise NobodyOfThisReference(field="order")
    if order is not None and order.email is None:
        raise NoAddress(field="order")
    only = order.language if order else segment.language
    for language in (only,) if only else LANGUAGES:
        for part in ("subject", "body"):
            if not words.get(language, {}).get(part, "").strip():
                raise WordsMissing(field=f"{part}_{language}")
    return order


def _put(mailing: Mailing, words: queries.Words) -> None:
    """Raises NothingKept once the key of the edition is destroyed."""
    try:
        sealing.seal(mailing, words=json.dumps(words))
    except sealing.ScopeDestroyed:
        raise NothingKept() from None


# Letting it go


async def start(mailing: Mailing, *, revision: int, by: Person) -> None:
    """It begins in fifteen minutes, until when nothing has left. Raises ChangedMeanwhile and NobodyToReach."""
    reach = await queries.reach(mailing)
    if not reach.total:
        raise NobodyToReach()
    starts = clock.now() + TIME_TO_STOP
    async with transaction():
        await _move(mailing, {MailingState.DRAFT}, MailingState.WAITING, "letters.started", by, revision=revision, starts=starts, total=reach.total, unreachable=reach.unreachable)
        await jobs.later("letters.begin", due=starts, mailing_id=mailing.id)


async def stop(mailing: Mailing, *, by: Person) -> None:
    """Before it began it is a draft again; afterwards what has not left the outbox stays here. Raises ChangedMeanwhile where it has gone."""
    async with transaction():
        if await Mailing.filter(id=mailing.id, state=MailingState.WAITING).update(state=MailingState.DRAFT, starts=None):
            await audit.record("letters.stopped", actor=by.id, row=mailing.id, edition=mailing.edition_id)
        else:
            await _move(mailing, {MailingState.SENDING, MailingState.PAUSED}, MailingState.STOPPED, "letters.stopped", by, ended=clock.now())


async def pause(mailing: Mailing, *, by: Person) -> None:
    """The few in the outbox still go, the others wait. Raises ChangedMeanwhile where it is not being sent."""
    async with transaction():
        await _move(mailing, {MailingState.SENDING}, MailingState.PAUSED, "letters.paused", by)


async def go_on(mailing: Mailing, *, by: Person) -> None:
    """Raises ChangedMeanwhile where it is not paused."""
    async with transaction():
        await _move(mailing, {MailingState.PAUSED}, MailingState.SENDING, "letters.gone_on", by)
        await jobs.later("letters.send_some", mailing_id=mailing.id)


async def _move(mailing: Mailing, before: set[MailingState], after: MailingState, what: str, by: Person, revision: int | None = None, **facts: object) -> None:
    """In the caller's transaction; only one of two who press at once wins."""
    wanted = {"revision": revision} if revision is not None else {}
    if not await Mailing.filter(id=mailing.id, state__in=list(before), **wanted).update(state=after, **facts):
        raise ChangedMeanwhile()
    await audit.record(what, actor=by.id, row=mailing.id, edition=mailing.edition_id)


# What jobs do


async def begin(mailing_id: UUID) -> None:
    """The fifteen minutes are over. A job of an earlier start that was stopped finds a later one, or none."""
    now = clock.now()
    async with transaction():
        if await Mailing.filter(id=mailing_id, state=MailingState.WAITING, starts__lte=now).update(state=MailingState.SENDING, started=now):
            await jobs.later("letters.send_some", mailing_id=mailing_id)


async def send_some(mailing_id: UUID) -> None:
    """The next portion, once the one before has left the outbox; the last of two that do so at once does nothing."""
    mailing = await Mailing.get_or_none(id=mailing_id, state=MailingState.SENDING)
    if mailing is None:
        return
    if await queries.in_outbox(mailing).filter(state=LetterState.WAITING, made__gt=clock.now() - STUCK).exists():
        return await jobs.later("letters.send_some", due=clock.now() + BREATH, mailing_id=mailing.id)
    await send_next(mailing.id)


async def send_next(mailing_id: UUID) -> None:
    """The next portion goes into the outbox; after the last one it is done."""
    mailing = await Mailing.get(id=mailing_id)
    found, mark = await queries.recipients(mailing, PORTION)
    async with transaction():
        if mark is None:
            await Mailing.filter(id=mailing.id, state=MailingState.SENDING, mark=mailing.mark).update(state=MailingState.SENT, ended=clock.now(), total=F("posted"))
        elif await Mailing.filter(id=mailing.id, state=MailingState.SENDING, mark=mailing.mark).update(mark=mark, posted=F("posted") + len(found)):
            await _post(mailing, found)


async def _post(mailing: Mailing, found: list[queries.Recipient]) -> None:
    """In the caller's transaction: these people's letters, and the next portion after them."""
    for one in found:
        await mail.post("letters.to_one", key=queries.key_of(mailing.id, one.order_id), language=one.language, mailing_id=mailing.id, order_id=one.order_id)
    await jobs.later("letters.send_some", due=clock.now() + BREATH if found else None, mailing_id=mailing.id)
