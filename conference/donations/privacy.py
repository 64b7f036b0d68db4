"""What we hold about givers, and how it goes."""

from collections.abc import Sequence
from datetime import date, timedelta

from conference.core import sealing
from conference.core.holdings import Holding, Subject
from conference.core.i18n import _, format_money
from conference.donations import actions, queries
from conference.donations.models import Gift
from conference.payments import queries as payments
from conference.payments.models import BOOKS


async def about(subject: Subject) -> list[Holding]:
    """One holding per gift, and one per receipt or check that names its giver."""
    found = []
    for gift in await _gifts(subject):
        found += [_about_gift(gift), *await _about_books(gift)]
    return found


async def forget(subject: Subject) -> int:
    """How many gifts have no giver any more. Receipts and checks stay in the books."""
    gifts = [gift for gift in await _gifts(subject) if gift.name or gift.email or gift.person_id]
    for gift in gifts:
        await actions.forget_giver(gift)
    return len(gifts)


async def _gifts(subject: Subject) -> list[Gift]:
    mine = {gift.id: gift for gift in await queries.gifts_held(None, subject.tokens, subject.person_id)}
    mine |= {gift.id: gift for gift in (await queries.gifts_of_address(subject.email) if subject.email else [])}
    return sorted(mine.values(), key=lambda gift: (gift.made, gift.id))


def _about_gift(gift: Gift) -> Holding:
    plain = sealing.open_one(gift, "name", "email")
    facts = [(_("Code"), gift.code), (_("Amount"), format_money(gift.payment.cents, gift.payment.currency)), *_named(plain.name, plain.email)]
    return Holding(title=_("A gift"), facts=facts, until=_until(gift.made.date()), path=f"/{gift.edition.slug}/gifts/{gift.code}")


def _named(name: str | None, email: str | None) -> list[tuple[str, str]]:
    return [(term, text) for term, text in ((_("Your name"), name), (_("E-mail address"), email)) if text]


async def _about_books(gift: Gift) -> Sequence[Holding]:
    """What the law asks us to keep: receipts, and who wrote a check."""
    stays = _("The tax office may ask for our books for seven years.")
    receipts, checks = await payments.receipts_for(gift.payment_id), await payments.checks_of(gift.payment_id)
    found = []
    for row, plain in zip(receipts, sealing.open(receipts, "donor", "address"), strict=True):
        facts = [(_("Name on the receipt"), plain.donor or ""), *([(_("Postal address"), plain.address)] if plain.address else [])]
        found.append(Holding(title=_("A receipt"), facts=facts, until=_until(row.made.date()), stays=stays))
    for check, plain in zip(checks, sealing.open(checks, "writer"), strict=True):
        if plain.writer:
            found.append(Holding(title=_("A check"), facts=[(_("Name as written on the check"), plain.writer)], until=_until(check.made.date()), stays=stays))
    return found


def _until(day: date) -> date:
    return day + timedelta(days=BOOKS)
