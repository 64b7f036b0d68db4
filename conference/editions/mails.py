"""Letters about duties."""

from conference.core import sealing
from conference.core.i18n import _
from conference.core.mail import Words, letter
from conference.core.running import running
from conference.editions.forms import DUTY_NAMES
from conference.editions.models import Duty
from conference.editions.wording import say


@letter
async def duty_given(duty_id: str) -> Words | None:
    """To whoever was given a duty; nothing where it has ended meanwhile."""
    duty = await Duty.get_or_none(id=duty_id).select_related("person", "edition")
    if duty is None or not (address := sealing.open_one(duty.person, "email").email):
        return None
    context = {"what": DUTY_NAMES[duty.duty], "where": say(duty.edition.title) if duty.edition else "", "until": duty.until, "link": f"{running().settings.base_url}/office/"}
    return Words(to=address, subject=_("You have a new duty"), template="editions/mail/duty_given.md", context=context)
