"""Migrations that write: what they make of rows that are there before them."""

from importlib import import_module

import psycopg
import pytest

from tests.services.cast import received
from tracker.models import LogEntry
from tracker.services import positions


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
