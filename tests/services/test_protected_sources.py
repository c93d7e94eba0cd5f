"""A protected source is named in no verdict, whose word it may yet rest on; and told of to the hour only."""

from __future__ import annotations

import orjson
import pytest
from django.test import Client

from tests.services.cast import received
from tracker.models import Report, Source, View
from tracker.services import assessment, publication, status

SLUG = "syrian-observatory"
NOTICED = "2016-09-15T10:17:00Z"


@pytest.fixture
def refusal(truce, author) -> Report:
    """A convoy was refused, as a protected source tells, which consented; a coordinator has published it."""
    Source.objects.filter(slug=SLUG).update(protected=True, visibility="restricted")
    convoy = truce.convoys.get(slug="trucks-at-the-turkish-border")
    access = {
        "convoy": convoy.slug,
        "waiting": 40,
        "withheld_by": "syrian-government",
        "refused_by": "syrian-government",
        "occurred": {"from": "2016-09-15T09:43:00Z", "to": NOTICED, "precision": "exact"},
    }
    report = received(
        author, kind="access", source=SLUG, access=access, consent="public", published="2016-09-15T10:21:00Z"
    )
    assessment.sweep()
    publication.publish(report, "It was called off.", author)
    assessment.sweep()
    return report


def ways_out(truce) -> dict[str, str]:
    """Whatever tells the public of a verdict, as text."""
    client, base = Client(), f"/api/v1/truces/{truce.slug}"
    as_of = {"as_of": "2016-09-17T00:00:00Z"}
    asked = {
        "status": (f"{base}/status", as_of),
        "history": (f"{base}/status/history", {"limit": 1000}),
        "feed": ("/api/v1/feed", {"limit": 10_000}),
        "board": (f"/truces/{truce.slug}/", as_of),
    }
    return {name: client.get(path, query).content.decode() for name, (path, query) in asked.items()}


def test_it_is_named_in_no_verdict_in_public(truce, refusal):
    told = ways_out(truce)
    for name in ("status", "history", "feed"):
        assert '"says":null' in told[name], name
    for name in ("status", "history", "board"):
        assert "a source that is not named" in told[name].lower(), name
    assert {name for name, text in told.items() if SLUG in text} == set()


def test_the_minute_that_it_told_of_shows_nowhere_in_public(truce, refusal):
    told = ways_out(truce)
    for minute in (":43:00", ":17:00", ":21:00"):
        assert {name for name, text in told.items() if minute in text} == set()
    assert "2016-09-15T11:00:00Z" in told["status"]


def test_the_cleared_are_told_who_it_was_and_when(truce, refusal):
    full = orjson.dumps(status.status(truce, view=View.FULL)).decode()
    assert f'"says":"{SLUG}"' in full
    assert NOTICED in full
