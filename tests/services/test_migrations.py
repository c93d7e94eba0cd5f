"""Migrations that write: what they make of rows that are there before them."""

from importlib import import_module

import psycopg
import pytest
from django.db import connection

from tests.services.cast import received
from tracker.models import LogEntry, Standing, Transition, Truce
from tracker.services import assessment, positions, recompute

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
