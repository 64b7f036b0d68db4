"""Places and who has them: pools, ticket types, orders, attendees, the waiting list; doors, and what is printed for them."""

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
    CASH = "cash"


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
        indexes = [("edition_id", "made"), ("edition_id", "state", "made"), ("state", "hold_until"), ("ticket_type_id", "state")]


class OrderCount(Model):
    """How many orders of a ticket type are in a state; confirmed ones by the day (UTC) on which they were. Kept by whoever changes a state."""

    edition = fields.Reference("conference.Edition")
    ticket_type = fields.Reference("conference.TicketType", on_delete=fields.OnDelete.CASCADE)
    state = fields.Choice(OrderState)
    day = fields.Short(10, default="")
    n = fields.Number(default=0)

    class Meta:
        table = "order_count"
        unique_together = (("ticket_type", "state", "day"),)
        indexes = [("edition_id", "state", "day")]


class Figures(Model):
    """What takes long to add up where very many come, as it was at ``made``: cents of orders by what became of them, and needs as numbers (JSON)."""

    edition = fields.Reference("conference.Edition", unique=True)
    sums = fields.Json()
    needs = fields.Internal(purpose="interpretation, access, childcare, food", days=7, after="end")
    made = fields.Moment()

    class Meta:
        table = "figures"


class Door(Model):
    """A way in that a volunteer watches, with a phone that opened its link. The link works until ``ends``, or until the door is ended.

    ``takes_cash``: money may be taken there, and ``cash`` cents were. ``searches`` counts the names that were looked for.
    """

    edition = fields.Reference("conference.Edition", related_name="doors")
    name = fields.Short(60)
    takes_cash = fields.Flag(default=False)
    cash = fields.Number(default=0)
    searches = fields.Number(default=0)
    version = fields.Number(default=1)
    made = fields.Moment()
    by = fields.Uuid(null=True)
    ends = fields.Moment()
    ended = fields.Moment(null=True)

    class Meta:
        table = "door"
        constraints = (CheckConstraint(check="cash >= 0", name="door_cash_not_negative"),)
        indexes = [("edition_id", "made")]


class ArrivalCount(Model):
    """How many came in at a door in an hour (UTC, ``2027-05-01 09``). Kept by whoever lets somebody in, or takes it back."""

    edition = fields.Reference("conference.Edition")
    door = fields.Reference("conference.Door", on_delete=fields.OnDelete.CASCADE)
    hour = fields.Short(13)
    n = fields.Number(default=0)

    class Meta:
        table = "arrival_count"
        unique_together = (("door", "hour"),)
        indexes = [("edition_id", "hour")]


class Attendee(Model):
    """Somebody who comes. ``ticket`` is what the door scans; it opens nothing else. ``badge_taken``: when their badge was last printed."""

    edition = fields.Reference("conference.Edition", related_name="attendees")
    order = fields.Reference("conference.Order", related_name="attendees", on_delete=fields.OnDelete.CASCADE)
    ticket_type = fields.Reference("conference.TicketType", related_name="attendees")
    ticket = fields.Short(24, unique=True)
    badge_name = fields.Internal(purpose="badge and door", days=60, after="end")
    needs = fields.Internal(purpose="interpretation, access, childcare, food", days=7, after="end")
    language = fields.Short(8)
    arrived = fields.Moment(null=True)
    arrived_at_door = fields.Reference("conference.Door", related_name="arrivals", null=True)
    badge_taken = fields.Moment(null=True)

    class Meta:
        table = "attendee"
        indexes = [("order_id",), ("edition_id", "arrived")]


class TableKind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


class Export(Model):
    """A table of registrations that ``by`` may fetch until ``ends``; it is made anew each time, and stored nowhere."""

    edition = fields.Reference("conference.Edition", related_name="exports")
    columns = fields.Json()
    kind = fields.Choice(TableKind)
    by = fields.Uuid()
    made = fields.Moment()
    ends = fields.Moment()

    class Meta:
        table = "export"
        indexes = [("edition_id", "by")]


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


class Paper(StrEnum):
    LETTER = "letter"
    A4 = "a4"


class Printed(StrEnum):
    """Badges, or lists to sign in on paper."""

    BADGES = "badges"
    LISTS = "lists"


class Printout(Model):
    """Something a registrar has printed, made part by part, and why. It goes once it was taken, or after a day."""

    edition = fields.Reference("conference.Edition", related_name="printouts")
    what = fields.Choice(Printed)
    paper = fields.Choice(Paper)
    language = fields.Short(8)
    people = fields.Number()
    made = fields.Moment(db_index=True)
    by = fields.Uuid(null=True)

    class Meta:
        table = "printout"


class PrintoutPart(Model):
    """Some sheets of a printout: for whom, and once it is made the PDF, base64, encrypted, because names are in it."""

    edition = fields.Reference("conference.Edition", related_name="printout_parts")
    printout = fields.Reference("conference.Printout", related_name="parts", on_delete=fields.OnDelete.CASCADE)
    number = fields.Number()
    attendees = fields.Json()  # their ids, in the order of their names
    body = fields.Internal(purpose="badge and door", days=60, after="end")
    taken = fields.Moment(null=True)

    class Meta:
        table = "printout_part"
        unique_together = (("printout", "number"),)
