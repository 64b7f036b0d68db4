"""Which edition is asked for, and who may do what in it."""

import copy
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from tortoise.expressions import Q

from conference.core import clock, kept
from conference.core.errors import NotAllowed, NotFound, SignInNeeded
from conference.core.web import Rule
from conference.editions.models import Duties, Duty, Edition
from conference.people import access as people
from conference.people.models import Person


class SlugConvertor(Convertor):
    """``/{edition:edition}/``: a year, with a suffix where a year has two."""

    regex = r"[12][0-9]{3}(?:-[a-z0-9]{1,18})?"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("edition", SlugConvertor())


async def know_edition(request: Request) -> None:
    """Put the edition of the address on the request; None where the address has none. Hidden ones are for their people only."""
    slug = request.path_params.get("edition")
    request.state.edition = None
    if slug is None:
        return
    found = await _edition(slug)
    if found is None or not (found.public or await duties_of(request.state.person, found)):
        raise NotFound()
    request.state.edition = found


async def _edition(slug: str) -> Edition | None:
    """Read once per version, because every page of an edition needs it; each request gets a copy of its own."""
    return copy.copy(await kept.once(f"edition:{slug}", "edition", lambda: Edition.get_or_none(slug=slug)))


Held = dict[UUID | None, frozenset[Duties]]  # by edition; under None those for the whole organization


async def duties_by_edition(person: Person | None) -> Held:
    """The duties somebody has today, wherever they have any."""
    if person is None:
        return {}
    in_force = Q(until=None) | Q(until__gte=(clock.now() - timedelta(hours=12)).date())  # that day is over nowhere on earth
    found: dict[UUID | None, set[Duties]] = {}
    for row in await Duty.filter(in_force, person_id=person.id).values("edition_id", "duty"):
        found.setdefault(row["edition_id"], set()).add(Duties(row["duty"]))
    return {edition_id: frozenset(duties) for edition_id, duties in found.items()}


def duties_in(held: Held, edition: Edition | None) -> frozenset[Duties]:
    """Those that count in an edition, the organization's included; without an edition the organization's alone."""
    return held.get(None, frozenset()) | held.get(edition.id if edition else None, frozenset())


async def duties_of(person: Person | None, edition: Edition | None) -> frozenset[Duties]:
    """The duties somebody has today in an edition, those for the whole organization included."""
    return duties_in(await duties_by_edition(person), edition)


def includes(duties: frozenset[Duties], *names: Duties | str) -> bool:
    """Whether one of these duties is among what somebody has. Organizers have all of them but the treasurer's."""
    wanted = {Duties(name) for name in names}
    return bool(duties & (wanted if wanted == {Duties.TREASURER} else wanted | {Duties.ORGANIZER}))


def editions_with(held: Held, editions: Sequence[Edition], *names: Duties | str) -> list[Edition]:
    """Those of these editions in which somebody has one of these duties."""
    return [edition for edition in editions if includes(duties_in(held, edition), *names)]


def duty(*names: Duties | str, fresh: bool = False) -> Rule:
    """A rule: only who has one of these duties, as ``includes`` says; ``fresh``: and has shown their second step a few minutes ago.

    Signed-out people are asked to sign in, and all for their second step; people without any duty here see 404; those with another
    one 403. A page without an edition takes a duty for the whole organization.
    """

    async def rule(request: Request) -> None:
        held = await _held(request)
        request.state.duties = duties_in(held, request.state.edition)
        if not (request.state.duties or (held and request.state.edition is None)):
            raise NotFound()
        if not includes(request.state.duties, *names):
            raise NotAllowed()
        people.require_proof(request)
        if fresh:
            people.require_fresh(request)

    return rule


any_duty = duty(*Duties)


async def any_duty_anywhere(request: Request) -> None:
    """A rule: who has some duty, in whichever edition."""
    held = await _held(request)
    request.state.duties = duties_in(held, None)
    if not held:
        raise NotFound()
    people.require_proof(request)


async def _held(request: Request) -> Held:
    """Leaves all duties of who asks on the request, as ``held``."""
    if request.state.person is None:
        raise SignInNeeded()
    request.state.held = await duties_by_edition(request.state.person)
    return request.state.held


async def audience_of(person: Person | None, edition: Edition) -> frozenset[str]:
    """Whose matter somebody may read: ``public``, ``participants``, ``staff``."""
    from conference.editions.models import Participation

    read = {"public"}
    if person is not None:
        if await duties_of(person, edition):
            read |= {"participants", "staff"}
        elif await Participation.exists(person_id=person.id, edition_id=edition.id):
            read.add("participants")
    return frozenset(read)
