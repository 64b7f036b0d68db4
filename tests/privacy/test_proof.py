"""The promise, proved: a canary in every personal column there is, the clock put past each day, and nothing left anywhere."""

import json
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from tortoise.models import Model

from conference import app as house
from conference import copying
from conference.app import make_context, opened
from conference.core import jobs, sealing
from conference.core.db import is_postgres, rows
from conference.core.running import running
from conference.core.sealing.columns import blind_columns
from conference.core.sealing_models import IndexWord
from conference.editions.actions import create_edition
from conference.editions.models import Edition
from conference.people.actions import link_for, sign_in
from conference.people.models import SignIn, SignInLink
from conference.people.queries import open_link
from conference.privacy import actions
from tests.cast import a_plain_edition
from tests.privacy.makers import planted

HOUR = timedelta(hours=1)


@pytest.fixture
def at_work(settings, fixed_clock, monkeypatch):
    """The house open, as often as one likes; also where commands open it."""
    monkeypatch.setattr(copying, "make_context", lambda settings: make_context(settings, fixed_clock))
    return lambda: opened(make_context(settings, fixed_clock))


async def test_every_personal_column_is_gone_on_its_day(at_work, settings, fixed_clock, tmp_path):
    backup = tmp_path / "elsewhere" / "before.backup"
    backup.parent.mkdir()
    async with at_work():
        edition = await create_edition(**a_plain_edition())
        canaries = await planted(edition)
        sealed = await _ciphertexts(canaries)
        await _somebody_signs_in(canaries["person.email"][0])
        await _nothing_in_clear(settings, canaries)
        await copying.copies.make(backup, house.orm_config(settings), lambda *_told: None)
        for moment, due in _days(edition, fixed_clock.at):
            fixed_clock.at = moment - HOUR
            await _a_day_goes_by()
            await _still_there({place: canaries[place] for place in due})
            fixed_clock.at = moment + HOUR
            await _a_day_goes_by()
            await _gone({place: canaries[place] for place in due}, edition)
        assert await IndexWord.all().count() == 0
        assert (await SignIn.all().count(), await SignInLink.all().count()) == (0, 0)
        await _nothing_left(settings, canaries, sealed)
    await copying.restore(settings, backup, replace=True, progress=lambda *_told: None, say=lambda _line: None)
    async with at_work():
        await _gone(canaries, edition)
        assert await IndexWord.all().count() == 0
        await _nothing_left(settings, canaries, sealed)


def _days(edition: Edition, now: datetime) -> list[tuple[datetime, list[str]]]:
    """The first moment at which something must be gone, and what, in order of time."""
    found: dict[datetime, list[str]] = {}
    for place, (model, column) in sealing.places().items():
        field = sealing.internal_column(model, column)
        over = edition.ends if field.scope == "edition" else now.date().replace(month=12, day=31)
        zone = ZoneInfo(edition.zone if field.scope == "edition" else "UTC")
        end = datetime.combine(over + timedelta(days=field.days), time(), zone).astimezone(UTC)
        found.setdefault(end if field.after == "end" else now + timedelta(days=field.days), []).append(place)
    return sorted(found.items())


async def _a_day_goes_by() -> None:
    await jobs.later("privacy.purge")
    await jobs.later("people.forget_old")
    await jobs.run_due()
    assert [(job.name, job.trouble) for job in await jobs.Job.all()] == []


async def _ciphertexts(canaries: dict[str, tuple[Model, str]]) -> list[str]:
    found = []
    for place, (row, _text) in canaries.items():
        table, column = place.split(".")
        found += [one["value"] for one in await rows(f'SELECT "{column}" AS value FROM "{table}" WHERE id = ?', [str(row.pk)])]
    assert all(text.startswith("s1.") for text in found)
    return found


async def _somebody_signs_in(person: Model) -> None:
    link = await link_for(person)  # type: ignore[arg-type]
    await sign_in(await open_link(link.rpartition("/")[2]))
    await link_for(person)  # type: ignore[arg-type]


async def _still_there(canaries: dict[str, tuple[Model, str]]) -> None:
    for place, (row, text) in canaries.items():
        column = place.split(".")[1]
        [plain] = sealing.open([await type(row).get(id=row.pk)], column)
        assert getattr(plain, column) == text, f"{place} went too early"


async def _gone(canaries: dict[str, tuple[Model, str]], edition: Edition) -> None:
    for place, (row, _text) in canaries.items():
        model, column = type(row), place.split(".")[1]
        names = [column, *blind_columns(model, column)]
        found = await model.filter(id=row.pk).values(*names)
        assert found in ([], [dict.fromkeys(names)]), f"{place} is still there"
        assert not await IndexWord.exists(row=row.pk, place=place), f"{place} can still be found"
        scope = sealing.scope_of(row, column)
        if scope.startswith("edition:"):
            assert running().keyring.keys(scope) == (), f"the key of {place} is still there"


async def _nothing_in_clear(settings, canaries) -> None:
    raw = await _everything(settings)
    assert [text for _row, text in canaries.values() if text.encode() in raw] == []


async def _nothing_left(settings, canaries, sealed: list[str]) -> None:
    """No plain text, and none of what it was sealed to, in any file of ours."""
    raw = await _everything(settings)
    assert [text for _row, text in canaries.values() if text.encode() in raw] == []
    assert [text for text in sealed if text.encode() in raw] == []


async def _everything(settings) -> bytes:
    """All files under var, the database's among them; on PostgreSQL every row of every table."""
    files = [file.read_bytes() for file in sorted(settings.var.rglob("*")) if file.is_file() and file.suffix != ".backup"]
    if is_postgres():
        tables = [row["tablename"] for row in await rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        files += [repr(await rows(f'SELECT * FROM "{table}"')).encode() for table in tables]
    return b"\n".join(files)


async def test_a_canary_that_stays_would_be_found(at_work, settings, fixed_clock, monkeypatch):
    """The proof proves something: with the emptying off, it fails."""
    async with at_work():
        edition = await create_edition(**a_plain_edition())
        canaries = await planted(edition)
        sealed = await _ciphertexts(canaries)
        fixed_clock.on(days=3_000)
        monkeypatch.setattr(sealing.Portion, "empty", _nothing)
        await actions.purge()
        with pytest.raises(AssertionError, match="is still there"):
            await _gone(canaries, edition)
        with pytest.raises(AssertionError):
            await _nothing_left(settings, canaries, sealed)


async def _nothing(_portion) -> int:
    return 0


async def test_every_column_kept_by_its_entry_says_when_that_was(app):
    for model, column in sealing.places().values():
        if sealing.internal_column(model, column).after == "entry":
            assert sealing.entered_columns(model)


async def test_audit_jobs_and_letters_hold_ids_alone(at_work, settings, fixed_clock):
    """What stays for good never had a word of anybody in it."""
    async with at_work():
        edition = await create_edition(**a_plain_edition())
        canaries = await planted(edition)
        fixed_clock.on(days=3_000)
        await _a_day_goes_by()
        kept = json.dumps([[str(value) for value in row.values()] for table in ("audit_entry", "job", "letter") for row in await rows(f"SELECT * FROM {table}")])
        assert [text for _row, text in canaries.values() if text in kept] == []


