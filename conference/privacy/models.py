"""What is gone, and what must never come back. Ids, days and numbers; nothing about anybody."""

from conference.core.db import fields
from conference.core.db.model import Model


class Purged(Model):
    """What had its time: ``name`` is a scope of keys (``edition:<id>:end60``) or what grows old day by day (``entry:list:14``).

    ``due`` is the day on which it had to go; ``rows`` how many rows held something, over all times it was done.
    """

    name = fields.Short(80, unique=True)
    edition = fields.Reference("conference.Edition", related_name="purged", null=True)
    due = fields.Day(null=True)
    done = fields.Moment()
    rows = fields.Number(default=0)

    class Meta:
        table = "purged"


class Erased(Model):
    """A personal column (``order.email``) of a row that was emptied because somebody asked for it, or went with its row."""

    place = fields.Short(80)
    row = fields.Uuid()
    at = fields.Moment()

    class Meta:
        table = "erased"
        unique_together = (("place", "row"),)
