"""A small conference with places and tickets."""

import re
from dataclasses import dataclass
from typing import Any

import pytest_asyncio

from conference.core import links
from conference.editions.models import Edition
from conference.payments.models import Payment
from conference.payments.queries import payment_for
from conference.registration import actions, queries
from conference.registration.access import DOOR_LINK
from conference.registration.models import Attendee, Door, Order, PayBy, Pool, TicketType


@dataclass
class House:
    """An edition with 50 places; ``free``, ``sliding`` ($5 to $120) and ``fixed`` ($150) take one of them."""

    edition: Edition
    pool: Pool
    free: TicketType
    sliding: TicketType
    fixed: TicketType

    async def taken(self) -> int:
        return (await Pool.get(id=self.pool.id)).taken

    async def resize(self, size: int) -> None:
        await actions.change_pool(self.pool, title=self.pool.title, size=size)

    async def register(self, name: str = "Ana", **facts: Any) -> Order:
        """Somebody with a free ticket."""
        return await actions.register(self.edition, self.free, **{"badge_name": name, "language": "en"} | facts)

    async def buy(self, name: str = "Ana", **facts: Any) -> Order:
        """Somebody who pays $20, by card unless said."""
        given = {"badge_name": name, "language": "en", "amount": 2000, "pay_by": PayBy.CARD}
        return await actions.register(self.edition, self.sliding, **given | facts)

    async def door(self, name: str = "North door", **facts: Any) -> Door:
        """A door open for ten hours where cash may be taken."""
        return await actions.make_door(self.edition, **{"name": name, "hours": 10, "takes_cash": True} | facts)

    async def attendee(self, order: Order) -> Attendee:
        """The one person of an order, as the door sees them."""
        [known] = await queries.attendees_of(order.id)
        return await queries.attendee(self.edition, known.id)

    async def recounted(self) -> bool:
        """Whether ``taken`` is what orders and offers take."""
        return all(count.kept == count.counted for count in await queries.recount(self.edition.id))


@pytest_asyncio.fixture
async def house(cast) -> House:
    edition = await cast.edition()
    pool = await actions.create_pool(edition, slug="hall", title={"en": "Hall", "es": "Sala"}, size=50)
    kinds = {"free": (0, 0, 0, 0), "sliding": (500, 2000, 12000, 2000), "fixed": (15000, 15000, 15000, 2000)}
    made = {
        slug: await actions.create_ticket_type(
            edition, [pool], slug=slug, title={"en": f"Ticket {slug}", "es": f"Boleto {slug}"}, least=least, suggested=suggested, most=most, fair_value=fair, place=place
        )
        for place, (slug, (least, suggested, most, fair)) in enumerate(kinds.items())
    }
    return House(edition, pool, **made)


async def payment_of(order: Order) -> Payment:
    found = await payment_for("order", order.id)
    assert found is not None
    return found


def secret_path(order: Order) -> str:
    return f"/2027/orders/{order.code}/{links.token(queries.ORDER_LINK, order.id, order.version)}"


def door_path(door: Door) -> str:
    """What a door's link leads to."""
    return f"/2027/door/{links.token(DOOR_LINK, door.id, door.version)}"


def once_of(page: str) -> str:
    return re.search(r'name="once"[^>]*value="([^"]+)"', page)[1]


ANSWERS = {"badge_name": "Ana María", "language": "en", "email": "", "children": "0", "note": ""}
