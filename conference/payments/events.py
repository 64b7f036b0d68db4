"""What payments announces. ``purpose`` and ``purpose_id`` say what the money is for."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PaymentEvent:
    payment_id: UUID
    purpose: str
    purpose_id: UUID
    cents: int


@dataclass(frozen=True)
class PaymentAuthorised(PaymentEvent):
    """The card was good for it; nothing is taken yet. Answer with ``ask_capture`` or ``ask_void``."""


@dataclass(frozen=True)
class PaymentProcessing(PaymentEvent):
    """A bank debit is on its way; it takes days, and may still fail."""


@dataclass(frozen=True)
class PaymentCaptured(PaymentEvent):
    """The money is ours."""


@dataclass(frozen=True)
class PaymentFailed(PaymentEvent):
    """No money will come from this payment: refused, or taken back by the bank."""


@dataclass(frozen=True)
class PaymentExpired(PaymentEvent):
    """Nobody paid in time."""


@dataclass(frozen=True)
class PaymentVoided(PaymentEvent):
    """An authorisation was let go; the card was not charged."""


@dataclass(frozen=True)
class RefundMade(PaymentEvent):
    """``cents`` went back."""

    refund_id: UUID = UUID(int=0)
    left: int = 0


@dataclass(frozen=True)
class CheckBounced(PaymentEvent):
    """The bank did not pay a check of ``cents``: the payment is a promise again."""


@dataclass(frozen=True)
class GiftUnannounced(PaymentEvent):
    """A check came that nobody had promised; ``code`` is what its payment is called by. Money is told of by PaymentCaptured, after this."""

    edition_id: UUID = UUID(int=0)
    code: str = ""


@dataclass(frozen=True)
class ReceiptIssued:
    """Made out to somebody; ``by_mail`` where the treasurer is to send it on paper."""

    receipt_id: UUID
    payment_id: UUID
    by_mail: bool


@dataclass(frozen=True)
class FundChanged:
    """Its words, its goal, or what was given for it."""

    fund_id: UUID
