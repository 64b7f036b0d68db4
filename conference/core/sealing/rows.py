"""Personal text of rows: in by `seal`, out by `open`. There is no other way."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from types import SimpleNamespace
from typing import Any

from tortoise.models import Model

from conference.core.keyring import Key, KeyMissing, Keyring
from conference.core.running import running
from conference.core.sealing.columns import OWNER_COLUMN, blind_columns, internal_column, scope_name, scope_of
from conference.core.sealing.hashing import value_hash
from conference.core.sealing.values import binding, opened, sealed

VALUES_AT_ONCE = 100


class Plain(SimpleNamespace):
    """The opened columns of one row; `gone` is True if a value among them is lost for good: its key is destroyed."""

    def __repr__(self) -> str:
        return f"Plain({', '.join(vars(self))})"


def seal(row: Model, /, **plain: str | None) -> None:
    """Encrypt these texts into the row's Internal columns and fill their Blind columns; save the row yourself.

    None and "" become NULL. The row needs its id and its edition or year first. The first text of a scope makes its
    key. Raises TypeError for anything but text and for other columns, ScopeDestroyed after a purge, and KeyMissing
    where the keyring is a copy that lacks the key.
    """
    keys: dict[str, Key] = {}
    for column, text in plain.items():
        scope = scope_of(row, column)
        if not isinstance(text, str | None):
            raise TypeError(f"{column}: text is sealed, not {type(text).__name__}")
        if text and scope not in keys:
            keys[scope] = running().keyring.ensure(scope)
        _put(row, column, scope, keys[scope] if text else None, text)


def reseal(rows: Iterable[Model], *columns: str) -> None:
    """Encrypt the texts of these rows anew under the current keys of their scopes, Blind columns too; not saved."""
    rows = list(rows)
    for row, plain in zip(rows, open(rows, *columns), strict=True):
        seal(row, **{column: text for column in columns if (text := getattr(plain, column)) is not None})


def open(rows: Sequence[Model], *columns: str) -> list[Plain]:
    """One Plain per row, in order; a column is None where it is empty or its key was destroyed.

    The rows are of one model. Raises SealBroken for a value changed or moved, KeyMissing for a key that should be here.
    """
    if not rows:
        return []
    reader = _Reader(type(rows[0]), columns)
    return [reader.read(row.pk, row.__dict__) for row in rows]


def open_one(row: Model, *columns: str) -> Plain:
    """`open` for one row."""
    return open([row], *columns)[0]


def open_values(model: type[Model], rows: Sequence[dict[str, Any]], *columns: str) -> list[Plain]:
    """`open` for what `.values()` returned: `id`, the columns and what completes a scope (`edition_id`, `year`)."""
    reader = _Reader(model, columns)
    return [reader.read(row["id"], row) for row in rows]


async def open_many(rows: Sequence[Model], *columns: str) -> list[Plain]:
    """`open` in slices of 100 values, between which other requests go on; for lists that have no end."""
    step = max(1, VALUES_AT_ONCE // max(1, len(columns)))
    plains: list[Plain] = []
    for start in range(0, len(rows), step):
        plains += open(rows[start:start + step], *columns)
        await asyncio.sleep(0)
    return plains


class _Reader:
    """Opens the same columns of many rows: one look at the keyring, one name per scope."""

    def __init__(self, model: type[Model], columns: Sequence[str]) -> None:
        ring: Keyring = running().keyring
        self.keys, self.destroyed, self.table = ring.by_id(), ring.destroyed(), model._meta.db_table
        self.columns = [(name, _scoping(internal_column(model, name))) for name in columns]

    def read(self, row_id: Any, row: dict[str, Any]) -> Plain:
        plain = Plain(gone=False)
        for column, scope_in in self.columns:
            value = row[column]
            text = None
            if value is not None:
                scope = scope_in(row)
                text = opened(self.keys, binding(scope, self.table, column, row_id), value)
                plain.gone |= text is None and self._is_gone(scope, value)
            plain.__dict__[column] = text
        return plain

    def _is_gone(self, scope: str, value: str) -> bool:
        if scope not in self.destroyed:
            raise KeyMissing(f"the keyring has no key {value.split('.')[1]} of {scope}")
        return True


def _scoping(field: Any) -> Callable[[dict[str, Any]], str]:
    """A function from a row to the name of the scope of this column, which remembers the names."""
    owner_column, names = OWNER_COLUMN.get(field.scope), {}

    def scope_in(row: dict[str, Any]) -> str:
        owner = row[owner_column] if owner_column else None
        return names.get(owner) or names.setdefault(owner, scope_name(field, owner))

    return scope_in


def _put(row: Model, column: str, scope: str, key: Key | None, text: str | None) -> None:
    model = type(row)
    where = binding(scope, model._meta.db_table, column, row.pk)
    setattr(row, column, sealed(key, where, text) if key and text else None)
    for blind_column in blind_columns(model, column):
        setattr(row, blind_column, value_hash(key, model, column, text) if key and text else None)
