"""Who may watch a door: whoever opened its link, without an account, while the door is open."""

from collections.abc import Sequence

from starlette.requests import Request

from conference.core import clock, links, passes
from conference.core.errors import NotFound
from conference.editions.models import Edition
from conference.registration.models import Door

DOOR_LINK = "door"


async def at_a_door(request: Request) -> None:
    """A rule: only at an open door of this edition, which is left on the request as ``door``; for all others there is no page."""
    request.state.door = await door_of(request.state.edition, passes.tokens(request))


async def at_a_door_with_cash(request: Request) -> None:
    """A rule: only at a door where money may be taken."""
    await at_a_door(request)
    if not request.state.door.takes_cash:
        raise NotFound()


async def door_of(edition: Edition, tokens: Sequence[str]) -> Door:
    """The open door of the newest of these tokens that is one's. Wrong, ended and foreign ones look alike: NotFound."""
    named = {row for token in tokens if (row := links.row_of(token))}
    known = {door.id: door for door in await Door.filter(edition_id=edition.id, id__in=list(named))} if named else {}
    for token in tokens:
        door = known.get(links.row_of(token))
        if door is not None and is_watched(door) and links.matches(token, DOOR_LINK, door.id, door.version):
            return door
    raise NotFound()


def is_watched(door: Door) -> bool:
    """Whether people can be let in at it now."""
    return door.ended is None and door.ends > clock.now()
