"""Asking every slice that has data about people, whichever there are."""

import importlib.util
from functools import cache
from importlib import import_module
from types import ModuleType

from conference.settings import SLICES


@cache
def holders() -> dict[str, ModuleType]:
    """The ``privacy.py`` of every slice that has one, by the slice's name, the lowest first."""
    return {name: import_module(f"conference.{name}.privacy") for name in SLICES if name != "privacy" and importlib.util.find_spec(f"conference.{name}.privacy")}
