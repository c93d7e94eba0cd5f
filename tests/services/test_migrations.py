"""Migrations that write: what they make of rows that are there before them."""

from importlib import import_module

import psycopg
import pytest
from django.db import connection
from django.test import Client

from tests.services.cast import received, report_document
from tests.services.published import copy_of
from tracker.models import DueIncident, LogEntry, Standing, Transition, Truce
from tracker.services import assessment, charters, positions, recompute, references, reports

ADDED = ["precision", "place", "place_of", "areas", "against"]
"""What the details of standings have had since they say where and against whom it was."""


@pytest.mark.django_db(transaction=True)
def test_entries_from_before_they_held_their_envelope_are_given_the_one_that_is_written_now(
    truce, author, owner_connection
):
    received(author)
    positions.place()
    before = envelopes()
    assert before
    with owner_connection.transaction():
        owner_connection.execute("ALTER TABLE tracker_logentry DISABLE TRIGGER USER")
        owner_connection.execute(
            """UPDATE tracker_logentry SET envelope = '{"position":' || position || ','"""
        )
        owner_connection.execute("ALTER TABLE tracker_logentry ENABLE TRIGGER USER")
    assert envelopes() != before
    owner_connection.execute(import_module("tracker.migrations.0009_log_entries_hold_their_envelope").WRITE)
    assert envelopes() == before
    with pytest.raises(psycopg.errors.RaiseException, match="Cannot update"):
        owner_connection.execute("UPDATE tracker_logentry SET subject = ''")


def envelopes():
    return set(LogEntry.objects.values_list("view", "position", "envelope"))


def test_a_history_from_before_that_lacks_something_is_made_whole(truce, author):
    received(author)
    positions.place()
    assessment.assess_truce(truce.pk)
    Transition.objects.filter(known__lt=truce.in_force_from).update(superseded=truce.in_force_from)
    truce.refresh_from_db()
    assert recompute.differences(truce)
    with connection.cursor() as cursor:
        cursor.execute(import_module("tracker.migrations.0012_histories_are_gone_over_again").GO_OVER)
    assert assessment.due_truces() == [truce.pk]
    assessment.assess_truce(truce.pk)
    truce.refresh_from_db()
    assert recompute.differences(truce) == []
    assert Truce.objects.get(pk=truce.pk).walk_from is None


@pytest.mark.django_db(transaction=True)
def test_what_was_weighed_before_standings_said_where_it_was_is_weighed_again(
    truce, author, owner_connection
):
    received(author)
    positions.place()
    assessment.assess_truce(truce.pk)
    before = Standing.objects.filter(superseded=None).values_list("details", flat=True)
    whole = list(before)
    assert all(details["place"]["name"] == "near Deir ez-Zor airport" for details in whole)
    with owner_connection.transaction():
        owner_connection.execute("ALTER TABLE tracker_standing DISABLE TRIGGER USER")
        owner_connection.execute("UPDATE tracker_standing SET details = details - %s::text[]", [ADDED])
        owner_connection.execute("ALTER TABLE tracker_standing ENABLE TRIGGER USER")
    truce.refresh_from_db()
    assert recompute.differences(truce)
    migration = import_module("tracker.migrations.0015_incidents_are_weighed_again")
    owner_connection.execute(migration.WEIGH_AGAIN)
    owner_connection.execute(migration.ASSESS_AGAIN)
    assert assessment.due_truces() == [truce.pk]
    assessment.assess_truce(truce.pk)
    truce.refresh_from_db()
    assert recompute.differences(truce) == []
    assert list(before.all()) == whole


def test_an_incident_of_two_truces_that_was_weighed_in_one_is_weighed_in_both(truce, scenario, author):
    charter = scenario.charter.model_copy(update={"slug": "next"})
    charters.load_charter(scenario.model_copy(update={"charter": charter, "convoys": ()}), author)
    incident = references.incident_of(received(author)).reference
    reports.receive(report_document(external_id="two", truce="next", incident=incident), author)
    positions.place()
    DueIncident.objects.filter(truce=truce).delete()
    assessment.sweep()
    truces = list(Truce.objects.order_by("id"))
    assert [bool(recompute.differences(one)) for one in truces] == [True, False]
    migration = import_module("tracker.migrations.0017_incidents_are_weighed_in_every_truce")
    with connection.cursor() as cursor:
        cursor.execute(migration.WEIGH_IN_EVERY)
        cursor.execute(migration.ASSESS_AGAIN)
    assert assessment.sweep() == [one.pk for one in truces]
    for one in Truce.objects.all():
        assert recompute.differences(one) == []


def test_where_no_incident_is_of_two_truces_none_is_weighed_again(truce, author):
    received(author)
    assessment.sweep()
    migration = import_module("tracker.migrations.0017_incidents_are_weighed_in_every_truce")
    with connection.cursor() as cursor:
        cursor.execute(migration.WEIGH_IN_EVERY)
        cursor.execute(migration.ASSESS_AGAIN)
    assert assessment.due_truces() == []


@pytest.mark.django_db(transaction=True)
def test_what_was_told_under_the_name_of_another_truces_term_is_told_under_its_own(
    truce, scenario, author, owner_connection
):
    charter = scenario.charter.model_copy(update={"slug": "syria-2016-10"})
    charters.load_charter(scenario.model_copy(update={"charter": charter, "convoys": ()}), author)
    migration = import_module("tracker.migrations.0020_terms_of_several_truces_are_told_apart")
    constraint = "term_ref_with_its_number_is_unique"
    owner_connection.execute(f"ALTER TABLE tracker_term DROP CONSTRAINT {constraint}")
    owner_connection.execute("UPDATE tracker_term SET number = 1")
    incident = references.incident_of(received(author, truce="syria-2016-10")).reference
    assessment.sweep()
    assert f"{incident}/cessation" in followed()
    owner_connection.execute(migration.NUMBER)
    owner_connection.execute(f"ALTER TABLE tracker_term ADD CONSTRAINT {constraint} UNIQUE (ref, number)")
    owner_connection.execute(migration.FORGET)
    positions.place()
    again = import_module("tracker.migrations.0021_incidents_are_weighed_as_they_show")
    for statement in (again.WEIGH_AGAIN, again.ASSESS_AGAIN):
        owner_connection.execute(statement)
    assessment.sweep()
    assert {one for one in followed() if one.startswith(f"{incident}/")} == {f"{incident}/cessation.2"}


def followed():
    """What a client that followed the log from its beginning has now."""
    return copy_of(Client().get("/api/v1/feed", {"limit": 10_000}).json()["results"])
