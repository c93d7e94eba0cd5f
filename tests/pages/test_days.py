"""Days of a truce: the zone's days, counted in the database, and what they say over the API."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

# Clocks in Paris went back on 25 October 2026 at 01:00Z: that day has 25 hours, from 22:00Z to 23:00Z.
LONG_DAY = date(2026, 10, 25)
MIDNIGHT = datetime(2026, 10, 24, 22, tzinfo=UTC)
NEXT_MIDNIGHT = datetime(2026, 10, 25, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def truce(db: None) -> Any:
    """A truce of Paris time, in force from the day before the clocks go back."""
    from tests.api.cast import make_cast

    truce = make_cast().truce
    truce.zone, truce.in_force_from = "Europe/Paris", MIDNIGHT - 24 * HOUR
    truce.save()
    return truce


def alleged(truce: Any, *spans: tuple[datetime, datetime], ruled: str = "") -> None:
    """Incidents that are alleged to have happened within these spans, and what they are ruled to be."""
    from tracker.models import Incident, Standing
    from tracker.services.authors import Author
    from tracker.services.writing import writing

    term = truce.terms.get(ref="cessation")
    with writing(Author.of_worker("test"), reassesses=False) as w:
        incidents = [Incident.objects.create(change=w.change) for _span in spans]
    Standing.objects.bulk_create(
        Standing(
            incident=incident,
            truce=truce,
            term=term,
            reading="alleged",
            view="public",
            known=NEXT_MIDNIGHT,
            counts=ruled != "no_violation",
            coverage="covered",
            occurred_from=start,
            occurred_to=end,
            grade="fair",
            ruled=ruled,
            why={},
            evidence=[],
            details={},
        )
        for incident, (start, end) in zip(incidents, spans, strict=True)
    )


def days(truce: Any, limit: int | None = None) -> dict[date, Any]:
    from tracker.feed.days import days_of
    from tracker.models import View

    as_of = NEXT_MIDNIGHT + 24 * HOUR
    return {day.day: day for day in days_of(truce, View.PUBLIC, as_of, as_of, limit)}


def test_a_day_on_which_the_clocks_change_is_the_zones_day(truce: Any) -> None:
    alleged(truce, (MIDNIGHT, NEXT_MIDNIGHT), (NEXT_MIDNIGHT - HOUR, NEXT_MIDNIGHT))
    alleged(truce, (NEXT_MIDNIGHT, NEXT_MIDNIGHT))
    found = days(truce)
    assert list(found) == [LONG_DAY - timedelta(days=1), LONG_DAY, LONG_DAY + timedelta(days=1)]
    assert [day.received for day in found.values()] == [0, 2, 1]
    assert [day.may_fall for day in found.values()] == [0, 0, 0]


def test_what_may_lie_on_two_days_lies_on_neither_and_may_fall_on_each(truce: Any) -> None:
    alleged(truce, (NEXT_MIDNIGHT - HOUR, NEXT_MIDNIGHT + HOUR))
    assert [(day.received, day.may_fall) for day in days(truce).values()] == [(0, 0), (0, 1), (0, 1)]


def test_however_many_vague_ones_there_are_all_are_counted(truce: Any) -> None:
    alleged(truce, *[(MIDNIGHT - 900 * HOUR, NEXT_MIDNIGHT + 900 * HOUR)] * 250)
    assert [day.may_fall for day in days(truce).values()] == [250, 250, 250]
    assert [day.may_fall for day in days(truce, limit=2).values()] == [250, 250]


def test_each_stage_is_counted_and_received_is_all_of_them(truce: Any) -> None:
    noon = (MIDNIGHT + 12 * HOUR, MIDNIGHT + 12 * HOUR)
    for ruling in ("", "violation", "no_violation", "insufficient_evidence", "violation"):
        alleged(truce, noon, ruled=ruling)
    day = days(truce)[LONG_DAY]
    assert (day.received, day.found, day.cleared, day.insufficient, day.pending) == (5, 2, 1, 1, 1)


def test_the_api_gives_every_day_and_refuses_what_it_does_not_know(truce: Any, client: Any) -> None:
    path = f"/api/v1/truces/{truce.slug}/days"
    assert client.get(path, {"as_of": "2026-10-24T00:00:00Z"}).json()["results"] == [
        {
            "day": "2026-10-24",
            "received": 0,
            "found": 0,
            "cleared": 0,
            "insufficient": 0,
            "pending": 0,
            "may_fall": 0,
            "observed": False,
            "tallies": [],
        }
    ]
    assert client.get(path, {"as_of": "2026-10-01T00:00:00Z"}).json() == {"results": [], "next": None}
    assert client.get(path, {"day": "1"}).json()["errors"][0]["parameter"] == "day"
    assert client.get(path, {"view": "full"}).status_code == 401
    assert client.get("/api/v1/truces/no-such-truce/days").status_code == 404
