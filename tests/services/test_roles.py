"""The database itself refuses to alter what only grows: by the role's rights, and by its triggers."""

import psycopg
import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, models, transaction

from tests.services.cast import received
from tracker.models import AppendOnly, LogPayload
from tracker.services import positions
from tracker.services.roles import append_only_tables


def privileges(cursor, table):
    cursor.execute(
        "SELECT privilege FROM unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE']) AS privilege "
        "WHERE has_table_privilege(current_user, %s, privilege)",
        [table],
    )
    return {name for (name,) in cursor.fetchall()}


def updatable(cursor, table):
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
        "AND has_column_privilege(current_user, attrelid, attnum, 'UPDATE')",
        [table],
    )
    return {name for (name,) in cursor.fetchall()}


def test_the_application_may_only_insert_and_select_on_every_append_only_table(db):
    with connection.cursor() as cursor:
        for table, written_once in append_only_tables().items():
            assert privileges(cursor, table) == {"SELECT", "INSERT"}, table
            assert updatable(cursor, table) == set(written_once), table


def test_no_partition_gives_more_than_its_table(db):
    with connection.cursor() as cursor:
        for table in ("tracker_logentry_0", "tracker_logentry_default", "tracker_auditentry_0"):
            assert privileges(cursor, table) == {"SELECT", "INSERT"}, table
            assert updatable(cursor, table) == set()


def test_the_application_may_change_the_other_tables_but_empty_none(db):
    with connection.cursor() as cursor:
        for model in (
            LogPayload,
            apps.get_model("tracker", "Truce"),
            apps.get_model("tracker", "DueIncident"),
        ):
            assert privileges(cursor, model._meta.db_table) == {"SELECT", "INSERT", "UPDATE", "DELETE"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tracker_report SET summary = ''",
        "DELETE FROM tracker_report",
        "TRUNCATE tracker_report CASCADE",
        "UPDATE tracker_change SET made = known",
        "DELETE FROM tracker_logentry",
        "TRUNCATE tracker_auditentry",
    ],
)
def test_the_application_is_refused_what_would_alter_history(truce, statement):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tracker_report SET summary = ''",
        "DELETE FROM tracker_claim",
        "TRUNCATE tracker_report CASCADE",
        "UPDATE tracker_change SET known = made",
        "UPDATE tracker_change SET made = known",
        "UPDATE tracker_logentry SET subject = ''",
        "DELETE FROM tracker_auditlink",
        "TRUNCATE tracker_auditentry",
    ],
)
def test_the_triggers_refuse_the_owner_as_well(truce, author, owner_connection, statement):
    received(author)
    positions.place()
    with pytest.raises(psycopg.errors.RaiseException, match="Cannot"):
        owner_connection.execute(statement)


def test_every_model_whose_rows_are_never_altered_has_its_triggers(db):
    for model in apps.get_app_config("tracker").get_models():
        if issubclass(model, AppendOnly):
            names = {trigger.name for trigger in model._meta.triggers}
            assert {"never_removed", "never_emptied", "never_altered"} <= names, model
            assert all(isinstance(model._meta.get_field(name), models.Field) for name in model.written_once)
