"""A row of any model, with the rows it needs: from its fields, or as said here where that is not enough."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from tortoise.fields.relational import RelationalField
from tortoise.models import Model

from conference.core import clock, sealing
from conference.core.db import fields
from conference.editions.models import Edition

Made = dict[type[Model], Model]

# What the fields alone do not tell, by the model's name: values, or how to make them of the rows that are there.
SAID: dict[str, Callable[[], dict[str, Any]]] = {
    "Person": lambda: {"confirmed": clock.now()},  # an address nobody confirmed goes earlier
    "Placement": lambda: {"starts": clock.now(), "ends": clock.now() + timedelta(hours=1)},
}


async def a_row(model: type[Model], made: Made) -> Model:
    """One row of this model, the same one when asked again. AssertionError with a sentence where nobody knows how."""
    if model not in made:
        try:
            row = model(**await _values(model, made))
            await row.save(force_create=True)
        except AssertionError:
            raise
        except Exception as error:
            raise AssertionError(f"Nobody knows how to make a {model.__name__} ({type(error).__name__}: {error}): say it in tests/privacy/makers.py.") from error
        made[model] = row
    return made[model]


async def _values(model: type[Model], made: Made) -> dict[str, Any]:
    said = SAID.get(model.__name__, dict)()
    for name, field in model._meta.fields_map.items():
        if name in said or name == "id" or name in model._meta.backward_fk_fields | model._meta.backward_o2o_fields | model._meta.m2m_fields:
            continue
        if isinstance(field, RelationalField):
            if not field.null:
                said[name] = await a_row(field.related_model, made)
        elif not (field.null or field.default is not None or field.pk or (name.endswith("_id") and name[:-3] in model._meta.fk_fields)):
            said[name] = _value(model, name, field)
    return said


def _value(model: type[Model], name: str, field: Any) -> Any:
    if isinstance(field, fields.Choice):
        return next(iter(field.words))
    for kind, make in PLAIN.items():
        if isinstance(field, kind):
            return make(field) if name != "year" else 2027
    raise AssertionError(f"Nobody knows a value for {model.__name__}.{name}: say it in tests/privacy/makers.py.")


PLAIN: dict[type, Callable[[Any], Any]] = {
    fields.Short: lambda field: uuid4().hex[: field.max_length],
    fields.SlugKey: lambda field: uuid4().hex[: field.max_length],
    fields.Text: lambda _field: "x",
    fields.Flag: lambda _field: False,
    fields.Json: lambda _field: {},
    fields.Blob: lambda _field: b"x",
    fields.Uuid: lambda _field: uuid4(),
    fields.Moment: lambda _field: clock.now(),
    fields.Day: lambda _field: date(2027, 7, 24),
    fields.Number: lambda _field: 1,
    fields.BigNumber: lambda _field: 1,
}


async def planted(edition: Edition) -> dict[str, tuple[Model, str]]:
    """A canary in every personal column there is: ``{"order.email": (row, text)}``, found by its value and by its words."""
    made: Made = {Edition: edition}
    found: dict[str, tuple[Model, str]] = {}
    for model in sorted({model for model, _column in sealing.places().values()}, key=lambda model: model.__name__):
        row = await a_row(model, made)
        for place, (owner, column) in sealing.places().items():
            if owner is model:
                text = f"zebulon{len(found)} canary {place}"
                sealing.seal(row, **{column: text})
                await sealing.index_words(row, column, text)
                found[place] = row, text
        await row.save()
    return found


