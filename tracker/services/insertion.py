"""Storing new rows: those of several models at once, by one statement that is prepared once.

A report is ten kinds of rows. One statement each would cost several times what the database takes to store
them, so they go to it together, a JSON document of each kind, which it reads by its own tables' columns.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.base import ModelState

from tracker.services import prepared

if TYPE_CHECKING:
    Columns = list[tuple[str, str, models.Field[Any, Any]]]

Row = TypeVar("Row", bound=models.Model)

PLAIN = frozenset({NoneType, str, int, float, bool, datetime, list})
"""Types of values that JSON holds as they are."""


def new(model: type[Row], **values: Any) -> Row:
    """A new row, as ``model(**values)`` makes it, several times faster: fields are not gone over one by one.

    values: by the names of fields, of their columns (``truce_id``) or ``pk``. Defaults are the model's.
    As with ``insert``, signals are not sent. Raises ``KeyError`` for what is no field.
    """
    fields, plain, made = _made_of(model)
    row = model.__new__(model)
    row._state = ModelState()
    columns = row.__dict__
    columns.update(plain)
    for name, default in made:
        columns[name] = default()
    for name, value in values.items():
        column, relation = fields[name]
        if relation is None:
            columns[column] = value
            continue
        columns[column] = None if value is None else getattr(value, relation.target_field.attname)
        row._state.fields_cache[name] = value
        if relation.one_to_one and value is not None:
            relation.remote_field.set_cached_value(value, row)
    return row


@cache
def _made_of(
    model: type[models.Model],
) -> tuple[dict[str, tuple[str, Any]], dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """By each name of a field its attribute and, where the name is that of a row, its relation; what is the
    same in every new row; and what is made for each, such as lists."""
    fields: dict[str, tuple[str, Any]] = {}
    plain, made = {}, []
    for field in model._meta.concrete_fields:
        fields[field.attname] = (field.attname, None)
        fields[field.name] = (field.attname, field if field.is_relation else None)
        if field.has_default() and callable(field.default):
            made.append((field.attname, field.default))
        else:
            plain[field.attname] = field.get_default()
    fields["pk"] = (model._meta.pk.attname, None)
    return fields, plain, made


def next_id(model: type[models.Model]) -> str:
    """What a statement asks for to reserve the id of a new row: others may name it before it is stored."""
    return f"nextval('{model._meta.db_table}_{model._meta.pk.column}_seq')"


def fill(made: Iterable[models.Model]) -> None:
    """Give new rows what they are filled with on creation, such as references, before they are stored."""
    for row in made:
        for field in _filled(type(row)):
            field.pre_save(row, add=True)


@cache
def _filled(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [
        field
        for field in model._meta.concrete_fields
        # No moment is filled in by its field: the clock is asked for it.
        if type(field).pre_save is not models.Field.pre_save and not isinstance(field, models.DateTimeField)
    ]


def insert(made: Iterable[models.Model], *, ends: bool = False) -> None:
    """Store new rows of any models by one statement; nothing where there are none.

    Their ids are filled in, except where they were reserved. A row may name another of the same call if that
    one's id was reserved. ``ends``: nothing else follows in this transaction. As ``bulk_create`` does, it
    sends no signals. Raises Django's database errors.
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
        f"rows_{number}": orjson.dumps([_document(taken, row) for row in rows]).decode()
        for number, (taken, rows) in enumerate(zip(columns, tables.values(), strict=True))
    }
    keys = iter(prepared.rows(statement, documents, ends=ends))
    for row in itertools.chain.from_iterable(tables.values()):
        (key,) = next(keys)
        if key is not None:
            row.pk = key
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


@cache
def _statement(tables: tuple[tuple[type[models.Model], bool], ...]) -> tuple[str, list[Columns]]:
    """The statement that inserts rows of tables, with ids or without, and what each takes: its columns,
    with the attribute and the field of each."""
    parts, keys, columns = [], [], []
    for number, (model, has_id) in enumerate(tables):
        key = model._meta.pk
        is_given = isinstance(key, models.AutoField) and not has_id
        taken = [
            (field.column, field.attname, field)
            for field in model._meta.concrete_fields
            if field.column and not (is_given and field is key)
        ]
        names = ", ".join(f'"{column}"' for column, _attribute, _field in taken)
        table = model._meta.db_table
        parts.append(
            f"stored_{number} AS (INSERT INTO {table} ({names}) SELECT {names} "
            f"FROM json_populate_recordset(NULL::{table}, %(rows_{number})s::json) "
            f"RETURNING {key.column if is_given else 'NULL::bigint'} AS key)"
        )
        keys.append(f"SELECT key FROM stored_{number}")
        columns.append(taken)
    return f"WITH {', '.join(parts)} {' UNION ALL '.join(keys)}", columns


def _document(columns: Columns, row: models.Model) -> dict[str, Any]:
    """A row as JSON, by column."""
    values = row.__dict__
    return {
        column: value if type(value := values[attribute]) in PLAIN else _value(field, value)
        for column, attribute, field in columns
    }


def _value(field: models.Field[Any, Any], value: Any) -> Any:
    # A code, an enumeration's member, is written as its text.
    if isinstance(value, str) or isinstance(field, models.JSONField):
        return value
    return field.get_prep_value(value)
