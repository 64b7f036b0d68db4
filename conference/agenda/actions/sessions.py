"""What is told of a session, and who is named in it."""

from typing import Any
from uuid import UUID, uuid4

from tortoise.exceptions import IntegrityError

from conference.agenda import queries
from conference.agenda.actions.removing import delete
from conference.agenda.models import Audience, Contribution, Contributor, Session, Track
from conference.agenda.snapshots import Json
from conference.core import audit, clock, sealing
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.editions.models import Edition


class CodeTaken(Refused):
    def sentence(self) -> str:
        return _("Another session has this code, here or in another edition. Choose another one.")


class NamedAlready(Refused):
    def sentence(self) -> str:
        return _("This person is named in this session already.")


async def create_session(
    edition: Edition, *, by: UUID | None = None, code: str, track: str | None = None, **facts: Any
) -> Session:
    """Add a session to the draft. CodeTaken for a code that any edition has; NotFound for an unknown track's slug."""
    async with transaction():
        if await Session.exists(code=code):
            raise CodeTaken(field="code")
        session = Session(edition=edition, code=code, track=await _track(edition, track), made=clock.now(), **facts)
        try:
            async with transaction():
                await session.save(force_create=True)
        except IntegrityError:
            raise CodeTaken(field="code") from None
        await audit.record("agenda.session_created", actor=by, row=session.id, edition=edition.id, code=code)
    return session


async def change_session(session: Session, *, by: UUID | None = None, **facts: Any) -> None:
    """Change what is told of a session in the draft; ``track`` is a slug or None."""
    async with transaction():
        if "track" in facts:
            track = await _track(await Edition.get(id=session.edition_id), facts.pop("track"))
            facts["track_id"] = track.id if track else None
        await session.update_from_dict(facts).save(update_fields=list(facts))
        await audit.record(
            "agenda.session_changed", actor=by, row=session.id, edition=session.edition_id, code=session.code
        )


async def remove_session(session: Session, *, by: UUID | None = None) -> None:
    """Take a session out of the draft for good, with its times and names. StillUsed where notes hang on it."""
    async with transaction():
        named = await Contribution.filter(session_id=session.id).values_list("contributor_id", flat=True)
        await delete(session)
        await _forget_unnamed(named)
        await audit.record(
            "agenda.session_removed", actor=by, row=session.id, edition=session.edition_id, code=session.code
        )


async def name_contributor(
    session: Session, *, by: UUID | None = None, name: str, role: Json, audience: str, guid: UUID | None = None
) -> Contribution:
    """Name somebody in a session. The same name in another session of the edition is the same person."""
    async with transaction():
        edition = await Edition.get(id=session.edition_id)
        person = await queries.contributor_named(edition, name) or await _create_contributor(edition, name, guid)
        if await Contribution.exists(session_id=session.id, contributor_id=person.id):
            raise NamedAlready(field="name")
        place = await Contribution.filter(session_id=session.id).count()
        contribution = Contribution(session=session, contributor=person, role=role, audience=audience, place=place)
        await contribution.save(force_create=True)
        await audit.record(
            "agenda.contributor_named", actor=by, row=session.id, edition=session.edition_id, code=session.code
        )
    return contribution


async def change_contribution(
    contribution: Contribution, *, by: UUID | None = None, name: str, role: Json, audience: str
) -> None:
    """Change role and audience here, and the name wherever this person is named in the edition."""
    async with transaction():
        contribution.role, contribution.audience = role, Audience(audience)
        await contribution.save(update_fields=["role", "audience"])
        person = contribution.contributor
        sealing.seal(person, name=name)
        await person.save(update_fields=["name", "name_blind"])
        await audit.record(
            "agenda.contribution_changed", actor=by, row=contribution.session_id, edition=person.edition_id
        )


async def remove_contribution(contribution: Contribution, *, by: UUID | None = None) -> None:
    """Name this person in this session no more; who is named in none is forgotten."""
    async with transaction():
        await contribution.delete()
        await _forget_unnamed([contribution.contributor_id])
        await audit.record(
            "agenda.contributor_removed",
            actor=by,
            row=contribution.session_id,
            edition=contribution.contributor.edition_id,
        )


async def _create_contributor(edition: Edition, name: str, guid: UUID | None) -> Contributor:
    person = Contributor(id=guid or uuid4(), edition=edition)
    sealing.seal(person, name=name)
    await person.save(force_create=True)
    return person


async def _forget_unnamed(ids: list[UUID]) -> None:
    for id in ids:
        if not await Contribution.exists(contributor_id=id):
            await Contributor.filter(id=id).delete()


async def _track(edition: Edition, slug: str | None) -> Track | None:
    return await queries.track(edition, slug) if slug else None
