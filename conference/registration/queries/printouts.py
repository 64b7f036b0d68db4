"""What is printed: for whom, and what is there of it."""

from uuid import UUID

from conference.core.errors import NotFound
from conference.editions.models import Edition
from conference.registration.models import Attendee, OrderState, Printout, PrintoutPart
from conference.registration.queries.counted import office_order


async def people_to_print(edition: Edition, *, only_new: bool = False, code: str = "") -> list[Attendee]:
    """Everybody whose place is sure; ``only_new``: whose badge was never taken along; ``code``: of the order of this reference alone."""
    found = Attendee.filter(edition_id=edition.id, order__state=OrderState.CONFIRMED)
    if code:
        found = found.filter(order_id=(await office_order(edition, code)).id)
    return await (found.filter(badge_taken=None) if only_new else found).order_by("id")


async def printouts(edition: Edition) -> list[Printout]:
    """Those still there, the newest first."""
    return await Printout.filter(edition_id=edition.id).order_by("-made", "-id")


async def printout(edition: Edition, printout_id: UUID) -> Printout:
    found = await Printout.get_or_none(id=printout_id, edition_id=edition.id)
    if found is None:
        raise NotFound()
    return found


async def parts(printout_id: UUID) -> list[dict]:
    """``number``, ``people``, ``ready`` and ``taken`` of each part; the files themselves stay where they are."""
    found = PrintoutPart.filter(printout_id=printout_id).order_by("number")
    ready = set(await found.filter(body__not_isnull=True).values_list("number", flat=True))
    return [
        {"number": row["number"], "people": len(row["attendees"]), "ready": row["number"] in ready, "taken": row["taken"]}
        for row in await found.values("number", "attendees", "taken")
    ]


async def part(printout: Printout, number: int) -> PrintoutPart:
    """One that is ready. NotFound for others."""
    found = await PrintoutPart.get_or_none(printout_id=printout.id, number=number, body__not_isnull=True)
    if found is None:
        raise NotFound()
    return found


async def next_part(printout_id: UUID) -> PrintoutPart | None:
    """The first that is still to be made, with its printout and edition."""
    return await PrintoutPart.filter(printout_id=printout_id, body=None).order_by("number").select_related("printout", "edition").first()


async def attendees_of_part(part: PrintoutPart) -> list[Attendee]:
    """In the part's order; who cancelled meanwhile is left out."""
    ids = [UUID(one) for one in part.attendees]
    found = {row.id: row for row in await Attendee.filter(id__in=ids, edition_id=part.edition_id, order__state=OrderState.CONFIRMED)}
    return [found[one] for one in ids if one in found]
