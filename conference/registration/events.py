"""What registration announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class OrderConfirmed:
    order_id: UUID
    edition_id: UUID


@dataclass(frozen=True)
class OrderCancelled:
    """``left_as_gift`` cents of the payment stay with us as a gift."""

    order_id: UUID
    edition_id: UUID
    payment_id: UUID | None
    left_as_gift: int = 0
