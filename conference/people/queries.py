"""Who is who."""

import hashlib
import hmac
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from conference.core import clock, links, sealing
from conference.core.errors import NotFound
from conference.core.running import running
from conference.people.models import Factor, FactorKind, Person, RecoveryCode, SignInLink
from conference.people.passkeys import Passkey

PURPOSE = "sign-in"
OURS = {"sign_in_links", "sign_ins", "factors", "recovery_codes"}


async def person_by_email(email: str) -> Person | None:
    found = await sealing.find(Person, "email", email, ("account",))
    return found[0] if found else None


async def open_link(token: str) -> SignInLink:
    """The sign-in link of a token, if it still works. NotFound for wrong, foreign, spent and old ones alike."""
    row: UUID | None = links.row_of(token)
    link = await SignInLink.filter(id=row, spent=None, expires__gt=clock.now()).select_related("person").first() if row else None
    if link is None or not links.matches(token, PURPOSE, link.id, link.person.version):
        raise NotFound()
    return link


def unconfirmed_and_unused(before: datetime) -> QuerySet[Person]:
    """Addresses typed in before a moment and never confirmed, and those that are gone, at which only our own links and sign-ins point."""
    others = (Person._meta.backward_fk_fields | Person._meta.backward_o2o_fields) - OURS
    return Person.filter(Q(confirmed=None, made__lt=before) | Q(email=None), **{f"{name}__id__isnull": True for name in sorted(others)})


def email_of(person: Person) -> str | None:
    return sealing.open_one(person, "email").email


# The second step


async def factors(person_id: UUID, kind: FactorKind | None = None) -> list[Factor]:
    """Those that count, the oldest first."""
    chosen = {"kind": kind} if kind else {}
    return await Factor.filter(person_id=person_id, confirmed__not_isnull=True, **chosen).order_by("made", "id")


async def passkeys_of(person_id: UUID) -> list[tuple[Factor, Passkey]]:
    found = await factors(person_id, FactorKind.PASSKEY)
    opened = [plain.secret for plain in sealing.open(found, "secret")]
    return [(factor, Passkey.of(text)) for factor, text in zip(found, opened, strict=True) if text]


async def own_factor(person: Person, factor_id: UUID) -> Factor:
    """A factor of this very person, begun or confirmed. NotFound otherwise."""
    found = await Factor.get_or_none(id=factor_id, person_id=person.id)
    if found is None:
        raise NotFound()
    return found


async def codes_left(person_id: UUID) -> int:
    return await RecoveryCode.filter(person_id=person_id, spent=None).count()


async def with_second_step(people: Collection[UUID]) -> set[UUID]:
    """Those of these people who have one."""
    found = await Factor.filter(person_id__in=list(people), confirmed__not_isnull=True).distinct().values_list("person_id", flat=True)
    return set(found)


def code_digest(person_id: UUID, code: str) -> str:
    """What is kept of a recovery code: nothing that could be tried out without the secret of this machine."""
    return hmac.new(running().settings.secret.encode(), b"recovery code" + person_id.bytes + code.encode(), hashlib.sha256).hexdigest()
