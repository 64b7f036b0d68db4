"""Tell other slices that something happened, without knowing which they are."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

Reaction = Callable[[Any], Awaitable[None]]
_reactions: dict[type, tuple[Reaction, ...]] = {}


def set_reactions(table: Mapping[type, Sequence[Reaction]]) -> None:
    """Put the product's table (conference/reactions.py) in force."""
    _reactions.clear()
    _reactions.update({event: tuple(told) for event, told in table.items()})


async def announce(event: object) -> None:
    """Run every reaction to this event inside the caller's transaction; one that raises undoes it all."""
    for react in _reactions.get(type(event), ()):
        await react(event)
