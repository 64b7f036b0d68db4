"""What the demo's network hands out, and two messages from its contact page that wait to be read."""

from conference.core import jobs
from conference.core.db import transaction
from conference.demo.world import World, content
from conference.editions import actions
from conference.editions.models import Chapter, ResourceKind


async def load(world: World) -> None:
    editor = world.people["editor"]
    for told in content("resources")["resource"]:
        made = await actions.create_resource(slug=told["slug"], kind=ResourceKind(told["kind"]), title=told["title"], about=told["about"], by=editor.id)
        async with transaction():
            await jobs.later("demo.print_resource", resource_id=made.id, by=editor.id)
    for told in content("messages")["message"]:
        chapter = await Chapter.get(name=told["chapter"]) if "chapter" in told else None
        words = " ".join(told["words"].split("\n")).strip()
        await actions.write_message(chapter, words=words, name=told["name"], reach=told["reach"], language=told["language"], once=told["name"])
