"""The organization's calendar: days and deadlines of the next edition, as whole days."""

from datetime import date

from conference.agenda.jobs import announce_days
from conference.agenda.models import DayEntry
from conference.app import App
from conference.core.versions import read_versions, touch
from conference.editions.models import Edition
from tests.agenda.hall import events, facts, line
from tests.cast import Browser, Cast
from tests.checkers import ical as checkers
from tests.conftest import FixedClock

DAYS = ("2027-07-23", "2027-07-26")


async def feed(visitor: Browser, app: App, path: str = "/schedule.ics") -> dict[str, bytes]:
    """The events of the calendar by the day on which they begin."""
    app.context.parts.pop("frame", None)
    app.ready.versions.expire()
    answer = await visitor.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return {line(event, "DTSTART"): event for event in events(answer.content).values()}


async def test_without_an_edition_it_is_empty_and_valid(visitor: Browser, app: App) -> None:
    assert await feed(visitor, app) == {}
    answer = await visitor.get("/schedule.ics")
    assert {name: verdict.said for name, verdict in checkers.check(answer.content).items() if not verdict.accepts} == {}


async def test_days_and_deadlines(visitor: Browser, app: App, cast: Cast) -> None:
    await cast.edition()
    await announce_days()
    found = await feed(visitor, app)
    assert {start: (line(event, "DTEND"), line(event, "SUMMARY")) for start, event in found.items()} == {
        "20270723": ("20270726", "Strategy Conference"),
        "20270623": ("20270624", "Last day to cancel with 100% of the money back: Strategy Conference"),
        "20270716": ("20270717", "Last day to cancel with 50% of the money back: Strategy Conference"),
    }
    assert line(found["20270723"], "LOCATION") == "Lakeside Hall\\, 1 Lake Street\\, Chicago"
    spanish = await feed(visitor, app, "/schedule.ics?lang=es")
    assert line(spanish["20270723"], "SUMMARY") == "Conferencia de estrategia"


async def test_what_does_not_change_keeps_its_bytes(
    visitor: Browser, app: App, cast: Cast, fixed_clock: FixedClock
) -> None:
    edition = await cast.edition()
    await announce_days()
    before, version = await feed(visitor, app), (await read_versions())["site"]
    fixed_clock.on(days=1)
    await announce_days()
    assert (await feed(visitor, app), (await read_versions())["site"]) == (before, version)

    # New days: those entries move, with a higher SEQUENCE under the same UID.
    await Edition.filter(id=edition.id).update(begins=date(2027, 7, 30), ends=date(2027, 8, 1))
    await announce_days()
    after = await feed(visitor, app)
    assert {start: facts(event)[0] for start, event in after.items()} == {"20270730": 1, "20270630": 1, "20270723": 1}
    assert line(after["20270730"], "UID") == line(before["20270723"], "UID")

    # A deadline that is no more is cancelled; the others stay as they are.
    fixed_clock.on(days=1)
    await Edition.filter(id=edition.id).update(refund_table=[{"days": 30, "percent": 100}, {"days": 0, "percent": 0}])
    await announce_days()
    last = await feed(visitor, app)
    assert {start: facts(event) for start, event in last.items()} == {
        "20270730": (1, "20270502T120000Z", "CONFIRMED"),
        "20270630": (1, "20270502T120000Z", "CONFIRMED"),
        "20270723": (2, "20270503T120000Z", "CANCELLED"),
    }
    assert {start: last[start] for start in ("20270730", "20270630")} == {
        start: after[start] for start in ("20270730", "20270630")
    }


async def test_a_new_title_moves_the_stamp_alone(
    visitor: Browser, app: App, cast: Cast, fixed_clock: FixedClock
) -> None:
    edition = await cast.edition()
    await announce_days()
    fixed_clock.on(days=1)
    await Edition.filter(id=edition.id).update(title={"en": "Renamed", "es": "Otro nombre"})
    await touch("site")
    await announce_days()
    assert facts((await feed(visitor, app))["20270723"]) == (0, "20270502T120000Z", "CONFIRMED")
    assert await DayEntry.all().count() == 3
