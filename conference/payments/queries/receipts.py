"""Receipts, and what they are made from."""

from collections.abc import Sequence
from uuid import UUID

from tortoise.expressions import Q

from conference.core import links
from conference.core.errors import NotFound
from conference.editions.models import Edition
from conference.payments.models import Check, CheckState, LineKind, Method, Payment, PaymentLine, PaymentState, Receipt
from conference.payments.parts import Part, given, left

RECEIPT_LINK, PAYMENT_LINK = "receipt", "payment"


def receipt_token(row: Receipt) -> str:
    """The secret of a receipt's link."""
    return links.token(RECEIPT_LINK, row.id, 1)


async def ask_path(payment: Payment) -> str:
    """The address on which whoever is shown it asks for the receipt of a payment."""
    edition = await Edition.get(id=payment.edition_id)
    return f"/{edition.slug}/receipts/for/{links.token(PAYMENT_LINK, payment.id, 1)}"


async def payment_by_tokens(edition: Edition, payment_id: UUID | None, tokens: Sequence[str]) -> Payment:
    """A payment for a browser that holds the secret link on which its receipt is asked for. NotFound otherwise."""
    found = await Payment.get_or_none(id=payment_id, edition_id=edition.id) if payment_id else None
    if found is None or not any(links.matches(token, PAYMENT_LINK, found.id, 1) for token in tokens):
        raise NotFound()
    return found


async def receipt_path(row: Receipt) -> str:
    """The address that opens a receipt for whoever is shown it."""
    edition = await Edition.get(id=row.edition_id)
    return f"/{edition.slug}/receipts/{receipt_token(row)}"


async def receipt_by_tokens(edition: Edition, receipt_id: UUID | None, tokens: Sequence[str]) -> Receipt:
    """A receipt for a browser that holds its secret link. NotFound otherwise."""
    if receipt_id is None or not any(links.matches(token, RECEIPT_LINK, receipt_id, 1) for token in tokens):
        raise NotFound()
    return await receipt_in(edition, receipt_id)


async def parts_of(payment_id: UUID) -> list[Part]:
    """The lines of a payment, with what was received for each."""
    found = await PaymentLine.filter(payment_id=payment_id).order_by("id").values("kind", "cents", "fair_value")
    return [Part(LineKind(row["kind"]), row["cents"], row["fair_value"]) for row in found]


async def receipt(receipt_id: UUID) -> Receipt:
    found = await Receipt.get_or_none(id=receipt_id)
    if found is None:
        raise NotFound()
    return found


async def receipt_in(edition: Edition, receipt_id: UUID) -> Receipt:
    """A receipt of this edition."""
    found = await receipt(receipt_id)
    if found.edition_id != edition.id:
        raise NotFound()
    return found


async def receipt_of(payment_id: UUID) -> Receipt | None:
    """The one that counts."""
    return await Receipt.get_or_none(payment_id=payment_id, in_force=True)


async def waits_for_the_bank(payment: Payment) -> bool:
    """Whether a check for it is still in our hands."""
    return payment.method is Method.CHECK and await Check.exists(payment_id=payment.id, state=CheckState.RECEIVED)


async def receipt_possible(payment: Payment) -> bool:
    """Whether the money is here, and some of it is a gift."""
    if payment.state is not PaymentState.CAPTURED or payment.purpose == "stray" or await waits_for_the_bank(payment):
        return False
    return given(left(await parts_of(payment.id), payment.refunded)) > 0


async def receipts_for(payment_id: UUID) -> list[Receipt]:
    """All of a payment, those that no longer count too."""
    return await Receipt.filter(payment_id=payment_id).order_by("made", "id")


async def receipts_page(edition: Edition, after: str, most: int) -> list[Receipt]:
    """One more than ``most`` at best, the newest first; ``after`` is the id of the last one of the page before."""
    found = Receipt.filter(edition_id=edition.id)
    if after:
        try:
            last = await receipt_in(edition, UUID(after))
        except ValueError:
            raise NotFound() from None
        found = found.filter(Q(made__lt=last.made) | Q(made=last.made, id__lt=last.id))
    return await found.order_by("-made", "-id").limit(most + 1).select_related("payment")


async def receipts_to_print(edition: Edition, most: int = 200) -> list[Receipt]:
    """Those to be sent on paper that are not in their envelopes yet, the oldest first."""
    return await Receipt.filter(edition_id=edition.id, in_force=True, by_mail=True, printed=None).order_by("made", "id").limit(most)


async def gifts_without_receipt(edition: Edition, most: int = 200) -> list[Payment]:
    """Paid gifts that nobody has a receipt for, the oldest first."""
    told = await Receipt.filter(edition_id=edition.id, in_force=True).values_list("payment_id", flat=True)
    paid = Payment.filter(edition_id=edition.id, purpose="gift", state=PaymentState.CAPTURED)
    return await (paid.filter(id__not_in=told) if told else paid).order_by("made", "id").limit(most)
