"""The column kinds of this product. Every column says by its kind whether its text may stand in the database in clear.

Clear kinds carry ``classed = "public"``; ``Internal`` columns hold ciphertext, with purpose and lifetime. A test refuses any other.
Migrations see plain widths and nullability only, so that a new purpose or state needs none.
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from tortoise import fields as stock
from tortoise.fields.base import OnDelete as OnDelete


class Clear:
    """Marks a column whose text may stand in the database in clear."""

    classed = "public"


class Key(Clear, stock.UUIDField):
    """The row's UUID, made before INSERT because ciphertext is bound to it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("primary_key", True)
        kwargs.setdefault("default", uuid4)
        super().__init__(**kwargs)


class Uuid(Clear, stock.UUIDField):
    """A bare UUID that is no key of ours: a calendar UID, a row of another table kept without a constraint."""


class Short(Clear, stock.CharField):
    def __init__(self, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)


class Text(Clear, stock.TextField):
    pass


class Number(Clear, stock.IntField):
    pass


class BigNumber(Clear, stock.BigIntField):
    pass


class Serial(Clear, stock.IntField):
    """An integer primary key given by the database."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("primary_key", True)
        super().__init__(**kwargs)


class SlugKey(Clear, stock.CharField):
    """A word as primary key."""

    def __init__(self, max_length: int, **kwargs: Any) -> None:
        kwargs.setdefault("primary_key", True)
        super().__init__(max_length=max_length, **kwargs)


class Flag(Clear, stock.BooleanField):
    pass


class Json(Clear, stock.JSONField):
    pass


class Blob(Clear, stock.BinaryField):
    pass


class Day(Clear, stock.DateField):
    def to_python_value(self, value: Any) -> date | None:
        return date.fromisoformat(value) if isinstance(value, str) else value


class Moment(Clear, stock.DatetimeField):
    """An aware moment, kept as UTC; on SQLite as text that sorts in order of time."""

    def to_db_value(self, value: datetime | None, instance: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{self.model_field_name}: a moment needs its time zone")
        return value.astimezone(UTC)

    def to_python_value(self, value: Any) -> datetime | None:
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if value is None or value.tzinfo is UTC:
            return value
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Choice(Clear, stock.CharField):
    """One word of a StrEnum; the column is 32 wide whatever the words are."""

    def __init__(self, words: type[StrEnum], **kwargs: Any) -> None:
        kwargs.pop("max_length", None)
        super().__init__(max_length=32, **kwargs)
        self.words = words

    def to_python_value(self, value: Any) -> StrEnum | None:
        return None if value is None else self.words(value)

    def to_db_value(self, value: Any, instance: Any) -> str | None:
        return None if value is None else str(self.words(value))

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        kwargs = {"max_length": 32, "null": self.null, "db_index": self.index}
        return f"{__name__}.Short", [], {name: value for name, value in kwargs.items() if value}


def Reference(to: str, related_name: Any = False, on_delete: OnDelete = OnDelete.RESTRICT, **kwargs: Any) -> Any:
    """A foreign key; by default the other row cannot go while this one points at it."""
    field = stock.ForeignKeyField(to, related_name=related_name, on_delete=on_delete, **kwargs)
    field.classed = "public"  # type: ignore[attr-defined]
    return field


class Internal(stock.TextField):
    """Personal text: ciphertext in the database, written by ``sealing.seal`` and read by ``sealing.open`` alone.

    purpose: why we hold it, for people (English; shown on "What we keep about you").
    days, after: how long: ``days`` after the ``end`` of the edition or after ``entry``.
    scope: whose key: ``edition`` (the row has ``edition_id``), ``account``, ``donor`` (the row has ``year``) or ``list``.
    """

    classed = "internal"

    def __init__(self, purpose: str = "", days: int = 60, after: str = "end", scope: str = "edition", **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        super().__init__(**kwargs)
        self.purpose, self.days, self.after, self.scope = purpose, days, after, scope

    def to_db_value(self, value: Any, instance: Any) -> str | None:
        if value is not None and not str(value).startswith("s1."):
            raise ValueError(f"{self.model_field_name}: personal text reaches the database through sealing.seal only")
        return value

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return f"{__name__}.Text", [], {"null": self.null}


class Blind(Clear, stock.BigIntField):
    """Keyed hash, 32 bits wide, of the whole value of the Internal column ``of``; hits are confirmed after opening."""

    def __init__(self, of: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        kwargs.setdefault("db_index", True)
        super().__init__(**kwargs)
        self.of = of

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return f"{__name__}.BigNumber", [], {"null": self.null, "db_index": self.index}


