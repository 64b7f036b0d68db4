"""Gifts: what somebody gives for nothing in return, by card, by check or in cash."""

from tortoise.migrations.constraints import CheckConstraint

from conference.core.db import fields
from conference.core.db.model import Model
from conference.payments.models import BOOKS, Method


class Gift(Model):
    """``code`` is its public reference, written on the memo line of a check; how it goes is told by its payment.

    ``cents`` is what was announced. ``order`` is the cancelled registration whose money was left. ``version`` revokes its links.
    """

    edition = fields.Reference("conference.Edition", related_name="gifts")
    payment = fields.Reference("conference.Payment", related_name="gifts")
    code = fields.Short(16, unique=True)
    way = fields.Choice(Method)
    cents = fields.Number()
    language = fields.Short(8)
    year = fields.Number()
    name = fields.Internal(purpose="thanking you and making out your receipt", days=BOOKS, after="entry", scope="donor")
    email = fields.Internal(purpose="telling you how your gift goes", days=BOOKS, after="entry", scope="donor")
    email_blind = fields.Blind(of="email")
    person = fields.Reference("conference.Person", related_name="gifts", null=True)
    order = fields.Uuid(null=True, unique=True)
    version = fields.Number(default=1)
    once = fields.Short(40, null=True, unique=True)
    made = fields.Moment()

    class Meta:
        table = "gift"
        constraints = (CheckConstraint(check="cents > 0", name="gift_cents_positive"),)
        indexes = [("edition_id", "made"), ("payment_id",)]
