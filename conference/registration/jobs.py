from uuid import UUID

from conference.core.jobs import job
from conference.editions.models import Edition
from conference.registration import actions


@job
async def after_confirmation(order_id: str) -> None:
    await actions.after_confirmation(UUID(order_id))


@job
async def offer_places(edition_id: str) -> None:
    await actions.offer_places(UUID(edition_id))


@job
async def release_expired_holds() -> None:
    await actions.release_expired_holds()


@job
async def end_offers() -> None:
    await actions.end_offers()


@job
async def end_exports() -> None:
    await actions.end_exports()


@job
async def recount() -> None:
    for edition in await Edition.all():
        await actions.recount(edition)
        await actions.recount_orders(edition)


@job
async def add_up() -> None:
    for edition in await Edition.all():
        await actions.add_up(edition)
