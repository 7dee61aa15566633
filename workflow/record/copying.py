"""Rows from one database to another (搬移): in the tables' order and in batches, whatever either side runs on, and summed on both."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, Table, bindparam, delete, insert, select, text, update

from workflow.record.dialects import dialect_of

BATCH = 1000


def copy_rows(source: Connection, target: Connection, tables: Sequence[Table]) -> None:
    """Every row of these tables, parents first; what migrations put into the target gives way.

    Both sides have the present shape. Numbers that the target gives out itself go on after the highest one.
    """
    for table in reversed(tables):
        if target.execute(select(*table.primary_key).limit(1)).first() is not None:
            target.execute(delete(table))
    for table in tables:
        _copy(source, target, table)
        _go_on(target, table)


def sums(connection: Connection, tables: Sequence[Table]) -> dict[str, str]:
    """Table → how many rows, and the sum of their SHA-256: the same on every database, in whatever order rows come."""
    return {table.name: _sum(connection, table) for table in tables}


def _copy(source: Connection, target: Connection, table: Table) -> None:
    own = [fk.parent for fk in table.foreign_keys if fk.column.table is table]
    put = insert(table).values({column.name: _given(column) for column in table.columns})
    found = source.execution_options(yield_per=BATCH).execute(select(table))
    later: list[dict[str, Any]] = []
    for rows in found.mappings().partitions():
        target.execute(put, [{**row, **{column.name: None for column in own}} for row in rows])
        later += [_reference(table, own, row) for row in rows if any(row[column.name] is not None for column in own)]
    if later:  # a row may refer to a later one of its own table
        here = [column == bindparam(f"at_{column.name}") for column in table.primary_key]
        target.execute(update(table).where(*here).values({c.name: bindparam(c.name) for c in own}), later)


def _given(column: Column[Any]) -> Any:
    """None is no value, for JSON too."""
    kind = JSON(none_as_null=True) if isinstance(column.type, JSON) else column.type
    return bindparam(column.name, type_=kind)


def _reference(table: Table, own: Sequence[Column[Any]], row: Mapping[Any, Any]) -> dict[str, Any]:
    return {f"at_{c.name}": row[c.name] for c in table.primary_key} | {c.name: row[c.name] for c in own}


def _go_on(target: Connection, table: Table) -> None:
    numbered = dialect_of(target).go_on
    if numbered:
        for column in table.primary_key:
            if column.autoincrement is not False and column.type.python_type is int:
                named = {"table": f'"{table.name}"', "column": column.name}
                target.execute(text(numbered.format(table=f'"{table.name}"', column=f'"{column.name}"')), named)


def _sum(connection: Connection, table: Table) -> str:
    count = total = 0
    for row in connection.execution_options(yield_per=BATCH).execute(select(table)):
        told = json.dumps(list(row), default=_plain, ensure_ascii=False, sort_keys=True)
        total += int.from_bytes(hashlib.sha256(told.encode()).digest())
        count += 1
    return f"{count} {total % (1 << 256):064x}"


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
