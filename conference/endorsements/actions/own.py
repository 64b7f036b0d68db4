"""What one does with one's own endorsement: confirm it, change how it is listed, sign a newer version, withdraw it."""

from datetime import timedelta
from uuid import UUID

from conference.core import audit, clock, sealing
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.editions.models import AdoptedText, Edition
from conference.endorsements import queries
from conference.endorsements.actions import listing
from conference.endorsements.actions.signing import SEALED, SigningClosed, TextChanged, sole
from conference.endorsements.likeness import is_strange, likeness
from conference.endorsements.models import STANDING, Authority, Endorsement, Kind, State

DRAFT_LASTS = timedelta(days=60)
FORGOTTEN = {name: None for name in (*SEALED, "likeness_blind", "domain_blind", "email_blind", "phone_blind", "sole", "once")}


class WordsChanged(Refused):
    def sentence(self) -> str:
        return _("The words were changed meanwhile. Please look at them again, then press once more.")


class NothingToChange(Refused):
    def sentence(self) -> str:
        return _("This signature does not stand any more, so there is nothing to change.")


async def confirm(endorsement: Endorsement, *, revision: int) -> None:
    """By whoever got the letter: these words are theirs. A person is counted at once, an organization once an editor has looked.

    revision: of the words that were looked at. Confirming twice does nothing more. Raises WordsChanged, NothingToChange.
    """
    async with transaction():
        if not await become_confirmed(endorsement, Authority.MAIL, revision):
            now = await Endorsement.get(id=endorsement.id)
            if now.state in STANDING:
                return
            raise WordsChanged() if now.state is State.DRAFT else NothingToChange()
        await audit.record("endorsements.confirmed", row=endorsement.id, edition=endorsement.edition_id)


async def become_confirmed(endorsement: Endorsement, authority: Authority, revision: int) -> bool:
    """In the caller's transaction: from draft to counted, or to waiting for an editor; says whether it was this one who did it."""
    edition, counts = await Edition.get(id=endorsement.edition_id), not needs_a_look(endorsement)
    if counts:
        await listing.grew(edition)
    columns = listing.public_columns(endorsement) if counts else {}
    draft = Endorsement.filter(id=endorsement.id, state=State.DRAFT, authority=authority, revision=revision)
    if endorsement.revision != revision:
        return False
    return bool(await draft.update(state=State.COUNTED if counts else State.CONFIRMED, confirmed=clock.now(), **columns))


def needs_a_look(endorsement: Endorsement) -> bool:
    """Organizations always; of persons a name that is to be listed and does not read like one."""
    if endorsement.kind is Kind.ORGANIZATION:
        return True
    plain = sealing.open_one(endorsement, "name", "city", "region")
    return not endorsement.quiet and is_strange(plain.name or "", f"{plain.city or ''} {plain.region or ''}".strip())


async def change(endorsement: Endorsement, *, name: str, city: str, region: str, quiet: bool, revision: int) -> None:
    """List it otherwise. A name that somebody has to look at leaves the list until then. Raises WordsChanged, NothingToChange."""
    if endorsement.state not in STANDING:
        raise NothingToChange()
    edition, before = await Edition.get(id=endorsement.edition_id), sealing.open_one(endorsement, "name").name
    sealing.seal(endorsement, name=name, city=city, region=region, likeness=likeness(name) if endorsement.kind is Kind.ORGANIZATION else None)
    endorsement.quiet = quiet
    looked = endorsement.state is State.COUNTED and (name == before if endorsement.kind is Kind.ORGANIZATION else not needs_a_look(endorsement))
    columns = {one: getattr(endorsement, one) for one in ("name", "city", "region", "likeness", "likeness_blind", "quiet")}
    columns |= listing.public_columns(endorsement) if looked else listing.UNLISTED
    async with transaction():
        await listing.shrinks(edition)
        mine = Endorsement.filter(id=endorsement.id, state=endorsement.state, revision=revision)
        if not await mine.update(state=State.COUNTED if looked else State.CONFIRMED, revision=revision + 1, **columns):
            raise WordsChanged()
        await sealing.index_words(endorsement, "name", name)
        await audit.record("endorsements.changed", row=endorsement.id, edition=edition.id)


async def sign_anew(endorsement: Endorsement, text: AdoptedText, *, read: str) -> None:
    """Put the same name to the newest version of the text instead of the one that was signed. Raises SigningClosed, TextChanged."""
    edition = await Edition.get(id=endorsement.edition_id)
    if not queries.is_open(edition):
        raise SigningClosed()
    if read != str(text.id) or text.kind != endorsement.text.kind:
        raise TextChanged()
    endorsement.text_id = text.id
    async with transaction():
        await listing.shrinks(edition)
        if await Endorsement.exists(sole=sole(endorsement)):
            await _erase(endorsement, State.DUPLICATE)  # the newer version was signed by the form already
            return
        if not await Endorsement.filter(id=endorsement.id, state__in=STANDING).update(text_id=text.id, sole=sole(endorsement)):
            raise NothingToChange()
        await audit.record("endorsements.signed_anew", row=endorsement.id, edition=edition.id, version=text.version)


async def withdraw(endorsement: Endorsement, *, by: UUID | None = None) -> None:
    """It stands no more, the list shows it no more, and what was written is erased. Twice does nothing more."""
    async with transaction():
        await listing.shrinks(await Edition.get(id=endorsement.edition_id))
        if await _erase(endorsement, State.WITHDRAWN):
            await audit.record("endorsements.withdrawn", actor=by, row=endorsement.id, edition=endorsement.edition_id)


async def _erase(endorsement: Endorsement, to: State) -> bool:
    """Whatever was counted with it stands for itself again, and an editor looks."""
    mine = Endorsement.filter(id=endorsement.id).exclude(state=State.WITHDRAWN)
    done = await mine.update(state=to, quiet=False, ended=clock.now(), **FORGOTTEN, **listing.UNLISTED)
    await sealing.forget_words(endorsement.id)
    await Endorsement.filter(into_id=endorsement.id, state=State.DUPLICATE).update(state=State.CONFIRMED, into_id=None, ended=None)
    return bool(done)


async def forget_drafts() -> None:
    """What nobody confirmed in 60 days is deleted."""
    old = await Endorsement.filter(state=State.DRAFT, made__lt=clock.now() - DRAFT_LASTS).limit(500).values_list("id", flat=True)
    if old:
        async with transaction():
            if await Endorsement.filter(id__in=list(old), state=State.DRAFT).delete():
                await sealing.forget_words(*old)
