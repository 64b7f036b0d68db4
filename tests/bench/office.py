"""The back office at 1,000 and at 100,000 orders: lists, search, counts and the export, on both databases.

Rows are written in bulk, as no action would, sealed, indexed and counted by the product's own code. Everything is asked of the app in
this process, as an organizer who is signed in would.
"""

import asyncio
import json
import random
import re
import secrets
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx

from conference.app import App, create_app, opened
from conference.core import clock, codes, jobs, mail, sealing
from conference.core.db import rows
from conference.core.mail import Letter
from conference.core.running import enter, running
from conference.core.sealing.columns import place
from conference.core.sealing.hashing import word_hashes
from conference.core.sealing_models import IndexWord
from conference.editions.actions import give_duty
from conference.editions.models import Duties, Edition
from conference.people.actions import person_for
from conference.registration import queries
from conference.registration.actions import add_up, make_door, tallying
from conference.registration.models import Attendee, Door, Order, OrderState, PayBy, TicketType
from conference.settings import Settings
from tests import postgres
from tests.bench import stage
from tests.bench.databases import apart, each
from tests.bench.figures import Figure

FEW, MANY, MOST = 1_000, 100_000, 1.5
ROUNDS, TURNS, PORTION = 3, 21, 2_000
ROOT = f"/office/{stage.SLUG}/registration"
HOST = "http://127.0.0.1"
OFTEN, RARE = "Maria", "Xiomara Quetzalcoatl"
NEEDS = json.dumps({"food": ["vegan"], "children": 1})
SYLLABLES = "ba ce di fo gu la me ni po ru sa te vi zo xa qui dor len mar nor".split()


def office() -> Iterator[Figure]:
    """Each figure is the median over rounds in which few and many take turns."""
    for name, var, url in each():
        houses = {count: _house(var, url, count) for count in (FEW, MANY)}
        for count, settings in houses.items():
            apart(_filled, settings, count)
        rounds = []
        for number in range(ROUNDS):
            turn = {count: apart(_measured, houses[count], count) for count in ((FEW, MANY) if number % 2 else (MANY, FEW))}
            rounds.append((turn[FEW], turn[MANY]))
        for what in rounds[0][0]:
            unit = "MB" if "memory" in what else "ms"
            few, many, ratio = (statistics.median(column) for column in zip(*((one[what], two[what], two[what] / one[what]) for one, two in rounds), strict=True))
            yield Figure(f"{what}, {name}", f"{many:,.1f} {unit} at {MANY:,} orders, {few:,.1f} at {FEW:,}", ratio <= MOST, f"ratio at most {MOST}", ratio)


def _house(var: Path, url: str, count: int) -> Settings:
    """A database of its own on the same kind of server, and its keys."""
    mine = var / str(count)
    mine.mkdir()
    here = f"sqlite://{mine / 'conference.sqlite3'}" if url.startswith("sqlite") else asyncio.run(postgres.fresh_database(url))
    return stage.settings_of(mine, here, base_url=HOST, demo=True)  # where staff need no second step


def _filled(settings: Settings, count: int) -> None:
    asyncio.run(_fill(settings, count))


async def _fill(settings: Settings, count: int) -> None:
    await stage.fill(settings, places=1_000_000)
    async with stage.at_work(settings):
        await _register(count)


def _measured(settings: Settings, count: int) -> dict[str, float]:
    """Milliseconds per page, megabytes of the export."""
    return asyncio.run(_measure(settings, count))


async def _measure(settings: Settings, count: int) -> dict[str, float]:
    app = create_app(settings)
    async with opened(app.context):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOST, headers={"sec-fetch-site": "same-origin"}) as organizer:
            await _sign_in(organizer)
            return await _times(app, organizer) | {"export, memory at most": await _export(app, organizer, count)}


# Filling


async def _register(count: int) -> None:
    """So many orders over a hundred days, one in twenty by a Maria, one by somebody whose name nobody else has; a third of them came today."""
    chance, edition, ticket = random.Random(7), await Edition.get(), await TicketType.get()
    door = await make_door(edition, name="Main door", hours=10, takes_cash=False)
    for start in range(0, count, PORTION):
        numbers = range(start, min(start + PORTION, count))
        made = [_one(chance, edition, ticket, door, number, count) for number in numbers]
        await Order.bulk_create([order for order, _attendee, _name in made])
        await Attendee.bulk_create([attendee for _order, attendee, _name in made])
        await IndexWord.bulk_create([word for _order, attendee, name in made for word in _words(attendee, name)])
        await _count([order for order, _attendee, _name in made])
        here = [attendee for _order, attendee, _name in made if attendee.arrived]
        await tallying._add_arrivals(edition.id, Counter(tallying._hour_at(door.id, attendee.arrived) for attendee in here))
    if await queries.miscounted_orders(edition.id) or await queries.miscounted_arrivals(edition.id):
        raise RuntimeError("the counts are not those of the orders")
    await add_up(edition)  # as the timed work does
    await rows("ANALYZE")


async def _count(made: list[Order]) -> None:
    """As each registration does it, a state and day at a time."""
    for (state, day), n in Counter(tallying.place_of(order.state, order.confirmed) for order in made).items():
        await tallying._add(made[0].edition_id, made[0].ticket_type_id, [((state, day), n)])


def _one(chance: random.Random, edition: Edition, ticket: TicketType, door: Door, number: int, count: int) -> tuple[Order, Attendee, str]:
    name = RARE if number == FEW // 2 else f"{OFTEN if number % 20 == 0 else _name(chance)} {_name(chance)}"
    moment = clock.now() - timedelta(days=100) * (1 - number / count) - timedelta(hours=1)
    state = OrderState.HELD if number % 19 == 1 else OrderState.CONFIRMED
    order = Order(
        edition_id=edition.id, ticket_type_id=ticket.id, code=f"{number:06}", state=state, pay_by=PayBy.NOTHING, language="en", made=moment,
        confirmed=moment if state is OrderState.CONFIRMED else None, once=secrets.token_hex(16),
    )  # fmt: skip
    sealing.seal(order, email=f"somebody{number}@example.org", claim=codes.make())
    came = clock.now() - timedelta(hours=6 * chance.random()) if state is OrderState.CONFIRMED and number % 3 == 0 else None
    attendee = Attendee(
        edition_id=edition.id, order_id=order.id, ticket_type_id=ticket.id, ticket=secrets.token_hex(8), language="en",
        arrived=came, arrived_at_door_id=door.id if came else None,
    )  # fmt: skip
    sealing.seal(attendee, badge_name=name, needs=NEEDS if number % 10 == 0 else None)
    return order, attendee, name


def _name(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=3)).capitalize()


def _words(attendee: Attendee, name: str) -> list[IndexWord]:
    scope = sealing.scope_of(attendee, "badge_name")
    here, key = place(Attendee, "badge_name"), running().keyring.ensure(scope)
    return [IndexWord(place=here, scope=scope, token=number, row=attendee.id) for number in word_hashes(key, Attendee, "badge_name", name)]


# Asking


async def _sign_in(organizer: httpx.AsyncClient) -> None:
    person = await person_for("bo@example.org", "en")
    await give_duty(person, await Edition.get(), Duties.ORGANIZER)
    await organizer.post("/sign-in", data={"email": "bo@example.org"})
    await jobs.run_due()
    message = await mail.compose((await Letter.filter(name="people.sign_in").order_by("-made"))[0])
    await organizer.get(re.search(r"<http://[^/]+(/sign-in/[^>]+)>", message.get_body(("plain",)).get_content())[1])
    await organizer.post("/sign-in/now")


async def _times(app: App, organizer: httpx.AsyncClient) -> dict[str, float]:
    """The median of each page, all of them in turns."""
    middle = (await Order.all().order_by("made").offset(await Order.all().count() // 2).limit(1))[0].code
    asked = {
        "list of orders": ("GET", "/orders", {}),
        "list of orders, from the middle on": ("GET", f"/orders?after={middle}", {}),
        "list of unpaid orders": ("GET", "/orders?state=held", {}),
        "overview with its counts": ("GET", "/", {}),
        "search, a name few have": ("POST", "/orders/search", {"query": RARE}),
        "search, a name many have": ("POST", "/orders/search", {"query": OFTEN}),
        "search, an address": ("POST", "/orders/search", {"query": "somebody500@example.org"}),
        "needs as numbers": ("GET", "/needs", {}),
        "one order": ("GET", "/orders/000500", {}),
    }
    enter(app.context)
    spent: dict[str, list[float]] = {name: [] for name in asked}
    for turn in range(TURNS + 3):
        for name, (method, path, form) in asked.items():
            began = time.perf_counter()
            answer = await organizer.request(method, ROOT + path, data=form or None)
            if answer.status_code != 200 or "Nothing found" in answer.text:
                raise RuntimeError(f"{name}: {answer.status_code}")
            if turn >= 3:
                spent[name].append((time.perf_counter() - began) * 1e3)
    return {name: statistics.median(times) for name, times in spent.items()}


async def _export(app: App, organizer: httpx.AsyncClient, count: int) -> float:
    """The largest the process was while all orders went out with names and addresses, in megabytes; what is sent is counted and let go."""
    asked = {"columns": ["reference", "ticket", "state", "badge_name", "email"], "kind": "csv", "reason": "a bench of the export"}
    answer = await organizer.post(f"{ROOT}/export", data=asked)
    place = re.search(rf'"({ROOT}/export/[0-9a-f-]+)"', (await organizer.get(answer.headers["location"])).text)[1]
    cookies = "; ".join(f"{name}={value}" for name, value in organizer.cookies.items())
    headers, lines = {"host": "127.0.0.1", "sec-fetch-site": "same-origin", "cookie": cookies}, 0

    async def receive() -> dict:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict) -> None:
        nonlocal lines
        lines += message.get("body", b"").count(b"\r\n")

    _forget_peak()
    scope = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "method": "GET", "path": place, "query_string": b"", "scheme": "http"}
    await app(scope | {"headers": [(name.encode(), value.encode()) for name, value in headers.items()]}, receive, send)
    if lines != count + 1:
        raise RuntimeError(f"the export has {lines} lines")
    return _peak()


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> float:
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024
