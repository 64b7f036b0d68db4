"""Finding rows by sealed text: a whole value through its Blind column, a name through its indexed words."""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from tortoise.models import Model

from conference.core.db import rows, transaction
from conference.core.db.fast import insert
from conference.core.running import running
from conference.core.sealing.columns import blind_column, place, rows_in, scope_of
from conference.core.sealing.hashing import answers, query_hashes, same_value, value_hash, word_hashes
from conference.core.sealing.rows import open
from conference.core.sealing_models import IndexWord

Found = TypeVar("Found", bound=Model)
COUNTED_UP_TO = 500


def blind(model: type[Model], column: str, value: str, scope: str) -> int:
    """What the Blind column of this value holds under the current key of the scope; no hit is certain before opening.

    While a key is being rotated some rows still hold the number of the older key: prefer `find`, or `blinds`.
    Makes the scope's key if it has none. Raises what `seal` raises.
    """
    return value_hash(running().keyring.ensure(scope), model, column, value)


def blinds(model: type[Model], column: str, value: str, scope: str) -> list[int]:
    """What the Blind column of this value may hold, under every key of the scope: for `..._blind__in=`."""
    return [value_hash(key, model, column, value) for key in running().keyring.keys(scope)]


async def find(model: type[Found], column: str, value: str, scopes: str | Iterable[str]) -> list[Found]:
    """The rows in these scopes whose column has this value (case and outer spaces aside), confirmed, in order of id."""
    found: list[Found] = []
    for scope in _each(scopes):
        among = {f"{blind_column(model, column)}__in": blinds(model, column, value, scope)}
        found += await rows_in(model, scope).filter(**among)
    plains = open(found, column)
    wanted = same_value(value)
    hits = [row for row, plain in zip(found, plains, strict=True) if same_value(getattr(plain, column) or "") == wanted]
    return sorted(hits, key=lambda row: row.pk)


async def index_words(row: Model, column: str, text: str | None) -> None:
    """Make the row findable by the words of this text, and by those of the earlier text no more; None: by none.

    Call it in the transaction that saves the row.
    """
    async with transaction():
        await IndexWord.filter(row=row.pk, place=place(type(row), column)).delete()
        await insert(*(words_of(row, column, text) if text else ()))


def words_of(row: Model, column: str, text: str) -> list[IndexWord]:
    """What makes a new row findable by the words of this text, for whoever writes it together with the row."""
    model, scope = type(row), scope_of(row, column)
    numbers = word_hashes(running().keyring.ensure(scope), model, column, text)
    return [IndexWord(place=place(model, column), scope=scope, token=number, row=row.pk) for number in numbers]


async def forget_words(*row_ids: UUID) -> None:
    """These rows can no longer be found by words. Call it in the transaction that deletes them."""
    await IndexWord.filter(row__in=row_ids).delete()


async def find_words(
    model: type[Model], column: str, query: str, scopes: str | Iterable[str], limit: int = 50
) -> list[UUID]:
    """The ids of rows in which each word of the query begins a word of the text, confirmed, in order of id."""
    candidates = {row_id for scope in _each(scopes) for row_id in await _candidates(model, column, query, scope, limit)}
    known = await model.filter(pk__in=candidates).order_by("id") if candidates else []
    plains = open(known, column)
    hits = [row.pk for row, plain in zip(known, plains, strict=True) if answers(getattr(plain, column) or "", query)]
    return hits[:limit]


async def _candidates(model: type[Model], column: str, query: str, scope: str, limit: int) -> set[UUID]:
    """Rows that hold all hashes of the query under one key of the scope; while a key is rotated it has two."""
    found: set[UUID] = set()
    for key in running().keyring.keys(scope):
        if numbers := query_hashes(key, model, column, query):
            found |= await _holding_all(place(model, column), scope, numbers, limit)
    return found


async def _holding_all(here: str, scope: str, numbers: list[int], limit: int) -> set[UUID]:
    """The first rows that hold all these hashes: those of the rarest are looked through, and no more of them than it takes."""
    rare = [number for _count, number in sorted([(await _how_many(here, scope, number), number) for number in numbers])] if numbers[1:] else numbers
    others = "".join(" AND EXISTS (SELECT 1 FROM index_word o WHERE o.place = ? AND o.scope = ? AND o.token = ? AND o.row = w.row)" for _number in rare[1:])
    values = [value for number in rare for value in (here, scope, number)]
    sql = f"SELECT w.row AS row FROM index_word w WHERE w.place = ? AND w.scope = ? AND w.token = ?{others} ORDER BY w.row LIMIT {int(limit)}"
    return {one["row"] if isinstance(one["row"], UUID) else UUID(one["row"]) for one in await rows(sql, values)}


async def _how_many(here: str, scope: str, number: int) -> int:
    """How many rows hold this hash, counted up to a bound: enough to tell rare from common."""
    sql = f"SELECT count(*) AS n FROM (SELECT 1 AS one FROM index_word WHERE place = ? AND scope = ? AND token = ? LIMIT {COUNTED_UP_TO}) AS counted"
    return (await rows(sql, [here, scope, number]))[0]["n"]


def _each(scopes: str | Iterable[str]) -> list[str]:
    return [scopes] if isinstance(scopes, str) else list(scopes)
