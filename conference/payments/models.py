"""Money: what is owed and paid, in lines; what went back; what Stripe told us; the ledger. Whole cents everywhere."""

from enum import StrEnum

from tortoise.migrations.constraints import CheckConstraint

from conference.core.db import fields
from conference.core.db.model import Model, StockModel


class PaymentState(StrEnum):
    """open → authorised → capturing → captured; or failed, expired, voiding → voided. A bank debit is processing meanwhile.

    Where a check or cash is promised, a payment stays open until it arrives or the promise is given up.
    """

    OPEN = "open"
    PROCESSING = "processing"
    AUTHORISED = "authorised"
    CAPTURING = "capturing"
    CAPTURED = "captured"
    VOIDING = "voiding"
    VOIDED = "voided"
    FAILED = "failed"
    EXPIRED = "expired"


class Method(StrEnum):
    CARD = "card"
    BANK_DEBIT = "bank_debit"
    CHECK = "check"
    CASH = "cash"


BY_STRIPE = (Method.CARD, Method.BANK_DEBIT)
MONEY_COMES = (PaymentState.PROCESSING, PaymentState.AUTHORISED, PaymentState.CAPTURING, PaymentState.CAPTURED)


class LineKind(StrEnum):
    VALUE = "value"
    GIFT = "gift"
    FEE = "fee"


class Fund(Model):
    """What gifts are given for; ``goal`` in cents, 0 without one."""

    slug = fields.Short(40, unique=True)
    title = fields.Json()
    goal = fields.Number(default=0)

    class Meta:
        table = "fund"
        constraints = (CheckConstraint(check="goal >= 0", name="fund_goal_not_negative"),)


class Payment(Model):
    """Somebody pays once for one thing: ``purpose`` (``order``, ``gift``) and the id of that row.

    ``attempt`` counts Checkout sessions; each has its own idempotency key, kept with its parameters. ``promised``: a check or cash
    will come, a card may still be used instead. ``part`` of an open payment came by check already. ``stray`` money is not ours to keep and has no lines: ``purpose_id`` is the payment
    it came beside.
    """

    edition = fields.Reference("conference.Edition", related_name="payments")
    purpose = fields.Short(24)
    purpose_id = fields.Uuid(db_index=True)
    state = fields.Choice(PaymentState, default=PaymentState.OPEN, db_index=True)
    method = fields.Choice(Method, null=True)
    promised = fields.Flag(default=False)
    cents = fields.Number()
    currency = fields.Short(3)
    refunded = fields.Number(default=0)
    part = fields.Number(default=0, db_default=0)
    label = fields.Short(120)
    language = fields.Short(8)
    attempt = fields.Number(default=0)
    parameters = fields.Json(null=True)
    checkout = fields.Short(120, null=True, db_index=True)
    checkout_url = fields.Text(null=True)
    checkout_expires = fields.Moment(null=True)
    intent = fields.Short(120, null=True, unique=True)
    trouble = fields.Short(80, null=True)
    made = fields.Moment()
    ended = fields.Moment(null=True)

    class Meta:
        table = "payment"
        constraints = (
            CheckConstraint(check="cents > 0", name="payment_cents_positive"),
            CheckConstraint(check="refunded >= 0 AND refunded <= cents", name="payment_refund_within"),
        )
        indexes = [("edition_id", "made"), ("edition_id", "promised", "state")]


class PaymentLine(Model):
    """What a part of a payment is: value received, gift, or fee. Receipts read only lines."""

    payment = fields.Reference("conference.Payment", related_name="lines", on_delete=fields.OnDelete.CASCADE)
    kind = fields.Choice(LineKind)
    cents = fields.Number()
    fair_value = fields.Number(default=0)
    fund = fields.Reference("conference.Fund", related_name="lines", null=True)

    class Meta:
        table = "payment_line"
        constraints = (CheckConstraint(check="cents >= 0 AND fair_value >= 0 AND fair_value <= cents", name="payment_line_cents_not_negative"),)


class RefundState(StrEnum):
    ASKED = "asked"
    MADE = "made"
    FAILED = "failed"


class Reason(StrEnum):
    """Why money goes back. The last two were not asked for by us."""

    CANCELLED = "cancelled"
    NO_PLACE = "no place"
    EXCEPTION = "exception"
    STRAY = "stray"
    AT_STRIPE = "at stripe"
    DISPUTE = "dispute"


class WayBack(StrEnum):
    """How money goes back by hand: a check or transfer of ours, cash, or the very check that had come."""

    BANK = "bank"
    CASH = "cash"
    CHECK = "check"


class Refund(Model):
    """Money going back; ``by`` is the treasurer where it is an exception, who says why in ``note``."""

    edition = fields.Reference("conference.Edition", related_name="refunds")
    payment = fields.Reference("conference.Payment", related_name="refunds")
    cents = fields.Number()
    state = fields.Choice(RefundState, default=RefundState.ASKED, db_index=True)
    reason = fields.Choice(Reason)
    note = fields.Internal(purpose="why money was given back", days=400, after="end")
    by = fields.Uuid(null=True)
    stripe = fields.Short(120, null=True, unique=True)
    trouble = fields.Short(80, null=True)
    made = fields.Moment()
    ended = fields.Moment(null=True)

    class Meta:
        table = "refund"
        constraints = (CheckConstraint(check="cents > 0", name="refund_cents_positive"),)


class StripeEvent(StockModel):
    """What Stripe told us, once: no body, the object is asked for anew."""

    id = fields.SlugKey(120)
    type = fields.Short(80)
    object = fields.Short(120)
    api_version = fields.Short(40, default="")
    received = fields.Moment(db_index=True)
    handled = fields.Moment(null=True, db_index=True)
    payment = fields.Reference("conference.Payment", related_name="events", null=True)

    class Meta:
        table = "stripe_event"


class LedgerEntry(Model):
    """One side of a movement; the entries of a movement sum to zero. Nothing is ever changed or removed."""

    movement = fields.Uuid(db_index=True)
    edition = fields.Reference("conference.Edition", related_name="ledger")
    account = fields.Short(60)
    cents = fields.Number()
    currency = fields.Short(3)
    payment = fields.Reference("conference.Payment", related_name="ledger", null=True)
    refund = fields.Reference("conference.Refund", related_name="ledger", null=True)
    what = fields.Short(40)
    at = fields.Moment()

    class Meta:
        table = "ledger_entry"
        indexes = [("edition_id", "at")]
        unique_together = (("movement", "account", "what"),)


BOOKS = 2555  # days: the tax office may ask for the books of seven years


class CheckState(StrEnum):
    """received → deposited, with its batch; wrong payee and stale: no money, goes back; bounced: the bank did not pay it."""

    RECEIVED = "received"
    WRONG_PAYEE = "wrong payee"
    STALE = "stale"
    DEPOSITED = "deposited"
    BOUNCED = "bounced"
    RETURNED = "returned"


class DepositBatch(Model):
    """Checks taken to the bank together on a day; ``banked`` is the day the bank's own list shows them."""

    edition = fields.Reference("conference.Edition", related_name="batches")
    number = fields.Number()
    day = fields.Day()
    cents = fields.Number()
    count = fields.Number()
    currency = fields.Short(3)
    banked = fields.Day(null=True)
    made = fields.Moment()

    class Meta:
        table = "deposit_batch"
        unique_together = (("edition", "number"),)
        constraints = (CheckConstraint(check="cents > 0", name="batch_cents_positive"),)


class Check(Model):
    """A check that came in the mail, for a payment: ``extra`` cents of it are more than was asked for and count as a gift."""

    edition = fields.Reference("conference.Edition", related_name="checks")
    payment = fields.Reference("conference.Payment", related_name="checks", null=True)
    batch = fields.Reference("conference.DepositBatch", related_name="checks", null=True)
    state = fields.Choice(CheckState, db_index=True)
    cents = fields.Number()
    extra = fields.Number(default=0)
    currency = fields.Short(3)
    number = fields.Short(24, default="")
    dated = fields.Day(null=True)
    postmark = fields.Day(null=True)
    year = fields.Number()
    writer = fields.Internal(purpose="who wrote a check, for the books", days=BOOKS, after="entry", scope="donor")
    made = fields.Moment()
    ended = fields.Moment(null=True)

    class Meta:
        table = "paper_check"
        constraints = (CheckConstraint(check="cents > 0 AND extra >= 0 AND extra <= cents", name="check_cents_positive"),)
        indexes = [("edition_id", "state", "made")]


class Series(Model):
    """Numbers given one after the other without gaps: ``given`` changes only in the transaction that uses the number."""

    name = fields.Short(160, unique=True)
    given = fields.Number(default=0)

    class Meta:
        table = "series"


class Receipt(Model):
    """What the one who receives the money in law says about one payment. ``number`` is one of ``issuer`` and ``year``, without gaps.

    ``sponsor`` is a copy of the issuer's name, address, tax number and wording; ``lines`` are [{kind, cents, fair_value}].
    ``in_force`` is empty once it no longer counts: a payment has one receipt that does.
    """

    edition = fields.Reference("conference.Edition", related_name="receipts")
    payment = fields.Reference("conference.Payment", related_name="receipts")
    issuer = fields.Short(120)
    year = fields.Number()
    number = fields.Number()
    sponsor = fields.Json()
    lines = fields.Json()
    cents = fields.Number()
    currency = fields.Short(3)
    method = fields.Choice(Method)
    paid = fields.Day()
    language = fields.Short(8)
    demo = fields.Flag(default=False)
    donor = fields.Internal(purpose="receipts for gifts, which the law wants kept", days=BOOKS, after="entry", scope="donor")
    address = fields.Internal(purpose="receipts for gifts, which the law wants kept", days=BOOKS, after="entry", scope="donor")
    note = fields.Internal(purpose="why a receipt no longer counts", days=BOOKS, after="entry", scope="donor")
    in_force = fields.Flag(null=True, default=True)
    by_mail = fields.Flag(default=False)
    printed = fields.Moment(null=True)
    made = fields.Moment()
    ended = fields.Moment(null=True)

    class Meta:
        table = "receipt"
        unique_together = (("issuer", "year", "number"), ("payment", "in_force"))
        indexes = [("edition_id", "made")]
