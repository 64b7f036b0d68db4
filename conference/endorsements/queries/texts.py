"""What can be signed: the call of an edition and the points of unity in force at it, and the files made of them."""

from dataclasses import dataclass
from uuid import UUID

from conference.core import kept
from conference.core.blobs import Blob
from conference.core.errors import NotFound
from conference.core.i18n import _
from conference.editions.models import AdoptedText, Edition
from conference.editions.queries import call_of, standing_of, unity_for
from conference.endorsements.models import Endorsement
from conference.endorsements.queries.signed import Counts, counts

CALL, UNITY, LETTER = "call", "unity", "letter"
IN_FORCE = {CALL: call_of, UNITY: unity_for}


class NotMadeYet(NotFound):
    def sentence(self) -> str:
        return _("The PDF is being made. Please come back in a minute.")


def is_open(edition: Edition) -> bool:
    """Whether texts of this edition can still be signed: until its last day is over."""
    return standing_of(edition) != "past"


async def text_in_force(edition: Edition, kind: str) -> AdoptedText:
    """The newest version of the call, or the points in force. NotFound for another kind, and before there is one."""
    if kind not in IN_FORCE:
        raise NotFound()
    found = await kept.once(f"edition:{edition.slug}", f"text in force: {kind}", lambda: IN_FORCE[kind](edition))
    if found is None:
        raise NotFound()
    return found


async def texts_in_force(edition: Edition) -> list[AdoptedText]:
    """The call first."""
    return [found for read in IN_FORCE.values() if (found := await read(edition)) is not None]


async def editions_of(text: AdoptedText) -> list[Edition]:
    """The editions at which this version is in force and can be signed."""
    known = [edition for edition in await Edition.all() if is_open(edition)]
    return [edition for edition in known if (found := await IN_FORCE[text.kind](edition)) is not None and found.id == text.id]


async def signed_text(edition: Edition, text_id: UUID) -> AdoptedText:
    """A version that is in force here, or is the edition's own, or that somebody signed here. NotFound for others."""
    found = await AdoptedText.filter(id=text_id, published__not_isnull=True).select_related("edition").first()
    here = found is not None and (found.edition_id == edition.id or any(text.id == found.id for text in await texts_in_force(edition)))
    if found is None or not (here or await Endorsement.exists(edition_id=edition.id, text_id=found.id)):
        raise NotFound()
    return found


@dataclass(frozen=True)
class Texts:
    """``current`` ones are in force; ``earlier`` versions were signed here, the newest first; ``counted`` by the id of each."""

    current: list[AdoptedText]
    earlier: list[AdoptedText]
    counted: dict[UUID, Counts]

    @property
    def all(self) -> list[AdoptedText]:
        return [*self.current, *self.earlier]

    def counts(self, text: AdoptedText) -> Counts:
        return self.counted.get(text.id, Counts())


async def texts(edition: Edition) -> Texts:
    """What there is to sign and to read, and how many signed each."""
    current, counted = await texts_in_force(edition), await counts(edition)
    others = counted.keys() - {text.id for text in current}
    earlier = await AdoptedText.filter(id__in=list(others)).select_related("edition").order_by("kind", "-version") if others else []
    return Texts(current, earlier, counted)


async def letter_text(edition: Edition) -> AdoptedText | None:
    """What the sign-on letter says: the call; the points of unity where there is no call."""
    return next(iter(await texts_in_force(edition)), None)


def file_name(what: str, language: str = "", mark: str = "") -> str:
    """Under which name a file is kept: the LETTER, or a kind's page to sign on paper; ``mark`` tells what it was made of."""
    return f"endorsements.{what}." + (f"{language}." if language else "") + mark


async def kept_file(edition: Edition, what: str, language: str) -> Blob:
    """NotMadeYet until it is there."""
    found = await Blob.filter(owner=edition.id, name__startswith=file_name(what, language)).order_by("-made").first()
    if found is None:
        raise NotMadeYet()
    return found


async def has_file(edition: Edition, what: str) -> bool:
    return await Blob.exists(owner=edition.id, name__startswith=file_name(what))


async def is_kept(edition: Edition, what: str, mark: str | None) -> bool:
    """Whether what is kept was made of this; with None, whether nothing is kept, as there is nothing to make."""
    kept = Blob.filter(owner=edition.id, name__startswith=file_name(what))
    names = await kept.values_list("name", flat=True)
    return {name.rpartition(".")[2] for name in names} == ({mark} if mark else set())
