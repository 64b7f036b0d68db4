"""Copies of the database, made while it is used and put back: whole or not at all, without keys, and never bringing back what is gone."""

import asyncio
import json
import tarfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from conference import copying
from conference.app import make_context, opened
from conference.cli import main
from conference.core import copies, sealing
from conference.core.copies import NoCopy
from conference.core.db import is_postgres, rows
from conference.core.holdings import Subject
from conference.core.keyring import Keyring
from conference.editions.actions import create_edition
from conference.editions.models import Edition
from conference.people.actions import person_for
from conference.people.models import Person
from conference.privacy import actions
from conference.registration import actions as registration
from conference.registration import queries
from conference.registration.models import Order
from conference.settings import orm_config
from tests.cast import a_plain_edition
from tests.conftest import POSTGRES

NAME = "Zebulonquagmire"


def quiet(*_told: object) -> None:
    """Nobody looks at the progress."""


@pytest.fixture
def at_work(settings, fixed_clock, monkeypatch):
    """The house open, as often as one likes; also where commands open it."""
    monkeypatch.setattr(copying, "make_context", lambda settings: make_context(settings, fixed_clock))
    return lambda: opened(make_context(settings, fixed_clock))


@pytest.fixture
async def order(at_work) -> Order:
    async with at_work():
        edition = await create_edition(**a_plain_edition())
        pool = await registration.create_pool(edition, slug="hall", title={"en": "Hall", "es": "Sala"}, size=50)
        ticket = await registration.create_ticket_type(edition, [pool], slug="free", title={"en": "Free", "es": "Gratis"})
        return await registration.register(edition, ticket, badge_name=NAME, language="en", email="ana@example.org", person=await person_for("ana@example.org", "en"))


async def restore(settings, file: Path, replace: bool = True) -> None:
    await copying.restore(settings, file, replace=replace, progress=quiet, say=quiet)


async def test_a_copy_holds_the_database_and_no_key(order, settings, at_work, tmp_path):
    made = await copying.backup(settings, tmp_path / "a.backup", None, quiet)
    assert made.stat().st_mode & 0o777 == 0o600
    with tarfile.open(made) as tar:
        assert tar.getnames() == ["manifest.json", "database"]
        manifest, raw = json.load(tar.extractfile("manifest.json")), tar.extractfile("database").read()
    assert manifest["engine"] == ("postgres" if POSTGRES else "sqlite") and manifest["size"] == len(raw)
    ring = json.loads(settings.keyring_file.read_text())
    secrets = [key["key"] for keys in ring["scopes"].values() for key in keys] + [settings.secret, NAME, "ana@example.org"]
    assert [text for text in secrets if text.encode() in raw] == []
    assert {(scope, key["id"]) for scope, keys in ring["scopes"].items() for key in keys} == {(scope, key_id) for scope, key_id, _print in manifest["keys"]}
    assert sorted(file.name for file in tmp_path.iterdir() if file.name.startswith(".")) == [], "no draft is left"


async def test_what_was_put_back_is_what_was_there(order, settings, at_work, tmp_path):
    made = await copying.backup(settings, tmp_path / "a.backup", None, quiet)
    async with at_work():
        await Order.filter(id=order.id).update(total=99)
    await restore(settings, made)
    async with at_work():
        back = await Order.get(id=order.id)
        assert (back.total, sealing.open_one(back, "email").email) == (0, "ana@example.org")


async def test_a_copy_made_while_people_write_is_whole(order, settings, at_work, tmp_path):
    async with at_work():
        edition = await Edition.get(id=order.edition_id)
        [ticket] = await queries.tickets(edition)

        async def write() -> None:
            for number in range(30):
                await registration.register(edition, ticket, badge_name=f"N{number}", language="en")

        writing = asyncio.create_task(write())
        made = [await copies.make(tmp_path / f"{number}.backup", orm_config(settings), quiet) for number in range(2)]
        await writing
    await restore(settings, made[1])
    async with at_work():
        assert [count.kept == count.counted for count in await queries.recount(edition.id)] == [True]


async def test_what_was_erased_since_does_not_come_back(order, settings, at_work, tmp_path):
    made = await copying.backup(settings, tmp_path / "a.backup", None, quiet)
    async with at_work():
        await actions.erase(Subject(person_id=order.person_id, email="ana@example.org"))
    (settings.var / "erased.jsonl").rename(settings.var / "elsewhere.jsonl")
    await restore(settings, made)
    async with at_work():
        back = await Order.get(id=order.id)
        assert (back.email, back.claim, str(back.state)) == (None, None, "cancelled"), "the database that went knew"
    (settings.var / "erased.jsonl").unlink()
    (settings.var / "elsewhere.jsonl").rename(settings.var / "erased.jsonl")
    await restore(settings, made)
    async with at_work():
        assert (await Order.get(id=order.id)).email is None, "and so does the list beside it"
        assert [person.email for person in await Person.all()] in ([], [None])


async def test_what_had_its_time_since_goes_before_anything_is_served(order, settings, at_work, tmp_path, fixed_clock):
    made = await copying.backup(settings, tmp_path / "a.backup", None, quiet)
    fixed_clock.on(days=200)
    await restore(settings, made)
    async with at_work():
        assert (await Order.get(id=order.id)).email is None
    assert [scope for scope in Keyring.load(settings.keyring_file).destroyed() if scope.endswith("end60")] == [f"edition:{order.edition_id}:end60"]


async def test_an_older_keyring_with_an_older_copy_opens_nothing_that_is_gone(order, settings, at_work, tmp_path, fixed_clock):
    made = await copying.backup(settings, tmp_path / "a.backup", None, quiet)
    ring = settings.keyring_file.read_bytes()
    fixed_clock.on(days=200)
    async with at_work():
        await actions.purge()
        late = await copies.make(tmp_path / "late.backup", orm_config(settings), quiet)
    for file in (late, made):
        settings.keyring_file.write_bytes(ring)
        await restore(settings, file)
        async with at_work():
            assert (await Order.get(id=order.id)).email is None
        assert any(scope.endswith("end60") for scope in Keyring.load(settings.keyring_file).destroyed())


async def test_without_its_keys_nothing_is_put_back(order, settings, at_work, tmp_path):
    made = await copying.backup(settings, tmp_path / "a.backup", None, quiet)
    settings.keyring_file.rename(tmp_path / "elsewhere.json")
    with pytest.raises(copying.CannotRestore, match=rf"lacks keys that this copy needs, by scope and fingerprint: account \([0-9a-f]{{8}}\), .*edition:{order.edition_id}:end60 "):
        await restore(settings, made)
    (tmp_path / "elsewhere.json").replace(settings.keyring_file)
    async with at_work():
        assert sealing.open_one(await Order.get(id=order.id), "email").email == "ana@example.org"


async def test_a_database_that_is_there_is_kept_unless_said(order, settings, at_work, tmp_path):
    made = await copying.backup(settings, tmp_path / "a.backup", None, quiet)
    with pytest.raises(copying.CannotRestore, match="say --replace"):
        await restore(settings, made, replace=False)


async def test_on_a_new_machine_nothing_needs_replacing(order, settings, at_work, tmp_path, request, fixed_clock):
    made = await copying.backup(settings, tmp_path / "a.backup", None, quiet)
    url = f"sqlite://{tmp_path / 'new' / 'conference.sqlite3'}"
    if POSTGRES:
        from tests.postgres import fresh_database

        url = await fresh_database(request.getfixturevalue("postgres_url"))
    elsewhere = settings.model_copy(update={"database_url": url})
    await restore(elsewhere, made, replace=False)
    async with opened(make_context(elsewhere, fixed_clock)):
        assert sealing.open_one(await Order.get(id=order.id), "email").email == "ana@example.org"


async def test_a_database_in_use_is_not_replaced(order, settings, at_work, tmp_path):
    made = await copying.backup(settings, tmp_path / "a.backup", None, quiet)
    async with at_work():
        assert await Order.all().count() == 1
        with pytest.raises(copying.CannotRestore, match="stop conference serve"):
            await restore(settings, made)


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "another"])
async def test_a_damaged_copy_changes_nothing(order, settings, at_work, tmp_path, damage):
    made = await copying.backup(settings, tmp_path / "a.backup", None, quiet)
    raw = made.read_bytes()
    spoiled = {"cut": raw[: len(raw) // 2], "empty": b"", "another": b"SQLite format 3\0" + bytes(100), "changed": _changed(made, tmp_path)}[damage]
    made.write_bytes(spoiled)
    with pytest.raises(NoCopy):
        await restore(settings, made)
    async with at_work():
        assert (await Order.get(id=order.id)).email is not None
    assert [file.name for file in settings.var.glob("*restoring*")] == []


def _changed(file: Path, folder: Path) -> bytes:
    """The same copy with another database in it."""
    with tarfile.open(file) as tar:
        tar.extractall(folder / "open", filter="data")
    (folder / "open" / "database").write_bytes(b"x" * 100)
    with tarfile.open(folder / "changed", "w:gz") as tar:
        for name in ("manifest.json", "database"):
            tar.add(folder / "open" / name, name)
    return (folder / "changed").read_bytes()


async def test_when_letting_go_fails_the_old_database_stays(order, settings, at_work, tmp_path, monkeypatch):
    made = await copying.backup(settings, tmp_path / "a.backup", None, quiet)
    async with at_work():
        await Order.filter(id=order.id).update(total=99)

    async def breaks() -> None:
        raise RuntimeError("no")

    with monkeypatch.context() as broken:
        broken.setattr(actions, "purge", breaks)
        with pytest.raises(RuntimeError):
            await restore(settings, made)
    async with at_work():
        assert (await Order.get(id=order.id)).total == 99


async def test_a_copy_of_the_other_kind_or_of_a_newer_program_is_refused(order, settings, at_work, tmp_path, monkeypatch):
    made = await copying.backup(settings, tmp_path / "a.backup", None, quiet)
    manifest = copies.read_manifest(made)
    other = "sqlite" if POSTGRES else "postgres"
    for change, sentence in (({"engine": other}, f"is of a {other} database"), ({"migrations": (*manifest.migrations, "9999_later")}, "newer version of this program \\(9999_later\\)")):
        changed = copies.Manifest(**{**vars(manifest), **change})
        with monkeypatch.context() as patched:
            patched.setattr(copies, "read_manifest", lambda _file, told=changed: told)
            with pytest.raises(copying.CannotRestore, match=sentence):
                await restore(settings, made)


# As commands


def test_where_the_keyring_is_a_copy_purge_says_where_to_run_it(run, settings):
    asyncio.run(_a_past_edition(settings))
    settings.keyring_file.chmod(0o400)
    result = run("purge")
    assert result.exit_code == 2 and result.stderr.strip().splitlines()[-1].startswith("Some keys could not be destroyed: this keyring is a copy.")


async def _a_past_edition(settings) -> None:
    """Entered in its own time, so that all its days have come."""
    async with opened(make_context(settings)):
        edition = await create_edition(**a_plain_edition("2007") | {"begins": date(2007, 7, 27), "ends": date(2007, 7, 29)})
        await Edition.filter(id=edition.id).update(made=datetime(2007, 1, 1, tzinfo=UTC))


@pytest.fixture
def run(settings, monkeypatch):
    for name in ("var", "database_url", "base_url"):
        monkeypatch.setenv(f"CONFERENCE_{name.upper()}", str(getattr(settings, name)))
    monkeypatch.setenv("CONFERENCE_SECRET_KEY", settings.secret)
    monkeypatch.setenv("CONFERENCE_DEMO", "1")
    return lambda *words: CliRunner().invoke(main, list(words))


def test_in_a_folder_so_many_are_kept(run, tmp_path):
    folder = tmp_path / "copies"
    folder.mkdir()
    for day in (1, 2, 3):
        (folder / f"conference-2026010{day}-000000.backup").write_text("old")
    (folder / "notes.txt").write_text("mine")
    result = run("backup", str(folder), "--keep", "2")
    assert result.exit_code == 0, result.output
    left = sorted(file.name for file in folder.iterdir())
    assert left[0] == "conference-20260103-000000.backup" and left[-1] == "notes.txt" and len(left) == 3
    assert "Keep the keyring elsewhere" in result.stdout


def test_backup_and_restore_as_commands(run, tmp_path):
    file = str(tmp_path / "a.backup")
    assert run("sign-in-link", "ada@example.org").exit_code == 0
    assert run("backup", file).exit_code == 0
    refused = run("restore", file)
    assert (refused.exit_code, refused.stdout) == (2, "") and refused.stderr.strip().endswith("say --replace.")
    done = run("restore", file, "--replace")
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{file} is in place.\n"


def test_check_knows_how_old_the_newest_copy_is(run, tmp_path, settings):
    assert "ok    backup: none was made" in run("check").stdout
    run("backup", str(tmp_path / "a.backup"))
    assert "ok    backup: the newest is 0 hours old" in run("check").stdout
    note = settings.var / "copies.json"
    told = json.loads(note.read_text())
    note.write_text(json.dumps(told | {"made": (datetime.fromisoformat(told["made"]) - timedelta(hours=50)).isoformat()}))
    assert "WRONG backup: the newest is 50 hours old" in run("check").stdout


def test_a_place_that_cannot_be_written_is_one_sentence(run, tmp_path):
    result = run("backup", str(tmp_path / "nowhere" / "a.backup"))
    assert (result.exit_code, len(result.stderr.strip().splitlines())) == (2, 1)


def test_purge_says_what_it_does_and_a_dry_run_does_nothing(run, settings):
    assert run("purge").stdout == "nothing is due\n"
    asyncio.run(_a_past_edition(settings))
    dry = run("purge", "--dry-run").stdout
    assert [line.split()[:4] for line in dry.splitlines()][0] == ["2007", "end7", "due", "2007-08-05"]
    assert run("purge", "--dry-run").stdout == dry
    assert run("purge").stdout.splitlines()[0].split()[:2] == ["2007", "end7"]
    assert run("purge").stdout == "nothing is due\n"


async def test_what_is_deleted_is_overwritten_in_the_file(app):
    if not is_postgres():
        assert (await rows("PRAGMA secure_delete"))[0]["secure_delete"] == 1
