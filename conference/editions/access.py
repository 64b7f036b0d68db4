"""Which edition is asked for, and who may do what in it."""

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request

from conference.core import clock
from conference.core.errors import NotAllowed, NotFound, SignInNeeded
from conference.core.web import Rule
from conference.editions.models import Duties, Duty, Edition
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
    found = await Edition.get_or_none(slug=slug)
    if found is None or not (found.public or await duties_of(request.state.person, found)):
        raise NotFound()
    request.state.edition = found


async def duties_of(person: Person | None, edition: Edition | None) -> frozenset[Duties]:
    """The duties somebody has today in an edition, those for the whole organization included."""
    if person is None:
        return frozenset()
    today = clock.now().date()
    held = await Duty.filter(person_id=person.id).values("edition_id", "duty", "until")
    here = {None, edition.id if edition else None}
    return frozenset(Duties(row["duty"]) for row in held if row["edition_id"] in here and (row["until"] is None or row["until"] >= today))


def duty(*names: Duties | str) -> Rule:
    """A rule: only who has one of these duties. Organizers have all of them but the treasurer's.

    Signed-out people are asked to sign in; people without any duty here see 404; those with another one 403.
    """
    wanted = {Duties(name) for name in names} | ({Duties.ORGANIZER} if set(names) != {Duties.TREASURER} else set())

    async def rule(request: Request) -> None:
        if request.state.person is None:
            raise SignInNeeded()
        request.state.duties = held = await duties_of(request.state.person, request.state.edition)
        if not held:
            raise NotFound()
        if not held & wanted:
            raise NotAllowed()

    return rule


any_duty = duty(*Duties)


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
