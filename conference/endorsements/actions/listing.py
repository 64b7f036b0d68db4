"""The public list: what is copied into public columns when a name is listed, emptied when it no longer is, and the files made of it."""

from datetime import timedelta
from typing import Any

from conference.core import blobs, clock, sealing
from conference.core.blobs import Blob
from conference.core.db import transaction
from conference.core.jobs import later
from conference.core.versions import touch
from conference.editions.models import Edition
from conference.endorsements import exports, queries
from conference.endorsements.likeness import fold
from conference.endorsements.models import Endorsement

PDF = "application/pdf"
LETTER_WAITS = timedelta(minutes=3)
UNLISTED = {"public_name": "", "public_place": "", "public_order": ""}


def listed_as(name: str, city: str, region: str) -> dict[str, str]:
    """The public columns of a name that is listed."""
    place = ", ".join(filter(None, (city, region)))
    return {"public_name": name, "public_place": place, "public_order": fold(f"{name} {place}")[:300]}


def public_columns(endorsement: Endorsement) -> dict[str, str]:
    """What is shown of it once it is counted: nothing of those who support quietly."""
    if endorsement.quiet:
        return dict(UNLISTED)
    plain = sealing.open_one(endorsement, "name", "city", "region")
    return listed_as(plain.name or "", plain.city or "", plain.region or "")


async def grew(edition: Edition) -> None:
    """In the caller's transaction: the list shows more. The letter follows in some minutes, for all that come until then."""
    await touch(f"edition:{edition.slug}")
    await _ask_for_letter(edition, due=clock.now() + LETTER_WAITS)


async def shrinks(edition: Edition) -> None:
    """In the caller's transaction, before it changes anything: the list will show less, and no file shows what is gone.

    ``touch`` comes first here and in ``keep_files``: both wait for the same row, so that no letter made before is kept after.
    """
    await touch(f"edition:{edition.slug}")
    await _drop(edition, queries.LETTER)
    await _ask_for_letter(edition)


async def _ask_for_letter(edition: Edition, **when: Any) -> None:
    await later("endorsements.make_file", key=f"endorsements.letter:{edition.id}", edition_id=edition.id, what=queries.LETTER, **when)


async def _drop(edition: Edition, what: str) -> None:
    await Blob.filter(owner=edition.id, name__startswith=queries.file_name(what)).delete()


async def keep_files(edition: Edition, what: str, made_of: exports.Matter | None, files: dict[str, bytes]) -> bool:
    """Keep a file in all its languages if it would still be made of the same; without matter there is none."""
    async with transaction():
        await touch(f"edition:{edition.slug}")
        now = await exports.matter(await Edition.get(id=edition.id), what)
        if (now and now.mark) != (made_of and made_of.mark):
            return False
        await _drop(edition, what)
        for language, body in files.items():
            await blobs.keep(edition.id, queries.file_name(what, language, made_of.mark if made_of else ""), body, PDF)
    return True
