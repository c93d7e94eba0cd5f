"""Storing new rows: those of several models at once, by one statement that is prepared once.

A report is ten kinds of rows. One statement each would cost several times what the database takes to store
them, so they go to it together, a JSON document of each kind, which it reads by its own tables' columns.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Any

import orjson
from django.db import connection, models

from tracker.services import prepared

if TYPE_CHECKING:
    Columns = list[models.Field[Any, Any]]

PLAIN = frozenset({NoneType, str, int, float, bool, datetime, list})
"""Types of values that JSON holds as they are."""


def reserve(*made: type[models.Model]) -> list[int]:
    """The ids that new rows of these models will have: others may name them before they are stored."""
    (numbers,) = prepared.rows(_next(made), {})
    return list(numbers)


@cache
def _next(made: tuple[type[models.Model], ...]) -> str:
    sequences = (f"{model._meta.db_table}_{model._meta.pk.column}_seq" for model in made)
    return "SELECT " + ", ".join(f"nextval('{sequence}')" for sequence in sequences)


def fill(made: Iterable[models.Model]) -> None:
    """Give new rows what they are filled with on creation, such as references, before they are stored."""
    for row in made:
        for field in _filled(type(row)):
            field.pre_save(row, add=True)


@cache
def _filled(model: type[models.Model]) -> Columns:
    return [
        field for field in model._meta.concrete_fields if type(field).pre_save is not models.Field.pre_save
    ]


def insert(made: Iterable[models.Model]) -> None:
    """Store new rows of any models by one statement; nothing where there are none.

    Their ids are filled in, except where they were reserved. A row may name another of the same call if that
    one's id was reserved. As ``bulk_create`` does, signals are not sent. Raises Django's database errors.
    """
    made = list(made)
    fill(made)
    tables: dict[tuple[type[models.Model], bool], list[models.Model]] = {}
    for row in made:
        tables.setdefault((type(row), row.pk is not None), []).append(row)
    if not tables:
        return
    statement, columns = _statement(tuple(tables))
    documents = {
        f"rows_{number}": orjson.dumps(
            [{field.column: _value(field, row) for field in fields} for row in rows]
        ).decode()
        for number, (fields, rows) in enumerate(zip(columns, tables.values(), strict=True))
    }
    keys = iter(prepared.rows(statement, documents))
    for row in itertools.chain.from_iterable(tables.values()):
        (key,) = next(keys)
        if key is not None:
            row.pk = key
        row._state.adding, row._state.db = False, connection.alias


@cache
def _statement(tables: tuple[tuple[type[models.Model], bool], ...]) -> tuple[str, list[Columns]]:
    """The statement that inserts rows of tables, with ids or without, and the columns that each takes."""
    parts, keys, columns = [], [], []
    for number, (model, has_id) in enumerate(tables):
        key = model._meta.pk
        is_given = isinstance(key, models.AutoField) and not has_id
        taken = [
            field for field in model._meta.concrete_fields if field.column and not (is_given and field is key)
        ]
        names = ", ".join(f'"{field.column}"' for field in taken)
        table = model._meta.db_table
        parts.append(
            f"stored_{number} AS (INSERT INTO {table} ({names}) SELECT {names} "
            f"FROM json_populate_recordset(NULL::{table}, %(rows_{number})s::json) "
            f"RETURNING {key.column if is_given else 'NULL::bigint'} AS key)"
        )
        keys.append(f"SELECT key FROM stored_{number}")
        columns.append(taken)
    return f"WITH {', '.join(parts)} {' UNION ALL '.join(keys)}", columns


def _value(field: models.Field[Any, Any], row: models.Model) -> Any:
    value = getattr(row, field.attname)
    if type(value) in PLAIN or isinstance(field, models.JSONField):
        return value
    return field.get_prep_value(value)
