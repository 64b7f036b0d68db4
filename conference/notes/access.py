"""Who may write a sheet, who reviews it, whose words one may read."""

from conference.editions.access import audience_of, duties_of
from conference.editions.models import Duties, Edition
from conference.notes.models import Audience, Sheet, SheetWriter
from conference.people.models import Person

EDITORS = frozenset({Duties.EDITOR, Duties.ORGANIZER})


async def is_editor(person: Person | None, edition: Edition) -> bool:
    return bool(await duties_of(person, edition) & EDITORS)


async def may_write(person: Person | None, sheet: Sheet, edition: Edition) -> bool:
    """Its writers and the edition's editors."""
    if person is None:
        return False
    return await SheetWriter.exists(sheet_id=sheet.id, person_id=person.id) or await is_editor(person, edition)


async def readable(person: Person | None, edition: Edition) -> frozenset[Audience]:
    """The audiences somebody belongs to."""
    return frozenset(Audience(word) for word in await audience_of(person, edition))


def narrower(one: Audience, other: Audience) -> Audience:
    """The one that fewer people belong to."""
    order = list(Audience)
    return max(one, other, key=order.index)
