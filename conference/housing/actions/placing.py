"""What the coordinator does: vetting a host, asking one for a party, looking at what is personal."""

from uuid import UUID

from conference.core import audit, clock, mail, sealing
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.housing.actions import beds
from conference.housing.models import Asked, BedOffer, BedRequest, OfferState, RequestState, Side, Stay
from conference.housing.nights import parse


class CannotBeAsked(Refused):
    def sentence(self) -> str:
        return _("This host cannot be asked: the offer was withdrawn, or nobody has spoken with them yet.")


class AskedMeanwhile(Refused):
    def sentence(self) -> str:
        return _("Somebody else found a host for this party a moment ago, or it needs no bed any more. Look at it again.")


async def vet(offer: BedOffer, *, by: UUID) -> None:
    """A coordinator has spoken with the host, who may be asked from now on. Twice does no harm; raises CannotBeAsked once withdrawn."""
    async with transaction():
        if await BedOffer.filter(id=offer.id, state=OfferState.OFFERED).update(state=OfferState.VETTED):
            await audit.record("housing.vetted", actor=by, row=offer.id, edition=offer.edition_id)  # type: ignore[attr-defined]
            await mail.post("housing.vetted", key=f"beds-vetted:{offer.id}", language=offer.language, row_id=offer.id)
        elif not await BedOffer.exists(id=offer.id, state=OfferState.VETTED):
            raise CannotBeAsked()


async def propose(request: BedRequest, offer: BedOffer, *, by: UUID) -> Stay:
    """Ask a host for a party; the beds are kept for it until somebody says no. Raises CannotBeAsked, AskedMeanwhile, NoRoom."""
    now = clock.now()
    stay = Stay(edition_id=request.edition_id, request_id=request.id, offer_id=offer.id, people=request.people, nights=request.nights, made=now, asked=now)  # type: ignore[attr-defined]
    async with transaction():
        # the offer's state is written again as it is, which locks it against being withdrawn meanwhile
        if not await BedOffer.filter(id=offer.id, edition_id=stay.edition_id, state=OfferState.VETTED).update(state=OfferState.VETTED):  # type: ignore[attr-defined]
            raise CannotBeAsked()
        await stay.save(force_create=True)
        if not await BedRequest.filter(id=request.id, state=RequestState.OPEN).update(state=RequestState.ASKED):
            raise AskedMeanwhile()
        await audit.record("housing.proposed", actor=by, row=stay.id, edition=stay.edition_id)  # type: ignore[attr-defined]
        await ask(stay, Side.HOST, offer)
        await beds.take(offer.id, parse(stay.nights), stay.people)
    return stay


async def ask(stay: Stay, side: Side, row: Asked) -> None:
    """In the transaction that made it this side's turn: a letter with the question, to those who have an address."""
    if row.email is not None:
        await mail.post("housing.question", key=f"beds-question:{stay.id}:{side}", language=row.language, side=str(side), stay_id=stay.id)


async def reveal(row: Asked, column: str, *, by: UUID) -> str | None:
    """One personal column of a request or an offer, written down before it is opened; its person sees that."""
    async with transaction():
        await audit.record("housing.revealed", actor=by, row=row.id, edition=row.edition_id, column=column)  # type: ignore[attr-defined]
    return getattr(sealing.open_one(row, column), column)
