"""Somebody asks us to forget them: done at once, and noted by ids alone, so that no older copy of the database brings it back."""

import asyncio
import json
import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from tortoise.expressions import Q

from conference.core import audit, clock, sealing
from conference.core.db import rows, transaction
from conference.core.errors import Refused
from conference.core.holdings import Subject
from conference.core.i18n import _
from conference.core.jobs import later
from conference.core.running import running
from conference.editions.models import Duties, Duty
from conference.privacy.collecting import holders
from conference.privacy.models import Erased

LIST = "erased.jsonl"
AT_ONCE = 500
Places = dict[str, set[UUID]]  # by name of a personal column, the rows that hold nothing there any more


class LastOrganizer(Refused):
    def sentence(self) -> str:
        return _("You are the only organizer left. Give this duty to somebody else first; without one, nobody could run the conference.")


async def erase(subject: Subject) -> int:
    """Forget somebody in every slice, the uppermost first; how many rows that were. Raises LastOrganizer, and what a slice refuses.

    Which columns lost something is seen by comparing before and after, so that no slice has to tell.
    """
    async with transaction():
        await _refuse_the_last_organizer(subject)
        await _remember_what_is_there()
        count = sum([await holder.forget(subject) for holder in reversed(holders().values())])
        gone = await _what_is_missing()
        await _note(gone)
        await audit.record("privacy.erased", row=subject.person_id, rows=count, columns=len(gone))
        await later("privacy.let_nothing_lie", key="let nothing lie")
    await keep_list()
    return count


async def _refuse_the_last_organizer(subject: Subject) -> None:
    """Others must be there without an end, in each edition this one organizes, or for the whole organization."""
    mine = await Duty.filter(person_id=subject.person_id, duty=Duties.ORGANIZER) if subject.person_id else []
    for duty in mine:
        here = Q(edition_id=None) | Q(edition_id=duty.edition_id) if duty.edition_id else Q(edition_id=None)
        if not await Duty.filter(here, duty=Duties.ORGANIZER, until=None).exclude(person_id=subject.person_id).exists():
            raise LastOrganizer()


async def _remember_what_is_there() -> None:
    """Which rows hold something in which personal column now, in a table of this transaction alone."""
    await rows("DROP TABLE IF EXISTS was_there")
    await rows("CREATE TEMPORARY TABLE was_there (place TEXT, id TEXT)")
    for name, (model, column) in sealing.places().items():
        await rows(f'INSERT INTO was_there (place, id) SELECT \'{name}\', CAST(id AS TEXT) FROM "{model._meta.db_table}" WHERE "{column}" IS NOT NULL')


async def _what_is_missing() -> Places:
    """What held something then and holds nothing now, or went with its row."""
    found: Places = {}
    for name, (model, column) in sealing.places().items():
        gone = await rows(f'SELECT id FROM was_there WHERE place = ? EXCEPT SELECT CAST(id AS TEXT) FROM "{model._meta.db_table}" WHERE "{column}" IS NOT NULL', [name])
        found |= {name: {UUID(row["id"]) for row in gone}} if gone else {}
    await rows("DROP TABLE was_there")
    return found


async def _note(gone: Places) -> None:
    """Known ones once only."""
    now = clock.now()
    await Erased.bulk_create([Erased(place=place, row=row, at=now) for place, ids in sorted(gone.items()) for row in sorted(ids)], batch_size=AT_ONCE, ignore_conflicts=True)


# The list beside the database


async def keep_list() -> None:
    """Bring the file beside the database up to date: one line per erased column of a row, ids and a time only. Nothing is ever taken out of it."""
    known = await asyncio.to_thread(read_list, _file())
    new = [row for row in await Erased.all().order_by("at", "id") if row.row not in known.get(row.place, ())]
    if new:
        await asyncio.to_thread(_append, _file(), [json.dumps({"place": row.place, "row": str(row.row), "at": row.at.isoformat()}) for row in new])


def read_list(file: Path) -> Places:
    """What the file says; a last line that was cut off is left out."""
    found: Places = defaultdict(set)
    for line in file.read_text(encoding="ascii").splitlines() if file.exists() else []:
        try:
            told = json.loads(line)
            found[told["place"]].add(UUID(told["row"]))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def _file() -> Path:
    return running().settings.var / LIST


def _append(file: Path, lines: Iterable[str]) -> None:
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="ascii") as out:
        out.write("\n" + "\n".join(lines) + "\n")  # a line that was cut off before stays alone
        out.flush()
        os.fsync(out.fileno())


async def erase_again(told: Places | None = None) -> int:
    """After an older copy of the database was put back: everything on the list goes again; how many columns held something.

    ``told`` is what another database knew besides.
    """
    wanted = await _all_known(told or {})
    count = 0
    for name, ids in sorted(wanted.items()):
        if known := sealing.places().get(name):
            count += await _empty(*known, sorted(ids))
    await _note(wanted)
    everyone = sorted(set().union(*wanted.values()))
    for holder in holders().values():
        if everyone and hasattr(holder, "forget_again"):
            await holder.forget_again(everyone)
    await keep_list()
    return count


async def _all_known(told: Places) -> Places:
    """Of the file, of this database, and of who tells us more."""
    found: Places = defaultdict(set)
    for source in (told, await asyncio.to_thread(read_list, _file()), await known_here()):
        for name, ids in source.items():
            found[name] |= ids
    return found


async def known_here() -> Places:
    """What this database knows to be erased."""
    found: Places = defaultdict(set)
    for row in await Erased.all().values("place", "row"):
        found[row["place"]].add(row["row"])
    return found


async def _empty(model: type, column: str, ids: list[UUID]) -> int:
    count = 0
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        held = await model.filter(pk__in=part, **{f"{column}__isnull": False}).count()  # type: ignore[attr-defined]
        count += held
        if held:
            await sealing.empty_rows(model, [column], part)
    return count


