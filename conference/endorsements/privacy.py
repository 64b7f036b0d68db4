"""What somebody signed: told to them, and erased."""

from datetime import timedelta

from conference.core import sealing
from conference.core.holdings import Holding, Subject
from conference.core.i18n import _
from conference.editions.wording import say
from conference.endorsements import actions, queries
from conference.endorsements.forms import STATE_NAMES
from conference.endorsements.models import Endorsement

DAYS = 60


async def about(subject: Subject) -> list[Holding]:
    """Each text somebody put their name to, with all that is kept of it."""
    rows = await queries.of_subject(subject)
    return [_holding(row, plain) for row, plain in zip(rows, sealing.open(rows, "name", "city", "region", "domain", "signer", "role", "email", "phone"), strict=True)]


def _holding(row: Endorsement, plain: sealing.Plain) -> Holding:
    terms = {
        "name": _("Name"), "city": _("City"), "region": _("State"), "domain": _("Website"), "signer": _("Who signs for it"), "role": _("Their part in the organization"),
        "email": _("E-mail address"), "phone": _("Telephone"),
    }  # fmt: skip
    facts = [(title, text) for name, title in terms.items() if (text := getattr(plain, name))]
    said = [(_("Text"), f"{say(row.text.title)} ({_('Version %(number)s') % {'number': row.text.version}})"), (_("How it goes"), str(STATE_NAMES[row.state]))]
    path = f"/{row.edition.slug}/endorse/mine/{row.id}"
    return Holding(title=_("What you signed: %(title)s") % {"title": say(row.edition.title)}, facts=[*said, *facts], until=row.edition.ends + timedelta(days=DAYS), path=path)


async def forget(subject: Subject) -> int:
    """Withdraw all of it: nothing is listed, and what was written is erased."""
    rows = await queries.of_subject(subject)
    for row in rows:
        await actions.withdraw(row)
    return len(rows)
