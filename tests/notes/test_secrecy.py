"""Words nobody released are in no file, log, address or answer where they do not belong."""

import logging
import subprocess
from pathlib import Path

from conference.core import jobs
from conference.core.db import rows
from conference.notes.models import Audience
from tests.notes.stage import CODE, a_released_sheet, a_sheet, a_submitted_sheet, add, change

CANARY = "CANARY-7Q"
NOTES = f"/2027/sessions/{CODE}/notes"


def with_canaries() -> list:
    goal = add(f"{CANARY} text", audience=Audience.STAFF)
    return [add("Public."), goal, *(change(goal.block, number, f"{CANARY} {part}", part=part) for number, part in enumerate(("bracket", "es", "es.bracket"), 1))]


async def raw_database(settings) -> bytes:
    """Every byte the database keeps."""
    if settings.database.startswith("sqlite"):
        await rows("PRAGMA wal_checkpoint(TRUNCATE)")
        file = Path(settings.database.removeprefix("sqlite://"))
        return b"".join(one.read_bytes() for one in (file, file.with_name(file.name + "-wal")) if one.exists())
    return subprocess.run(["pg_dump", settings.database.replace("postgres://", "postgresql://", 1)], capture_output=True, check=True).stdout


def found_in(kept: bytes, text: str) -> bool:
    """In clear, or as the hexadecimal digits in which a dump writes bytes."""
    return text.encode() in kept or text.encode().hex().encode() in kept


async def test_no_unreleased_word_is_in_the_database_in_clear(cast, settings):
    await a_submitted_sheet(cast, *with_canaries(), prepared_by=f"{CANARY} name", credited=False)
    await jobs.run_due()
    kept = await raw_database(settings)
    assert b"note_block" in kept and not found_in(kept, CANARY) and not found_in(kept, "%PDF") and b"JVBERi" not in kept


async def test_a_release_puts_only_public_words_in_clear(cast, settings):
    await a_released_sheet(cast, *with_canaries(), prepared_by=f"{CANARY} name", credited=False)
    await jobs.run_due()
    kept = await raw_database(settings)
    assert found_in(kept, "Public.") and not found_in(kept, CANARY)


async def test_no_word_is_in_a_log_or_an_address(cast, visitor, caplog, capfd):
    caplog.set_level(logging.INFO)
    await a_sheet(cast)
    eve = await cast.browser("eve")
    page = (await eve.get(f"{NOTES}/write")).text
    sent = {"form": page.split('name="form" value="')[1][:36], "new-id": page.split('name="new-id" value="')[1][:36], "new-text": f"{CANARY} typed"}
    answer = await eve.post(f"{NOTES}/write", data=sent)
    assert answer.status_code == 303 and CANARY not in answer.headers["location"]
    bad = {"operations": [{"id": "x", "what": CANARY, "block": CANARY, "text": CANARY}]}
    assert (await eve.post(f"{NOTES}/operations", json=bad)).status_code == 400
    await eve.post(f"{NOTES}/submission", data={"prepared_by": f"{CANARY} name"})
    await jobs.run_due()
    assert CANARY in (await eve.get(f"{NOTES}/write")).text
    out = capfd.readouterr()
    assert CANARY not in caplog.text + out.out + out.err


async def test_public_pages_and_files_hold_no_other_audiences_words(cast, visitor):
    await a_released_sheet(cast, *with_canaries(), prepared_by=f"{CANARY} name", credited=False)
    await jobs.run_due()
    for path in ("/2027/notes", NOTES, f"{NOTES}?lang=es", f"{NOTES}.pdf", "/2027/report.pdf"):
        answer = await visitor.get(path)
        assert answer.status_code == 200 and CANARY.encode() not in answer.content
