"""Every write of donations: giving, and what payments and registration tell."""

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from tortoise.exceptions import IntegrityError

from conference.core import audit, clock, codes, mail, sealing, versions
from conference.core.db import transaction
from conference.core.db.fast import insert
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.donations import queries
from conference.donations.models import Gift
from conference.editions.models import Edition
from conference.editions.queries import Standing, public_editions, standing_of
from conference.payments import actions as payments
from conference.payments import queries as money
from conference.payments.actions import Line
from conference.payments.events import CheckBounced, FundChanged, GiftUnannounced, PaymentAuthorised, PaymentCaptured, PaymentFailed, ReceiptIssued
from conference.payments.models import Fund, LineKind, Method, Payment, Receipt
from conference.people.models import Person

PURPOSE = "gift"
MOST_LETTERS_A_DAY = 10


class NotNow(Refused):
    def sentence(self) -> str:
        return _("This conference is over. Please give to the one that comes.")


class NeedsName(Refused):
    def sentence(self) -> str:
        return _("A receipt needs a name.")


async def give(
    edition: Edition, *, cents: int, way: Method, language: str, fund: Fund | None = None, name: str = "", email: str = "", person: Person | None = None, once: str = ""
) -> Gift:
    """Begin a gift: a check is promised, a card is still to be used (``pay``).

    once: a word of the form, so that a form sent twice is one gift; the same word with other answers is another. Raises NotNow.
    """
    if standing_of(edition) is Standing.PAST:
        raise NotNow()
    mark = _fingerprint(once, edition.id, cents, way, language, fund and fund.id, name, email)
    try:
        return await _begin(edition, cents, way, language, fund, name, email, person, mark)
    except IntegrityError:
        if mark and (known := await Gift.get_or_none(once=mark)):
            return known
        raise


def _fingerprint(once: str, *answers: Any) -> str | None:
    """The form's random word together with its answers; without the word it tells nothing about them."""
    return sha256(repr((once, answers)).encode()).hexdigest()[:40] if once else None


async def _begin(
    edition: Edition, cents: int, way: Method, language: str, fund: Fund | None, name: str, email: str, person: Person | None, mark: str | None
) -> Gift:
    code, gift_id = codes.make(), uuid4()
    async with transaction():
        lines = [Line(LineKind.GIFT, cents, fund=fund)]
        payment = await payments.open_payment(
            edition, PURPOSE, gift_id, lines, label=f"{edition.slug} {code}", language=language, promised=way is not Method.CARD
        )
        gift = _new(gift_id, payment, code, way, cents, language, once=mark, person_id=person and person.id)
        sealing.seal(gift, name=name or None, email=email or None)
        await insert(gift, audit.entry("donations.given", actor=person and person.id, row=gift.id, edition=edition.id, cents=cents, way=str(way)))
        if way is Method.CHECK:
            await _write_to(gift, "donations.check_awaited")
    return gift


def _new(gift_id: UUID, payment: Payment, code: str, way: Method, cents: int, language: str, **facts: Any) -> Gift:
    now = clock.now()
    return Gift(
        id=gift_id, edition_id=payment.edition_id, payment_id=payment.id, code=code, way=way, cents=cents, language=language, year=now.year, made=now, **facts
    )


async def _write_to(gift: Gift, letter: str, again: str = "") -> None:
    """In the caller's transaction: a letter to the giver, where there is an address and it did not get many today."""
    if not gift.email or await queries.gifts_of_address_since(gift, clock.now() - timedelta(days=1)) > MOST_LETTERS_A_DAY:
        return
    await mail.post(letter, key=f"{letter}:{gift.id}{again and f':{again}'}", language=gift.language, gift_id=gift.id)


async def pay(gift: Gift, back_to: str) -> str:
    """Where to pay by card: the address of a Checkout. Raises NotOpen, StripeAway, CardsNotTaken."""
    return await payments.open_checkout(gift.payment_id, back_to)


async def ask_receipt(gift: Gift, name: str) -> Receipt:
    """The receipt of a gift, made out to this name. Raises NeedsName and what ``payments.actions.issue_receipt`` raises."""
    if not name:
        raise NeedsName(field="name")
    return await payments.issue_receipt(gift.payment_id, donor=name, language=gift.language)


async def ask_paper_receipt(gift: Gift, name: str, address: str) -> Receipt:
    """The same on paper; one that is there already goes to this address too, with the name it has."""
    known = await money.receipt_of(gift.payment_id)
    if known is not None:
        await payments.send_on_paper(known.id, address)
        return known
    return await payments.issue_receipt(gift.payment_id, donor=name, address=address, by_mail=True, language=gift.language)


# What payments tells


async def on_payment_authorised(event: PaymentAuthorised) -> None:
    """The card is good for it; nothing else has to be sure."""
    if event.purpose == PURPOSE:
        await payments.ask_capture(event.payment_id)


async def on_payment_captured(event: PaymentCaptured) -> None:
    """Thanks, with the receipt where a name was left and the money is in the bank already."""
    if event.purpose != PURPOSE:
        return
    gift = await Gift.get(id=event.purpose_id)
    name = sealing.open_one(gift, "name").name
    if not name or not await _receipt_made(gift, name):
        await _write_to(gift, "donations.thanks", str(event.cents))


async def _receipt_made(gift: Gift, name: str) -> bool:
    """A receipt that cannot be made yet never stands in the way of the money."""
    try:
        await ask_receipt(gift, name)
    except Refused:
        return False
    return True


async def on_payment_failed(event: PaymentFailed) -> None:
    if event.purpose == PURPOSE:
        await _write_to(await Gift.get(id=event.purpose_id), "donations.not_paid")


async def on_check_bounced(event: CheckBounced) -> None:
    if event.purpose == PURPOSE:
        await _write_to(await Gift.get(id=event.purpose_id), "donations.check_bounced", clock.now().date().isoformat())


async def on_gift_unannounced(event: GiftUnannounced) -> None:
    """A check came in an envelope that nobody had announced: it is a gift like any other."""
    payment = await money.payment(event.payment_id)
    await _new(event.purpose_id, payment, event.code, Method.CHECK, event.cents, payment.language).save(force_create=True)


async def on_receipt_issued(event: ReceiptIssued) -> None:
    gift = await queries.gift_of_payment(event.payment_id)
    if gift is not None and not event.by_mail:
        await _write_to(gift, "donations.receipt", str(event.receipt_id))


async def on_fund_changed(_event: FundChanged) -> None:
    """The thermometers stand on the editions' home pages."""
    coming = [edition.slug for edition in await public_editions() if standing_of(edition) is not Standing.PAST]
    await versions.touch(*(f"edition:{slug}" for slug in sorted(coming)))


# What registration tells


async def on_order_cancelled(event: Any) -> None:
    """``left_as_gift`` cents of what was paid stay: they are a gift now, and a receipt can be had for them."""
    if not event.left_as_gift or event.payment_id is None:
        return
    await payments.leave_as_gift(event.payment_id, event.left_as_gift)
    payment = await money.payment(event.payment_id)
    assert payment.method is not None
    gift = _new(uuid4(), payment, codes.make(), payment.method, event.left_as_gift, payment.language, order=event.order_id)
    await gift.save(force_create=True)
    await audit.record("donations.left_as_gift", row=gift.id, edition=gift.edition_id, cents=gift.cents)


# Forgetting


async def forget_giver(gift: Gift) -> None:
    """Name, address and the way back to the page go; a receipt and the books stay as long as the law wants them."""
    async with transaction():
        sealing.seal(gift, name=None, email=None)
        await Gift.filter(id=gift.id).update(name=None, email=None, email_blind=None, person_id=None, version=gift.version + 1)
        await audit.record("donations.giver_forgotten", row=gift.id, edition=gift.edition_id)
