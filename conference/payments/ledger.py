"""Movements of money between accounts: which, for what happens to a payment. Each sums to zero.

Accounts: ``stripe`` (what Stripe owes us), ``cash``, ``checks``; ``income:value``, ``income:fee``, ``income:gift`` and
``income:gift:<fund>``; ``owed`` (money that came by mistake and goes back). What we have is positive, where it came from negative.
"""

from collections.abc import Sequence

from conference.payments.models import LineKind, Method

Entry = tuple[str, int]

PLACES = {Method.CARD: "stripe", Method.BANK_DEBIT: "stripe", Method.CHECK: "checks", Method.CASH: "cash"}
OWED = "owed"
GIVEN_BACK_IN_ORDER = ("owed", "income:value", "income:fee", "income:gift")


def captured(method: Method, lines: Sequence[tuple[LineKind, int, str | None]]) -> list[Entry]:
    """The movement of a payment that arrived; ``lines`` are (kind, cents, fund slug)."""
    income = merged([(_income(kind, fund), -cents) for kind, cents, fund in lines if cents])
    return [(PLACES[method], -sum(cents for _account, cents in income)), *income]


def strayed(method: Method, cents: int) -> list[Entry]:
    """The movement of money that came by mistake."""
    return [(PLACES[method], cents), (OWED, -cents)]


def refunded(booked: Sequence[Entry], method: Method, cents: int) -> list[Entry]:
    """The movement of ``cents`` going back, given all entries of the payment so far: value goes first, then fees, then gifts."""
    left = [(account, -balance) for account, balance in merged(booked) if account not in PLACES.values()]
    parts, due = [], cents
    for account, size in sorted(left, key=lambda entry: (_turn(entry[0]), entry[0])):
        part = min(max(size, 0), due)
        due -= part
        if part:
            parts.append((account, part))
    assert due == 0, "more is going back than came"
    return [(PLACES[method], -cents), *parts]


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
