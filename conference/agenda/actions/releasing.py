"""Publishing: the only actions that change what visitors see of an agenda."""

import json
from typing import Any
from uuid import UUID

from anyio.to_thread import run_sync

from conference.agenda import queries
from conference.agenda.actions.printing import begin_programme
from conference.agenda.carrying import carry
from conference.agenda.models import Contributor, Release
from conference.agenda.snapshots import Json, digest, tightened
from conference.core import audit, clock, sealing, versions
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.editions.models import Edition


class NothingToRelease(Refused):
    def sentence(self) -> str:
        return _("Nothing has changed since the last release, so there is nothing to publish.")


class ChangedMeanwhile(Refused):
    def sentence(self) -> str:
        return _(
            "Somebody changed the agenda while you were looking at it. Read the list of changes again, then publish."
        )


async def release(
    edition: Edition, *, by: UUID | None = None, name: Json, notes: Json | None = None, seen: str | None = None
) -> Release:
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
        return await _publish(
            edition,
            last,
            content,
            queries.hidden_names(old) | names,
            by=by,
            name=old.name,
            notes=old.notes,
            of_version=version,
        )


def seen_digest(content: Json, names: dict[str, str]) -> str:
    """By which a draft is known again."""
    return digest([content, _hidden(content, names)])


async def _one_at_a_time(edition: Edition) -> None:
    """Releases of an edition queue up here, so that each follows the facts of the one before."""
    await Edition.filter(id=edition.id).select_for_update().first()


async def _publish(
    edition: Edition, last: Release | None, content: Json, names: dict[str, str], *, by: UUID | None, **told: Any
) -> Release:
    before, now = (last.facts, last.content) if last else ({}, None), clock.now().replace(microsecond=0)
    facts = await run_sync(carry, *before, content, names, now)  # some hundred sessions take tens of milliseconds
    made = Release(
        edition=edition,
        version=last.version + 1 if last else 1,
        content=content,
        facts=facts,
        made=clock.now(),
        by=by,
        **told,
    )
    sealing.seal(made, names=_as_text(_hidden(content, names)))
    await made.save(force_create=True)
    await audit.record(
        "agenda.released", actor=by, row=made.id, edition=edition.id, version=made.version, of_version=made.of_version
    )
    await begin_programme(edition)
    # Sessions of later editions link to those they take up again, as long as these are public.
    later = await Edition.filter(begins__gte=edition.begins).values_list("slug", flat=True)
    await versions.touch(*(f"edition:{slug}" for slug in sorted({edition.slug, *later})))
    return made


def _hidden(content: Json, names: dict[str, str]) -> dict[str, str]:
    """The names that the content leaves out, by guid."""
    untold = {one["guid"] for session in content["sessions"] for one in session["contributors"] if not one["name"]}
    return {guid: names[guid] for guid in sorted(untold & names.keys())}


def _as_text(names: dict[str, str]) -> str | None:
    return json.dumps(names, sort_keys=True, ensure_ascii=False) if names else None
