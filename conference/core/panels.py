"""Places on a slice's page where other slices show their matter."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

Panel = Callable[..., Awaitable[Markup]]
_panels: dict[str, tuple[Panel, ...]] = {}


def set_panels(table: Mapping[str, Sequence[Panel]]) -> None:
    """Put the product's table (conference/panels.py) in force."""
    _panels.clear()
    _panels.update({name: tuple(shown) for name, shown in table.items()})


async def panel(name: str, **context: Any) -> Markup:
    """What all slices have to show at this place, one after another; empty where none has anything."""
    return Markup("").join([await show(**context) for show in _panels.get(name, ())])
