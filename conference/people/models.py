"""Who may sign in. Names and everything else about people live on the rows of an edition."""

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
    """One browser of a person. ``digest`` is of the cookie's secret."""

    person = fields.Reference("conference.Person", related_name="sign_ins", on_delete=fields.OnDelete.CASCADE)
    digest = fields.Short(64, unique=True)
    made = fields.Moment()
    expires = fields.Moment()

    class Meta:
        table = "sign_in"
