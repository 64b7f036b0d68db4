"""Places and who has them: pools, ticket types, orders, attendees, the waiting list."""

from enum import StrEnum

from tortoise.migrations.constraints import CheckConstraint

from conference.core.db import fields
from conference.core.db.model import Model


class Pool(Model):
    """So many places, shared by ticket types. ``taken`` changes only in the transaction that won an order's state."""

    edition = fields.Reference("conference.Edition", related_name="pools")
    slug = fields.Short(40)
    title = fields.Json()
    size = fields.Number()
    taken = fields.Number(default=0)

    class Meta:
        table = "pool"
        constraints = (CheckConstraint(check="taken >= 0 AND taken <= size", name="pool_taken_within_size"),)
        unique_together = (("edition", "slug"),)


class TicketType(Model):
    """What can be registered for. Free where ``most`` is 0; fixed where least = most; else pay what you can between them."""

    edition = fields.Reference("conference.Edition", related_name="ticket_types")
    slug = fields.Short(40)
    title = fields.Json()
    about = fields.Json(default=dict)
    least = fields.Number(default=0)
    suggested = fields.Number(default=0)
    most = fields.Number(default=0)
    fair_value = fields.Number(default=0)
    on_sale = fields.Flag(default=True)
    sale_ends = fields.Moment(null=True)
    place = fields.Number(default=100)

    class Meta:
        table = "ticket_type"
        constraints = (CheckConstraint(check="least >= 0 AND suggested >= least AND most >= suggested", name="ticket_prices_in_order"),)
        unique_together = (("edition", "slug"),)


class TicketPool(Model):
    """One ticket of this type takes one place of this pool."""

    ticket_type = fields.Reference("conference.TicketType", related_name="takes", on_delete=fields.OnDelete.CASCADE)
    pool = fields.Reference("conference.Pool", related_name="taken_by")

    class Meta:
        table = "ticket_pool"
        unique_together = (("ticket_type", "pool"),)


class OrderState(StrEnum):
    """held: the place is kept while somebody pays; confirmed: it is theirs; cancelled and expired gave it back."""

    HELD = "held"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


HAS_PLACE = (OrderState.HELD, OrderState.CONFIRMED)


class PayBy(StrEnum):
    NOTHING = "nothing"
    CARD = "card"
    CHECK = "check"


class Order(Model):
    """One registration. ``code`` is its public reference; ``claim`` the typed code that opens it; ``version`` revokes its links.

    ``new_email`` is an address that was typed in and still has to be confirmed by a letter to it, since ``new_email_asked``.
    """

    edition = fields.Reference("conference.Edition", related_name="orders")
    ticket_type = fields.Reference("conference.TicketType", related_name="orders")
    code = fields.Short(16, unique=True)
    state = fields.Choice(OrderState)
    pay_by = fields.Choice(PayBy)
    total = fields.Number(default=0)
    language = fields.Short(8)
    email = fields.Internal(purpose="confirmation and news about your registration", days=60, after="end")
    email_blind = fields.Blind(of="email")
    new_email = fields.Internal(purpose="confirmation and news about your registration", days=60, after="end")
    new_email_asked = fields.Moment(null=True)
    claim = fields.Internal(purpose="your code", days=60, after="end")
    claim_blind = fields.Blind(of="claim")
    person = fields.Reference("conference.Person", related_name="orders", null=True)
    version = fields.Number(default=1)
    once = fields.Short(40, null=True, unique=True)
    hold_until = fields.Moment(null=True)
    made = fields.Moment()
    confirmed = fields.Moment(null=True)
    ended = fields.Moment(null=True)

    class Meta:
        table = "order"
        constraints = (CheckConstraint(check="total >= 0", name="order_total_not_negative"),)
        indexes = [("edition_id", "made"), ("state", "hold_until"), ("ticket_type_id", "state")]


class Attendee(Model):
    """Somebody who comes. ``ticket`` is what the door scans; it opens nothing else."""

    edition = fields.Reference("conference.Edition", related_name="attendees")
    order = fields.Reference("conference.Order", related_name="attendees", on_delete=fields.OnDelete.CASCADE)
    ticket_type = fields.Reference("conference.TicketType", related_name="attendees")
    ticket = fields.Short(24, unique=True)
    badge_name = fields.Internal(purpose="badge and door", days=60, after="end")
    needs = fields.Internal(purpose="interpretation, access, childcare, food", days=7, after="end")
    language = fields.Short(8)

    class Meta:
        table = "attendee"


class WaitingState(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    EXPIRED = "expired"
    LEFT = "left"


class WaitingEntry(Model):
    """Somebody waits for one place. While ``offered`` the place is kept for them until ``offer_ends``."""

    edition = fields.Reference("conference.Edition", related_name="waiting")
    ticket_type = fields.Reference("conference.TicketType", related_name="waiting")
    state = fields.Choice(WaitingState, default=WaitingState.WAITING)
    language = fields.Short(8)
    email = fields.Internal(purpose="to offer you a place", days=60, after="end")
    email_blind = fields.Blind(of="email")
    version = fields.Number(default=1)
    made = fields.Moment()
    offered = fields.Moment(null=True)
    offer_ends = fields.Moment(null=True)
    order = fields.Reference("conference.Order", related_name="waiting", null=True)

    class Meta:
        table = "waiting_entry"
        indexes = [("ticket_type_id", "state", "made"), ("state", "offer_ends")]
