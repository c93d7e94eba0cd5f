"""Lists: however many rows a page holds, the database is asked as often."""

from __future__ import annotations

import json

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ceasefire.environment import BASE_DIR
from tests.api.cast import report_of
from tests.api.standing import stand
from tracker.models import Incident, Standing
from tracker.services import positions

ROWS = 100
LISTS = [
    ("list: reports", "/api/v1/reports", None),
    ("list: reports, full view", "/api/v1/reports", "cleared"),
    ("list: incidents", "/api/v1/incidents", None),
    ("list: incidents, full view", "/api/v1/incidents", "cleared"),
    ("list: violations", "/api/v1/violations?reading=alleged", None),
]
QUERY_COUNTS = BASE_DIR / "tests" / "query_counts.json"


@pytest.fixture
def rows(cast, api):
    """As many reports, incidents and violations as a page holds."""
    stand(cast, api)
    bodies = [report_of(number, relayed_by=["gazette"]) for number in range(2, ROWS + 1)]
    body = b"\n".join(map(orjson.dumps, bodies))
    answer = api.post("/api/v1/reports/batch", body, key="monitor", content_type="application/x-ndjson")
    assert {one["outcome"] for one in answer.json()["results"]} == {"created"}
    positions.place()
    first = Standing.objects.get(reading="alleged")
    for incident in Incident.objects.exclude(pk=first.incident_id):
        first.pk, first.incident, first.reference = None, incident, incident.reference
        first.save(force_insert=True)


def asked(api, path, limit, key):
    """How often the database is asked for a page."""
    view = "public" if key is None else "full"
    with CaptureQueriesContext(connection) as queries:
        response = api.get(f"{path}{'&' if '?' in path else '?'}limit={limit}&view={view}", key=key)
    assert len(response.json()["results"]) == limit
    return len(queries)


def test_a_page_of_a_hundred_takes_as_many_queries_as_a_page_of_one(cast, api, rows):
    kept = json.loads(QUERY_COUNTS.read_text())
    for name, path, key in LISTS:
        asked(api, path, 1, key)
        assert (asked(api, path, 1, key), asked(api, path, ROWS, key)) == (kept[name], kept[name]), name
