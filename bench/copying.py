"""Putting many rows into tables fast: PostgreSQL's COPY, with indexes and foreign keys set up afterwards."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import orjson
import psycopg
from django.db import models
from psycopg import sql


def _text(value: str) -> str:
    return value.replace("\\", "\\\\") if "\\" in value else value


def _json(value: Any) -> str:
    return _text(orjson.dumps(value, option=orjson.OPT_UTC_Z).decode())


def _array(value: Iterable[str]) -> str:
    return "{" + ",".join(f'"{one}"' for one in value) + "}"


ENCODED: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: r"\N",
    bool: lambda value: "t" if value else "f",
    int: str,
    float: repr,
    str: _text,
    datetime: datetime.isoformat,
    list: _array,
    tuple: _array,
    dict: _json,
    bytes: lambda value: value.decode(),  # JSON that is already escaped for COPY
}
"""How a value is written in COPY's text format. Texts hold no tabs and no line breaks here."""


def escaped_json(value: Any) -> bytes:
    """JSON once made and escaped, to be put into many rows."""
    return _json(value).encode()


class Lines:
    """Rows of one model, gathered as COPY's text; what a row leaves out takes the field's default."""

    def __init__(self, model: type[models.Model]) -> None:
        fields = model._meta.concrete_fields
        self.table = model._meta.db_table
        self.columns = [field.column for field in fields]
        self._place = {field.attname: index for index, field in enumerate(fields)}
        self._defaults = [_default(field) for field in fields]
        self._lines: list[str] = []

    def add(self, row: Mapping[str, Any]) -> None:
        """One row by attribute names (``source_id``). Raises KeyError for one that the model lacks."""
        cells = self._defaults.copy()
        for name, value in row.items():
            cells[self._place[name]] = ENCODED[value.__class__](value)
        self._lines.append("\t".join(cells))

    def send(self, connection: psycopg.Connection) -> int:
        """Copy what was gathered; returns how many rows it was."""
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(self.table), sql.SQL(", ").join(map(sql.Identifier, self.columns))
        )
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for first in range(0, len(self._lines), 1_000):
                copy.write("\n".join(self._lines[first : first + 1_000]) + "\n")
        return len(self._lines)


def _default(field: models.Field) -> str:
    if isinstance(field, models.JSONField):
        return _json(field.get_default()) if field.has_default() else r"\N"
    value = field.get_default()
    return str(value) if isinstance(value, str) else ENCODED[type(value)](value)


@contextlib.contextmanager
def without_indexes(connection: psycopg.Connection, tables: Iterable[str]) -> Iterator[None]:
    """Drop the indexes and foreign keys of tables for the length of the block, then make them again.

    Primary keys, checks and unique constraints stay. As the owner, with each statement its own transaction.
    """
    names = list(tables)
    again: list[str] = []
    keys = connection.execute(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND conparentid = 0 AND conrelid::regclass::text = ANY(%s)",
        [names],
    ).fetchall()
    indexes = connection.execute(
        "SELECT quote_ident(schemaname) || '.' || quote_ident(indexname), indexdef FROM pg_indexes "
        "WHERE tablename = ANY(%s) AND schemaname = current_schema() AND NOT EXISTS "
        "(SELECT FROM pg_constraint WHERE conname = indexname AND contype <> 'f')",
        [names],
    ).fetchall()
    for table, name, definition in keys:
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        again.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for name, definition in indexes:
        connection.execute(f"DROP INDEX {name}")
        again.insert(0, definition)
    try:
        yield
    finally:
        for statement in again:
            connection.execute(statement)
