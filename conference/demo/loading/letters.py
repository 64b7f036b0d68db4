"""Letters of the demo: one went to everybody a week ago, another, to those who need interpretation, is still a draft."""

from datetime import timedelta
from typing import Any

from conference.core import clock
from conference.demo.world import World, at, content
from conference.editions.models import Edition
from conference.letters import actions
from conference.letters.models import Mailing, MailingState
from conference.letters.segments import Segment
from conference.people.models import Person


async def load(world: World) -> None:
    edition, organizer = world.editions["2027"], world.people["organizer"]
    told = content("letters-2027")["letter"]
    week_ago = clock.now() - timedelta(days=7)
    with at(week_ago):
        mailing = await _write(edition, told[0], organizer)
        await actions.start(mailing, revision=1, by=organizer)
    with at(week_ago + actions.TIME_TO_STOP):
        await _send(mailing)
    await _write(edition, told[1], organizer)


async def _write(edition: Edition, told: dict[str, Any], by: Person) -> Mailing:
    return await actions.write(edition, segment=Segment(**told.get("segment", {})), code=None, words={code: told[code] for code in ("en", "es") if code in told}, by=by)


async def _send(mailing: Mailing) -> None:
    """Into the outbox at once, as its jobs would have done; the worker puts the letters into words."""
    await actions.begin(mailing.id)
    while await Mailing.exists(id=mailing.id, state=MailingState.SENDING):
        await actions.send_next(mailing.id)
