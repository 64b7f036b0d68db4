"""Which sheets, blocks and released notes somebody may see."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tortoise.functions import Count

from conference.agenda import queries as agenda
from conference.agenda.models import Session
from conference.core import sealing
from conference.core.blobs import Blob
from conference.core.errors import NotFound
from conference.core.i18n import _
from conference.core.todo import Heap, heaps
from conference.editions.models import Edition
from conference.notes import access
from conference.notes.models import (
    Audience,
    Block,
    Erratum,
    Operation,
    Sheet,
    SheetPreview,
    SheetRelease,
    SheetState,
    SheetWriter,
)
from conference.notes.wording import Words
from conference.people.models import Person
from conference.people.queries import email_of


class NotMadeYet(NotFound):
    def sentence(self) -> str:
        return _("The PDF is being made. Please come back in a minute.")


async def session(edition: Edition, code: str) -> Session:
    return await agenda.session(edition, code)


async def facts(edition: Edition, session: Session) -> dict[str, Any]:
    """What is said of a session beside its notes, as everybody may know it now: a title can never be lost from its goals."""
    try:
        told = (await agenda.released(edition, session.code))[0]
    except NotFound:
        return {"code": session.code, "title": session.title, "title_ours": session.title_ours, "starts": "", "ends": "", "room": {}, "track": {}}
    return {
        "code": told.code,
        "title": told.title,
        "title_ours": told.title_ours,
        "starts": told.starts.isoformat(),
        "ends": told.ends.isoformat(),
        "room": told.room["name"] if told.room else {},
        "track": told.track["name"] if told.track else {},
    }


async def sheet_to_write(person: Person | None, edition: Edition, code: str) -> Sheet:
    """The sheet of a session, with its session, for one of its writers or an editor. NotFound for everybody else."""
    found = await Sheet.filter(edition_id=edition.id, session__code=code).select_related("session").first()
    if found is None or not await access.may_write(person, found, edition):
        raise NotFound()
    return found


async def sheet_to_review(edition: Edition, code: str) -> Sheet | None:
    """The sheet of a session for editors; None where nobody was asked to write one yet."""
    return await Sheet.filter(edition_id=edition.id, session__code=code).select_related("session").first()


async def blocks(sheet: Sheet, *, since: int = -1, deleted: bool = False) -> list[Block]:
    """The blocks of a sheet in order; with ``since``, only those that changed after that change of the sheet."""
    wanted = {} if deleted else {"deleted": False}
    return await Block.filter(sheet_id=sheet.id, change__gt=since, **wanted).order_by("place", "id")


async def words_at(block: UUID, part: str, version: int) -> str | None:
    """What stood in one part of a block at a version of it; None where its history does not say."""
    found = (
        await Operation.filter(block=block, part=part, version__lte=version, outcome__in=("done", "merged")).order_by("-version", "-at", "-id").first()
    )
    if found is None:
        return None
    plain = sealing.open_one(found, "sent", "result")
    return None if plain.gone else (plain.result or plain.sent or "")


async def parts_at(words: Words, version: int, parts: Sequence[str]) -> dict[str, str]:
    """What stood in these parts of a block at a version of it."""
    if version == words.block.version:
        return {part: words.get(part) for part in parts}
    return {part: await words_at(words.block.id, part, version) or "" for part in parts}


async def words_sent(operation: UUID, block: UUID, part: str) -> str | None:
    """What a writer's device sent in one operation on this part of this block."""
    found = await Operation.get_or_none(id=operation, block=block, part=part)
    return None if found is None else (sealing.open_one(found, "sent").sent or "")


@dataclass(frozen=True)
class Writer:
    """A note-taker of a sheet, with the address they are known by."""

    id: UUID
    person_id: UUID
    address: str


async def writers(sheet: Sheet) -> list[Writer]:
    found = await SheetWriter.filter(sheet_id=sheet.id).select_related("person").order_by("made", "id")
    return [Writer(row.id, row.person_id, email_of(row.person) or "") for row in found]


@dataclass(frozen=True)
class Listed:
    """One session in the editors' list: its sheet, how many write it, and the release in force, if there are any."""

    session: Session
    sheet: Sheet | None
    writers: int
    release: SheetRelease | None


async def all_sheets(edition: Edition) -> list[Listed]:
    """Every session that may have notes, and every other one that has a sheet, in order of time."""
    sheets = {sheet.session_id: sheet for sheet in await Sheet.filter(edition_id=edition.id)}
    counts: dict[UUID, int] = {}
    for row in await SheetWriter.filter(sheet__edition_id=edition.id).values("sheet_id"):
        counts[row["sheet_id"]] = counts.get(row["sheet_id"], 0) + 1
    releases = {release.sheet_id: release for release in await SheetRelease.filter(edition_id=edition.id, in_force=True)}
    listed = []
    for one in await agenda.sessions(edition):
        sheet = sheets.get(one.id)
        if sheet is not None or one.kind == "breakout":
            listed.append(Listed(one, sheet, counts.get(sheet.id, 0) if sheet else 0, releases.get(sheet.id) if sheet else None))
    return listed


async def handed_in(editions: Iterable[UUID]) -> list[Heap]:
    """Sheets that wait to be read and released, by edition."""
    return await heaps(Sheet.filter(state=SheetState.SUBMITTED, submitted__not_isnull=True), "submitted", editions)


async def my_sheets(person: Person, edition: Edition | None = None) -> list[Sheet]:
    """The sheets somebody was asked to write, with their sessions and editions; unfinished ones first."""
    wanted = {"edition_id": edition.id} if edition else {}
    found = await Sheet.filter(writers__person_id=person.id, **wanted).select_related("session", "edition").order_by("-edition__begins", "session__code")
    return sorted(found, key=lambda sheet: list(SheetState).index(sheet.state))


def _in_force(edition: Edition) -> Any:
    """Releases that everybody may read: those of sessions that are public themselves."""
    return SheetRelease.filter(edition_id=edition.id, in_force=True, sheet__session__audience=Audience.PUBLIC).select_related("sheet__session")


async def released(edition: Edition) -> list[SheetRelease]:
    """Everything that was released to the public, in the order of the sessions; with sheets and sessions."""
    return sorted(await _in_force(edition), key=_in_order)


def _in_order(release: SheetRelease) -> tuple:
    """By time, those without one last; at one time as the sessions were made."""
    session = release.sheet.session
    return release.snapshot["facts"]["starts"] or "9", session.made, session.code


async def released_note(edition: Edition, code: str) -> SheetRelease | None:
    """The released notes of one session; None where there are none for the public."""
    return await _in_force(edition).filter(sheet__session__code=code).first()


async def released_notes(edition: Edition, code: str) -> SheetRelease:
    """The same; NotFound where there are none."""
    found = await released_note(edition, code)
    if found is None:
        raise NotFound()
    return found


async def release_in_force(sheet: Sheet) -> SheetRelease | None:
    return await SheetRelease.get_or_none(sheet_id=sheet.id, in_force=True)


async def inner_notes(person: Person | None, edition: Edition, code: str) -> tuple[SheetRelease, list[dict[str, Any]]]:
    """The released notes of a session with every block this person may read. NotFound where that is no more than everybody may."""
    release = await SheetRelease.filter(edition_id=edition.id, in_force=True, sheet__session__code=code).select_related("sheet__session").first()
    mine = await access.readable(person, edition)
    inner = sealing.open_one(release, "inner").inner if release else None
    if release is None or inner is None or release.sheet.session.audience not in mine:
        raise NotFound()
    found = [block for block in json.loads(inner) if block["audience"] in mine]
    if all(block["audience"] == Audience.PUBLIC for block in found):
        raise NotFound()
    return release, found


async def errata(sheet_id: UUID) -> list[Erratum]:
    return await Erratum.filter(sheet_id=sheet_id).order_by("on", "made", "id")


async def errata_of_edition(edition: Edition) -> dict[UUID, list[Erratum]]:
    """All corrections of an edition, by sheet."""
    found: dict[UUID, list[Erratum]] = {}
    for row in await Erratum.filter(edition_id=edition.id).order_by("on", "made", "id"):
        found.setdefault(row.sheet_id, []).append(row)
    return found


async def released_pdf(edition: Edition, code: str, language: str) -> Blob:
    """The released PDF of a session's notes. NotFound where nothing is released; NotMadeYet until it is there."""
    release = await released_notes(edition, code)
    found = await Blob.get_or_none(owner=release.id, name=pdf_name(language))
    if found is None:
        raise NotMadeYet()
    return found


async def preview_pdf(person: Person | None, edition: Edition, code: str, language: str) -> SheetPreview:
    """The writers' PDF of what was handed in. NotFound for everybody else; NotMadeYet until it is there."""
    sheet = await sheet_to_write(person, edition, code)
    found = await SheetPreview.get_or_none(sheet_id=sheet.id, language=language, revision=sheet.revision)
    if found is None:
        raise NotMadeYet()
    return found


async def report_pdf(edition: Edition, language: str) -> Blob:
    found = await Blob.get_or_none(owner=edition.id, name=report_name(language))
    if found is None:
        raise NotFound()
    return found


async def has_report(edition: Edition) -> bool:
    return await Blob.exists(owner=edition.id, name__startswith="report.")


async def sheets_of_writer(person_id: UUID) -> list[SheetWriter]:
    """Whatever somebody was asked to write, in every edition, the oldest first."""
    return await SheetWriter.filter(person_id=person_id).select_related("sheet__session", "sheet__edition").order_by("made", "id")


async def operations_by(person_id: UUID) -> dict[UUID, int]:
    """How many changes are marked as somebody's, by sheet."""
    found = await Operation.filter(by=person_id).annotate(n=Count("id")).group_by("sheet_id").values("sheet_id", "n")
    return {row["sheet_id"]: row["n"] for row in found}


async def released_with_credit(sheets: Sequence[UUID]) -> set[UUID]:
    """Those sheets of which a release names who prepared it."""
    return set(await SheetRelease.filter(sheet_id__in=list(sheets)).exclude(prepared_by="").values_list("sheet_id", flat=True)) if sheets else set()


def pdf_name(language: str) -> str:
    return f"notes.{language}.pdf"


def report_name(language: str) -> str:
    return f"report.{language}.pdf"
