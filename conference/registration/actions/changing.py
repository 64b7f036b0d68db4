"""What somebody changes of their own registration. A new address counts only once a letter to it was opened."""

import json
from typing import Any

from conference.core import audit, clock, mail, sealing
from conference.core.db import transaction
from conference.core.errors import NotFound
from conference.registration import queries
from conference.registration.actions.places import TooLate
from conference.registration.models import HAS_PLACE, Order


async def change(order: Order, *, badge_name: str, language: str, email: str, needs: dict[str, Any] | None) -> bool:
    """Keep the new answers; whether a letter went to a new address, which until then changes nothing. Raises TooLate.

    An empty address takes the present one away.
    """
    now = await queries.answers_of(order)
    changed = sorted(name for name, value in {"badge_name": badge_name, "language": language, "needs": needs}.items() if now[name] != value)
    asked = bool(email) and email != now["email"]
    async with transaction():
        await _keep_answers(order, badge_name, language, needs)
        if asked or not email:
            await _keep_address(order, email, asked)
        changed += ["email"] if email != (now["email"] or "") else []
        if changed:
            await audit.record("registration.changed", actor=order.person_id, row=order.id, edition=order.edition_id, columns=changed)
    return asked


async def _keep_answers(order: Order, badge_name: str, language: str, needs: dict[str, Any] | None) -> None:
    """What was asked for the sake of a conference that is over for long cannot be asked any more: its keys are gone."""
    if not await Order.filter(id=order.id, state__in=HAS_PLACE).update(language=language):
        raise TooLate()
    attendee = (await queries.attendees_of(order.id))[0]
    try:
        sealing.seal(attendee, badge_name=badge_name, needs=json.dumps(needs) if needs else None)
    except sealing.ScopeDestroyed:
        raise TooLate() from None
    attendee.language = language
    await attendee.save(update_fields=["badge_name", "needs", "language"])
    await sealing.index_words(attendee, "badge_name", badge_name)


async def _keep_address(order: Order, email: str, asked: bool) -> None:
    """Beside the present address until it is confirmed; without one the present goes."""
    sealing.seal(order, new_email=email or None)
    columns = ["new_email", "new_email_asked"]
    order.new_email_asked = clock.now() if asked else None
    if not email:
        sealing.seal(order, email=None)
        columns += ["email", "email_blind"]
    await order.save(update_fields=columns)
    if asked:
        stamp = clock.now().strftime("%Y%m%d%H%M%S%f")
        await mail.post("registration.confirm_address", key=f"address:{order.id}:{stamp}", language=order.language, order_id=order.id)


async def confirm_address(order: Order, address: str) -> Order:
    """The new address is theirs: it takes the place of the old one, whose links end. NotFound when that happened meanwhile.

    Links are renewed because whoever reads the old mailbox need not be the same person any more; the new one gets the letter with the code.
    """
    async with transaction():
        sealing.seal(order, email=address, new_email=None)
        won = await Order.filter(id=order.id, version=order.version, state__in=HAS_PLACE).update(
            email=order.email, email_blind=order.email_blind, new_email=None, new_email_asked=None, version=order.version + 1
        )
        if not won:
            raise NotFound()
        await audit.record("registration.address_confirmed", actor=order.person_id, row=order.id, edition=order.edition_id)
        await mail.post("registration.confirmation", key=f"confirmation:{order.id}:{order.version + 1}", language=order.language, order_id=order.id)
    return await Order.get(id=order.id)

