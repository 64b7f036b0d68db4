"""Looks at the demo attendee's data, so that "My data" has something to show: one look, and one list that was taken along."""

from conference.demo.world import World
from conference.registration import actions
from conference.registration.models import Order, TableKind


async def load(world: World) -> None:
    order = await Order.filter(person_id=world.people["attendee"].id).first()
    organizer = world.people["organizer"]
    if order is not None:
        await actions.reveal(order, "needs", by=organizer.id)
    await actions.export_orders(world.editions["2027"], ["badge_name", "ticket"], TableKind.CSV, "badges to print", by=organizer.id)
