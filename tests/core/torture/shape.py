"""What a database looks like to whoever writes into it: columns, references, indexes, checks; of names only our own."""

import re
from typing import Any

from tortoise.connection import get_connection


async def shape() -> dict[str, list]:
    """Per table, sorted; the same for two databases that accept and refuse the same rows."""
    client = get_connection("default")
    sqlite = client.capabilities.dialect == "sqlite"
    asked = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        if sqlite
        else "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
    )
    tables = sorted(row["name"] for row in await client.execute_query_dict(asked))
    look = _sqlite_table if sqlite else _postgres_table
    return {table: sorted(map(str, await look(client, table))) for table in tables}


async def _sqlite_table(client: Any, table: str) -> list:
    columns = await client.execute_query_dict(
        f"SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('{table}')"
    )
    references = await client.execute_query_dict(
        f'SELECT "table", "from", "to", on_delete FROM pragma_foreign_key_list(\'{table}\')'
    )
    ddl = await client.execute_query_dict(f"SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '{table}'")
    indexes = await client.execute_query_dict(
        'SELECT i.name, i."unique", i.partial, m.sql, group_concat(c.name) AS columns '
        f"FROM pragma_index_list('{table}') i JOIN sqlite_master m ON m.name = i.name, pragma_index_info(i.name) c "
        "WHERE i.origin <> 'pk' GROUP BY i.name ORDER BY c.seqno"
    )
    for index in indexes:
        where = (index.pop("sql") or "").partition(" WHERE ")[2]
        kind = "automatic" if re.match(r"sqlite_|uid_", index["name"]) else index["name"]
        index |= {"where": where, "name": kind}
    checks = re.findall(r'CONSTRAINT "(\w+)" CHECK \((.*?)\)', ddl[0]["sql"])
    return [*columns, *references, *indexes, *checks]


async def _postgres_table(client: Any, table: str) -> list:
    columns = await client.execute_query_dict(
        "SELECT column_name, data_type, character_maximum_length, is_nullable, column_default "
        f"FROM information_schema.columns WHERE table_name = '{table}'"
    )
    constraints = await client.execute_query_dict(
        "SELECT CASE contype WHEN 'c' THEN conname::text END AS name, pg_get_constraintdef(oid) AS definition "
        f"FROM pg_constraint WHERE conrelid = '{table}'::regclass"
    )
    indexes = await client.execute_query_dict(
        "SELECT pg_get_indexdef(indexrelid) AS definition FROM pg_index "
        f"WHERE indrelid = '{table}'::regclass AND indexrelid NOT IN (SELECT conindid FROM pg_constraint)"
    )
    return [*columns, *constraints, *indexes]
