"""The notes of the demo: the sixteen breakouts of 2006 with their 99 goals, released as a draft; three sheets of 2027 being written."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from conference.core import sealing
from conference.demo.world import World, content
from conference.notes import actions
from conference.notes.models import Kind, Sheet, Status
from conference.notes.operations import Op
from conference.people.models import Person


async def load(world: World) -> None:
    told = content("sessions-2006")
    for one in told["session"]:
        await _release_2006(world, one, told)
    for one in content("notes-2027")["sheet"]:
        await _ask_and_write(world, one)


async def _release_2006(world: World, one: dict[str, Any], told: dict[str, Any]) -> None:
    """Typed in by the editor from the notes that came down to us; first released in the summer they were taken."""
    edition, editor = world.editions[told["edition"]], world.people["editor"]
    sheet = await actions.open_sheet(world.made["sessions"][one["code"]], edition)
    await _write(sheet, one["goals"], editor)
    await actions.submit(sheet, prepared_by=one["prepared_by"], credited=True, by=editor)
    await actions.release(sheet, edition, Status(told["state"]), by=editor, released_on=told["released"])


async def _ask_and_write(world: World, one: dict[str, Any]) -> None:
    edition, taker = world.editions["2027"], world.people["note-taker"]
    address = sealing.open_one(taker, "email").email
    await actions.assign(world.made["sessions"][one["code"]], edition, address, by=world.people["editor"])
    await _write(await Sheet.get(session_id=world.made["sessions"][one["code"]].id), one.get("goals", []), taker)


async def _write(sheet: Sheet, goals: list[dict[str, Any]], by: Person) -> None:
    await actions.apply(sheet, [op for goal in goals for op in _operations(goal)], by)


def _operations(goal: dict[str, Any]) -> Iterator[Op]:
    """A goal with its points, its bracket, and both in Spanish."""
    block = uuid4()
    yield Op(id=uuid4(), what="add", block=block, kind=Kind.GOAL, text=_with_points(goal, "en"))
    words = {"es": _with_points(goal, "es"), "bracket": goal.get("bracket", {}).get("en", ""), "es.bracket": goal.get("bracket", {}).get("es", "")}
    for base, (part, text) in enumerate(((part, text) for part, text in words.items() if text), 1):
        yield Op(id=uuid4(), what="change", block=block, part=part, base=base, text=text)


def _with_points(goal: dict[str, Any], language: str) -> str:
    return "\n".join([goal["text"][language], *(f"- {point[language]}" for point in goal.get("sub", ()))])
