"""What has had its time goes: keys, what they sealed, and all by which it is found. Each step may run again and finishes the work."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import structlog
from tortoise.expressions import F

from conference.core import clock, sealing, versions
from conference.core.copies import sqlite
from conference.core.db import transaction
from conference.core.db.scrub import scrub
from conference.core.mail import Letter
from conference.core.running import running
from conference.people import actions as people
from conference.privacy import queries
from conference.privacy.collecting import holders
from conference.privacy.models import Purged
from conference.privacy.queries import Heap
from conference.settings import orm_config

log = structlog.get_logger("privacy")


@dataclass(frozen=True)
class Done:
    """``name`` as in ``Purged``; ``slug`` of the edition, if it is of one."""

    name: str
    slug: str
    due: date | None
    rows: int


async def purge() -> list[Done]:
    """Let go of everything whose day has come; what was done. A keyring that is a copy keeps its keys: then that is said in the log."""
    done = [await _let_go(heap) for heap in await queries.heaps()]
    done.append(await _forget_unfinished())
    await people.forget_old()
    for scope in await queries.keys_without_use():
        await _destroy(scope)
    _drop_copies()
    if any(one.rows or one.due for one in done):
        await scrub({place.partition(".")[0] for place in sealing.places()} | {"index_word"})
    done.append(await _forget_letters())
    return [one for one in done if one.rows or one.due]


def _drop_copies() -> None:
    """A migration keeps a copy of a SQLite file, in case it was wrong; two weeks later it was not."""
    config = orm_config(running().settings)["connections"]["default"]["credentials"]
    if "file_path" in config:
        sqlite.drop_older(Path(config["file_path"]), clock.now() - queries.UNFINISHED)


async def _let_go(heap: Heap) -> Done:
    """The keys first: from then on nothing of it can be read, wherever a copy may be."""
    destroyed = heap.scope is None or await _destroy(heap.scope)
    count = sum([await portion.empty() for portion in heap.portions])
    if destroyed and (heap.due or count):  # what ends and is noted is not looked at again
        await _note(heap.name, count, heap)
    return Done(heap.name, heap.edition.slug if heap.edition else "", heap.due, count)


async def _destroy(scope: str) -> bool:
    """Whether the keys are gone: they can be destroyed only where they were made."""
    if running().keyring.is_copy:
        log.warning("this keyring is a copy: run conference purge on the machine it was copied from", scope=scope)
        return False
    await sealing.destroy(scope)
    return True


async def _note(name: str, count: int, heap: Heap | None = None) -> None:
    """Note down what went; the page that says what we keep says it too."""
    facts = {"edition_id": heap.edition.id if heap and heap.edition else None, "due": heap.due if heap else None}
    async with transaction():
        if not await Purged.filter(name=name).update(rows=F("rows") + count, done=clock.now()):
            await Purged(name=name, done=clock.now(), rows=count, **facts).save(force_create=True)
        await versions.touch("site")


async def _forget_unfinished() -> Done:
    """What somebody began and nobody finished, in every slice."""
    before = clock.now() - queries.UNFINISHED
    count = sum([await holder.forget_unfinished(before) for holder in holders().values() if hasattr(holder, "forget_unfinished")])
    if count:
        await _note("unfinished", count)
    return Done("unfinished", "", None, count)


async def _forget_letters() -> Done:
    """The outbox keeps no word of a letter, but whom it went to can be found through its ids: those go too."""
    count = await Letter.filter(ended__lt=clock.now() - queries.LETTERS).delete()
    if count:
        await _note("letters", count)
    return Done("letters", "", None, count)
