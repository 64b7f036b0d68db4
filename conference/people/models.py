"""Who may sign in. Names and everything else about people live on the rows of an edition."""

from enum import StrEnum

from conference.core.db import fields
from conference.core.db.model import Model


class Person(Model):
    """Somebody who can sign in; ``version`` moves to end all their sign-ins and links. ``given``: when they last proved the address."""

    email = fields.Internal(purpose="sign-in", days=730, after="entry", scope="account")
    email_blind = fields.Blind(of="email", unique=False)
    language = fields.Short(8, default="en")
    version = fields.Number(default=1)
    made = fields.Moment()
    given = fields.Moment(null=True)
    confirmed = fields.Moment(null=True)

    class Meta:
        table = "person"


class SignInLink(Model):
    """A link that was asked for; it works once, for an hour."""

    person = fields.Reference("conference.Person", related_name="sign_in_links", on_delete=fields.OnDelete.CASCADE)
    made = fields.Moment()
    expires = fields.Moment()
    spent = fields.Moment(null=True)
    back_to = fields.Short(300, default="/my")

    class Meta:
        table = "sign_in_link"


class SignIn(Model):
    """One browser of a person. ``digest`` is of the cookie's secret; ``proved`` when its second step was last shown in it.

    ``challenge`` is what a passkey is asked to sign next; it is spent by the first answer.
    """

    person = fields.Reference("conference.Person", related_name="sign_ins", on_delete=fields.OnDelete.CASCADE)
    digest = fields.Short(64, unique=True)
    made = fields.Moment()
    expires = fields.Moment()
    proved = fields.Moment(null=True)
    challenge = fields.Short(120, null=True)
    challenged = fields.Moment(null=True)

    class Meta:
        table = "sign_in"


class FactorKind(StrEnum):
    APP = "app"
    PASSKEY = "passkey"


class Factor(Model):
    """A second step of signing in; it counts once ``confirmed``.

    ``secret`` is what an app shares with us, or of a passkey ``{"id", "key"}`` in base64url. ``used`` only goes up: the last time
    step an app's number was taken for, or a passkey's own counter.
    """

    person = fields.Reference("conference.Person", related_name="factors", on_delete=fields.OnDelete.CASCADE)
    kind = fields.Choice(FactorKind)
    secret = fields.Internal(purpose="second step of signing in", days=730, after="entry", scope="account")
    used = fields.BigNumber(default=0)
    made = fields.Moment()
    confirmed = fields.Moment(null=True)
    last_used = fields.Moment(null=True)

    class Meta:
        table = "factor"


class RecoveryCode(Model):
    """For a lost device; works once. ``digest`` is keyed with the secret of this machine."""

    person = fields.Reference("conference.Person", related_name="recovery_codes", on_delete=fields.OnDelete.CASCADE)
    digest = fields.Short(64, unique=True)
    made = fields.Moment()
    spent = fields.Moment(null=True)

    class Meta:
        table = "recovery_code"
