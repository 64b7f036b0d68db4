from uuid import UUID

from conference.core.jobs import job
from conference.editions.models import Edition
from conference.endorsements import actions, exports, queries


@job
async def make_file(edition_id: str, what: str) -> None:
    """The sign-on letter, or a kind's page to sign on paper, where it would be another than the one that is kept."""
    edition = await Edition.get(id=UUID(edition_id))
    made_of = await exports.matter(edition, what)
    if await queries.is_kept(edition, what, made_of.mark if made_of else None):
        return
    await actions.keep_files(edition, what, made_of, await exports.pdfs(made_of) if made_of else {})


@job
async def make_files() -> None:
    """Every file that a new version of a text, a new day or a lost job left wanting."""
    for edition in await Edition.all():
        for what in (queries.LETTER, queries.CALL, queries.UNITY):
            await make_file(str(edition.id), what)


@job
async def tell_of_newer(text_id: str) -> None:
    await actions.tell_of_newer(UUID(text_id))


@job
async def forget_drafts() -> None:
    await actions.forget_drafts()
