"""The demo's registrations of 2027: places and tickets, people who come over some weeks, a full childcare room and who waits for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from conference.core import clock
from conference.core.running import running
from conference.demo.world import World, content
from conference.editions.models import Edition
from conference.people.models import Person
from conference.registration import actions, prices
from conference.registration.models import Order, PayBy, TicketType

WEEKS = 6
PRICE = {"free": ("zero", "zero", "zero"), "fixed": ("amount", "amount", "amount"), "sliding": ("minimum", "suggested", "maximum")}


async def load(world: World) -> None:
    edition = world.editions["2027"]
    tickets = await _set_up(edition)
    comers = [*content("people")["attendee"], *_more(), *_children()]
    signed_in = {one["mail"]: world.people.get(one["role"]) for one in content("people")["demo"]}
    for place, comer in enumerate(comers):
        with _in_the_past(place / len(comers)):
            order = await _register(edition, tickets, comer, signed_in.get(comer.get("mail")))
            if comer.get("state") == "cancelled":
                await actions.cancel(order)
    for address in content("registration-2027")["waiting"]:
        await actions.join_waiting_list(edition, tickets["childcare"], email=address, language="en")
    world.made["registration.tickets"] = tickets


async def _set_up(edition: Edition) -> dict[str, TicketType]:
    facts = content("tickets-2027")
    pools = {pool["slug"]: await actions.create_pool(edition, slug=pool["slug"], title=pool["name"], size=pool["size"]) for pool in facts["pool"]}
    return {
        one["slug"]: await actions.create_ticket_type(
            edition, [pools[slug] for slug in one["pools"]], slug=one["slug"], title=one["name"], about=one["text"], fair_value=one["fair_value"], place=one["place"],
            **dict(zip(("least", "suggested", "most"), (one.get(name, 0) for name in PRICE[one["price"]]), strict=True)),
        )
        for one in facts["ticket"]
    }  # fmt: skip


def _more() -> Iterator[dict[str, Any]]:
    known = content("registration-2027")
    yield from ({"badge": badge, "language": "es" if place % 3 else "en", "ticket": "solidarity"} for place, badge in enumerate(known["solidarity"]))
    yield from ({"badge": one["badge"], "language": "en", "ticket": "pay-what-you-can", "paid": one["cents"]} for one in known["paying"])


def _children() -> Iterator[dict[str, Any]]:
    """A place in childcare for each child that came with somebody, and for some more, until the room is full."""
    for parent in content("people")["attendee"]:
        for number in range(parent.get("answers", {}).get("children", 0)):
            yield {"badge": f"{parent['badge']} +{number + 1}", "language": parent["language"], "ticket": "childcare"}
    yield from ({"badge": badge, "language": "es", "ticket": "childcare"} for badge in content("registration-2027")["children"])


async def _register(edition: Edition, tickets: dict[str, TicketType], comer: dict[str, Any], person: Person | None) -> Order:
    """As a visitor would; who paid is left with the promise of a check."""
    ticket, cents = tickets[comer["ticket"]], comer.get("paid", 0)
    return await actions.register(
        edition, ticket, badge_name=comer["badge"], language=comer["language"], email=comer.get("mail", ""), needs=_needs(comer.get("answers", {})), amount=cents,
        pay_by=PayBy.NOTHING if prices.is_free(ticket) else PayBy.CHECK, person=person,
    )  # fmt: skip


def _needs(answers: dict[str, Any]) -> dict[str, Any] | None:
    """The answers of people.toml in the shape of the form's."""
    access = [word for word in answers.get("access", ()) if word != "else"]
    note = "; ".join(answers[name] for name in ("interpretation-other", "access-else", "children-about") if name in answers)
    said = {"interpretation": answers.get("interpretation"), "access": access, "children": answers.get("children"), "food": answers.get("diet"), "note": note}
    return {name: value for name, value in said.items() if value} or None


@contextmanager
def _in_the_past(part: float) -> Iterator[None]:
    """As if it were some weeks ago; ``part`` of them have gone by."""
    here = running()
    kept, moment = here.clock, clock.now() - timedelta(weeks=WEEKS) * (1 - part)
    here.clock = lambda: moment
    try:
        yield
    finally:
        here.clock = kept
