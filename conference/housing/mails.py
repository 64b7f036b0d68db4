"""Letters about beds. Subjects say nothing, and no letter names anybody or repeats what somebody typed: all of that is behind the link."""

from typing import Any
from uuid import UUID

from conference.core import sealing
from conference.core.i18n import _
from conference.core.mail import Words, letter
from conference.core.running import running
from conference.editions.models import Edition
from conference.editions.wording import say
from conference.housing import queries
from conference.housing.models import Asked, BedOffer, OfferState, Side, Stay, StayState
from conference.people.models import Person

PATHS = {Side.GUEST: "requests", Side.HOST: "offers"}


@letter
async def received(side: str, row_id: str) -> Words | None:
    """To whoever asked or offered, with the link to their own page."""
    return await _to_row(side, row_id, _("What you wrote has arrived"), "housing/mail/received.md")


@letter
async def vetted(row_id: str) -> Words | None:
    """To a host whom a coordinator has spoken with."""
    known = await BedOffer.get_or_none(id=UUID(row_id), state=OfferState.VETTED)
    return await _to_row(Side.HOST, row_id, _("Thank you for your offer"), "housing/mail/vetted.md") if known else None


@letter
async def question(side: str, stay_id: str) -> Words | None:
    """To the side whose turn it is; nothing once it has answered."""
    return await _to_asked(side, stay_id, _("We have a question for you"), "housing/mail/question.md")


@letter
async def reminder(side: str, stay_id: str) -> Words | None:
    return await _to_asked(side, stay_id, _("Our question still waits for you"), "housing/mail/reminder.md")


@letter
async def placed(side: str, stay_id: str) -> Words | None:
    """To both, once both have said yes."""
    stay = await Stay.get_or_none(id=UUID(stay_id), state=StayState.PLACED)
    return await _to_row(side, _row_id(stay, side), _("Both of you said yes"), "housing/mail/placed.md") if stay else None


@letter
async def over(side: str, row_id: str) -> Words | None:
    """To the other side of what was declined, called off or not answered."""
    return await _to_row(side, row_id, _("A change you should know of"), "housing/mail/over.md")


@letter
async def leaving(stay_id: str, person_id: str) -> Words | None:
    """To a coordinator: a guest needs to leave. It says where to look, not who it is."""
    stay = await Stay.get_or_none(id=UUID(stay_id)).select_related("edition", "request")
    person = await Person.get_or_none(id=UUID(person_id))
    address = sealing.open_one(person, "email").email if person else None
    if stay is None or not address:
        return None
    link = f"{_base()}/office/{stay.edition.slug}/housing/requests/{stay.request.code}"
    context = {"edition": stay.edition, "title": say(stay.edition.title), "link": link}
    return Words(to=address, subject=_("Please call: somebody needs to leave"), template="housing/mail/leaving.md", context=context)


def _row_id(stay: Stay, side: str) -> UUID:
    return stay.request_id if side == Side.GUEST else stay.offer_id  # type: ignore[attr-defined, no-any-return]


async def _to_asked(side: str, stay_id: str, subject: str, template: str) -> Words | None:
    stay = await Stay.get_or_none(id=UUID(stay_id))
    if stay is None or not queries.is_asked(stay, Side(side)):
        return None
    return await _to_row(side, _row_id(stay, side), subject, template, until=queries.answer_until(stay))


async def _to_row(side: str, row_id: str | UUID, subject: str, template: str, **more: Any) -> Words | None:
    """A letter with the link to the own page of a request or an offer; none where it is gone or has no address."""
    row: Any = await queries.MODELS[Side(side)].get_or_none(id=UUID(str(row_id))).select_related("edition")
    address = sealing.open_one(row, "email").email if row else None
    if not address:
        return None
    edition: Edition = row.edition
    context = {"edition": edition, "title": say(edition.title), "side": side, "link": link_of(row, edition), **more}
    return Words(to=address, subject=subject, template=template, context=context)


def link_of(row: Asked, edition: Edition) -> str:
    """The secret link to a request's or an offer's own page."""
    return f"{_base()}/{edition.slug}/housing/{PATHS[queries.side_of(row)]}/{row.id}/{queries.token_of(row)}"


def _base() -> str:
    return running().settings.base_url
