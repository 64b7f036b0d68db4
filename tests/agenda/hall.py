"""A small agenda for tests, and what is read out of its feeds."""

import re
from datetime import date, time
from typing import Any

from conference.agenda import actions, queries
from conference.agenda.models import Placement, Session
from conference.editions.models import Edition

FRIDAY, SATURDAY = date(2027, 7, 23), date(2027, 7, 24)


async def a_hall(edition: Edition) -> None:
    """Two rooms and a track."""
    await actions.create_room(
        edition, slug="hall", name={"en": "Great Hall", "es": "Salón Grande"}, capacity=200, floor="1", place=1
    )
    await actions.create_room(edition, slug="river", name={"en": "River Room", "es": "Sala Río"}, capacity=40, place=2)
    await actions.create_track(edition, slug="work", name={"en": "Work", "es": "Trabajo"}, color="ochre", place=1)


async def a_session(
    edition: Edition,
    code: str,
    at: tuple[int, int] = (10, 0),
    *,
    day: date = FRIDAY,
    room: str | None = "hall",
    **facts: Any,
) -> Session:
    """A session of an hour in the draft; its titles are made from its code unless given."""
    told = {"title": {"en": f"Session {code}", "es": f"Mesa {code}"}, "languages": ["en"], "track": "work"} | facts
    session = await actions.create_session(edition, code=code, **told)
    await actions.place(session, edition, day=day, starts=time(*at), ends=time(at[0] + 1, at[1]), room=room)
    return session


async def placement(edition: Edition, code: str) -> Placement:
    """The one placement of a session."""
    return (await queries.session(edition, code)).placements[0]


async def shift(
    edition: Edition, code: str, at: tuple[int, int], *, day: date = FRIDAY, room: str | None = "hall"
) -> None:
    await actions.move(
        await placement(edition, code), edition, day=day, starts=time(*at), ends=time(at[0] + 1, at[1]), room=room
    )


async def release(edition: Edition, name: str = "A version") -> None:
    await actions.release(edition, name={"en": name})


def events(feed: bytes) -> dict[str, bytes]:
    """The bytes of each event of a calendar, by uid."""
    found = re.findall(rb"BEGIN:VEVENT\r\n.*?END:VEVENT\r\n", feed, re.DOTALL)
    return {re.search(rb"UID:(\S+)", event)[1].decode(): event for event in found}


def line(event: bytes, name: str) -> str:
    """The value of one line of an event, unfolded; "" where it has none."""
    found = re.search(
        rf"^{name}(?:;[^:]*)?:(.*)$", event.replace(b"\r\n ", b"").decode().replace("\r\n", "\n"), re.MULTILINE
    )
    return found[1] if found else ""


def facts(event: bytes) -> tuple[int, str, str]:
    """SEQUENCE, DTSTAMP and STATUS; LAST-MODIFIED is DTSTAMP."""
    assert line(event, "DTSTAMP") == line(event, "LAST-MODIFIED")
    return int(line(event, "SEQUENCE")), line(event, "DTSTAMP"), line(event, "STATUS")
