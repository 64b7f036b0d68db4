from conference.core.jobs import job
from conference.housing import actions


@job
async def remind() -> None:
    await actions.remind()


@job
async def let_lapse() -> None:
    await actions.let_lapse()


@job
async def end_stays() -> None:
    await actions.end_stays()


@job
async def let_go() -> None:
    await actions.let_go()
