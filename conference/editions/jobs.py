from conference.core.jobs import job
from conference.editions import actions


@job
async def turn_the_page() -> None:
    await actions.turn_the_page()


@job
async def forget_messages() -> None:
    await actions.forget_messages()
