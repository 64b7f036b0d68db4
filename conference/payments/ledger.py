"""Movements of money between accounts: which, for what happens to a payment. Each sums to zero.

Accounts: ``stripe`` (what Stripe owes us), ``cash``, ``checks`` (in our hands), ``deposited`` (handed to the bank), ``bank`` (on the
bank's own list); ``income:value``, ``income:fee``, ``income:gift`` and ``income:gift:<fund>``; ``part`` (came by check for something
that is not paid in full yet); ``owed`` (money that came by mistake and goes back); ``lost`` (given back before its check bounced).
What we have is positive, where it came from negative. A check goes ``checks`` → ``deposited`` → ``bank``, and back out when it bounces.
"""

from collections.abc import Sequence

from conference.payments.models import LineKind, Method, WayBack

Entry = tuple[str, int]

PLACES = {Method.CARD: "stripe", Method.BANK_DEBIT: "stripe", Method.CHECK: "checks", Method.CASH: "cash"}
DEPOSITED, BANK = "deposited", "bank"
WAYS_BACK = {WayBack.BANK: BANK, WayBack.CASH: PLACES[Method.CASH], WayBack.CHECK: PLACES[Method.CHECK]}
HAVE = ("bank", "deposited", "checks", "cash", "stripe")
OWED, PART, LOST = "owed", "part", "lost"
GIVEN_BACK_IN_ORDER = ("owed", "part", "income:value", "income:fee", "income:gift")

Lines = Sequence[tuple[LineKind, int, str | None]]


def captured(method: Method, lines: Lines, part: int = 0) -> list[Entry]:
    """The movement of a payment that arrived; ``lines`` are (kind, cents, fund slug), of which ``part`` had come before."""
    income = merged([(_income(kind, fund), -cents) for kind, cents, fund in lines if cents])
    came = -sum(cents for _account, cents in income) - part
    return [(PLACES[method], came), *([(PART, part)] if part else []), *income]


def came_in_part(cents: int) -> list[Entry]:
    """The movement of a check that does not pay for all of it."""
    return [(PLACES[Method.CHECK], cents), (PART, -cents)]


def carried(cents: int, place: str, to: str) -> list[Entry]:
    """The movement of money from one place to another."""
    return [(place, -cents), (to, cents)]


def bounced(place: str, cents: int, booked: Sequence[Entry]) -> list[Entry]:
    """The movement of a check over ``cents`` that is not paid, from where its money was thought to be.

    ``booked`` are all entries of the payment so far, of which nothing was given back: it is no income any more. What other checks
    brought for the same payment stays as ``part``.
    """
    back = [(account, -size) for account, size in merged(booked) if size and account not in HAVE]
    stays = sum(size for _account, size in back) - cents
    assert stays >= 0, "more bounces than came"
    return merged([(place, -cents), *back, *([(PART, -stays)] if stays else [])])


def bounced_late(place: str, cents: int, booked: Sequence[Entry]) -> list[Entry]:
    """The same where some of the payment was given back before: what is not there any more is lost."""
    parts, missing = _out_of_income(booked, cents)
    return [(place, -cents), *parts, *([(LOST, missing)] if missing else [])]


def left_as_gift(cents: int) -> list[Entry]:
    """The movement of money that was paid for something and stays as a gift."""
    return [("income:value", cents), ("income:gift", -cents)]


def strayed(method: Method, cents: int) -> list[Entry]:
    """The movement of money that came by mistake."""
    return [(PLACES[method], cents), (OWED, -cents)]


def refunded(booked: Sequence[Entry], method: Method, cents: int, way: WayBack | None = None) -> list[Entry]:
    """The movement of ``cents`` going back, given all entries of the payment so far: value goes first, then fees, then gifts.

    way: how it was given, where somebody said; else it comes from where the payment's money is.
    """
    parts, missing = _out_of_income(booked, cents)
    assert missing == 0, "more is going back than came"
    return [*([(WAYS_BACK[way], -cents)] if way else taken_from(booked, method, cents)), *parts]


def _out_of_income(booked: Sequence[Entry], cents: int) -> tuple[list[Entry], int]:
    """Entries that take ``cents`` out of what a payment was for, in order, and how much of it was not there."""
    left = [(account, -balance) for account, balance in merged(booked) if account not in (*HAVE, LOST)]
    parts, due = [], cents
    for account, size in sorted(left, key=lambda entry: (_turn(entry[0]), entry[0])):
        part = min(max(size, 0), due)
        due -= part
        if part:
            parts.append((account, part))
    return parts, due


def taken_from(booked: Sequence[Entry], method: Method, cents: int) -> list[Entry]:
    """From where a payment's money is, the bank first; what is nowhere comes from where this kind of money arrives."""
    there, due, parts = dict(merged(booked)), cents, []
    for place in HAVE:
        part = min(max(there.get(place, 0), 0), due)
        due -= part
        if part:
            parts.append((place, -part))
    return merged([*parts, *([(PLACES[method], -due)] if due else [])])


def undone(entries: Sequence[Entry]) -> list[Entry]:
    """The movement that takes another one back."""
    return [(account, -cents) for account, cents in entries]


def merged(entries: Sequence[Entry]) -> list[Entry]:
    """One entry per account."""
    sums: dict[str, int] = {}
    for account, cents in entries:
        sums[account] = sums.get(account, 0) + cents
    return list(sums.items())


def fund_of(account: str) -> str | None:
    """The slug of the fund an account belongs to."""
    return account.split(":", 2)[2] if account.count(":") == 2 else None


def _income(kind: LineKind, fund: str | None) -> str:
    return f"income:{kind}:{fund}" if fund else f"income:{kind}"


def _turn(account: str) -> int:
    return GIVEN_BACK_IN_ORDER.index(":".join(account.split(":")[:2]))
