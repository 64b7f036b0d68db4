"""Who is who."""

from datetime import datetime
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from conference.core import clock, links, sealing
from conference.core.errors import NotFound
from conference.people.models import Person, SignInLink

PURPOSE = "sign-in"
OURS = {"sign_in_links", "sign_ins"}


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
