"""What waits in the demo's back office: changes of a page that nobody published, and a volunteer whose duty ends."""

from datetime import timedelta

from conference.core import clock
from conference.core.db import transaction
from conference.demo.world import World, at, page_words
from conference.editions import actions
from conference.editions.models import Duties
from conference.people.actions import person_for

NEWS = {
    "en": "**New:** a shuttle goes from Union Station on Friday at 2:00 and 4:00 p.m. It is free; no need to sign up.",
    "es": "**Nuevo:** el viernes a las 2:00 y a las 4:00 p. m. sale un autobús desde Union Station. Es gratis y no hay que apuntarse.",
}


async def load(world: World) -> None:
    edition, words = world.editions["2027"], page_words("2027", "travel")
    with at(clock.now() - timedelta(days=9)):
        written = {code: words[code] | {"body": f"{NEWS[code]}\n\n{words[code]['body']}"} for code in words}
        await actions.write_page(edition, "travel", written, revision=1, by=world.people["editor"])
    async with transaction():
        volunteer = await person_for("celia@example.org", "es")
        await actions.give_duty(volunteer, edition, Duties.REGISTRAR, until=(clock.now() + timedelta(days=4)).date())
