"""Letters about signing in."""

from conference.core import links
from conference.core.i18n import _
from conference.core.mail import Words, letter
from conference.core.running import running
from conference.people import queries
from conference.people.models import Person, SignInLink


@letter
async def sign_in(link_id: str) -> Words | None:
    link = await SignInLink.get_or_none(id=link_id).select_related("person")
    if link is None or link.spent or not (address := queries.email_of(link.person)):
        return None
    token = links.token(queries.PURPOSE, link.id, link.person.version)
    return Words(to=address, subject=_("Your sign-in link"), template="people/mail/sign_in.md", context={"link": f"{running().settings.base_url}/sign-in/{token}"})


@letter
async def second_step(person_id: str, what: str) -> Words | None:
    """The second step of signing in was ``added``, ``removed`` or ``reset``: whoever did not do it should hear of it."""
    person = await Person.get_or_none(id=person_id)
    if person is None or not (address := queries.email_of(person)):
        return None
    context = {"what": what, "link": f"{running().settings.base_url}/sign-in/second"}
    return Words(to=address, subject=_("Your second step of signing in has changed"), template="people/mail/second_step.md", context=context)
