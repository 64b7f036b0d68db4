"""Letters to many as those may see them who write them, and whom each reaches."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import anyio
from tortoise.expressions import Subquery
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from conference.core import sealing
from conference.core.errors import NotFound
from conference.core.mail import Letter, LetterState
from conference.editions.models import Edition
from conference.letters.models import Mailing
from conference.letters.segments import CHECKS, Segment
from conference.payments.models import Payment, PaymentState
from conference.registration.models import Attendee, Order, OrderState

SHOWN = 100
AT_ONCE = 500
FACTS = ("id", "edition_id", "language", "email", "email_blind")

Words = dict[str, dict[str, str]]


async def mailing(edition: Edition, mailing_id: UUID) -> Mailing:
    found = await Mailing.filter(id=mailing_id, edition_id=edition.id).select_related("order").first()
    if found is None:
        raise NotFound()
    return found


async def mailings(edition: Edition | None = None) -> list[Mailing]:
    """The newest first, of an edition or of all; with editions and orders."""
    chosen = Mailing.filter(edition_id=edition.id) if edition else Mailing.all()
    return await chosen.select_related("edition", "order").order_by("-made", "-id").limit(SHOWN)


def words_of(mailing: Mailing) -> Words:
    """What it says, by language; nothing once its key is destroyed."""
    return words_of_all([mailing])[0]


def words_of_all(mailings: Sequence[Mailing]) -> list[Words]:
    return [json.loads(plain.words) if plain.words else {} for plain in sealing.open(mailings, "words")]


async def order_of(edition: Edition, code: str) -> Order | None:
    """The registration of this reference, in whatever state."""
    return await Order.get_or_none(edition_id=edition.id, code=code)


# Whom it reaches


@dataclass(frozen=True)
class Reach:
    """To how many addresses a letter goes, by language, and how many of the registrations meant left none.

    Whoever registered several people gets one letter.
    """

    by_language: dict[str, int]
    unreachable: int

    @property
    def total(self) -> int:
        return sum(self.by_language.values())


@dataclass(frozen=True)
class Recipient:
    order_id: UUID
    language: str


async def reach(mailing: Mailing) -> Reach:
    """Counted by the database; where needs are asked for, which are encrypted, by looking at all."""
    chosen = _chosen(mailing)
    if mailing.order_id or not Segment.of(mailing.segment).interpretation:
        counted = chosen.annotate(meant=Count("id"), reached=Count("email"), addresses=Count("email_blind", distinct=True))
        found = await counted.group_by("language").values("language", "meant", "reached", "addresses")
        return Reach({row["language"]: row["addresses"] for row in found if row["addresses"]}, sum(row["meant"] - row["reached"] for row in found))
    return await _reach_by_looking(mailing)


async def _reach_by_looking(mailing: Mailing) -> Reach:
    addresses: dict[str, set[str]] = {}
    unreachable, mark = 0, None
    while True:
        rows, mark = await _some(mailing, mark, AT_ONCE)
        if mark is None:
            return Reach({language: len(found) for language, found in addresses.items()}, unreachable)
        for row in rows:
            if row["email_blind"] is None:
                unreachable += 1
            else:
                addresses.setdefault(row["language"], set()).add(row["email_blind"])


async def recipients(mailing: Mailing, most: int) -> tuple[list[Recipient], UUID | None]:
    """Who comes next after the mailing's mark, of at most so many looked at, and the new mark; None when nobody is left."""
    rows, mark = await _some(mailing, mailing.mark, most)
    reachable = [row for row in rows if row["email"] is not None]
    written = set(_addresses(await _of_earlier_portions(mailing, reachable)))
    found = []
    for row, address in zip(reachable, _addresses(reachable), strict=True):
        if address not in written:
            found.append(Recipient(row["id"], row["language"]))
            written.add(address)
    return found, mark


async def _of_earlier_portions(mailing: Mailing, rows: list[dict]) -> list[dict]:
    """Registrations that had their turn and may have an address of these."""
    if mailing.mark is None or not rows:
        return []
    before = _chosen(mailing).filter(email_blind__in=[row["email_blind"] for row in rows], id__lte=mailing.mark)
    return await _with_needs(mailing, await before.values(*FACTS))


def _addresses(rows: list[dict]) -> list[str | None]:
    """None for one whose key is destroyed."""
    return [plain.email and plain.email.lower() for plain in sealing.open_values(Order, rows, "email")]


async def _some(mailing: Mailing, after: UUID | None, most: int) -> tuple[list[dict], UUID | None]:
    chosen = _chosen(mailing)
    if after is not None:
        chosen = chosen.filter(id__gt=after)
    rows = await chosen.order_by("id").limit(most).values(*FACTS)
    mark = rows[-1]["id"] if rows else None
    return await _with_needs(mailing, rows), mark


async def _with_needs(mailing: Mailing, rows: list[dict]) -> list[dict]:
    """Those of whom the mailing's question about interpretation, which the database cannot ask, is true."""
    wanted = "" if mailing.order_id else Segment.of(mailing.segment).interpretation
    if not rows or not wanted:
        return rows
    needing = await _needing_interpretation([row["id"] for row in rows])
    return [row for row in rows if (row["id"] in needing) == (wanted == "yes")]


def _chosen(mailing: Mailing) -> QuerySet[Order]:
    """The registrations a mailing is for, but for needs; once it has begun, nobody who registered later."""
    if mailing.order_id:
        return Order.filter(id=mailing.order_id)
    segment = Segment.of(mailing.segment)
    if not segment.names_somebody():
        raise ValueError(f"mailing {mailing.id} names nobody")
    chosen = Order.filter(edition_id=mailing.edition_id, state=OrderState.CONFIRMED)
    if mailing.started:
        chosen = chosen.filter(made__lte=mailing.started)
    if segment.ticket:
        chosen = chosen.filter(ticket_type__slug=segment.ticket)
    if segment.language:
        chosen = chosen.filter(language=segment.language)
    if segment.who == CHECKS:
        promised = Payment.filter(edition_id=mailing.edition_id, purpose="order", promised=True, state=PaymentState.OPEN)
        chosen = chosen.filter(id__in=Subquery(promised.values("purpose_id")))
    return chosen


async def _needing_interpretation(orders: list[UUID]) -> set[UUID]:
    found = await Attendee.filter(order_id__in=orders, needs__not_isnull=True).values("id", "edition_id", "needs", "order_id")
    needs = await anyio.to_thread.run_sync(_opened_needs, found)
    return {row["order_id"] for row, text in zip(found, needs, strict=True) if text and json.loads(text).get("interpretation")}


def _opened_needs(rows: list[dict]) -> list[str | None]:
    return [plain.needs for plain in sealing.open_values(Attendee, rows, "needs")]


# How far it has come


def key_of(mailing_id: UUID, order_id: UUID) -> str:
    """The outbox's key of one person's letter: a repeat finds it there."""
    return f"letters:{mailing_id}:{order_id}"


def in_outbox(mailing: Mailing) -> QuerySet[Letter]:
    """The outbox's rows of a mailing; they are no older than its beginning."""
    return Letter.filter(made__gte=mailing.started or mailing.made, name="letters.to_one", key__startswith=f"letters:{mailing.id}:")


async def progress(mailing: Mailing) -> dict[LetterState, int]:
    """Letters by how they go."""
    found = await in_outbox(mailing).annotate(many=Count("id")).group_by("state").values("state", "many")
    return {state: 0 for state in LetterState} | {LetterState(row["state"]): row["many"] for row in found}
