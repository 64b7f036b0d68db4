"""Letters about signing in."""

from conference.core import links
from conference.core.i18n import _
from conference.core.mail import Words, letter
from conference.core.running import running
from conference.people import queries
from conference.people.models import SignInLink


@letter
async def sign_in(link_id: str) -> Words | None:
    link = await SignInLink.get_or_none(id=link_id).select_related("person")
    if link is None or link.spent or not (address := queries.email_of(link.person)):
        return None
    token = links.token(queries.PURPOSE, link.id, link.person.version)
    return Words(to=address, subject=_("Your sign-in link"), template="people/mail/sign_in.md", context={"link": f"{running().settings.base_url}/sign-in/{token}"})
