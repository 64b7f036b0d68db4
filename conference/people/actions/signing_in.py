"""Signing in and out."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F, Q

from conference.core import audit, clock, links, mail, sealing
from conference.core.db import transaction
from conference.core.errors import NotFound
from conference.people import queries
from conference.people.models import Person, SignIn, SignInLink

LINK_LASTS, SIGN_IN_LASTS, UNCONFIRMED_LASTS = timedelta(hours=1), timedelta(days=30), timedelta(days=14)


async def ask_for_link(email: str, language: str, back_to: str = "/my") -> None:
    """Send the address a sign-in link, whether it was known or not."""
    async with transaction():
        person = await person_for(email, language)
        link = await _make_link(person, back_to)
        await mail.post("people.sign_in", key=f"sign-in:{link.id}", language=language, link_id=link.id)


async def person_for(email: str, language: str) -> Person:
    """The person of this address, made where there is none yet."""
    known = await queries.person_by_email(email)
    if known is not None:
        return known
    person = Person(language=language, made=clock.now())
    sealing.seal(person, email=email)
    await person.save(force_create=True)
    return person


async def link_for(person: Person, back_to: str = "/my", lasts: timedelta = LINK_LASTS) -> str:
    """The path of a sign-in link that works once; for the command line and the demo."""
    async with transaction():
        link = await _make_link(person, back_to, lasts)
    return f"/sign-in/{links.token(queries.PURPOSE, link.id, person.version)}"


async def _make_link(person: Person, back_to: str, lasts: timedelta = LINK_LASTS) -> SignInLink:
    now = clock.now()
    link = SignInLink(person=person, made=now, expires=now + lasts, back_to=back_to if is_ours(back_to) else "/my")
    await link.save(force_create=True)
    return link


def is_ours(path: str) -> bool:
    """Whether a path leads to a page of ours."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and len(path) <= 300 and path.isprintable()


async def sign_in(link: SignInLink) -> str:
    """Spend the link and open a sign-in; the secret for the browser's cookie. NotFound when it was spent meanwhile."""
    now, secret = clock.now(), secrets.token_urlsafe(32)
    async with transaction():
        if not await SignInLink.filter(id=link.id, spent=None).update(spent=now):
            raise NotFound()
        await Person.filter(id=link.person_id, confirmed=None).update(confirmed=now)
        await Person.filter(id=link.person_id).update(given=now)
        await SignIn(person_id=link.person_id, digest=sha256(secret.encode()).hexdigest(), made=now, expires=now + SIGN_IN_LASTS).save(force_create=True)
        await audit.record("people.signed_in", actor=link.person_id, row=link.person_id)
    return secret


async def sign_out(secret: str) -> None:
    await SignIn.filter(digest=sha256(secret.encode()).hexdigest()).delete()


async def forget(person_id: UUID) -> None:
    """End all sign-ins and links of somebody, and let them go; where another slice still names them, only their address goes."""
    await end_sign_ins([person_id])
    try:
        async with transaction():
            await Person.filter(id=person_id).delete()
    except IntegrityError:
        await sealing.empty_rows(Person, ["email"], [person_id])


async def end_sign_ins(person_ids: Sequence[UUID]) -> None:
    """In every browser, and by every link that is on its way."""
    async with transaction():
        await SignIn.filter(person_id__in=person_ids).delete()
        await SignInLink.filter(person_id__in=person_ids).delete()
        await Person.filter(id__in=person_ids).update(version=F("version") + 1)


async def forget_old() -> None:
    """Links and sign-ins that are over; addresses that were typed in and never confirmed, after 14 days; people without an address."""
    now = clock.now()
    await SignIn.filter(Q(expires__lt=now) | Q(person__email__isnull=True)).delete()
    await SignInLink.filter(expires__lt=now - timedelta(days=1)).delete()
    while await _forget_unconfirmed(now - UNCONFIRMED_LASTS):
        pass


async def _forget_unconfirmed(before: datetime, at_once: int = 200) -> int:
    """Some of those that no other slice's row points at; how many went. Locked first, lest one is given a duty meanwhile."""
    async with transaction():
        found = await queries.unconfirmed_and_unused(before).limit(at_once)
        await Person.filter(id__in=[one.id for one in found]).order_by("id").select_for_update()
        unused = await queries.unconfirmed_and_unused(before).filter(id__in=[one.id for one in found])
        return await Person.filter(id__in=[one.id for one in unused]).delete() if unused else 0
