"""What a payment consists of once money went back: what is received for it, what is given."""

from collections.abc import Sequence
from dataclasses import dataclass

from conference.payments.models import LineKind

GOES_BACK_IN_ORDER = (LineKind.VALUE, LineKind.FEE, LineKind.GIFT)  # as in the ledger


@dataclass(frozen=True)
class Part:
    """``fair_value`` is what the payer received for ``cents``, at most these."""

    kind: LineKind
    cents: int
    fair_value: int = 0


def left(lines: Sequence[Part], refunded: int) -> list[Part]:
    """The lines after ``refunded`` cents went back: value first, then fees, then gifts."""
    found = []
    for line in sorted(lines, key=lambda line: GOES_BACK_IN_ORDER.index(line.kind)):
        gone = min(line.cents, refunded)
        refunded -= gone
        if line.cents > gone:
            found.append(Part(line.kind, line.cents - gone, min(line.fair_value, line.cents - gone)))
    return found


def given(parts: Sequence[Part]) -> int:
    """Cents for which nothing was received."""
    return sum(part.cents - part.fair_value for part in parts if part.kind is not LineKind.FEE)


def received(parts: Sequence[Part]) -> int:
    """What was received for the money, in cents."""
    return sum(part.fair_value for part in parts)
