"""The demo's flyers: printed by the worker once the demo runs, then added as an editor would, because nobody should wait for them."""

from functools import partial
from uuid import UUID

import anyio

from conference.core import pdf
from conference.core.i18n import LANGUAGES, speaking
from conference.core.jobs import job
from conference.core.templates import render_text
from conference.demo.world import content
from conference.editions import actions
from conference.editions.models import Resource


@job
async def print_resource(resource_id: str, by: str) -> None:
    """A file in each language, then everybody may see it. Twice does no harm: the same file is kept once."""
    resource = await Resource.get(id=resource_id)
    told = next(one for one in content("resources")["resource"] if one["slug"] == resource.slug)
    for code in LANGUAGES:
        html = await anyio.to_thread.run_sync(partial(_html, told, code))
        await actions.add_file(resource, code, await pdf.render(html, epoch=int(resource.made.timestamp())), by=UUID(by))
    await actions.publish_resource(resource, by=UUID(by))


def _html(told: dict, code: str) -> str:
    network = content("network")
    lines = [line[code] for line in told["line"]]
    with speaking(code):
        return render_text("demo/pdf/handout.html", language=code, look=told["look"], title=told["title"][code], lines=lines, network=network["name"], contact=network["mail"])
