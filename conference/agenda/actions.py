"""Editing the draft and publishing it. Only ``release`` and ``roll_back`` change what visitors see."""

import json
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from tortoise.exceptions import IntegrityError

from conference.agenda import queries
from conference.agenda.carrying import carry
from conference.agenda.models import Audience, Contribution, Contributor, DayEntry, Placement, Release, Room, Session, States, Track
from conference.agenda.snapshots import Json, digest, tightened, where
from conference.agenda.times import span
from conference.core import audit, clock, sealing, versions
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.editions.models import Edition

LARGEST_NUMBER = 2**31 - 1


class CodeTaken(Refused):
    def sentence(self) -> str:
        return _("Another session has this code, here or in another edition. Choose another one.")


class SlugTaken(Refused):
    def sentence(self) -> str:
        return _("This word is taken already. Choose another one.")


class StillUsed(Refused):
    def sentence(self) -> str:
        return _("Something still hangs on it: sessions in this room or track, or notes of this session. Move those first.")


class NamedAlready(Refused):
    def sentence(self) -> str:
        return _("This person is named in this session already.")


class NothingToRelease(Refused):
    def sentence(self) -> str:
        return _("Nothing has changed since the last release, so there is nothing to publish.")


class ChangedMeanwhile(Refused):
    def sentence(self) -> str:
        return _("Somebody changed the agenda while you were looking at it. Read the list of changes again, then publish.")


# Sessions and who contributes


async def create_session(edition: Edition, *, by: UUID | None = None, code: str, track: str | None = None, **facts: Any) -> Session:
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
        await audit.record("agenda.session_changed", actor=by, row=session.id, edition=session.edition_id, code=session.code)


async def remove_session(session: Session, *, by: UUID | None = None) -> None:
    """Take a session out of the draft for good, with its times and names. StillUsed where notes hang on it."""
    async with transaction():
        named = await Contribution.filter(session_id=session.id).values_list("contributor_id", flat=True)
        await _delete(session)
        await _forget_unnamed(named)
        await audit.record("agenda.session_removed", actor=by, row=session.id, edition=session.edition_id, code=session.code)


async def name_contributor(session: Session, *, by: UUID | None = None, name: str, role: Json, audience: str, guid: UUID | None = None) -> Contribution:
    """Name somebody in a session. The same name in another session of the edition is the same person."""
    async with transaction():
        edition = await Edition.get(id=session.edition_id)
        person = await queries.contributor_named(edition, name) or await _create_contributor(edition, name, guid)
        if await Contribution.exists(session_id=session.id, contributor_id=person.id):
            raise NamedAlready(field="name")
        place = await Contribution.filter(session_id=session.id).count()
        contribution = Contribution(session=session, contributor=person, role=role, audience=audience, place=place)
        await contribution.save(force_create=True)
        await audit.record("agenda.contributor_named", actor=by, row=session.id, edition=session.edition_id, code=session.code)
    return contribution


async def change_contribution(contribution: Contribution, *, by: UUID | None = None, name: str, role: Json, audience: str) -> None:
    """Change role and audience here, and the name wherever this person is named in the edition."""
    async with transaction():
        contribution.role, contribution.audience = role, Audience(audience)
        await contribution.save(update_fields=["role", "audience"])
        person = contribution.contributor
        sealing.seal(person, name=name)
        await person.save(update_fields=["name", "name_blind"])
        await audit.record("agenda.contribution_changed", actor=by, row=contribution.session_id, edition=person.edition_id)


async def remove_contribution(contribution: Contribution, *, by: UUID | None = None) -> None:
    """Name this person in this session no more; who is named in none is forgotten."""
    async with transaction():
        await contribution.delete()
        await _forget_unnamed([contribution.contributor_id])
        await audit.record("agenda.contributor_removed", actor=by, row=contribution.session_id, edition=contribution.contributor.edition_id)


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


# When and where


async def place(session: Session, edition: Edition, *, by: UUID | None = None, day: date, starts: time, ends: time, room: str | None = None) -> Placement:
    """Give a session a time, in the edition's zone, and a room. Raises NoSuchHour and EndsBefore."""
    begin, end = span(day, starts, ends, edition.zone)
    async with transaction():
        uid = uuid4()
        placement = Placement(session=session, room=await _room(edition, room), starts=begin, ends=end, uid=uid, number=uid.int % LARGEST_NUMBER + 1)
        await placement.save(force_create=True)
        await audit.record("agenda.session_placed", actor=by, row=session.id, edition=edition.id, code=session.code)
    return placement


async def move(placement: Placement, edition: Edition, *, by: UUID | None = None, day: date, starts: time, ends: time, room: str | None = None) -> None:
    """Give a placement another time or room; its uid stays."""
    begin, end = span(day, starts, ends, edition.zone)
    async with transaction():
        found = await _room(edition, room)
        await Placement.filter(id=placement.id).update(starts=begin, ends=end, room_id=found.id if found else None)
        await audit.record("agenda.placement_moved", actor=by, row=placement.session_id, edition=edition.id)


async def cancel(placement: Placement, *, by: UUID | None = None) -> None:
    """It will not take place; shown as cancelled from the next release on. Cancelling twice changes nothing."""
    await _change_state(placement, States.PLANNED, States.CANCELLED, "agenda.placement_cancelled", by)


async def restore(placement: Placement, *, by: UUID | None = None) -> None:
    """It takes place after all."""
    await _change_state(placement, States.CANCELLED, States.PLANNED, "agenda.placement_restored", by)


async def unplace(placement: Placement, *, by: UUID | None = None) -> None:
    """Take a time off the draft. If it was published, calendars are told with the next release that it is cancelled."""
    async with transaction():
        if await Placement.filter(id=placement.id).delete():
            await audit.record("agenda.placement_removed", actor=by, row=placement.session_id)


async def _change_state(placement: Placement, before: States, after: States, what: str, by: UUID | None) -> None:
    async with transaction():
        if await Placement.filter(id=placement.id, state=before).update(state=after):
            await audit.record(what, actor=by, row=placement.session_id)


async def _room(edition: Edition, slug: str | None) -> Room | None:
    return await queries.room(edition, slug) if slug else None


# Rooms and tracks


async def create_room(edition: Edition, *, by: UUID | None = None, **facts: Any) -> Room:
    return await _create(Room(edition=edition, **facts), by)


async def create_track(edition: Edition, *, by: UUID | None = None, **facts: Any) -> Track:
    return await _create(Track(edition=edition, **facts), by)


async def change_room(room: Room, *, by: UUID | None = None, **facts: Any) -> None:
    await _change(room, by, facts)


async def change_track(track: Track, *, by: UUID | None = None, **facts: Any) -> None:
    await _change(track, by, facts)


async def remove_room(room: Room, *, by: UUID | None = None) -> None:
    await _remove(room, by)


async def remove_track(track: Track, *, by: UUID | None = None) -> None:
    await _remove(track, by)


async def _create(row: Any, by: UUID | None) -> Any:
    async with transaction():
        try:
            async with transaction():
                await row.save(force_create=True)
        except IntegrityError:
            raise SlugTaken(field="slug") from None
        await audit.record(f"agenda.{row._meta.db_table}_created", actor=by, row=row.id, edition=row.edition_id, slug=row.slug)
    return row


async def _change(row: Any, by: UUID | None, facts: Json) -> None:
    async with transaction():
        try:
            async with transaction():
                await row.update_from_dict(facts).save(update_fields=list(facts))
        except IntegrityError:
            raise SlugTaken(field="slug") from None
        await audit.record(f"agenda.{row._meta.db_table}_changed", actor=by, row=row.id, edition=row.edition_id, slug=row.slug)


async def _remove(row: Any, by: UUID | None) -> None:
    async with transaction():
        await _delete(row)
        await audit.record(f"agenda.{row._meta.db_table}_removed", actor=by, row=row.id, edition=row.edition_id, slug=row.slug)


async def _delete(row: Any) -> None:
    """On PostgreSQL a refused statement ends its transaction, so it has one of its own."""
    try:
        async with transaction():
            await row.delete()
    except IntegrityError:
        raise StillUsed() from None


# Publishing


async def release(edition: Edition, *, by: UUID | None = None, name: Json, notes: Json | None = None, seen: str | None = None) -> Release:
    """Publish the draft. ``seen`` is the digest of the draft that the editor looked at, if one did.

    Raises NothingToRelease, and ChangedMeanwhile where the draft is no longer what was seen.
    """
    async with transaction():
        await _one_at_a_time(edition)
        content, names = await queries.draft(edition)
        if seen is not None and seen != seen_digest(content, names):
            raise ChangedMeanwhile()
        last = await queries.newest(edition)
        hidden = _hidden(content, names)
        if last and last.content == content and queries.hidden_names(last) == hidden:
            raise NothingToRelease()
        return await _publish(edition, last, content, names, by=by, name=name, notes=notes or {})


async def roll_back(edition: Edition, version: int, *, by: UUID | None = None) -> Release:
    """Publish what an earlier release said, as a new one. The draft stays as it is.

    Nothing becomes readable to more people than the draft allows now, and who was taken out of the edition stays out.
    """
    async with transaction():
        await _one_at_a_time(edition)
        last, old = await queries.newest(edition), await queries.release(edition, version)
        now, names = await queries.draft(edition)
        people = await Contributor.filter(edition_id=edition.id).values_list("id", flat=True)
        content = tightened(old.content, now, {str(id): names.get(str(id)) for id in people})
        if last and last.content == content:
            raise NothingToRelease()
        return await _publish(edition, last, content, queries.hidden_names(old) | names, by=by, name=old.name, notes=old.notes, of_version=version)


def seen_digest(content: Json, names: dict[str, str]) -> str:
    """By which a draft is known again."""
    return digest([content, _hidden(content, names)])


async def _one_at_a_time(edition: Edition) -> None:
    """Releases of an edition queue up here, so that each follows the facts of the one before."""
    await Edition.filter(id=edition.id).select_for_update().first()


async def _publish(edition: Edition, last: Release | None, content: Json, names: dict[str, str], *, by: UUID | None, **told: Any) -> Release:
    facts = carry(last.facts if last else {}, last.content if last else None, content, names, clock.now().replace(microsecond=0))
    made = Release(edition=edition, version=last.version + 1 if last else 1, content=content, facts=facts, made=clock.now(), by=by, **told)
    sealing.seal(made, names=_as_text(_hidden(content, names)))
    await made.save(force_create=True)
    await audit.record("agenda.released", actor=by, row=made.id, edition=edition.id, version=made.version, of_version=made.of_version)
    await versions.touch(f"edition:{edition.slug}")
    return made


def _hidden(content: Json, names: dict[str, str]) -> dict[str, str]:
    """The names that the content leaves out, by guid."""
    untold = {one["guid"] for session in content["sessions"] for one in session["contributors"] if not one["name"]}
    return {guid: names[guid] for guid in sorted(untold & names.keys())}


def _as_text(names: dict[str, str]) -> str | None:
    return json.dumps(names, sort_keys=True, ensure_ascii=False) if names else None


# The organization's calendar


async def announce_days(edition: Edition) -> None:
    """Bring the whole-day entries of an edition up to date: its days and its deadlines. Changes nothing where nothing changed."""
    now = clock.now().replace(microsecond=0)
    async with transaction():
        wanted = _day_facts(edition)
        known = {entry.what: entry for entry in await queries.day_entries(edition)}
        changed = [await _announce(edition, known.get(what), what, facts, now) for what, facts in wanted.items()]
        changed += [await _withdraw(entry, now) for what, entry in known.items() if what not in wanted]
        if any(changed):
            await versions.touch("site")


def _day_facts(edition: Edition) -> dict[str, Json]:
    """By what is announced: first day, first day after it, and what to say."""
    words = {"title": edition.title, "place": where(edition.venue, edition.address), "percent": None}
    found = {"days": words | _from_to(edition.begins, edition.ends)}
    for step in edition.refund_table:
        if step["percent"]:
            last = edition.begins - timedelta(days=step["days"])
            found[f"refund-{step['days']}"] = words | _from_to(last, last) | {"place": "", "percent": step["percent"]}
    return found


def _from_to(first: date, last: date) -> Json:
    return {"starts": first.isoformat(), "ends": (last + timedelta(days=1)).isoformat()}


async def _announce(edition: Edition, known: DayEntry | None, what: str, facts: Json, now: datetime) -> bool:
    """Whether there was something to say."""
    if known is None:
        await DayEntry(edition=edition, what=what, facts=facts, stamp=now).save(force_create=True)
        return True
    if known.facts == facts and not known.cancelled:
        return False
    moved = known.cancelled or any(known.facts[name] != facts[name] for name in ("starts", "ends", "place"))
    await DayEntry.filter(id=known.id).update(facts=facts, stamp=now, cancelled=False, sequence=known.sequence + moved)
    return True


async def _withdraw(known: DayEntry, now: datetime) -> bool:
    return bool(await DayEntry.filter(id=known.id, cancelled=False).update(cancelled=True, stamp=now, sequence=known.sequence + 1))
