"""Taking a request or an offer back; a host's street; forgetting."""

from uuid import UUID

from conference.core import audit, clock, sealing
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.housing import queries
from conference.housing.actions.answering import end
from conference.housing.models import LIVE, Asked, BedOffer, BedRequest, OfferState, RequestState, Stay, StayState


class JustChanged(Refused):
    def sentence(self) -> str:
        return _("This changed a moment ago. Look at the page again.")


class NotYet(Refused):
    def sentence(self) -> str:
        return _("The street is asked for once you said yes to a guest.")


async def withdraw(row: Asked, *, by: UUID | None = None) -> None:
    """Nothing is asked for or offered any more; whoever was to stay is free again and told. Twice does no harm. Raises JustChanged."""
    async with transaction():
        if isinstance(row, BedOffer):
            await BedOffer.filter(id=row.id, state__not=OfferState.WITHDRAWN).update(state=OfferState.WITHDRAWN, ended=clock.now())
        for stay in await Stay.filter(queries.of_row(row), state__in=LIVE).order_by("id"):
            await end(stay, LIVE, StayState.DECLINED, but=queries.side_of(row), by=by)
        if isinstance(row, BedRequest):
            await _withdraw_request(row)
        await audit.record("housing.withdrawn", actor=by, row=row.id, edition=row.edition_id)  # type: ignore[attr-defined]


async def _withdraw_request(row: BedRequest) -> None:
    """After its stay has ended: a coordinator who asks a host at this very moment wins, and the guest is told to look again."""
    won = await BedRequest.filter(id=row.id, state__in=(RequestState.OPEN, RequestState.PLACED)).update(state=RequestState.WITHDRAWN, ended=clock.now())
    if not won and not await BedRequest.exists(id=row.id, state=RequestState.WITHDRAWN):
        raise JustChanged()


async def give_street(offer: BedOffer, street: str) -> None:
    """Kept for guests who are placed there. Raises NotYet before the host's first yes."""
    if not await queries.may_give_street(offer):
        raise NotYet(field="street")
    sealing.seal(offer, street=street)
    async with transaction():
        await BedOffer.filter(id=offer.id).update(street=offer.street)
        await audit.record("housing.street_given", row=offer.id, edition=offer.edition_id)  # type: ignore[attr-defined]


async def forget(row: Asked) -> None:
    """Delete a request or an offer and every stay it had part in; who was to stay is free again and told first."""
    await withdraw(row)
    async with transaction():
        await Stay.filter(queries.of_row(row)).delete()
        await type(row).filter(id=row.id).delete()
        await audit.record("housing.forgotten", row=row.id, edition=row.edition_id)  # type: ignore[attr-defined]
