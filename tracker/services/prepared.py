"""Statements that are asked again and again, prepared once on each connection.

Django writes the values into the text of each statement, so that the database plans it anew each time. The
reads of the rules are many and small: planning them would cost more than answering them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

import orjson
import psycopg
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import ModelState
from psycopg.pq import TransactionStatus

MOST_PREPARED = 500
"""How many statements a connection keeps prepared: more than there are."""

Row = TypeVar("Row", bound=models.Model)
Only = tuple[str, ...] | None


def ids(numbers: Iterable[int]) -> str:
    """Row ids as the text of an array, for ``%(name)s::bigint[]``: one type however many there are."""
    return "{" + ",".join(map(str, numbers)) + "}"


def given(**types: str) -> str:
    """The beginning of a statement whose named values (with their types) are told apart from its plan.

    Such a statement is planned once. One that compares columns with its values themselves is planned anew for
    each of them wherever the database hopes to gain by that, and for what is small that costs the most.
    """
    values = ", ".join(f"%({name})s::{kind} AS {name}" for name, kind in types.items())
    return f"WITH given AS MATERIALIZED (SELECT {values})"


def never_compiled(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Have the database compile nothing to machine code on a new connection: it would take longer than any
    answer here, and is decided by guesses of the cost, which for plans made without values are high."""
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")


def rows(
    statement: str,
    values: Mapping[str, Any],
    *,
    binary: bool = False,
    ends: bool = False,
) -> list[tuple[Any, ...]]:
    """The rows that a constant statement gives for named values (``%(name)s``), on Django's own connection.

    ``binary``: the values come in PostgreSQL's own form, in which moments are read five times faster; JSON
    must then be asked for as text. The statement takes part in the open transaction and is counted among the
    queries where those are counted. ``ends``: it is the last of its transaction; where it is the first as
    well, it commits by itself, and the database is told of neither beginning nor end. Raises Django's
    database errors.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    # Once a request, as before Django's own statements.
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    raw, began = connection.connection, time.monotonic()
    is_alone = (
        ends
        and len(connection.atomic_blocks) == 1
        and raw.pgconn.transaction_status == TransactionStatus.IDLE
    )
    # Django's own statements, whose text changes with their values, stay unprepared.
    raw.prepare_threshold, raw.prepared_max = 0, MOST_PREPARED
    try:
        if is_alone:
            raw.autocommit = True
        with connection.wrap_database_errors, psycopg.RawCursor(raw) as cursor:
            numbered, names = _numbered(statement)
            cursor.execute(numbered, [values[name] for name in names], prepare=True, binary=binary)
            found = cursor.fetchall()
    finally:
        raw.prepare_threshold = None
        if is_alone and not raw.closed:
            raw.autocommit = False
    if connection.queries_logged:
        connection.queries_log.append({"sql": statement, "time": f"{time.monotonic() - began:.3f}"})
    return found


_PLACE = re.compile(r"%(?:\((\w+)\)s|%)")


@cache
def _numbered(statement: str) -> tuple[bytes, Sequence[str]]:
    """A statement as the database takes it, its named values numbered, and their names in that order.

    Psycopg would do the same each time that a long statement is asked.
    """
    numbers: dict[str, int] = {}

    def numbered(place: re.Match[str]) -> str:
        name = place[1]
        return f"${numbers.setdefault(name, len(numbers) + 1)}" if name else "%"

    return _PLACE.sub(numbered, statement).encode(), tuple(numbers)


def select(model: type[Row], **columns: Any) -> list[Row]:
    """The rows of a model whose columns (by attribute: ``source_id``) are as named, by ascending id.

    A list of values stands for any of them.
    """
    several = frozenset(name for name, value in columns.items() if isinstance(value, list))
    statement = _selection(model, tuple(columns), several)
    return [read(model, row) for row in rows(statement, columns, binary=True)]


def columns_of(model: type[models.Model], table: str, only: Only = None) -> str:
    """The columns of a model's table, which a statement calls ``table``, for ``read``, in its order.

    only: the attributes that are wanted, in the order of the model's; None for all.
    """
    return ", ".join(
        f'{table}."{field.column}"' + ("::text" if isinstance(field, models.JSONField) else "")
        for field in fields_of(model, only)
    )


def read(model: type[Row], values: Sequence[Any], only: Only = None) -> Row:
    """The row whose columns, as ``columns_of`` names them, have these values.

    What was left out is asked for where it is looked at, as with ``QuerySet.only``.
    """
    names, documents = _attributes_of(model, only)
    row = model.__new__(model)
    row.__dict__.update(zip(names, values, strict=True))
    for name in documents:
        if (text := row.__dict__[name]) is not None:
            row.__dict__[name] = orjson.loads(text)
    # As ``from_db`` leaves it, which goes over the fields one by one.
    row._state = ModelState()
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return row


@cache
def fields_of(model: type[models.Model], only: Only = None) -> Sequence[models.Field[Any, Any]]:
    """The fields of a model that are columns of its own table, in the order of ``read``."""
    fields = (field for field in model._meta.concrete_fields if field.column)
    return [field for field in fields if only is None or field.attname in only]


@cache
def _attributes_of(model: type[models.Model], only: Only) -> tuple[Sequence[str], Sequence[str]]:
    """A model's attributes that are columns, in the order of ``read``, and those of them that are JSON."""
    fields = fields_of(model, only)
    documents = [field.attname for field in fields if isinstance(field, models.JSONField)]
    return [field.attname for field in fields], documents


@cache
def _selection(model: type[models.Model], columns: Sequence[str], several: frozenset[str]) -> str:
    by_name = {field.attname: field.column for field in fields_of(model)}
    asked = " AND ".join(
        f'"{by_name[name]}" = ' + (f"ANY(%({name})s)" if name in several else f"%({name})s")
        for name in columns
    )
    table = model._meta.db_table
    return f"SELECT {columns_of(model, table)} FROM {table} WHERE {asked} ORDER BY id"
