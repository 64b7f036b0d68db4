from conference.core.jobs import job
from conference.people import actions


@job
async def forget_old() -> None:
    await actions.forget_old()
