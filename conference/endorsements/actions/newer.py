"""A text has a newer version: whoever signed an earlier one is asked whether they sign that too."""

from uuid import UUID

from conference.core import mail
from conference.core.db import transaction
from conference.core.jobs import later
from conference.editions.events import TextAdopted
from conference.editions.models import AdoptedText, Edition
from conference.endorsements import queries
from conference.endorsements.models import STANDING, Endorsement

PORTION = 100


async def on_text_adopted(event: TextAdopted) -> None:
    """In the transaction that publishes it: letters and files follow."""
    await later("endorsements.tell_of_newer", text_id=event.text_id)
    await later("endorsements.make_files", key="endorsements.make_files")


async def tell_of_newer(text_id: UUID) -> None:
    """Write to all who stand under an earlier version where this one is in force, once."""
    text = await AdoptedText.get(id=text_id)
    for edition in await queries.editions_of(text) if text.kind in queries.IN_FORCE else []:
        await _tell_in(edition, text)


async def _tell_in(edition: Edition, text: AdoptedText) -> None:
    standing = Endorsement.filter(edition_id=edition.id, text__kind=text.kind, state__in=STANDING, email__not_isnull=True).exclude(text_id=text.id).order_by("id")
    rows = await standing.limit(PORTION)
    while rows:
        async with transaction():
            for row in rows:
                key = f"endorsements.newer:{row.id}:{text.id}"
                await mail.post("endorsements.newer", key=key, language=row.language, endorsement_id=row.id, text_id=text.id)
        rows = await standing.filter(id__gt=rows[-1].id).limit(PORTION)
