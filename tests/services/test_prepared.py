"""Statements that are prepared once read what Django itself would, and what is remembered is not asked."""

from __future__ import annotations

import contextlib

import psycopg
import pytest
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from tests.services.cast import columns, received, report_document
from tracker.models import (
    Actor,
    Heartbeat,
    Publication,
    Screening,
    Source,
    Truce,
)
from tracker.services import prepared, remembered, reports


def test_a_row_that_is_selected_is_as_django_reads_it(truce):
    for model, names in (
        (Truce, {"slug": truce.slug}),
        (Source, {"slug": "sana"}),
        (Actor, {"slug": "russia"}),
    ):
        (found,) = prepared.select(model, **names)
        theirs = model.objects.get(**names)
        assert columns(found) == columns(theirs)
        assert model_to_dict(found) == model_to_dict(theirs)
    several = prepared.select(Actor, slug=["united-states", "russia", "nobody"])
    assert {actor.slug for actor in several} == {"russia", "united-states"}
    assert prepared.select(Truce, slug="no-such-truce") == []


def test_a_report_that_is_handed_out_remembers_nothing_of_its_transaction(truce, author):
    report = received(author)
    assert report._prefetched_objects_cache == {}
    Screening.objects.create(report=report, change=report.change, outcome="screened_in")
    assert report.screenings.count() == len(report.screenings.all())


def test_what_is_remembered_is_not_asked_again(truce, author):
    report = received(author)
    remembered.remember(report, publications=[])
    row = Publication(report=report, change=report.change, public=True)
    remembered.add(report, "publications", row)
    with CaptureQueriesContext(connection) as asked:
        assert remembered.children(report, "publications") == list(report.publications.all()) == [row]
    assert len(asked) == 0


def test_taking_in_a_report_asks_a_known_number_of_statements(truce, author):
    received(author)
    document = report_document(external_id="the second", relayed_by=["sana"])
    with CaptureQueriesContext(connection) as asked:
        reports.receive(document, author)
    # What it names with its areas and ids, and all its rows, in a transaction, here a savepoint.
    assert len(asked) == 2 + 2, [one["sql"][:80] for one in asked]


def test_values_are_numbered_by_their_names_and_a_doubled_percent_sign_is_one(db):
    statement = "SELECT %(a)s::int + %(a)s::int, %(b)s::text, 7 %% 4, %(b)s LIKE 'x%%'"
    assert prepared.rows(statement, {"b": "xy", "a": 2}) == [(4, "xy", 3, True)]


def test_a_statement_that_is_given_its_values_is_planned_once(db):
    given = prepared.given(name="text")
    statement = f"{given} SELECT slug FROM given JOIN tracker_source ON slug = given.name"
    for number in range(12):
        assert prepared.rows(statement, {"name": f"source-{number}"}) == []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements "
            "WHERE statement LIKE 'WITH given AS%%' AND statement LIKE %s",
            ["%JOIN tracker_source ON slug = given.name"],
        )
        assert cursor.fetchall() == [(7, 5)]


def test_nothing_is_compiled_to_machine_code(db):
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


def test_a_connection_is_as_it_was_whatever_goes_wrong(db):
    with pytest.raises(DatabaseError, match="division by zero"), transaction.atomic():
        prepared.rows("SELECT 1 / %(none)s", {"none": 0})
    assert prepared.rows("SELECT 1 + %(one)s", {"one": 1}) == [(2,)]


@pytest.mark.django_db(transaction=True)
def test_the_first_question_of_a_request_survives_a_database_that_came_back():
    ((lost,),) = prepared.rows("SELECT pg_backend_pid()", {})
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [lost])
    close_old_connections()
    assert prepared.rows("SELECT pg_backend_pid()", {}) != [(lost,)]


MAKE = "INSERT INTO tracker_heartbeat (process, beat) VALUES (%(name)s, '2026-01-01Z') RETURNING process"


def made() -> set[str]:
    return set(Heartbeat.objects.values_list("process", flat=True))


def break_off(*statements: str, within: bool = False) -> None:
    """Ask statements, the last of which ``ends`` its transaction, and then break off the outermost one."""
    with contextlib.suppress(LookupError), transaction.atomic():
        with transaction.atomic(savepoint=False) if within else contextlib.nullcontext():
            for number, statement in enumerate(statements, 1):
                prepared.rows(statement, {"name": "made"}, ends=number == len(statements))
        raise LookupError


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_is_a_whole_transaction_commits_by_itself():
    break_off(MAKE)
    assert made() == {"made"}


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_is_only_the_last_of_its_transaction_commits_with_the_rest():
    break_off("SELECT 1", MAKE)
    break_off(MAKE, within=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        prepared.rows("SELECT 1 / %(none)s", {"none": 0}, ends=True)
    break_off(MAKE, "SELECT 1")
    assert made() == set()
