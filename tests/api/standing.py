"""Standings put in place by hand, as a worker would have stored them, for what reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.api.cast import report_of
from tracker.models import Incident, Standing
from tracker.services import clock

FIGURES = {
    "min": 3,
    "max": 5,
    "at_least": None,
    "contested": False,
    "sources": ["river-monitor"],
    "repeated_by": [],
    "highest": 5,
}
DETAILS = {
    "attribution": "claimed",
    "intent": "not_stated",
    "responsible": "north",
    "answers_to": "north",
    "act": "shelling",
    "casualties": {"killed": FIGURES},
    "by_group": {"combatants": {"killed": FIGURES}},
    "sources": ["river-monitor"],
    "first_known": "2026-03-04T08:00:00Z",
    "ruling": None,
}


def stand(cast, api, number=1, *, readings=("alleged",), view="public", body=None, key="monitor", **columns):
    """An incident by a report, and its standings as a worker would have stored them; gives its reference."""
    sent = api.send(body or report_of(number), key=key)
    incident = Incident.objects.get(reference=sent.json()["incident"])
    known = columns.pop("known", clock.now() - timedelta(minutes=5))
    for reading in ("alleged", "corroborated", "ruled"):
        happened = datetime(2026, 3, 4, 6, tzinfo=UTC)
        row = {
            "counts": reading in readings,
            "coverage": "covered",
            "occurred_from": happened,
            "occurred_to": happened + timedelta(hours=1),
            "grade": "weak",
            "alleged": ["north"],
            "details": DETAILS,
            "why": {"code": "standing.alleged", "values": {}},
            "evidence": [],
            **columns,
        }
        Standing.objects.create(
            incident=incident,
            reference=incident.reference,
            truce=cast.truce,
            term=cast.cessation,
            reading=reading,
            view=view,
            known=known,
            **row,
        )
    return incident.reference
