"""Places on a slice's page where other slices show their matter: as Markup (``panel``), or as things the page itself shows (``gather``)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

Panel = Callable[..., Awaitable[Markup]]
_panels: dict[str, tuple[Panel, ...]] = {}


Giver = Callable[..., Awaitable[list[Any]]]
_givers: dict[str, tuple[Giver, ...]] = {}


def set_panels(table: Mapping[str, Sequence[Panel]], gathered: Mapping[str, Sequence[Giver]]) -> None:
    """Put the product's tables (conference/panels.py) in force."""
    _panels.clear()
    _panels.update({name: tuple(shown) for name, shown in table.items()})
    _givers.clear()
    _givers.update({name: tuple(givers) for name, givers in gathered.items()})


async def panel(name: str, **context: Any) -> Markup:
    """What all slices have to show at this place, one after another; empty where none has anything."""
    return Markup("").join([await show(**context) for show in _panels.get(name, ())])


async def gather(name: str, **context: Any) -> list[Any]:
    """What all slices give for this place, one after another; how it looks is the page's own affair."""
    return [one for give in _givers.get(name, ()) for one in await give(**context)]
