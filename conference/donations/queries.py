"""Gifts as others may see them."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from conference.core import links, sealing
from conference.core.db import rows
from conference.core.db.fast import fetch_with
from conference.core.errors import NotFound
from conference.donations.models import Gift
from conference.editions.models import Edition
from conference.payments import queries as payments
from conference.payments.models import Fund, Method, Payment, PaymentLine, PaymentState
from conference.people.models import Person

GIFT_LINK = "gift"
FEWEST_TOLD = 10  # how many gave is told from so many on
SETTLING = (PaymentState.PROCESSING, PaymentState.AUTHORISED, PaymentState.CAPTURING)


class How(StrEnum):
    """How a gift goes, for its giver."""

    HERE = "here"
    SETTLING = "settling"
    AWAITED = "awaited"
    UNPAID = "unpaid"
    OVER = "over"
    WENT_BACK = "went back"


def how_it_goes(payment: Payment) -> How:
    if payment.state is PaymentState.CAPTURED:
        return How.WENT_BACK if payment.refunded >= payment.cents else How.HERE
    if payment.state in SETTLING:
        return How.SETTLING
    if payment.state is PaymentState.OPEN:
        return How.AWAITED if payment.promised else How.UNPAID
    return How.OVER


async def gift_by_tokens(edition: Edition, code: str, tokens: Sequence[str], person: Person | None = None) -> Gift:
    """The gift of this code, with its payment, for a browser that holds its secret link, or for the person it belongs to. NotFound otherwise."""
    for found in await fetch_with(Gift, "edition_id = ? AND code = ?", [str(edition.id), code], "payment"):
        if _is_theirs(found, person) or _is_held(found, tokens):
            return found
    raise NotFound()


def _is_theirs(gift: Gift, person: Person | None) -> bool:
    return person is not None and gift.person_id == person.id


def _is_held(gift: Gift, tokens: Sequence[str]) -> bool:
    return any(links.matches(token, GIFT_LINK, gift.id, gift.version) for token in tokens)


def token_of(gift: Gift) -> str:
    """The secret of a gift's link."""
    return links.token(GIFT_LINK, gift.id, gift.version)


async def gifts_held(edition: Edition | None, tokens: Sequence[str], person_id: UUID | None) -> list[Gift]:
    """All gifts of an edition, or of all, that this browser or person may open, with their payments; newest first."""
    here = {"edition_id": edition.id} if edition else {}
    named = [row for row in (links.row_of(token) for token in tokens) if row]
    found = await Gift.filter(id__in=named, **here).select_related("payment", "edition") if named else []
    mine = {gift.id: gift for gift in found if _is_held(gift, tokens)}
    if person_id is not None:
        mine |= {gift.id: gift for gift in await Gift.filter(person_id=person_id, **here).select_related("payment", "edition")}
    return sorted(mine.values(), key=lambda gift: (gift.made, gift.id), reverse=True)


async def gifts_of_address(email: str) -> list[Gift]:
    """Every gift that named this address, whichever year, with its payment."""
    years = await Gift.all().distinct().values_list("year", flat=True)
    found = await sealing.find(Gift, "email", email, [f"donor:{year}" for year in sorted(years)])
    return await Gift.filter(id__in=[gift.id for gift in found]).select_related("payment", "edition").order_by("made", "id") if found else []


async def gift_of_payment(payment_id: UUID) -> Gift | None:
    return await Gift.filter(payment_id=payment_id).first()


async def gift_of_order(order_id: UUID) -> Gift | None:
    return await Gift.get_or_none(order=order_id).select_related("edition", "payment")


async def gifts_of_address_since(gift: Gift, since: datetime) -> int:
    """How many gifts named this one's address since then, itself included."""
    return await Gift.filter(year=gift.year, email_blind=gift.email_blind, made__gte=since).count()


# Funds in public


async def funds() -> list[Fund]:
    return list((await payments.funds()).values())


async def fund_of(payment: Payment) -> Fund | None:
    """What the money of a payment, or some of it, is for."""
    found = await fetch_with(PaymentLine, "payment_id = ? AND fund_id IS NOT NULL", [str(payment.id)], "fund")
    return found[0].fund if found else None


async def fund_called(slug: str) -> Fund | None:
    """None for no fund; NotFound for a name that is none."""
    if not slug:
        return None
    found = await Fund.get_or_none(slug=slug)
    if found is None:
        raise NotFound()
    return found


async def thermometers() -> list[dict]:
    """``fund``, ``cents`` given so far, and ``givers``: how many gifts, None below ten, for each fund with a goal."""
    found = [fund for fund in await funds() if fund.goal]
    sums = await _sums()
    return [{"fund": fund, "cents": sums.get(fund.slug, (0, 0))[0], "givers": _told(sums.get(fund.slug, (0, 0))[1])} for fund in found]


def _told(count: int) -> int | None:
    return count if count >= FEWEST_TOLD else None


async def _sums() -> dict[str, tuple[int, int]]:
    """By fund: (cents that are there, payments they came with)."""
    found = await rows(
        """SELECT account, -sum(cents) AS cents, count(DISTINCT payment_id) AS n FROM ledger_entry
        WHERE account LIKE 'income:gift:%' GROUP BY account"""
    )
    return {row["account"].removeprefix("income:gift:"): (int(row["cents"]), row["n"]) for row in found}


def may_pay_by_card(gift: Gift) -> bool:
    """Whether a card can still be used for it."""
    return gift.payment.state is PaymentState.OPEN and gift.way in (Method.CARD, Method.CHECK) and not gift.payment.part
