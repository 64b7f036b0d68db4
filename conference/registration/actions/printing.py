"""Badges and lists on paper: asked for with a reason, made part by part, taken along, removed."""

import base64
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from conference.core import audit, clock, sealing
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.core.jobs import later
from conference.editions.models import Edition
from conference.registration.models import Attendee, Paper, Printed, Printout, PrintoutPart

BADGES_IN_A_PART = 64
KEPT_UNTAKEN, KEPT_TAKEN = timedelta(days=1), timedelta(hours=1)


class NobodyToPrint(Refused):
    def sentence(self) -> str:
        return _("There is nobody to print this for.")


async def ask_for_printout(edition: Edition, what: Printed, people: Sequence[Attendee], *, paper: Paper, language: str, reason: str, by: UUID) -> Printout:
    """Have badges or lists made for these people, in the order of their names; who takes them out of the system, and why, is written
    down first. Raises NobodyToPrint."""
    if not people:
        raise NobodyToPrint()
    ids = [str(attendee.id) for attendee in await _by_name(people)]
    printout = Printout(edition_id=edition.id, what=what, paper=paper, language=language, people=len(ids), made=clock.now(), by=by)
    async with transaction():
        await audit.record("registration.printed", actor=by, row=edition.id, edition=edition.id, printed=str(what), people=len(ids), reason=reason)
        await printout.save(force_create=True)
        for number, some in enumerate(_parted(ids, what), start=1):
            await PrintoutPart(edition_id=edition.id, printout_id=printout.id, number=number, attendees=some).save(force_create=True)
        await later("registration.make_printout", printout_id=printout.id)
    return printout


async def _by_name(people: Sequence[Attendee]) -> list[Attendee]:
    names = [plain.badge_name or "" for plain in await sealing.open_many(people, "badge_name")]
    return [attendee for _key, attendee in sorted(zip(map(_sort_key, names), people, strict=True), key=lambda pair: (pair[0], pair[1].id))]


def _sort_key(name: str) -> str:
    """So that Ángela stands with Angela."""
    return "".join(symbol for symbol in unicodedata.normalize("NFKD", name).casefold() if not unicodedata.combining(symbol))


def _parted(ids: list[str], what: Printed) -> Iterator[list[str]]:
    """Badges in parts that are quickly made; a list is whole, for its page numbers."""
    most = BADGES_IN_A_PART if what is Printed.BADGES else len(ids)
    return (ids[start : start + most] for start in range(0, len(ids), most))


async def keep_part(part: PrintoutPart, body: bytes) -> None:
    """Keep what was made, encrypted, and go on with the next part; what was removed meanwhile is not kept."""
    sealing.seal(part, body=base64.b64encode(body).decode("ascii"))
    async with transaction():
        if await PrintoutPart.filter(id=part.id, body=None).update(body=part.body):
            await later("registration.make_printout", printout_id=part.printout_id)


async def take_part_along(printout: Printout, part: PrintoutPart, *, by: UUID) -> bytes | None:
    """The PDF of a part; badges in it count as printed from now on. None once its key is destroyed."""
    body = sealing.open_one(part, "body").body
    if body is None:
        return None
    now = clock.now()
    async with transaction():
        await audit.record("registration.printout_taken", actor=by, row=part.edition_id, edition=part.edition_id, part=part.number)
        await PrintoutPart.filter(id=part.id, taken=None).update(taken=now)
        if printout.what is Printed.BADGES:
            await Attendee.filter(id__in=part.attendees, edition_id=part.edition_id).update(badge_taken=now)
    return base64.b64decode(body)


async def remove_printout(printout: Printout) -> None:
    async with transaction():
        await Printout.filter(id=printout.id).delete()


async def remove_old_printouts() -> None:
    """What was taken along an hour ago, and what nobody took within a day."""
    now = clock.now()
    async with transaction():
        await PrintoutPart.filter(taken__lt=now - KEPT_TAKEN).delete()
        await Printout.filter(made__lt=now - KEPT_UNTAKEN).delete()
        emptied = await Printout.filter(parts__id__isnull=True).values_list("id", flat=True)
        await Printout.filter(id__in=list(emptied)).delete()
