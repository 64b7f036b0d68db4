"""The whole demo, loaded through the product's own actions; its worker makes the PDFs. On a real site no money is made up."""

import importlib.util
from collections.abc import Callable
from importlib import import_module

from conference.core.running import running
from conference.demo.world import World

ORDER = ("editions", "network", "agenda", "registration", "housing", "payments", "donations", "notes", "endorsements", "letters", "office", "privacy")
PAID_AT_THE_STAND_IN = ("payments", "donations")


async def load_demo(progress: Callable[[str], None] = lambda name: None) -> World:
    """Fill an empty database; each slice's loader in turn."""
    world = World()
    for name in ORDER if running().settings.demo else [name for name in ORDER if name not in PAID_AT_THE_STAND_IN]:
        if importlib.util.find_spec(f"conference.demo.loading.{name}"):
            progress(name)
            await import_module(f"conference.demo.loading.{name}").load(world)
    return world
