from uuid import UUID

from conference.core.jobs import job
from conference.letters import actions


@job
async def begin(mailing_id: str) -> None:
    await actions.begin(UUID(mailing_id))


@job
async def send_some(mailing_id: str) -> None:
    await actions.send_some(UUID(mailing_id))
