"""The agendas of the demo: 2006 and 2007 as they were, 2027 with a second release that moves and cancels something."""

from typing import Any
from zoneinfo import ZoneInfo

from conference.agenda import actions, queries
from conference.agenda.models import Audience, Session
from conference.demo.world import World, content
from conference.editions.models import Edition

FILES = ("sessions-2006", "agenda-2007", "agenda-2027")
FIRST = {"en": "First version", "es": "Primera versión"}


async def load(world: World) -> None:
    """Every agenda, released; ``world.made["sessions"]`` has the sessions by code."""
    made: dict[str, Session] = world.made.setdefault("sessions", {})
    for name in FILES:
        told = content(name)
        edition = world.editions[told["edition"]]
        made |= await _load_edition(edition, told)
        await actions.release(edition, name=FIRST)
        await actions.announce_days(edition)
    await _change_2027(world.editions["2027"])


async def _load_edition(edition: Edition, told: dict[str, Any]) -> dict[str, Session]:
    for place, track in enumerate(told["track"]):
        await actions.create_track(edition, place=place, **track)
    for place, room in enumerate(told["room"]):
        await actions.create_room(edition, place=place, **room)
    return {one["code"]: await _load_session(edition, one) for one in told["session"]}


async def _load_session(edition: Edition, one: dict[str, Any]) -> Session:
    plain = (
        "title",
        "abstract",
        "kind",
        "languages",
        "interpretation",
        "captions",
        "recorded",
        "audience",
        "signup",
        "note",
        "title_ours",
        "continues",
    )
    facts = {"kind": "breakout", "languages": ["en"]} | {name: one[name] for name in plain if name in one}
    session = await actions.create_session(edition, code=one["code"], track=one.get("track"), **facts)
    zone = ZoneInfo(edition.zone)
    starts, ends = one["starts"].replace(tzinfo=zone), one["ends"].replace(tzinfo=zone)
    await actions.place(session, edition, day=starts.date(), starts=starts.time(), ends=ends.time(), room=one["room"])
    for person in one.get("contributors", ()):
        audience = person.get("audience", Audience.PARTICIPANTS)
        await actions.name_contributor(session, name=person["name"], role=person["role"], audience=audience)
    return session


async def _change_2027(edition: Edition) -> None:
    """A second release, so that the demo shows a move, a cancellation and the changes in words."""
    walk, songs = await queries.session(edition, "B1WALK"), await queries.session(edition, "SO27FR")
    zone = ZoneInfo(edition.zone)
    for placement in walk.placements:
        starts, ends = placement.starts.astimezone(zone), placement.ends.astimezone(zone)
        await actions.move(placement, edition, day=starts.date(), starts=starts.time(), ends=ends.time(), room="dining")
    for placement in songs.placements:
        await actions.cancel(placement)
    notes = {
        "en": "“A border walk for 2028” is in the Dining Hall now: so many of you asked for it. Friday's songs and stories are cancelled.",
        "es": "«Una marcha fronteriza para 2028» pasa al Comedor, porque mucha gente la pidió. Se cancelan las canciones y cuentos del viernes.",
    }
    await actions.release(edition, name={"en": "A larger room", "es": "Un salón más grande"}, notes=notes)
