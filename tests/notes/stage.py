"""What the notes' tests begin with: a session of the published agenda, a sheet Eve writes, words on it."""

from datetime import date, time
from typing import Any
from uuid import UUID, uuid4

from conference.agenda import actions as agenda
from conference.agenda.models import Session
from conference.notes import actions, queries, wording
from conference.notes.models import Sheet, Status
from conference.notes.operations import Op

CODE = "B1KNOW"


async def a_session(cast: Any, code: str = CODE, title: str = "Know your rights", **facts: Any) -> Session:
    """A breakout on Friday afternoon, published."""
    edition = await cast.edition()
    session = await agenda.create_session(edition, code=code, title={"en": title, "es": f"{title} (es)"}, **facts)
    await agenda.place(session, edition, day=date(2027, 7, 23), starts=time(13, 30), ends=time(15, 0))
    return session


async def a_sheet(cast: Any, code: str = CODE, **facts: Any) -> Sheet:
    """A sheet that Eve was asked to write."""
    session = await a_session(cast, code, **facts)
    await cast.person("eve")
    await actions.assign(session, await cast.edition(), "eve@example.org")
    return await Sheet.get(session_id=session.id).select_related("session")


def add(text: str, block: UUID | None = None, **more: Any) -> Op:
    return Op(id=uuid4(), what="add", block=block or uuid4(), text=text, **more)


def change(block: UUID, base: int, text: str, **more: Any) -> Op:
    return Op(id=uuid4(), what="change", block=block, base=base, text=text, **more)


async def texts(sheet: Sheet) -> list[str]:
    """The words of the sheet's blocks, in order."""
    return [words.get("text") for words in wording.opened(await queries.blocks(sheet))]


async def a_submitted_sheet(cast: Any, *ops: Op, code: str = CODE, prepared_by: str = "Eve Aranda", credited: bool = True, **facts: Any) -> Sheet:
    sheet, eve = await a_sheet(cast, code, **facts), await cast.person("eve")
    await actions.apply(sheet, ops or (add("March on May 1st."), add("Lead border tours.")), eve)
    await actions.submit(sheet, prepared_by=prepared_by, credited=credited, by=eve)
    return await Sheet.get(id=sheet.id).select_related("session")


async def a_released_sheet(cast: Any, *ops: Op, status: Status = Status.DRAFT, code: str = CODE, **facts: Any) -> Sheet:
    sheet = await a_submitted_sheet(cast, *ops, code=code, **facts)
    await actions.release(sheet, await cast.edition(), status, by=await cast.person("fay"))
    return await Sheet.get(id=sheet.id).select_related("session")
