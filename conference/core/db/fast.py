"""For the few places where many people wait at once: rows written and read with statements that are put together once.

What comes of it is the same as with ``Model.save(force_create=True)`` and a filter; only the building of queries is left out.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from tortoise.exceptions import IntegrityError
from tortoise.models import Model

from conference.core.db import is_postgres, rows, with_numbers

M = TypeVar("M", bound=Model)


Statement = tuple[str, list[Any]]  # its placeholders are ``?``


async def insert(*new: Model, unless_known: bool = False, then: Sequence[Statement] = ()) -> None:
    """Write new rows of any kinds in this order, in the caller's transaction; SQLite gets them all in one go. IntegrityError as ever.

    unless_known: a row that a unique column or the key forbids is left out instead. then: statements that follow in the same go.
    """
    from tortoise.connection import get_connection

    db, numbered = get_connection("default"), is_postgres()
    statements = [_statement(row, "$" if numbered else "?", unless_known) for row in new]
    statements += [(with_numbers(sql) if numbered else sql, values) for sql, values in then]
    if numbered:
        for sql, values in statements:
            await db.execute_query(sql, values)
    else:
        await _in_one_go(db, statements)
    for row in new:
        row._saved_in_db = True


async def _in_one_go(db: Any, statements: list[Statement]) -> None:
    import sqlite3

    def run(connection: sqlite3.Connection) -> None:
        for sql, values in statements:
            connection.execute(sql, values)

    try:
        async with db.acquire_connection() as connection:
            await connection._execute(run, connection._conn)
    except sqlite3.IntegrityError as error:
        raise IntegrityError(error) from error


def _statement(row: Model, mark: str, unless_known: bool) -> Statement:
    sql, columns = _insert(type(row), mark)
    sql += " ON CONFLICT DO NOTHING" if unless_known else ""
    return sql, [_plain(field.to_db_value(getattr(row, name), row), mark) for name, field in columns]


def _plain(value: Any, mark: str) -> Any:
    """UUIDs are text in SQLite; everything else its driver knows."""
    return value if mark == "$" or value is None or isinstance(value, (str, int)) else _text_of(value)


def _text_of(value: Any) -> Any:
    from datetime import date, datetime
    from uuid import UUID

    if isinstance(value, datetime):
        return value.isoformat(" ")
    return str(value) if isinstance(value, (UUID, date)) else value


@cache
def _insert(model: type[Model], mark: str) -> tuple[str, list[tuple[str, Any]]]:
    meta = model._meta
    names = list(meta.fields_db_projection)
    columns = ", ".join(f'"{meta.fields_db_projection[name]}"' for name in names)
    places = ", ".join("?" if mark == "?" else f"${n}" for n in range(1, len(names) + 1))
    return f'INSERT INTO "{meta.db_table}" ({columns}) VALUES ({places})', [(name, meta.fields_map[name]) for name in names]


async def fetch(model: type[M], where: str, values: list[Any]) -> list[M]:
    """The few whole rows of a model that fit ``where``, which an index finds (placeholders are ``?``; an ORDER BY may follow)."""
    return [model._init_from_db(**row) for row in await rows(f"{_select(model)} WHERE {where}", values, few=True)]


async def fetch_with(model: type[M], where: str, values: list[Any], *references: str) -> list[M]:
    """The same, with the rows that these references of theirs lead to; ``select_related`` puts its statement together for longer than this takes."""
    found = await fetch(model, where, values)
    for name in references:
        leads = {str(getattr(row, f"{name}_id")): row for row in found if getattr(row, f"{name}_id") is not None}
        rest = await fetch(model._meta.fields_map[name].related_model, f"id IN ({', '.join('?' * len(leads))})", list(leads)) if leads else []
        known = {one.pk: one for one in rest}
        for row in found:
            setattr(row, f"_{name}", known.get(getattr(row, f"{name}_id")))
    return found


@cache
def _select(model: type[Model]) -> str:
    columns = ", ".join(f'"{column}"' for column in model._meta.fields_db_projection.values())
    return f'SELECT {columns} FROM "{model._meta.db_table}"'
