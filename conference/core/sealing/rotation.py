"""The life of a scope's keys: renewed while the app runs, retired, destroyed.

Rotating takes three steps, each of which may be run again: `rotate` adds a key and seals everything under it,
`reseal_all` goes on after an interruption, `retire` drops the old key. Between the last two lie as many days as backups
are kept, because an older backup opens with the older key alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

from conference.core import clock
from conference.core.db import transaction
from conference.core.keyring import Key, KeyMissing
from conference.core.running import running
from conference.core.sealing.columns import OWNER_COLUMN, blind_columns, columns_in, internal_column, place, rows_in
from conference.core.sealing.finding import index_words
from conference.core.sealing.prints import record_keys
from conference.core.sealing.rows import open_one, reseal
from conference.core.sealing.values import SealBroken, prefix
from conference.core.sealing_models import IndexWord, KeyPrint

Progress = Callable[[str, int], None]


@dataclass
class Resealed:
    """How many rows were sealed anew, and which could not be opened: (table, row id)."""

    rows: int = 0
    broken: set[tuple[str, UUID]] = field(default_factory=set)


class StillInUse(Exception):
    """A key cannot be retired: rows are sealed with it."""


async def rotate(scope: str, at_once: int = 25, progress: Progress | None = None) -> Resealed:
    """Give the scope a new key and seal all its rows under it. For an interrupted rotation use `reseal_all`."""
    running().keyring.rotate(scope)
    return await reseal_all(scope, at_once, progress)


async def reseal_all(scope: str, at_once: int = 25, progress: Progress | None = None) -> Resealed:
    """Seal anew what is under older keys of the scope, until nothing is; blind index and words too.

    Works beside a running app: a row that somebody saves meanwhile keeps what they saved. `progress` is told the table
    and how many of its rows were read.
    """
    await record_keys()
    key, result = running().keyring.current(scope), Resealed()
    for model, columns in columns_in(scope):
        walk = _Walk(model, columns, scope, key)
        while await walk.pass_over(at_once, progress, result):
            pass
    return result


async def retire(scope: str) -> list[str]:
    """Drop the older keys of a scope, and say which. Raises StillInUse while rows need them; backups are not asked."""
    key = running().keyring.current(scope)
    for model, columns in columns_in(scope):
        if await _Walk(model, columns, scope, key).rows().exists():
            raise StillInUse(f"{model._meta.db_table} has rows under older keys of {scope}: run reseal_all first")
    retired = running().keyring.retire(scope)
    await KeyPrint.filter(scope=scope, key_id__in=retired).delete()
    return retired


async def destroy(scope: str) -> None:
    """Make everything in this scope unreadable for good and empty its index; running it again finishes the work."""
    await record_keys()
    running().keyring.destroy(scope)
    async with transaction():
        for model, columns in columns_in(scope):
            if emptied := {blind: None for column in columns for blind in blind_columns(model, column)}:
                await rows_in(model, scope).update(**emptied)
        await IndexWord.filter(scope=scope).delete()
        await KeyPrint.filter(scope=scope, destroyed_at=None).update(destroyed_at=clock.now())


async def destroy_again() -> list[str]:
    """Destroy every scope that keyring or database knows as destroyed, and say which: after either was restored."""
    known = await KeyPrint.filter(destroyed_at__isnull=False).values_list("scope", flat=True)
    scopes = sorted({*running().keyring.destroyed(), *known})
    for scope in scopes:
        await destroy(scope)
    return scopes


@dataclass
class _Walk:
    """Over the rows of one model that hold something under an older key of the scope."""

    model: type[Model]
    columns: list[str]
    scope: str
    key: Key

    def rows(self) -> QuerySet[Any]:
        older = Q()
        for column in self.columns:
            older |= Q(**{f"{column}__isnull": False}) & ~Q(**{f"{column}__startswith": prefix(self.key)})
        return rows_in(self.model, self.scope).filter(older)

    async def pass_over(self, at_once: int, progress: Progress | None, result: Resealed) -> bool:
        """Once over all rows in order of id; whether any could be opened, so that another look is worth while."""
        tried, read = 0, 0
        rows = await self._slice(self.rows(), at_once)
        while rows:
            tried += await self._reseal(rows, result)
            read += len(rows)
            if progress:
                progress(self.model._meta.db_table, read)
            rows = await self._slice(self.rows().filter(pk__gt=rows[-1].pk), at_once)
        return tried > 0

    async def _slice(self, rows: QuerySet[Any], at_once: int) -> list[Any]:
        owner = OWNER_COLUMN.get(internal_column(self.model, self.columns[0]).scope)
        return await rows.order_by("id").limit(at_once).only("id", *self.columns, *([owner] if owner else []))

    async def _reseal(self, rows: list[Any], result: Resealed) -> int:
        """How many of these rows could be opened. The encrypting is done before the transaction begins."""
        changes = [change for row in rows if (change := self._change(row, result))]
        async with transaction():
            for row, old, new in changes:
                won = await self.model.filter(pk=row.pk, **old).update(**new)
                result.rows += won
                if won:
                    await self._index_again(row)
        return len(changes)

    def _change(self, row: Any, result: Resealed) -> tuple[Any, dict[str, str], dict[str, Any]] | None:
        """The row with what it held and what it shall hold; None if it cannot be opened."""
        old = {column: value for column in self.columns if (value := getattr(row, column)) is not None}
        try:
            reseal([row], *old)
        except (SealBroken, KeyMissing):
            result.broken.add((self.model._meta.db_table, row.pk))
            return None
        blinds = [blind for column in old for blind in blind_columns(self.model, column)]
        return row, old, {name: getattr(row, name) for name in (*old, *blinds)}

    async def _index_again(self, row: Any) -> None:
        for column in self.columns:
            if await IndexWord.exists(row=row.pk, place=place(self.model, column)):
                await index_words(row, column, getattr(open_one(row, column), column))
