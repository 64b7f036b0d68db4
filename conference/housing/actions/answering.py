"""Yes and no, from either side or by telephone through the coordinator; and what follows once both have said yes."""

from uuid import UUID

from conference.core import audit, clock, mail
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.editions.models import Edition
from conference.housing import queries
from conference.housing.access import coordinators
from conference.housing.actions import beds
from conference.housing.actions.placing import ask
from conference.housing.models import (
    ANSWER_LASTS,
    LIVE,
    Asked,
    BedOffer,
    BedRequest,
    RequestState,
    Side,
    Stay,
    StayState,
)
from conference.housing.nights import parse

MAY_DECLINE = {Side.HOST: LIVE, Side.GUEST: (StayState.GUEST_ASKED, StayState.PLACED)}


class TooLate(Refused):
    status = 410

    def sentence(self) -> str:
        return _("This question is over: it was answered, called off, or not answered in time. You need do nothing.")


class CardOver(Refused):
    status = 410

    def sentence(self) -> str:
        return _("The contacts are shown from both yes until the day of departure, and not after.")


async def say_yes(stay: Stay, side: Side, *, by: UUID | None = None) -> None:
    """The host's yes asks the guest; the guest's yes makes it sure. Twice does no harm. Raises TooLate.

    by: the coordinator who was told so by telephone.
    """
    async with transaction():
        won = await (_host_agrees(stay) if side is Side.HOST else _guest_agrees(stay))
        if won:
            await audit.record("housing.agreed", actor=by, row=stay.id, edition=stay.edition_id, side=str(side))  # type: ignore[attr-defined]
        elif not await _has_agreed(stay, side):
            raise TooLate()


async def _host_agrees(stay: Stay) -> bool:
    now = clock.now()
    waiting = Stay.filter(id=stay.id, state=StayState.HOST_ASKED, asked__gt=now - ANSWER_LASTS)
    if not await waiting.update(state=StayState.GUEST_ASKED, host_yes=now, asked=now, reminded=None):
        return False
    await ask(stay, Side.GUEST, await BedRequest.get(id=stay.request_id))  # type: ignore[attr-defined]
    return True


async def _guest_agrees(stay: Stay) -> bool:
    now = clock.now()
    waiting = Stay.filter(id=stay.id, state=StayState.GUEST_ASKED, asked__gt=now - ANSWER_LASTS)
    if not await waiting.update(state=StayState.PLACED, guest_yes=now):
        return False
    await BedRequest.filter(id=stay.request_id, state=RequestState.ASKED).update(state=RequestState.PLACED)  # type: ignore[attr-defined]
    for side, row in (await both(stay)).items():
        if row.email is not None:
            await mail.post("housing.placed", key=f"beds-placed:{stay.id}:{side}", language=row.language, side=str(side), stay_id=stay.id)
    return True


async def _has_agreed(stay: Stay, side: Side) -> bool:
    known = await Stay.get(id=stay.id)
    return known.state in LIVE and (known.host_yes if side is Side.HOST else known.guest_yes) is not None


async def both(stay: Stay) -> dict[Side, Asked]:
    """The two rows of a stay by their sides, as they are now."""
    return {Side.GUEST: await BedRequest.get(id=stay.request_id), Side.HOST: await BedOffer.get(id=stay.offer_id)}  # type: ignore[attr-defined]


async def say_no(stay: Stay, side: Side, *, by: UUID | None = None) -> None:
    """Either may say no at any time, without a reason; both are free again. Said of what is over already it changes nothing."""
    async with transaction():
        await end(stay, MAY_DECLINE[side], StayState.DECLINED, but=side, by=by)


async def call_off(stay: Stay, *, by: UUID) -> None:
    """The coordinator takes a proposal or a placement back; those who know of it are told."""
    async with transaction():
        await end(stay, LIVE, StayState.DECLINED, by=by)


async def end(stay: Stay, before: tuple[StayState, ...], to: StayState, *, but: Side | None = None, by: UUID | None = None) -> bool:
    """In the caller's transaction: only whoever wins the stay's state frees party and beds. ``but`` need not be told.

    Nothing that is written here says which of the two it was.
    """
    if not await Stay.filter(id=stay.id, state__in=before).update(state=to, ended=clock.now()):
        return False
    known = await Stay.get(id=stay.id)
    await BedRequest.filter(id=known.request_id, state__in=(RequestState.ASKED, RequestState.PLACED)).update(state=RequestState.OPEN)  # type: ignore[attr-defined]
    await audit.record("housing.freed", actor=by, row=stay.id, edition=known.edition_id, state=str(to))  # type: ignore[attr-defined]
    for side, row in (await both(known)).items():
        knows = side is Side.HOST or known.host_yes is not None
        if knows and side is not but and row.email is not None:
            await mail.post("housing.over", key=f"beds-over:{stay.id}:{side}", language=row.language, side=str(side), row_id=row.id)
    await beds.give_back(known.offer_id, parse(known.nights), known.people)  # type: ignore[attr-defined]
    return True


async def open_card(edition: Edition, stay: Stay, side: Side) -> Asked:
    """The other side's row, to be opened for this one; both can read that it was. Raises CardOver."""
    known = await Stay.get(id=stay.id)
    if not queries.may_open_card(edition, known):
        raise CardOver()
    async with transaction():
        await audit.record("housing.card_opened", row=stay.id, edition=edition.id, side=str(side))
    return (await both(known))[Side.HOST if side is Side.GUEST else Side.GUEST]


async def arrive(edition: Edition, stay: Stay) -> None:
    """The guest is there. Raises CardOver where nobody is placed any more."""
    await _while_placed(edition, stay)
    async with transaction():
        if await Stay.filter(id=stay.id, state=StayState.PLACED, arrived=None).update(arrived=clock.now()):
            await audit.record("housing.arrived", row=stay.id, edition=edition.id)


async def leave(edition: Edition, stay: Stay) -> None:
    """The guest needs to leave: whoever has the housing duty is written to, at most once an hour. No letter names anybody."""
    await _while_placed(edition, stay)
    now = clock.now()
    told = await coordinators(edition)
    async with transaction():
        await Stay.filter(id=stay.id, state=StayState.PLACED).update(leaving=now)
        await audit.record("housing.needs_to_leave", row=stay.id, edition=edition.id)
        for person in told:
            key = f"beds-leaving:{stay.id}:{person.id}:{now:%Y%m%d%H}"
            await mail.post("housing.leaving", key=key, language=person.language, stay_id=stay.id, person_id=person.id)


async def _while_placed(edition: Edition, stay: Stay) -> None:
    if not queries.may_open_card(edition, await Stay.get(id=stay.id)):
        raise CardOver(_("This stay is over."))
