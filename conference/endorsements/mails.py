"""Letters about an endorsement. They carry no word that was typed into the form: the address may be somebody else's."""

from typing import Any
from uuid import UUID

from conference.core import links, sealing
from conference.core.i18n import _
from conference.core.mail import Words, letter
from conference.core.running import running
from conference.editions.wording import say
from conference.endorsements import queries
from conference.endorsements.models import STANDING, Authority, Endorsement, State


@letter
async def confirm(endorsement_id: str) -> Words | None:
    """To whoever's address stands under a text: the link that confirms it."""
    endorsement = await _row(endorsement_id)
    if endorsement is None or endorsement.state is not State.DRAFT or endorsement.authority is not Authority.MAIL:
        return None
    return _words(endorsement, _("Please confirm your signature"), "endorsements/mail/confirm.md")


@letter
async def signed(endorsement_id: str) -> Words | None:
    """How a confirmed signature stands, with the link that changes or withdraws it."""
    endorsement = await _row(endorsement_id)
    if endorsement is None or endorsement.state in (State.DRAFT, State.WITHDRAWN):
        return None
    return _words(endorsement, _("Your signature"), "endorsements/mail/signed.md")


@letter
async def newer(endorsement_id: str, text_id: str) -> Words | None:
    """The text has a newer version: whoever signed an earlier one is asked, and stays with theirs if they do nothing."""
    endorsement = await _row(endorsement_id)
    if endorsement is None or endorsement.state not in STANDING or endorsement.text_id == UUID(text_id):
        return None
    return _words(endorsement, _("The text you signed has a newer version"), "endorsements/mail/newer.md")


async def _row(endorsement_id: str) -> Endorsement | None:
    return await Endorsement.get_or_none(id=UUID(endorsement_id)).select_related("edition", "text")


def _words(endorsement: Endorsement, subject: str, template: str) -> Words | None:
    address = sealing.open_one(endorsement, "email").email
    context: dict[str, Any] = {
        "title": say(endorsement.edition.title),
        "text_title": say(endorsement.text.title),
        "version": endorsement.text.version,
        "state": str(endorsement.state),
        "quiet": endorsement.quiet,
        "link": f"{running().settings.base_url}/{endorsement.edition.slug}/endorse/link/{links.token(queries.LINK, endorsement.id, endorsement.version)}",
    }
    return Words(to=address, subject=subject, template=template, context=context) if address else None
