"""Editions and their pages."""

from conference.core import clock
from conference.core.errors import NotFound
from conference.editions.models import Edition, Organization


async def edition(slug: str) -> Edition:
    found = await Edition.get_or_none(slug=slug)
    if found is None:
        raise NotFound()
    return found


async def public_editions() -> list[Edition]:
    """All that visitors may see, the newest first."""
    return await Edition.filter(public=True).order_by("-begins")


async def next_edition() -> Edition | None:
    """The one that is on or comes next; else the newest."""
    known = await public_editions()
    coming = [one for one in known if one.ends >= clock.now().date()]
    return coming[-1] if coming else (known[0] if known else None)


async def organization() -> Organization | None:
    return await Organization.all().first()
