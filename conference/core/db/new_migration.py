"""Writing a migration from the models as they are, for its author to read; see `conference.core.db.migrate` for applying it."""

from enum import Enum
from pathlib import Path
from typing import Any
from uuid import uuid4

from tortoise.context import TortoiseContext
from tortoise.fields.relational import ManyToManyFieldInstance, RelationalField
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.operations import AddField, Operation
from tortoise.migrations.schema_generator.operation_generator import OperationGenerator
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.writer import MigrationWriter, format_migration_name

from conference.core.db.migrate import BrokenMigration, label_of


async def write(config: dict, name: str) -> Path | None:
    """Write a migration from the models as they are now, for its author to read; None where nothing changed.

    It names stock fields only, so that the product's own may change or go. Raises BrokenMigration for a new column that
    old rows cannot have.
    """
    async with TortoiseContext() as context:
        await context.init(config=config)
        found = MigrationAutodetector(context.apps, config["apps"])
        await found.loader.build_graph()
        old, new = _plain_state(await found._project_state()), _plain_state(found._current_state())
        operations = OperationGenerator(old, new).generate(app_labels=[label_of(config)])
        for operation in operations:
            _refuse_impossible(operation)
        return _written(config, found, new, operations, name) if operations else None


def _written(config: dict, found: MigrationAutodetector, new: State, operations: list[Operation], name: str) -> Path:
    label = label_of(config)
    number = found._next_number(label)
    return MigrationWriter(
        format_migration_name(number, name),
        label,
        operations,
        dependencies=found._dependencies_for_app(label, new),
        initial=number == 1,
        migrations_module=config["apps"][label]["migrations"],
    ).write()


def _refuse_impossible(operation: Operation) -> None:
    if not isinstance(operation, AddField) or isinstance(operation.field, ManyToManyFieldInstance):
        return
    if not operation.field.null and not operation.field.has_db_default():
        column = f"{operation.model_name}.{operation.name}"
        raise BrokenMigration(
            f"{column}: rows that exist already need a value: give the new column null=True or db_default=..."
        )


def _plain_state(state: State) -> State:
    """Only what the database knows of: no docstrings, and stock fields for the product's own."""
    for model in state.models.values():
        model.options.pop("table_description", None)
        model.description = ""
        model.fields = {name: _plain(field) for name, field in model.fields.items()}
    return state


def _plain(field: Any) -> Any:
    """The stock field that makes the same column."""
    if isinstance(field, RelationalField):
        return field
    stock = next(kind for kind in type(field).__mro__ if kind.__module__.startswith("tortoise."))
    plain = stock.__new__(stock)
    plain.__dict__.update(field.__dict__)
    _, args, kwargs = plain.deconstruct()
    kwargs["default"] = _plain_default(kwargs.get("default"))
    return stock(*args, **{name: value for name, value in kwargs.items() if value is not None})


def _plain_default(value: Any) -> Any:
    """Defaults are the models' business; those that mean the same forever are kept, for rows made in a migration."""
    if isinstance(value, Enum):
        return value.value
    return value if value is uuid4 or isinstance(value, str | int) else None
