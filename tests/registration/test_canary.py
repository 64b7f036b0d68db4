"""Unmistakable words of a person appear neither in logs nor in the raw database nor in addresses."""



from conference.core import jobs, sealing
from conference.registration import actions, queries
from conference.registration.models import Order, Paper, Printed
from tests.canaries import everything, told
from tests.registration.conftest import ANSWERS, door_path, once_of

NAME, NOTE, MAIL = "Zebulonquagmire", "Xylophagouscanary", "quetzalcanary@example.org"
WORDS = (NAME, NOTE, MAIL, "quetzalcanary")


async def live(house, visitor, cast) -> Order:
    """A whole life of a registration: made, found, looked at, refused, waited for, cancelled; every job run."""
    form = await visitor.get("/2027/register/free")
    sent = ANSWERS | {"once": once_of(form.text), "badge_name": NAME, "email": MAIL, "note": NOTE}
    await visitor.post("/2027/register/free", data=sent | {"language": "xx"})
    await visitor.follow(await visitor.post("/2027/register/free", data=sent))
    order = await Order.get()
    code = sealing.open_one(order, "claim").claim
    await visitor.post("/2027/my", data={"code": code})
    await visitor.post("/2027/register/free/waiting", data={"email": MAIL})
    await jobs.run_due()
    bo = await cast.browser("bo")
    for query in (NAME, MAIL):
        found = await bo.post("/office/2027/registration/orders/search", data={"query": query})
        assert (found.status_code, found.text.count(f'/orders/{order.code}"')) == (200, 1)
    for column in ("badge_name", "email", "needs", "claim"):
        await bo.post(f"/office/2027/registration/orders/{order.code}/reveal/{column}")
    await at_the_door(house, visitor, order, code)
    await visitor.post(f"/2027/orders/{order.code}/cancellation")
    await jobs.run_due()
    return order


async def at_the_door(house, visitor, order, code) -> None:
    """Looked for, let in twice, undone, let in by code; a badge and a list are printed and taken along."""
    await visitor.open(door_path(await house.door()))
    found = await visitor.post("/2027/door/search", data={"name": NAME})
    attendee = await house.attendee(order)
    assert found.text.count(f"/2027/door/arrivals/{attendee.id}/entry") == 1
    for typed in (attendee.ticket, attendee.ticket, code, NAME):
        await visitor.follow(await visitor.post("/2027/door/arrivals", data={"code": typed}))
    await visitor.post(f"/2027/door/arrivals/{attendee.id}/undoing")
    for what in Printed:
        printout = await actions.ask_for_printout(house.edition, what, [attendee], paper=Paper.A4, language="en", reason="x", by=attendee.id)
        await jobs.run_due()
        assert (await actions.take_part_along(printout, await queries.part(printout, 1), by=attendee.id))[:5] == b"%PDF-"


async def test_nothing_personal_in_logs_and_addresses(house, visitor, cast, addresses, capfd, caplog):
    order = await live(house, visitor, cast)
    code = sealing.open_one(order, "claim").claim
    logged = told(capfd, caplog)
    assert "/{edition:edition}/register/{ticket}" in logged
    for word in (*WORDS, code, code.replace("-", ""), order.code):
        assert word.lower() not in logged.lower(), word
    for word in (*WORDS, code, code.replace("-", "")):
        assert word.lower() not in "\n".join(addresses).lower(), word


async def test_nothing_personal_in_the_raw_database(house, visitor, cast, settings, app):
    order = await live(house, visitor, cast)
    raw = await everything(settings)
    code = sealing.open_one(order, "claim").claim
    assert b"2027" in raw and order.code.encode() in raw
    for word in (*WORDS, code, code.replace("-", "")):
        assert word.lower().encode() not in raw.lower(), word
