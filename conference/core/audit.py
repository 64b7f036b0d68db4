"""Who did what, when: ids and public facts; what somebody typed as their reason is sealed like all that people write."""

from typing import Any
from uuid import UUID

from conference.core import clock, sealing
from conference.core.db import fields
from conference.core.db.fast import insert
from conference.core.db.model import Model


class AuditEntry(Model):
    """``what`` is ``<slice>.<past participle>``; ``row`` the thing it happened to; ``actor`` who did it: the signed-in person, or the row that let
    somebody in without one."""

    what = fields.Short(80)
    at = fields.Moment()
    actor = fields.Uuid(null=True)
    row = fields.Uuid(null=True)
    edition = fields.Uuid(null=True)
    facts = fields.Json(default=dict)
    reason = fields.Internal(purpose="why a list was taken along", days=730, after="entry", scope="account")

    class Meta:
        table = "audit_entry"
        indexes = [("row",), ("at",)]


async def record(what: str, *, actor: UUID | None = None, row: UUID | None = None, edition: UUID | None = None, reason: str = "", **facts: Any) -> None:
    """Write it beside the change, in the same transaction."""
    new = entry(what, actor=actor, row=row, edition=edition, **facts)
    sealing.seal(new, reason=reason or None)
    await insert(new)


def entry(what: str, *, actor: UUID | None = None, row: UUID | None = None, edition: UUID | None = None, **facts: Any) -> AuditEntry:
    """The same, still to be written, for whoever writes many rows at once."""
    return AuditEntry(what=what, at=clock.now(), actor=actor, row=row, edition=edition, facts=facts)


async def history(row: UUID) -> list[AuditEntry]:
    """What happened to one thing, newest first."""
    return await AuditEntry.filter(row=row).order_by("-at")
