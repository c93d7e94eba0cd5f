"""What the application's role in the database may do: everything on tables that change, insert and read on
tables that only grow, and the few columns that are written once."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, models
from psycopg import sql

from tracker.models import AppendOnly

PARTITIONS = """
    SELECT child.relname FROM pg_inherits
    JOIN pg_class child ON child.oid = inhrelid
    JOIN pg_class parent ON parent.oid = inhparent
    WHERE parent.relname = %s
"""


def grant_application_role(using: str = "default", **_signal: Any) -> None:
    """Grant the application's role what it may do, on every table that is there.

    Run as the owner after each migration. Does nothing where the application is the owner: then the
    triggers alone protect the append-only tables.
    """
    connection = connections[using]
    role = settings.DATABASE_APP_ROLE
    if connection.vendor != "postgresql" or not role or role == connection.settings_dict["USER"]:
        return
    with connection.cursor() as cursor:
        # Partitions ("p") come with their table, for they must have no more than it has.
        tables = {info.name for info in connection.introspection.get_table_list(cursor) if info.type == "t"}
        append_only = append_only_tables()
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(role)))
        for table in sorted(tables):
            for name in [table, *_partitions(cursor, table)]:
                for statement in _grants(name, append_only.get(table), role):
                    cursor.execute(statement)
        cursor.execute(
            sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(
                sql.Identifier(role)
            )
        )


def append_only_tables() -> dict[str, tuple[str, ...]]:
    """The tables that only grow, each with its columns that are written once."""
    return {
        model._meta.db_table: tuple(_column(model, name) for name in model.written_once)
        for model in apps.get_app_config("tracker").get_models()
        if issubclass(model, AppendOnly)
    }


def _column(model: type[models.Model], field: str) -> str:
    column = model._meta.get_field(field)
    assert isinstance(column, models.Field)
    return str(column.column)


def _partitions(cursor: Any, table: str) -> list[str]:
    cursor.execute(PARTITIONS, [table])
    return [name for (name,) in cursor.fetchall()]


def _grants(table: str, written_once: tuple[str, ...] | None, role: str) -> list[sql.Composed]:
    """The statements that leave the role with exactly what it may do on a table."""
    names = {"table": sql.Identifier(table), "role": sql.Identifier(role)}
    statements = [sql.SQL("REVOKE ALL ON {table} FROM {role}").format(**names)]
    if written_once is None:
        statements.append(
            sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {role}").format(**names)
        )
        return statements
    statements.append(sql.SQL("GRANT SELECT, INSERT ON {table} TO {role}").format(**names))
    if written_once:
        columns = sql.SQL(", ").join(map(sql.Identifier, written_once))
        statements.append(
            sql.SQL("GRANT UPDATE ({columns}) ON {table} TO {role}").format(columns=columns, **names)
        )
    return statements
