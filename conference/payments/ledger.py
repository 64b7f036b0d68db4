"""Movements of money between accounts: which, for what happens to a payment. Each sums to zero.

Accounts: ``stripe`` (what Stripe owes us), ``cash``, ``checks``; ``income:value``, ``income:gift`` and ``income:gift:<fund>``, ``income:fee``.
Income is negative (a credit), money we have is positive.
"""

from collections.abc import Sequence

from conference.payments.models import LineKind, Method

Entry = tuple[str, int]

PLACES = {Method.CARD: "stripe", Method.BANK_DEBIT: "stripe", Method.CHECK: "checks", Method.CASH: "cash"}


def captured(method: Method, lines: Sequence[tuple[LineKind, int, str | None]]) -> list[Entry]:
    """The movement of a payment that arrived; ``lines`` are (kind, cents, fund slug)."""
    income = _merged([(_income(kind, fund), -cents) for kind, cents, fund in lines if cents])
    return [(PLACES[method], -sum(cents for _account, cents in income)), *income]


def refunded(method: Method, lines: Sequence[tuple[LineKind, int, str | None]], before: int, cents: int) -> list[Entry]:
    """The movement of ``cents`` going back when ``before`` had gone back already: value first, then fees, then gifts."""
    parts, skip, left = [], before, cents
    for kind, size, fund in sorted(lines, key=lambda line: (LineKind.VALUE, LineKind.FEE, LineKind.GIFT).index(line[0])):
        gone = min(skip, size)
        skip -= gone
        part = min(size - gone, left)
        left -= part
        if part:
            parts.append((_income(kind, fund), part))
    assert left == 0, "more is going back than came"
    return [(PLACES[method], -cents), *_merged(parts)]


def _income(kind: LineKind, fund: str | None) -> str:
    return f"income:{kind}:{fund}" if fund else f"income:{kind}"


def _merged(entries: list[Entry]) -> list[Entry]:
    sums: dict[str, int] = {}
    for account, cents in entries:
        sums[account] = sums.get(account, 0) + cents
    return list(sums.items())
