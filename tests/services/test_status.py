"""The status of a large truce: what it asks of the database."""

from __future__ import annotations

import random
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.services.test_stored_standings import READINGS, START, some_row
from tracker.models import Change, Incident, LogHead, Standing, Truce, View
from tracker.services import status
from tracker.services.standings import FEW, readers
from tracker.services.stored_standings import StoredStandings

MOST_STATEMENTS = 20


def test_any_status_of_a_large_truce_asks_few_statements(truce, author):
    chance = random.Random(1)
    Truce.objects.filter(pk=truce.pk).update(in_force_from=START, record_ends=None, charter_version=2)
    truce.refresh_from_db()
    term = truce.terms.get(kind="prohibition")
    change = Change.objects.create(made=START)
    incidents = Incident.objects.bulk_create(
        Incident(reference=f"inc_{number:010}", change=change) for number in range(FEW + 50)
    )
    rows = [some_row(chance, truce, term, incident) for incident in incidents]
    # Of one nobody can say closely enough when it was, and nothing is known to have followed it.
    vague = {"counts": True, "unplaced": True, "restarts_at": None, "restarts_at_best": None, "until": None}
    vague |= {"reading": "ruled", "known": START + timedelta(days=20)}
    vague |= {"occurred_from": START, "occurred_to": START + timedelta(days=20)}
    for name, value in vague.items():
        setattr(rows[0], name, value)
    Standing.objects.bulk_create(rows)
    LogHead.objects.update(known=START + timedelta(days=60))
    reader = readers(truce, View.PUBLIC)(START + timedelta(days=20))
    assert isinstance(reader, StoredStandings)
    status.status(truce, as_of=START, known_at=START)  # reads the charter, which is kept
    states, asked = set(), []
    for _question in range(60):
        known_at, as_of = (START + timedelta(hours=chance.randrange(24 * 40)) for _moment in range(2))
        with CaptureQueriesContext(connection) as statements:
            said = status.status(truce, as_of=as_of, known_at=known_at)
        asked.append(len(statements))
        clock = next(term for term in said["terms"] if term["kind"] == "clock")
        states |= {clock["readings"][reading]["state"] for reading in READINGS}
    assert states >= {"running", "fulfilled", "unknown"}
    assert max(asked) <= MOST_STATEMENTS, asked
