"""What happens by the clock: reminding once, letting unanswered questions go, ending stays, deleting all of it."""

from datetime import timedelta

from conference.core import audit, clock, mail
from conference.core.db import transaction
from conference.editions.models import Edition
from conference.editions.queries import today
from conference.housing import nights
from conference.housing.actions.answering import both, end
from conference.housing.models import ANSWER_LASTS, ASKING, UNANSWERED, BedOffer, BedRequest, Stay, StayState

REMIND_AFTER = timedelta(days=2)
KEPT_AFTER_THE_END = timedelta(days=14)
AT_ONCE = 200


async def remind() -> None:
    """Whoever has not answered for two days is reminded, once for each question."""
    now = clock.now()
    for stay in await Stay.filter(state__in=UNANSWERED, asked__lte=now - REMIND_AFTER, asked__gt=now - ANSWER_LASTS, reminded=None).order_by("asked").limit(AT_ONCE):
        side = ASKING[stay.state]
        row = (await both(stay))[side]
        async with transaction():
            won = await Stay.filter(id=stay.id, state=stay.state, reminded=None).update(reminded=now)
            if won and row.email is not None:
                await mail.post("housing.reminder", key=f"beds-reminder:{stay.id}:{side}", language=row.language, side=str(side), stay_id=stay.id)


async def let_lapse() -> None:
    """Questions that nobody answered in five days are over; party and beds are free again."""
    for stay in await Stay.filter(state__in=UNANSWERED, asked__lte=clock.now() - ANSWER_LASTS).order_by("asked").limit(AT_ONCE):
        async with transaction():
            await end(stay, (stay.state,), StayState.LAPSED)  # unless it was answered since it was read: then its state is another


async def end_stays() -> None:
    """After the day of departure a stay is over, and no contact is shown any more."""
    for edition in await Edition.all():
        for stay in await Stay.filter(edition_id=edition.id, state=StayState.PLACED):
            if nights.is_over(edition, stay.nights):
                await Stay.filter(id=stay.id, state=StayState.PLACED).update(state=StayState.ENDED, ended=clock.now())


async def let_go() -> None:
    """Fourteen days after an edition has ended nothing is left of who asked, who offered and who stayed with whom."""
    for edition in await Edition.all():
        if today(edition) > edition.ends + KEPT_AFTER_THE_END and (await BedRequest.exists(edition_id=edition.id) or await BedOffer.exists(edition_id=edition.id)):
            async with transaction():
                await Stay.filter(edition_id=edition.id).delete()
                await BedRequest.filter(edition_id=edition.id).delete()
                await BedOffer.filter(edition_id=edition.id).delete()
                await audit.record("housing.let_go", row=edition.id, edition=edition.id)
