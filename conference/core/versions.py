"""Which version of each published thing is in force: a number that moves whenever what is public changes."""

from tortoise.expressions import F

from conference.core.db import after_commit, fields, rows
from conference.core.db.model import StockModel
from conference.core.running import running


class Version(StockModel):
    """``name`` as in ``site`` or ``edition:2027``; ``number`` only grows."""

    name = fields.SlugKey(80)
    number = fields.BigNumber(default=1)

    class Meta:
        table = "version"


async def touch(*names: str) -> None:
    """In the caller's transaction: what is public under these names has changed, its ready pages are made anew."""
    for name in names:
        if not await Version.filter(name=name).update(number=F("number") + 1):
            await Version.bulk_create([Version(name=name, number=1)], ignore_conflicts=True)
    ready = running().parts.get("versions")
    if ready is not None:
        after_commit(ready.expire)


async def read_versions() -> dict[str, int]:
    return {row["name"]: row["number"] for row in await rows('SELECT name, number FROM "version"', few=True)}
