"""Who puts their name to a text: organizations and persons, each to one version of it."""

from enum import StrEnum

from tortoise.migrations.constraints import CheckConstraint

from conference.core.db import fields
from conference.core.db.model import Model


class Kind(StrEnum):
    ORGANIZATION = "organization"
    PERSON = "person"


class State(StrEnum):
    """draft: nobody has confirmed it; confirmed: it waits for an editor; counted: it stands; the others stand no more."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    COUNTED = "counted"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    DUPLICATE = "duplicate"


STANDING = (State.CONFIRMED, State.COUNTED)


class Authority(StrEnum):
    """How it is confirmed: by a link in a letter, by an organizer who calls or vouches, or on paper with a signature."""

    MAIL = "mail"
    CALL = "call"
    VOUCHED = "vouched"
    PAPER = "paper"


_NAMED = {"purpose": "the name and place you endorse under", "days": 60, "after": "end"}
_REACHED = {"purpose": "confirming what you signed", "days": 60, "after": "end"}


class Endorsement(Model):
    """One name under one version of a text. ``quiet`` ones are counted and never listed.

    The ``public_*`` columns are what the list shows: filled while it is listed, empty before and after; ``public_order`` is what it
    is ordered and searched by. ``likeness`` is an organization's name without case, accents and small words. ``revision`` grows with
    its words, so that nobody confirms or accepts others than they saw. ``sole`` keeps an address to one endorsement of a text.
    """

    edition = fields.Reference("conference.Edition", related_name="endorsements")
    text = fields.Reference("conference.AdoptedText", related_name="endorsements")
    kind = fields.Choice(Kind)
    state = fields.Choice(State, default=State.DRAFT)
    authority = fields.Choice(Authority)
    quiet = fields.Flag(default=False)
    language = fields.Short(8)
    name = fields.Internal(**_NAMED)
    city = fields.Internal(**_NAMED)
    region = fields.Internal(**_NAMED)
    likeness = fields.Internal(**_NAMED)
    likeness_blind = fields.Blind(of="likeness")
    domain = fields.Internal(**_REACHED)
    domain_blind = fields.Blind(of="domain")
    signer = fields.Internal(**_REACHED)
    role = fields.Internal(**_REACHED)
    email = fields.Internal(**_REACHED)
    email_blind = fields.Blind(of="email")
    phone = fields.Internal(**_REACHED)
    phone_blind = fields.Blind(of="phone")
    public_name = fields.Short(160, default="")
    public_place = fields.Short(160, default="")
    public_order = fields.Short(300, default="")
    into = fields.Reference("conference.Endorsement", null=True)
    revision = fields.Number(default=1)
    version = fields.Number(default=1)
    sole = fields.Short(120, null=True, unique=True)
    once = fields.Short(40, null=True, unique=True)
    made = fields.Moment()
    confirmed = fields.Moment(null=True)
    ended = fields.Moment(null=True)

    class Meta:
        table = "endorsement"
        constraints = (
            CheckConstraint(check="public_name = '' OR (state = 'counted' AND NOT quiet)", name="endorsement_public_only_while_listed"),
            CheckConstraint(check="state NOT IN ('confirmed', 'counted') OR confirmed IS NOT NULL", name="endorsement_stands_only_confirmed"),
        )
        indexes = [("edition_id", "state", "made"), ("text_id", "state", "kind", "public_order")]
