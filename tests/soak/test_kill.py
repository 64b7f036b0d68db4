"""``kill -9`` in the middle of registrations, notes and PDFs: what was answered with yes is there, and all work is done in the end.

``SOAK_ROUNDS`` says how often (5 unless told), ``SOAK_SEED`` when.
"""

import os
import random
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from conference.agenda import actions as agenda
from conference.core.jobs import Job, JobState
from conference.core.mail import Letter, LetterState
from conference.editions.models import Edition
from conference.notes import actions as notes
from conference.notes import queries, wording
from conference.notes.models import PdfState, Sheet, SheetPreview
from conference.people.actions import link_for, person_for
from conference.registration.models import Order, OrderState, Pool
from tests.bench import stage
from tests.bench.client import Visitor
from tests.conftest import POSTGRES
from tests.soak.house import House, Promised, Round

ROUNDS = int(os.environ.get("SOAK_ROUNDS", "5"))
SEED = int(os.environ.get("SOAK_SEED", "2027"))
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
WRITER = "eve@example.org"


@pytest.fixture
async def url(tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of an empty database."""
    if not POSTGRES:
        return stage.settings_of(tmp_path).database
    from tests.postgres import fresh_database

    return await fresh_database(request.getfixturevalue("postgres_url"))


async def test_nothing_that_was_acknowledged_is_lost(tmp_path, url):
    settings, house, promised, chance = stage.settings_of(tmp_path, url), House(tmp_path, url), Promised(), random.Random(SEED)
    await stage.fill(settings, places=100_000)
    try:
        async with stage.at_work(settings):
            codes = await sheets_to_write()
            writer = await signed_in(house)
            for code in codes:
                await Round(house, promised, writer, code).live(chance)
                writer.leave()
                await house.open()
            await Job.filter(state=JobState.RUNNING).update(leased_until=LONG_AGO)  # nobody waits half a minute for the dead
            await house.until(all_work_is_done, 90)
            writer.leave()
            await check_orders(promised)
            await check_notes(promised)
    finally:
        house.close()


async def sheets_to_write() -> list[str]:
    """The codes of one session per round, whose notes Eve was asked to write."""
    edition, codes = await Edition.get(), [f"S{number:05}" for number in range(ROUNDS)]
    for code in codes:
        session = await agenda.create_session(edition, code=code, title={"en": f"Session {code}", "es": f"Mesa {code}"})
        await agenda.place(session, edition, day=edition.begins, starts=time(10), ends=time(11))
        await notes.assign(session, edition, WRITER)
    return codes


async def signed_in(house: House) -> Visitor:
    """Eve's browser; the house is open then."""
    link = await link_for(await person_for(WRITER, "en"))
    await house.open()
    visitor = Visitor(house.port)
    assert [(await visitor.get(link)).status, (await visitor.post("/sign-in/now", {})).status] == [303, 303]
    return visitor


async def all_work_is_done() -> bool:
    return not await Job.all().exists()


async def check_orders(promised: Promised) -> None:
    orders = {order.code: order for order in await Order.all()}
    assert promised.orders - orders.keys() == set(), "orders that were acknowledged are gone"
    assert {order.state for order in orders.values()} == {OrderState.CONFIRMED}
    assert (await Pool.get()).taken == len(orders)
    assert len(orders) <= promised.registered, "a form that was sent again became a second order"
    letters = {row.key: row.state for row in await Letter.filter(name="registration.confirmation")}
    assert letters == {f"confirmation:{order.id}": LetterState.KEPT for order in orders.values()}


async def check_notes(promised: Promised) -> None:
    for sheet in await Sheet.all().select_related("session"):
        code = sheet.session.code
        texts = [words.get("text") for words in wording.opened(await queries.blocks(sheet))]
        assert texts[: len(promised.texts.get(code, []))] == promised.texts.get(code, []), "words that were acknowledged are gone"
        assert len(texts) == len(set(texts)), "an operation that was sent again was done twice"
        if code in promised.handed_in:
            assert sheet.pdf is PdfState.READY
        if sheet.submitted:
            assert await SheetPreview.filter(sheet_id=sheet.id, revision=sheet.revision).count() == 2
