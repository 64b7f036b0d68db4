"""Receipts: one per payment that counts, numbered without gaps, in the name of who receives the money in law."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from conference.core import audit, clock, sealing
from conference.core.announce import announce
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.core.running import running
from conference.editions.models import Edition
from conference.editions.queries import organization
from conference.payments import events, parts, queries
from conference.payments.actions.booking import lock
from conference.payments.actions.numbering import next_number
from conference.payments.models import Payment, PaymentState, Receipt


class NoSponsor(Refused):
    def sentence(self) -> str:
        return _("Receipts cannot be made yet: who receives the donations is not written down under “The network”.")


class NotThereYet(Refused):
    def sentence(self) -> str:
        return _("A receipt can be made once the money is here; for a check, once it was taken to the bank.")


class NothingGiven(Refused):
    def sentence(self) -> str:
        return _("Nothing of this payment is a gift, so there is no receipt for it.")


class NotInForce(Refused):
    def sentence(self) -> str:
        return _("This receipt does not count any more already.")


async def issue_receipt(payment_id: UUID, *, donor: str, language: str, address: str = "", by_mail: bool = False, by: UUID | None = None) -> Receipt:
    """The receipt of a payment, made out to ``donor``; the one there is already where one counts.

    by_mail: the treasurer is to send it to ``address``. Raises NotThereYet, NothingGiven, NoSponsor.
    """
    async with transaction():
        payment = await lock(payment_id)
        known = await queries.receipt_of(payment.id)
        if known is not None:
            return known
        row = await _new_receipt(payment, language, by_mail)
        sealing.seal(row, donor=donor, address=address or None)
        row.number = await next_number(f"receipt:{row.issuer}:{row.year}")
        await row.save(force_create=True)
        await audit.record("payments.receipt_issued", actor=by, row=row.id, edition=row.edition_id, number=row.number, payment=str(payment.id))
        await announce(events.ReceiptIssued(row.id, payment.id, by_mail))
    return row


async def _new_receipt(payment: Payment, language: str, by_mail: bool) -> Receipt:
    """All of it but its number and whom it is made out to."""
    lines = await _to_be_told(payment)
    sponsor, issuer = await _issuer()
    edition = await Edition.get(id=payment.edition_id)
    zone, now = ZoneInfo(edition.zone), clock.now()
    assert payment.method is not None and payment.ended is not None
    return Receipt(
        edition_id=edition.id, payment_id=payment.id, issuer=issuer, year=now.astimezone(zone).year, sponsor=sponsor, cents=sum(part.cents for part in lines),
        lines=[{"kind": str(part.kind), "cents": part.cents, "fair_value": part.fair_value} for part in lines], currency=payment.currency, method=payment.method,
        paid=await queries.postmark_of(payment) or payment.ended.astimezone(zone).date(), language=language, demo=running().settings.demo, by_mail=by_mail, made=now,
    )  # fmt: skip


async def _to_be_told(payment: Payment) -> list[parts.Part]:
    """What a receipt says of a payment: what is left of its lines."""
    if payment.state is not PaymentState.CAPTURED or payment.purpose == "stray" or await queries.waits_for_the_bank(payment):
        raise NotThereYet()
    lines = parts.left(await queries.parts_of(payment.id), payment.refunded)
    if not parts.given(lines):
        raise NothingGiven()
    return lines


async def _issuer() -> tuple[dict[str, Any], str]:
    """A copy of what the sponsor says of itself, and by what its numbers are counted: its tax number, or its name."""
    found = await organization()
    sponsor = dict(found.sponsor) if found and found.sponsor else {}
    if not sponsor.get("name"):
        raise NoSponsor()
    return sponsor, (sponsor.get("number") or sponsor["name"])[:120]


async def send_on_paper(receipt_id: UUID, address: str) -> None:
    """A receipt that counts is also wanted on paper, at this address. Raises NotInForce."""
    async with transaction():
        row = await queries.receipt(receipt_id)
        sealing.seal(row, address=address)
        if not await Receipt.filter(id=row.id, in_force=True).update(address=row.address, by_mail=True, printed=None):
            raise NotInForce()
        await audit.record("payments.receipt_wanted_on_paper", row=row.id, edition=row.edition_id, number=row.number)


async def void_receipt(receipt_id: UUID, *, note: str, by: UUID) -> None:
    """It was wrong: it keeps its number and counts no more; another can be made. Raises NotInForce."""
    async with transaction():
        row = await queries.receipt(receipt_id)
        if not await _end(row, note):
            raise NotInForce()
        await audit.record("payments.receipt_voided", actor=by, row=row.id, edition=row.edition_id, number=row.number)


async def end_receipt(payment_id: UUID, note: str) -> None:
    """In the caller's transaction: what the payment's receipt says is no longer so."""
    row = await queries.receipt_of(payment_id)
    if row is not None and await _end(row, note):
        await audit.record("payments.receipt_voided", row=row.id, edition=row.edition_id, number=row.number)


async def _end(row: Receipt, note: str) -> bool:
    sealing.seal(row, note=note)
    return bool(await Receipt.filter(id=row.id, in_force=True).update(in_force=None, note=row.note, ended=clock.now()))


async def printed(receipt_id: UUID, *, by: UUID) -> None:
    """It is in its envelope."""
    async with transaction():
        row = await queries.receipt(receipt_id)
        if await Receipt.filter(id=row.id, printed=None).update(printed=clock.now()):
            await audit.record("payments.receipt_printed", actor=by, row=row.id, edition=row.edition_id, number=row.number)
