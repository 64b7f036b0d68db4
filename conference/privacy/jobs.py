from conference.core.db.scrub import empty_log
from conference.core.jobs import job
from conference.privacy import actions


@job
async def purge() -> None:
    await actions.purge()
    await actions.keep_list()


@job
async def let_nothing_lie() -> None:
    await empty_log()
