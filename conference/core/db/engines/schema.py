"""Schema editors for migrations: Tortoise's, with what they leave out.

Tortoise 1.1 ignores ``Meta.constraints`` of a new table and the index of a new column on both databases. On SQLite, where
a table is changed by building it anew, it also loses indexes, triggers, UNIQUE on several columns and, with foreign keys
on, the rows of other tables; and it cannot remove a CHECK. With these editors a migrated database has the schema of a new
one.
"""

from typing import Any

from tortoise.fields.relational import ForeignKeyFieldInstance, ManyToManyFieldInstance
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_editor.base_postgres import BasePostgresSchemaEditor
from tortoise.migrations.schema_editor.sqlite import SqliteSchemaEditor

Constraint = CheckConstraint | UniqueConstraint


def editor_for(client: Any) -> BaseSchemaEditor:
    """The editor that changes the schema inside the transaction ``client``."""
    return {"sqlite": SqliteEditor, "postgres": PostgresEditor}[client.capabilities.dialect](client)


class _Complete(BaseSchemaEditor):
    """What both databases need."""

    _checks: tuple[str, ...] = ()

    async def create_model(self, model: Any) -> None:
        constraints = model._meta.constraints
        self._checks = tuple(self._check_sql(one) for one in constraints if isinstance(one, CheckConstraint))
        try:
            await super().create_model(model)
        finally:
            self._checks = ()
        for one in constraints:
            if isinstance(one, UniqueConstraint):
                await self.add_constraint(model, one)

    async def add_field(self, model: Any, field_name: str) -> None:
        await super().add_field(model, field_name)
        field = model._meta.fields_map[field_name]
        if isinstance(field, ManyToManyFieldInstance):
            return
        column = field.source_field or field_name
        if model._meta.fields_map.get(column, field).index:
            await self.add_index(model, Index(fields=(column,)))

    def _get_inner_statements(self) -> list[str]:
        return [*super()._get_inner_statements(), *self._checks]

    def _get_index_sql(self, model: Any, field_names: Any, *args: Any, **kwargs: Any) -> str:
        """An index may name the field ``edition`` and means the column ``edition_id``."""
        return super()._get_index_sql(model, [_column(model, name) for name in field_names], *args, **kwargs)

    def _index_name_for_model(self, model: Any, index: Index) -> str:
        index.resolve_expressions(model)
        return index.name or self._generate_index_name(
            "idx", model, [_column(model, name) for name in index.field_names]
        )

    def _check_sql(self, constraint: CheckConstraint) -> str:
        return self.CHECK_CONSTRAINT_CREATE_TEMPLATE.format(name=constraint.name, check=constraint.check)


class PostgresEditor(_Complete, BasePostgresSchemaEditor):
    async def alter_field(self, old_model: Any, new_model: Any, field_name: str) -> None:
        """Tortoise looks at the column of a reference alone, not at where it points or what follows a deletion there."""
        await super().alter_field(old_model, new_model, field_name)
        old, new = old_model._meta.fields_map[field_name], new_model._meta.fields_map[field_name]
        if isinstance(new, ForeignKeyFieldInstance) and (old.on_delete, old.model_name) != (
            new.on_delete,
            new.model_name,
        ):
            await self._point_anew(new_model, new)

    async def rename_constraint(self, model: Any, old_constraint: Constraint, new_constraint: Constraint) -> None:
        """A conditional UNIQUE is an index, and no constraint of the table."""
        if isinstance(new_constraint, UniqueConstraint) and new_constraint.condition:
            await self._run_sql(f'ALTER INDEX "{old_constraint.name}" RENAME TO "{new_constraint.name}"')
            return
        await super().rename_constraint(model, old_constraint, new_constraint)

    async def _point_anew(self, model: Any, field: Any) -> None:
        """The database named the constraint itself, and names the new one."""
        table = self._qualify_table_name(model._meta.db_table, model._meta.schema)
        target = field.related_model._meta
        found = await self.client.execute_query_dict(
            "SELECT c.conname FROM pg_constraint c "
            "JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum] "
            "WHERE c.contype = 'f' AND c.conrelid = $1::regclass AND a.attname = $2",
            [table, field.source_field],
        )
        for constraint in found:
            await self._run_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint["conname"]}"')
        place = self._qualify_table_name(target.db_table, target.schema)
        await self._run_sql(
            f"ALTER TABLE {table} ADD FOREIGN KEY ({self.quote(field.source_field)}) "
            f"REFERENCES {place} ({self.quote(target.db_pk_column)}) "
            f"ON DELETE {field.on_delete.value}"
        )


class SqliteEditor(_Complete, SqliteSchemaEditor):
    async def create_model(self, model: Any) -> None:
        """UNIQUE over several columns as an index of its own, which can be dropped and put back."""
        together, model._meta.unique_together = model._meta.unique_together, ()
        try:
            await super().create_model(model)
        finally:
            model._meta.unique_together = together
        for fields in together or ():
            await self.add_constraint(model, UniqueConstraint(fields=tuple(fields)))

    async def add_constraint(self, model: Any, constraint: Constraint) -> None:
        if isinstance(constraint, CheckConstraint) or not constraint.condition:
            await super().add_constraint(model, constraint)
            return
        columns = ", ".join(self.quote(name) for name in self._resolve_fields_to_columns(model, constraint.fields))
        table = self._qualify_table_name(model._meta.db_table, model._meta.schema)
        name = self.quote(self._unique_name(model, constraint))
        await self._run_sql(f"CREATE UNIQUE INDEX {name} ON {table} ({columns}) WHERE {constraint.condition}")

    async def remove_constraint(self, model: Any, constraint: Constraint) -> None:
        """Called with the table as it was."""
        if isinstance(constraint, UniqueConstraint):
            await self._run_sql(f"DROP INDEX {self.quote(self._unique_name(model, constraint))}")
            return
        before = model._meta.constraints
        model._meta.constraints = tuple(one for one in before if one != constraint)
        try:
            await self._remake_table(model)
        finally:
            model._meta.constraints = before

    async def rename_constraint(self, model: Any, old_constraint: Constraint, new_constraint: Constraint) -> None:
        """Called with the table as it shall be."""
        if isinstance(new_constraint, CheckConstraint):
            await self._remake_table(model)
            return
        await self.remove_constraint(model, old_constraint)
        await self.add_constraint(model, new_constraint)

    async def remove_field(self, model: Any, field: Any) -> None:
        """A reference goes with its column."""
        if isinstance(field, ForeignKeyFieldInstance):
            field = model._meta.fields_map[field.source_field]
        await super().remove_field(model, field)

    async def _alter_field(self, model: Any, old_field: Any, new_field: Any) -> None:
        if old_field.index and not new_field.index:
            await self.remove_index(model, Index(fields=(_column(model, old_field.model_field_name),)))
        await super()._alter_field(model, old_field, new_field)
        if new_field.index and not old_field.index:
            await self.add_index(model, Index(fields=(_column(model, new_field.model_field_name),)))

    async def _remake_table(
        self, model: Any, create_field: Any = None, delete_field: Any = None, alter_fields: Any = None
    ) -> None:
        table = model._meta.db_table
        await self._refuse_cascades()
        indexes, triggers = await self._indexes(table), await self._triggers(table)
        await super()._remake_table(model, create_field, delete_field, alter_fields)
        dropped = _column(model, delete_field.model_field_name) if delete_field else None
        freed = {
            _column(model, new.model_field_name) for old, new in alter_fields or () if old.unique and not new.unique
        }
        inline = {tuple(one["columns"]) for one in await self._indexes(table) if one["unique"]}
        for index in indexes:
            if dropped not in index["columns"] and not (index["unique"] and _is_field(index, freed)):
                await self._put_back(model, index, inline)
        for trigger in triggers:
            await self.client.execute_query(trigger)

    async def _put_back(self, model: Any, index: dict, inline: set) -> None:
        """``inline``: columns that the new table declares as UNIQUE."""
        if index["unique"] and not index["partial"] and tuple(index["columns"]) in inline:
            return
        if index["sql"]:
            await self.client.execute_query(index["sql"])
        elif index["origin"] == "u":
            await self.add_constraint(model, UniqueConstraint(fields=tuple(index["columns"])))

    async def _refuse_cascades(self) -> None:
        if (await self.client.execute_query_dict("PRAGMA foreign_keys"))[0]["foreign_keys"]:
            raise RuntimeError("with foreign keys on, building a table anew would delete the rows that point at it")

    async def _indexes(self, table: str) -> list[dict]:
        found = await self.client.execute_query_dict(
            'SELECT i.name, i."unique", i.origin, i.partial, m.sql FROM pragma_index_list(?) i '
            "LEFT JOIN sqlite_master m ON m.type = 'index' AND m.name = i.name ORDER BY i.seq DESC",
            [table],
        )
        for index in found:
            columns = await self.client.execute_query_dict(
                "SELECT name FROM pragma_index_info(?) ORDER BY seqno", [index["name"]]
            )
            index["columns"] = [column["name"] for column in columns]
        return found

    async def _triggers(self, table: str) -> list[str]:
        found = await self.client.execute_query_dict(
            "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", [table]
        )
        return [trigger["sql"] for trigger in found]

    def _unique_name(self, model: Any, constraint: UniqueConstraint) -> str:
        columns = tuple(self._resolve_fields_to_columns(model, constraint.fields))
        return self._constraint_name_for_model(model, UniqueConstraint(fields=columns, name=constraint.name))


def _column(model: Any, name: str) -> str:
    field = model._meta.fields_map.get(name)
    return getattr(field, "source_field", None) or name


def _is_field(index: dict, names: set[str]) -> bool:
    return len(index["columns"]) == 1 and index["columns"][0] in names and not index["partial"]
