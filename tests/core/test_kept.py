"""What is made once per version; and the quick way to write and read rows."""

import pytest
from tortoise.exceptions import IntegrityError

from conference.core import clock, kept, versions
from conference.core.audit import AuditEntry
from conference.core.db import transaction
from conference.core.db.fast import fetch, insert
from conference.core.jobs import Job
from conference.editions.models import Edition


async def test_a_fact_is_read_once_per_version(cast):
    await cast.edition()
    reads = []

    async def read():
        reads.append(len(reads))
        return reads[-1]

    answers = [await kept.once("edition:2027", "fact", read) for _ in range(3)]
    await versions.touch("edition:2027")
    answers.append(await kept.once("edition:2027", "fact", read))
    await versions.touch("site")
    answers.append(await kept.once("edition:2027", "fact", read))
    assert answers == [0, 0, 0, 1, 2]


async def test_without_a_version_nothing_is_kept(cast):
    await cast.edition()
    reads = []

    async def read():
        reads.append(1)

    for _ in range(2):
        await kept.once("edition:1999", "fact", read)
    assert len(reads) == 2


async def test_each_request_has_an_edition_of_its_own(cast, visitor):
    """What a handler changes on its copy is not what the next visitor reads."""
    from conference.editions import access

    await cast.edition()
    first = await access._edition("2027")
    first.city = "Elsewhere"
    assert ((await access._edition("2027")).city, await access._edition("1999")) == ("Chicago", None)


async def test_quick_rows_are_like_slow_ones(cast):
    edition = await cast.edition()
    now = clock.now()
    entry = AuditEntry(what="x.done", at=now, row=edition.id, facts={"n": 1, "words": ["ñ"]})
    job = Job(name="x.do", ids={"id": "1"}, due=now, made=now)
    async with transaction():
        await insert(entry, job)
    slow, [quick] = await AuditEntry.get(id=entry.id), await fetch(AuditEntry, "id = ?", [str(entry.id)])
    for name in AuditEntry._meta.fields_db_projection:
        assert getattr(slow, name) == getattr(quick, name) == getattr(entry, name), name
    [whole] = await fetch(Edition, "slug = ?", ["2027"])
    assert dict(whole) == dict(await Edition.get(slug="2027"))
    assert (await Job.get(id=job.id)).ids == {"id": "1"}


async def test_a_quick_row_that_is_there_already_undoes_all(cast):
    now = clock.now()
    first = AuditEntry(what="x.done", at=now, facts={})
    await first.save(force_create=True)
    with pytest.raises(IntegrityError):
        async with transaction():
            await insert(AuditEntry(what="x.other", at=now, facts={}), AuditEntry(id=first.id, what="x.again", at=now, facts={}))
    assert await AuditEntry.filter(what__startswith="x.").values_list("what", flat=True) == ["x.done"]


async def test_a_quick_row_becomes_an_ordinary_one(cast):
    entry = AuditEntry(what="x.done", at=clock.now(), facts={})
    async with transaction():
        await insert(entry)
    entry.what = "x.changed"
    await entry.save()
    assert (await AuditEntry.get(id=entry.id)).what == "x.changed"
