"""Letters that organizers write, to one person or to a group, and how far each has come."""

from enum import StrEnum

from tortoise.migrations.constraints import CheckConstraint

from conference.core.db import fields
from conference.core.db.model import Model


class MailingState(StrEnum):
    """draft → waiting (it begins in some minutes) → sending → sent; stopped while waiting it is a draft again, afterwards it stays stopped."""

    DRAFT = "draft"
    WAITING = "waiting"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    STOPPED = "stopped"


class Mailing(Model):
    """One letter. It goes to ``order`` where there is one, else to ``segment`` (see ``segments``).

    ``words`` is ``{"en": {"subject", "body"}, "es": {...}}`` as JSON. ``mark`` is the order up to which it was put into the outbox,
    ``posted`` how many that were; ``total`` can be reached by mail, ``unreachable`` left no address. ``revision`` moves with every change.
    """

    edition = fields.Reference("conference.Edition", related_name="mailings")
    order = fields.Reference("conference.Order", related_name="mailings", on_delete=fields.OnDelete.CASCADE, null=True)
    segment = fields.Json(default=dict)
    words = fields.Internal(purpose="letters that organizers wrote to you", days=60, after="end")
    state = fields.Choice(MailingState, default=MailingState.DRAFT)
    revision = fields.Number(default=1)
    by = fields.Uuid(null=True)
    made = fields.Moment()
    starts = fields.Moment(null=True)
    started = fields.Moment(null=True)
    ended = fields.Moment(null=True)
    total = fields.Number(default=0)
    unreachable = fields.Number(default=0)
    posted = fields.Number(default=0)
    mark = fields.Uuid(null=True)

    class Meta:
        table = "mailing"
        constraints = (CheckConstraint(check="posted >= 0 AND total >= 0 AND unreachable >= 0", name="mailing_counts_not_negative"),)
        indexes = [("edition_id", "made")]
