"""The network, its editions, their pages, the points of unity, and the five who can sign in."""

from conference.core.db import transaction
from conference.demo.world import CONTENT, World, content, page_words
from conference.editions import actions
from conference.editions.models import Duties
from conference.people.actions import person_for

DUTIES = {"note-taker": Duties.NOTE_TAKER, "editor": Duties.EDITOR, "treasurer": Duties.TREASURER, "organizer": Duties.ORGANIZER}
FACTS = ("slug", "accent", "city", "venue", "address", "zone", "begins", "ends", "contact", "hotline", "organized_by", "currency", "title", "lead")
PLACES = ("main", "about", "proposals", "travel", "housing", "endorse", "donate")


async def load(world: World) -> None:
    await _network()
    refunds = [{"days": row["days"], "percent": row["percent"]} for row in content("tickets-2027")["refund"]]
    for facts in content("editions")["edition"]:
        table = {"refund_table": refunds} if not facts["past"] else {}
        edition = await actions.create_edition(public=True, **{name: facts[name] for name in FACTS}, **table)
        world.editions[edition.slug] = edition
    await _people(world)
    await _pages(world)
    await _unity(world)


async def _network() -> None:
    told = content("network")
    await actions.describe_organization(
        name=told["name"], short_name=told["short_name"], mail=told["mail"], hotline=told["hotline"], tagline=told["tagline"], sponsor=told["sponsor"]
    )
    for place, chapter in enumerate(told["chapter"], 1):
        await actions.add_chapter(place=place, **chapter)


async def _people(world: World) -> None:
    """Past editions are looked after by the same people as the coming one: their duties are for all of them."""
    for told in content("people")["demo"]:
        async with transaction():
            person = world.people[told["role"]] = await person_for(told["mail"], told["language"])
            if told["role"] in DUTIES:
                await actions.give_duty(person, None, DUTIES[told["role"]])


async def _pages(world: World) -> None:
    editor = world.people["editor"]
    for slug in ("network", "contact", "donate"):
        await actions.publish_page(await actions.write_page(None, slug, page_words(".", slug), by=editor), by=editor)
    for edition in world.editions.values():
        for place, slug in enumerate(PLACES, 1):
            if (CONTENT / "pages" / edition.slug / f"{slug}.en.md").exists():
                page = await actions.write_page(edition, slug, page_words(edition.slug, slug), place=place, by=editor)
                await actions.publish_page(page, by=editor)


async def _unity(world: World) -> None:
    told = content("unity")
    words = {name: told[name] for name in ("title", "intro", "note")}
    points = [{"title": point["title"], "text": point["text"]} for point in told["point"]]
    await actions.adopt(world.editions[told["edition"]], adopted=told["adopted"], points=points, **words)
