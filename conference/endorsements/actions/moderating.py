"""What editors and organizers do: accept, refuse, put two together, confirm for somebody who called, take down what was signed on paper."""

from uuid import UUID

from conference.core import audit, clock, mail, sealing
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.editions.models import AdoptedText, Edition
from conference.endorsements.actions import listing
from conference.endorsements.actions.own import become_confirmed
from conference.endorsements.likeness import likeness
from conference.endorsements.models import STANDING, Authority, Endorsement, Kind, State


class ChangedMeanwhile(Refused):
    def sentence(self) -> str:
        return _("Somebody changed or decided this meanwhile. Look at it again.")


class NotTheSame(Refused):
    def sentence(self) -> str:
        return _("Only two organizations under the same version of a text can be put together.")


async def accept(endorsement: Endorsement, *, revision: int, by: UUID) -> None:
    """It counts, and is listed unless it is quiet; also one that was refused or put together before. Raises ChangedMeanwhile.

    What was signed on paper is written down again instead: its words are not kept once it leaves the list.
    """
    edition = await Edition.get(id=endorsement.edition_id)
    async with transaction():
        await listing.grew(edition)
        decided = Endorsement.filter(id=endorsement.id, state__in=(State.CONFIRMED, State.REFUSED, State.DUPLICATE), revision=revision)
        waiting = decided.filter(confirmed__not_isnull=True, name__not_isnull=True)
        if endorsement.revision != revision or not await waiting.update(state=State.COUNTED, into_id=None, ended=None, **listing.public_columns(endorsement)):
            raise ChangedMeanwhile()
        await audit.record("endorsements.accepted", actor=by, row=endorsement.id, edition=edition.id)
        await _tell(endorsement)


async def refuse(endorsement: Endorsement, *, by: UUID) -> None:
    """It does not count, or no longer. Raises ChangedMeanwhile for one that stands no more."""
    async with transaction():
        await listing.shrinks(await Edition.get(id=endorsement.edition_id))
        mine = Endorsement.filter(id=endorsement.id, state__in=(State.DRAFT, *STANDING))
        if not await mine.update(state=State.REFUSED, ended=clock.now(), **listing.UNLISTED):
            raise ChangedMeanwhile()
        await audit.record("endorsements.refused", actor=by, row=endorsement.id, edition=endorsement.edition_id)
        if endorsement.confirmed:
            await _tell(endorsement)


async def merge(endorsement: Endorsement, into: Endorsement, *, by: UUID) -> None:
    """The same organization signed twice: ``into`` stays, this one counts with it. Raises NotTheSame, ChangedMeanwhile."""
    alike = (endorsement.text_id, endorsement.edition_id, Kind.ORGANIZATION) == (into.text_id, into.edition_id, endorsement.kind)
    if endorsement.id == into.id or not alike or into.kind is not Kind.ORGANIZATION:
        raise NotTheSame()
    async with transaction():
        await listing.shrinks(await Edition.get(id=endorsement.edition_id))
        # locked in the order of their ids, so that two editors who press on either side do not both lose their organization
        standing = await Endorsement.filter(id__in=[endorsement.id, into.id], state__in=STANDING).order_by("id").select_for_update()
        if len(standing) < 2:
            raise ChangedMeanwhile()
        await Endorsement.filter(id=endorsement.id).update(state=State.DUPLICATE, into_id=into.id, ended=clock.now(), **listing.UNLISTED)
        await audit.record("endorsements.merged", actor=by, row=endorsement.id, edition=endorsement.edition_id, into=str(into.id))


async def confirm_for(endorsement: Endorsement, *, revision: int, by: UUID) -> None:
    """Somebody called them back, or an organizer vouches: it is theirs. Raises ChangedMeanwhile."""
    async with transaction():
        if endorsement.authority is Authority.MAIL or not await become_confirmed(endorsement, endorsement.authority, revision):
            raise ChangedMeanwhile()
        await audit.record("endorsements.confirmed", actor=by, row=endorsement.id, edition=endorsement.edition_id, how=str(endorsement.authority))
        await _tell(endorsement)


async def _tell(endorsement: Endorsement) -> None:
    """In the caller's transaction: how it stands now, to those who left an address; the letter says so when it goes out."""
    if endorsement.email:
        stamp = clock.now().isoformat(timespec="minutes")
        await mail.post("endorsements.signed", key=f"endorsements.signed:{endorsement.id}:{stamp}", language=endorsement.language, endorsement_id=endorsement.id)


async def take_down(edition: Edition, text: AdoptedText, *, kind: Kind, name: str, city: str, region: str = "", by: UUID | None = None) -> Endorsement:
    """List what was signed on paper. The paper is the proof: only what is listed is kept here, and the same twice is one."""
    columns = listing.listed_as(name, city, region)
    async with transaction():
        await listing.grew(edition)  # first: two who take down the same paper wait for each other here
        known = await Endorsement.filter(edition_id=edition.id, text_id=text.id, kind=kind, authority=Authority.PAPER, state=State.COUNTED, **columns).first()
        if known is not None and kind is Kind.ORGANIZATION:
            return known
        now = clock.now()
        new = Endorsement(
            edition_id=edition.id, text_id=text.id, kind=kind, authority=Authority.PAPER, state=State.COUNTED, language="en", made=now, confirmed=now, **columns
        )
        _seal_if_we_can(new, name)
        await new.save(force_create=True)
        await audit.record("endorsements.taken_down", actor=by, row=new.id, edition=edition.id, kind=str(kind))
    return new


def _seal_if_we_can(new: Endorsement, name: str) -> None:
    """For finding organizations that are alike; of an edition long over there is no key any more, and it goes without."""
    if new.kind is Kind.ORGANIZATION:
        try:
            sealing.seal(new, likeness=likeness(name))
        except sealing.ScopeDestroyed:
            return


async def reveal(endorsement: Endorsement, column: str, *, by: UUID) -> str | None:
    """One personal column of one endorsement, written down before it is opened."""
    async with transaction():
        await audit.record("endorsements.revealed", actor=by, row=endorsement.id, edition=endorsement.edition_id, column=column)
    return getattr(sealing.open_one(endorsement, column), column)
