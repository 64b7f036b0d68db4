"""What a session leaves behind: a sheet of blocks, its writers, every word ever sent, and what was released to the public.

A sheet keeps the language it was written in. Words nobody released are ``Internal``; a release copies the public ones into
public columns, where they stay.
"""

from enum import StrEnum

from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from conference.agenda.models import Audience
from conference.core.db import fields
from conference.core.db.model import Model

_WRITING = {"purpose": "notes of a session until they are released", "days": 180, "after": "end"}


class SheetState(StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"
    RELEASED = "released"


class PdfState(StrEnum):
    """How the writers' PDF is going; waiting: this machine cannot make PDFs yet."""

    NONE = "none"
    MAKING = "making"
    READY = "ready"
    WAITING = "waiting"


class Kind(StrEnum):
    GOAL = "goal"
    DECISION = "decision"
    NOTE = "note"


class Status(StrEnum):
    """What a release promises: the wording may still change, or it was reviewed."""

    DRAFT = "draft"
    FINAL = "final"


class Sheet(Model):
    """The notes of one session. ``change`` moves with every batch of operations, ``revision`` with every handing in.

    ``credited``: whoever prepared it agrees to be named in what is released.
    """

    edition = fields.Reference("conference.Edition", related_name="sheets")
    session = fields.Reference("conference.Session", related_name="sheets")
    language = fields.Short(8, default="en")
    state = fields.Choice(SheetState, default=SheetState.OPEN)
    revision = fields.Number(default=1)
    change = fields.BigNumber(default=0)
    prepared_by = fields.Internal(**_WRITING)
    credited = fields.Flag(default=False)
    pdf = fields.Choice(PdfState, default=PdfState.NONE)
    made = fields.Moment()
    changed = fields.Moment(null=True)
    submitted = fields.Moment(null=True)

    class Meta:
        table = "sheet"
        constraints = (CheckConstraint(check="revision >= 1", name="sheet_revision_counts_from_one"),)
        unique_together = (("edition", "session"),)


class SheetWriter(Model):
    """Somebody who was asked to write a sheet."""

    sheet = fields.Reference("conference.Sheet", related_name="writers", on_delete=fields.OnDelete.CASCADE)
    person = fields.Reference("conference.Person", related_name="written_sheets", on_delete=fields.OnDelete.CASCADE)
    made = fields.Moment()
    by = fields.Uuid(null=True)

    class Meta:
        table = "sheet_writer"
        unique_together = (("sheet", "person"),)


class Block(Model):
    """One goal, decision or note. Lines of ``text`` that begin with "- " are its sub-points; ``bracket`` is an editor's note.

    ``translations`` is a JSON object ``{language: {"text", "bracket"}}``. ``place`` orders the blocks of a sheet; ``change`` is the sheet's
    when this block changed last. ``beside`` names the block whose text was written at the same time as this one's.
    """

    edition = fields.Reference("conference.Edition", related_name="note_blocks")
    sheet = fields.Reference("conference.Sheet", related_name="blocks", on_delete=fields.OnDelete.CASCADE)
    place = fields.BigNumber()
    change = fields.BigNumber(default=0)
    kind = fields.Choice(Kind, default=Kind.GOAL)
    audience = fields.Choice(Audience, default=Audience.PUBLIC)
    version = fields.Number(default=1)
    deleted = fields.Flag(default=False)
    beside = fields.Uuid(null=True)
    text = fields.Internal(**_WRITING)
    bracket = fields.Internal(**_WRITING)
    translations = fields.Internal(**_WRITING)

    class Meta:
        table = "note_block"
        constraints = (CheckConstraint(check="version >= 1", name="note_block_version_counts_from_one"),)
        indexes = [("sheet", "place")]


class Operation(Model):
    """What one writer did, under the id their device gave it: a second arrival does nothing.

    ``part`` is what was changed (``text``, ``bracket``, ``es``, ``es.bracket``, or "" for no words); ``sent`` the words as they came,
    ``result`` what was made of them where others had written too. ``version`` is the block's afterwards: with it, operations
    are also the history of every block.
    """

    edition = fields.Reference("conference.Edition", related_name="note_operations")
    sheet = fields.Reference("conference.Sheet", related_name="operations", on_delete=fields.OnDelete.CASCADE)
    block = fields.Uuid()
    what = fields.Short(16)
    part = fields.Short(24, default="")
    version = fields.Number(default=0)
    outcome = fields.Short(16, default="done")
    sent = fields.Internal(**_WRITING)
    result = fields.Internal(**_WRITING)
    by = fields.Uuid(null=True)
    at = fields.Moment()

    class Meta:
        table = "note_operation"
        indexes = [("block", "version")]


class SheetPreview(Model):
    """The PDF of a submitted sheet, for those who wrote and who review it: base64, encrypted, because nobody released it yet."""

    edition = fields.Reference("conference.Edition", related_name="sheet_previews")
    sheet = fields.Reference("conference.Sheet", related_name="previews", on_delete=fields.OnDelete.CASCADE)
    language = fields.Short(8)
    revision = fields.Number()
    body = fields.Internal(**_WRITING)

    class Meta:
        table = "sheet_preview"
        unique_together = (("sheet", "language"),)


class SheetRelease(Model):
    """What was released of a sheet, time after time; at most one release is in force.

    ``snapshot`` holds the session's facts and the public blocks (see ``wording``), ``inner`` the blocks for participants and
    staff. ``pdf``: the files of all languages are there, as blobs of this row; ``errata`` counts the corrections they must hold.
    """

    edition = fields.Reference("conference.Edition", related_name="sheet_releases")
    sheet = fields.Reference("conference.Sheet", related_name="releases")
    number = fields.Number()
    revision = fields.Number()
    status = fields.Choice(Status)
    language = fields.Short(8)
    released_on = fields.Day()
    prepared_by = fields.Short(200, default="")
    contact = fields.Short(254)
    snapshot = fields.Json()
    inner = fields.Internal(**_WRITING)
    pdf = fields.Flag(default=False)
    errata = fields.Number(default=0)
    in_force = fields.Flag(default=True)
    made = fields.Moment()
    by = fields.Uuid(null=True)
    withdrawn = fields.Moment(null=True)

    class Meta:
        table = "sheet_release"
        constraints = (
            CheckConstraint(check="number >= 1", name="sheet_release_counts_from_one"),
            UniqueConstraint(fields=("sheet_id",), name="sheet_release_one_in_force", condition="in_force"),
        )
        unique_together = (("sheet", "number"),)


class Erratum(Model):
    """A correction of what was released, said in public. ``words`` is bilingual; the sheet's own language is always there."""

    edition = fields.Reference("conference.Edition", related_name="errata")
    sheet = fields.Reference("conference.Sheet", related_name="errata")
    on = fields.Day()
    words = fields.Json()
    made = fields.Moment()
    by = fields.Uuid(null=True)

    class Meta:
        table = "erratum"
