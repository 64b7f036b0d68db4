"""What has had its time: personal columns by how long they are kept, and the rows of which that time is over."""

import functools
import operator
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

from conference.core.db import transaction
from conference.core.sealing.columns import blind_columns, internal_columns, models, place, scope_name
from conference.core.sealing_models import IndexWord

AT_ONCE = 500
# When a row was given to us: the first of these columns that its model has; an empty one counts as the next.
ENTERED = ("given", "made", "at")


@dataclass(frozen=True, order=True)
class Lifetime:
    """``days`` after the ``end`` of what rows belong to (an edition, a donor's year), or after the ``entry`` of each row; ``scope`` is whose key."""

    scope: str
    after: str
    days: int


@dataclass(frozen=True)
class Portion:
    """Rows of one model, and those of their personal columns that are meant."""

    model: type[Model]
    columns: tuple[str, ...]
    rows: QuerySet[Any]

    def full(self) -> QuerySet[Any]:
        """Those among them that still hold something."""
        return self.rows.filter(functools.reduce(operator.or_, (Q(**{f"{column}__isnull": False}) for column in self.columns)))

    async def empty(self) -> int:
        """Empty the columns with all by which they are found, some rows at a time; how many rows held something."""
        count = 0
        while ids := await self.full().order_by("id").limit(AT_ONCE).values_list("id", flat=True):
            await empty_rows(self.model, self.columns, ids)
            count += len(ids)
        return count


def lifetimes() -> list[Lifetime]:
    """All that any column has, in order."""
    return sorted({Lifetime(field.scope, field.after, field.days) for model in models() for field in internal_columns(model).values()})


def ending(lifetime: Lifetime, owner: Any) -> list[Portion]:
    """All rows of an edition (its id) or of a donor's year, with the columns of this lifetime."""
    column = {"edition": "edition_id", "donor": "year"}[lifetime.scope]
    return [Portion(model, names, model.filter(**{column: owner})) for model, names in _columns_of(lifetime)]


def aging(lifetime: Lifetime, before: datetime) -> list[Portion]:
    """The rows that were given to us before this moment, with the columns of this lifetime."""
    return [Portion(model, names, model.filter(_entered_before(model, before))) for model, names in _columns_of(lifetime)]


def scope_of_lifetime(lifetime: Lifetime, owner: Any = None) -> str:
    """The name of the keys of this lifetime."""
    model, names = next(iter(_columns_of(lifetime)))
    return scope_name(internal_columns(model)[names[0]], owner)


def _columns_of(lifetime: Lifetime) -> list[tuple[type[Model], tuple[str, ...]]]:
    found = []
    for model in models():
        names = tuple(name for name, field in internal_columns(model).items() if Lifetime(field.scope, field.after, field.days) == lifetime)
        found += [(model, names)] if names else []
    return found


def entered_columns(model: type[Model]) -> list[str]:
    """The columns that say when a row was given to us. TypeError where none does."""
    if names := [name for name in ENTERED if name in model._meta.fields_map]:
        return names
    raise TypeError(f"{model.__name__} keeps something for days after entry and does not say when that was: give it a column 'made'")


def _entered_before(model: type[Model], before: datetime) -> Q:
    first, *rest = entered_columns(model)
    said = Q(**{f"{first}__lt": before})
    return said | Q(**{f"{first}__isnull": True, f"{rest[0]}__lt": before}) if rest else said


async def empty_rows(model: type[Model], columns: Iterable[str], ids: Iterable[UUID]) -> int:
    """Empty these columns of these rows, their Blind columns and the words they are found by; how many rows there were."""
    columns, ids = list(columns), list(ids)
    emptied = {name: None for column in columns for name in (column, *blind_columns(model, column))}
    async with transaction():
        await IndexWord.filter(row__in=ids, place__in=[place(model, column) for column in columns]).delete()
        return await model.filter(pk__in=ids).update(**emptied)


def places() -> dict[str, tuple[type[Model], str]]:
    """Every personal column by its name in the whole database: ``{"order.email": (Order, "email")}``."""
    return {place(model, column): (model, column) for model in models() for column in internal_columns(model)}

