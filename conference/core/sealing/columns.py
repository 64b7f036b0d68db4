"""Which columns of a model hold personal text, and whose key each one is sealed with."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from tortoise import Tortoise
from tortoise.models import Model
from tortoise.queryset import QuerySet

from conference.core.db.fields import Blind, Internal

# The column of the row that completes the name of the scope; the other scopes are whole as they are.
OWNER_COLUMN = {"edition": "edition_id", "donor": "year"}
WHOLE = ("account", "list")


@cache
def internal_columns(model: type[Model]) -> dict[str, Internal]:
    """The Internal columns of a model by name."""
    return {name: field for name, field in model._meta.fields_map.items() if isinstance(field, Internal)}


@cache
def blind_columns(model: type[Model], column: str) -> tuple[str, ...]:
    """The names of the Blind columns kept for an Internal column."""
    fields = model._meta.fields_map.items()
    return tuple(name for name, field in fields if isinstance(field, Blind) and field.of == column)


def blind_column(model: type[Model], column: str) -> str:
    """Raises TypeError where no Blind column is kept for this column."""
    if names := blind_columns(model, column):
        return names[0]
    raise TypeError(f"{model.__name__} keeps no blind index of {column!r}")


def internal_column(model: type[Model], column: str) -> Internal:
    """Raises TypeError where the model has no such Internal column."""
    try:
        return internal_columns(model)[column]
    except KeyError:
        raise TypeError(f"{model.__name__} has no internal column {column!r}") from None


def place(model: type[Model], column: str) -> str:
    """The name of a column in the whole database: "attendee.badge_name"."""
    return f"{model._meta.db_table}.{column}"


def scope_of(row: Model, column: str) -> str:
    """The key scope of this column in this row."""
    field = internal_column(type(row), column)
    return scope_name(field, getattr(row, OWNER_COLUMN.get(field.scope, ""), None))


def scope_name(field: Internal, owner: Any) -> str:
    """The key scope of a column in the rows of one owner: an edition's id, a year, or None."""
    if field.scope in WHOLE:
        return field.scope
    if owner is None:
        raise ValueError(f"{field.model_field_name}: a row needs its {OWNER_COLUMN[field.scope]} before it is sealed")
    if field.scope == "donor":
        return f"donor:{owner}"
    return f"edition:{owner}:{field.after}{field.days}"


def scopes_of_edition(edition_id: Any) -> list[str]:
    """All key scopes of an edition, one per lifetime that any column has, in order of name."""
    fields = [field for model in models() for field in internal_columns(model).values()]
    return sorted({scope_name(field, edition_id) for field in fields if field.scope == "edition"})


def columns_in(scope: str) -> Iterator[tuple[type[Model], list[str]]]:
    """Every model that has columns in this scope, with their names."""
    for model in models():
        names = [name for name, field in internal_columns(model).items() if _is_in(scope, field)]
        if names:
            yield model, names


def rows_in(model: type[Model], scope: str) -> QuerySet[Any]:
    """The rows of a model that belong to the owner of this scope."""
    owner_column = OWNER_COLUMN.get(_kind(scope))
    return model.filter(**{owner_column: _owner(scope)}) if owner_column else model.all()


def _is_in(scope: str, field: Internal) -> bool:
    return field.scope == _kind(scope) and scope_name(field, _owner(scope)) == scope


def _kind(scope: str) -> str:
    return scope.partition(":")[0]


def _owner(scope: str) -> str | None:
    """The second part: "2027" in "donor:2027" and in "edition:2027:end60"."""
    return scope.split(":")[1] if ":" in scope else None


def models() -> Iterator[type[Model]]:
    if Tortoise.apps is None:
        raise RuntimeError("the database is not open")
    yield from Tortoise.apps.get_models_iterable()
