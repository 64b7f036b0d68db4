"""Payments as others may see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from conference.core import clock
from conference.core.db import rows
from conference.core.errors import NotFound
from conference.core.running import running
from conference.core.todo import Heap, heaps
from conference.editions.models import Edition
from conference.payments.models import (
    BY_STRIPE,
    Check,
    CheckState,
    Fund,
    LedgerEntry,
    LineKind,
    Method,
    Payment,
    PaymentLine,
    PaymentState,
    Refund,
    RefundState,
    StripeEvent,
)

HALFWAY = (PaymentState.PROCESSING, PaymentState.AUTHORISED, PaymentState.CAPTURING, PaymentState.VOIDING)
PATIENCE, LONG_PATIENCE = timedelta(minutes=5), timedelta(hours=1)
OVERDUE = timedelta(days=30)
MOST_AT_DESK = 500
ORDINARY = ("card refused at the end", "let go by the bank", "bank refused")  # nothing came, and the payer was told


async def payment(payment_id: UUID | str) -> Payment:
    found = await Payment.get_or_none(id=payment_id)
    if found is None:
        raise NotFound()
    return found


async def payment_for(purpose: str, purpose_id: UUID) -> Payment | None:
    """The newest payment for this thing."""
    return await Payment.filter(purpose=purpose, purpose_id=purpose_id).order_by("-made", "-id").first()


async def lines_of(payment_id: UUID) -> list[tuple[LineKind, int, str | None]]:
    """(kind, cents, fund slug) of each line."""
    rows = await PaymentLine.filter(payment_id=payment_id).order_by("id").values("kind", "cents", "fund__slug")
    return [(LineKind(row["kind"]), row["cents"], row["fund__slug"]) for row in rows]


async def booked(payment_id: UUID, refund_id: UUID | None = None) -> list[tuple[str, int]]:
    """(account, cents) of a payment's ledger entries so far, or of one refund's among them."""
    entries = LedgerEntry.filter(payment_id=payment_id)
    return await (entries.filter(refund_id=refund_id) if refund_id else entries).values_list("account", "cents")


async def refund_at_stripe(payment_id: UUID, stripe_id: str, ours: str | None) -> Refund | None:
    """Our row of a refund at Stripe: by Stripe's id, or by ours that Stripe carries."""
    for row in await Refund.filter(payment_id=payment_id):
        if row.stripe == stripe_id or str(row.id) == ours:
            return row
    return None


def checkout_origin() -> str:
    """The origin that forms leading to Checkout end up at; "" where it is our own."""
    from urllib.parse import urlsplit

    settings = running().settings
    if "stripe.make" in running().parts:
        return ""
    own = urlsplit(settings.stripe_api)
    return f"{own.scheme}://{own.netloc}" if own.netloc else "https://checkout.stripe.com"


# For the reconciler


async def ever_paid_by_card() -> bool:
    return await Payment.exists(attempt__gt=0)


async def last_heard() -> datetime | None:
    """When the newest event came."""
    newest = await StripeEvent.all().order_by("-received").first()
    return newest.received if newest else None


async def known_events(ids: list[str]) -> set[str]:
    return set(await StripeEvent.filter(id__in=ids).values_list("id", flat=True))


async def unhandled_events() -> list[str]:
    """Events whose job gave up."""
    waiting = StripeEvent.filter(handled=None, received__lt=clock.now() - PATIENCE)
    return await waiting.order_by("received").limit(500).values_list("id", flat=True)


async def unsettled() -> list[Payment]:
    """Card and bank payments under way that Stripe may know more about than we do."""
    open_page = Q(state=PaymentState.OPEN, checkout__not_isnull=True)
    return await Payment.filter(open_page | Q(state__in=HALFWAY), made__lt=clock.now() - PATIENCE).order_by("made").limit(500)


async def refunds_not_made() -> list[UUID]:
    """Refunds that Stripe should have carried out by now."""
    waiting = Refund.filter(state=RefundState.ASKED, made__lt=clock.now() - LONG_PATIENCE, payment__method__in=BY_STRIPE)
    return await waiting.order_by("made").limit(500).values_list("id", flat=True)


# For the treasurer


@dataclass(frozen=True)
class Movement:
    """Entries that belong together and sum to zero: (account, cents)."""

    id: UUID
    at: datetime
    what: str
    payment_id: UUID | None
    label: str
    entries: tuple[tuple[str, int], ...]

    @property
    def mark(self) -> str:
        return f"{self.at.isoformat()}_{self.id}"


async def payment_of(edition: Edition, payment_id: str) -> Payment:
    """A payment of this edition; NotFound for others and for what is no id."""
    try:
        found = await Payment.get_or_none(id=UUID(payment_id), edition_id=edition.id)
    except ValueError:
        found = None
    if found is None:
        raise NotFound()
    return found


async def balances(edition: Edition) -> dict[str, int]:
    """Cents by account; income is negative."""
    found = await rows("SELECT account, sum(cents) AS cents FROM ledger_entry WHERE edition_id = ? GROUP BY account ORDER BY account", [str(edition.id)])
    return {row["account"]: int(row["cents"]) for row in found}


async def by_method(edition: Edition) -> list[dict]:
    """``method``, ``count``, ``cents`` that came and ``refunded`` of them, for what was paid; stray money is not counted."""
    found = await rows(
        """SELECT method, count(*) AS count, sum(cents) AS cents, sum(refunded) AS refunded FROM payment
        WHERE edition_id = ? AND state = 'captured' AND purpose <> 'stray' GROUP BY method ORDER BY method""",
        [str(edition.id)],
    )
    return [row | {"method": Method(row["method"]), "cents": int(row["cents"]), "refunded": int(row["refunded"])} for row in found]


async def promised_sum(edition: Edition) -> tuple[int, int]:
    """How many promises are open, and their cents."""
    found = await rows("SELECT count(*) AS n, coalesce(sum(cents), 0) AS cents FROM payment WHERE edition_id = ? AND promised AND state = 'open'", [str(edition.id)])
    return found[0]["n"], int(found[0]["cents"])


async def to_hand_over(edition: Edition) -> list[Refund]:
    """Refunds of checks and cash that somebody has to pay by hand, the oldest first."""
    waiting = Refund.filter(edition_id=edition.id, state=RefundState.ASKED, payment__method__not_in=BY_STRIPE)
    return await waiting.select_related("payment").order_by("made").limit(MOST_AT_DESK)


async def checks_to_give_back(refunds: Sequence[Refund]) -> set[UUID]:
    """Those of these refunds, by id, for which a check over just as much is still in our hands."""
    here = await Check.filter(payment_id__in=[one.payment_id for one in refunds], state=CheckState.RECEIVED).values_list("payment_id", "cents") if refunds else []
    return {one.id for one in refunds if (one.payment_id, one.cents) in here}


async def open_promises(edition: Edition) -> list[Payment]:
    """Checks and cash that were promised and have not come, the oldest first."""
    return await Payment.filter(edition_id=edition.id, promised=True, state=PaymentState.OPEN).order_by("made", "id").limit(MOST_AT_DESK)


def _troubled(edition: Edition) -> QuerySet[Payment]:
    return Payment.filter(edition_id=edition.id, trouble__not_isnull=True, trouble__not_in=ORDINARY)


async def troubles(edition: Edition) -> list[Payment]:
    """Payments that somebody should look at, the newest first."""
    return await _troubled(edition).order_by("-made", "-id").limit(MOST_AT_DESK)


async def trouble_count(edition: Edition) -> int:
    return await _troubled(edition).count()


async def troubled(editions: Iterable[UUID]) -> list[Heap]:
    """Payments that somebody should look at, by edition."""
    return await heaps(Payment.filter(trouble__not_isnull=True, trouble__not_in=ORDINARY), "made", editions)


async def waiting_to_be_handed_over(editions: Iterable[UUID]) -> list[Heap]:
    """Refunds to be paid by hand, by edition."""
    return await heaps(Refund.filter(state=RefundState.ASKED, payment__method__not_in=BY_STRIPE), "made", editions)


async def overdue_promises(editions: Iterable[UUID]) -> list[Heap]:
    """Checks and cash promised more than a month ago that have not come, by edition."""
    return await heaps(Payment.filter(promised=True, state=PaymentState.OPEN, made__lt=clock.now() - OVERDUE), "made", editions)


async def payments_page(edition: Edition, state: PaymentState | None, after: str, most: int) -> list[Payment]:
    """One more than ``most`` payments at best, the newest first; ``after`` is the id of the last one of the page before."""
    found = Payment.filter(edition_id=edition.id)
    if state is not None:
        found = found.filter(state=state)
    if after:
        last = await payment_of(edition, after)
        found = found.filter(Q(made__lt=last.made) | Q(made=last.made, id__lt=last.id))
    return await found.order_by("-made", "-id").limit(most + 1)


async def movements_page(edition: Edition, after: str, most: int) -> list[Movement]:
    """One more than ``most`` movements at best, the newest first; ``after`` is the mark of the last one of the page before."""
    heads = LedgerEntry.filter(edition_id=edition.id)
    if after:
        at, movement = _marked(after)
        heads = heads.filter(Q(at__lt=at) | Q(at=at, movement__lt=movement))
    found = await heads.distinct().order_by("-at", "-movement").limit(most + 1).values("at", "movement", "what", "payment_id", "payment__label")
    entries = await LedgerEntry.filter(movement__in=[row["movement"] for row in found]).order_by("-cents", "account").values("movement", "account", "cents")
    return [_movement(row, entries) for row in found]


async def movements_of(payment_id: UUID) -> list[Movement]:
    """All movements of a payment, the oldest first."""
    found = await LedgerEntry.filter(payment_id=payment_id).distinct().order_by("at", "movement").values("at", "movement", "what", "payment_id", "payment__label")
    entries = await LedgerEntry.filter(payment_id=payment_id).order_by("-cents", "account").values("movement", "account", "cents")
    return [_movement(row, entries) for row in found]


def _movement(row: dict, entries: list[dict]) -> Movement:
    mine = tuple((entry["account"], entry["cents"]) for entry in entries if entry["movement"] == row["movement"])
    return Movement(row["movement"], row["at"], row["what"], row["payment_id"], row["payment__label"] or "", mine)


def _marked(after: str) -> tuple[datetime, UUID]:
    at, _sign, movement = after.partition("_")
    try:
        found = datetime.fromisoformat(at), UUID(movement)
    except ValueError:
        raise NotFound() from None
    if found[0].tzinfo is None:
        raise NotFound()
    return found


async def funds() -> dict[str, Fund]:
    """Funds by slug."""
    return {fund.slug: fund for fund in await Fund.all().order_by("slug")}


async def fund_balances() -> dict[str, int]:
    """Cents that were given for each fund and not given back, by slug; funds nobody gave for are missing."""
    found = await rows("SELECT account, -sum(cents) AS cents FROM ledger_entry WHERE account LIKE 'income:gift:%' GROUP BY account")
    return {row["account"].removeprefix("income:gift:"): int(row["cents"]) for row in found}


async def fund_balance(fund: Fund) -> int:
    """Cents that were given for a fund and not given back."""
    found = await rows("SELECT coalesce(sum(cents), 0) AS cents FROM ledger_entry WHERE account = ?", [f"income:gift:{fund.slug}"])
    return -int(found[0]["cents"])


async def refunds_of(payment_id: UUID) -> list[Refund]:
    return await Refund.filter(payment_id=payment_id).order_by("made", "id")


async def refund_by_hand(edition: Edition, refund_id: str) -> Refund:
    try:
        found = await Refund.get_or_none(id=UUID(refund_id), edition_id=edition.id).select_related("payment")
    except ValueError:
        found = None
    if found is None:
        raise NotFound()
    return found


async def events_of(payment_id: UUID) -> list[StripeEvent]:
    """What Stripe told about a payment, in the order in which it came."""
    return await StripeEvent.filter(payment_id=payment_id).order_by("received", "id").limit(100)


async def strays_of(payment_id: UUID) -> list[Payment]:
    """Money that came beside this payment by mistake."""
    return await Payment.filter(purpose="stray", purpose_id=payment_id).order_by("made")
