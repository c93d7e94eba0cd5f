"""Standings put in place by hand, as a worker would have stored them, for what reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.api.cast import report_of
from tracker.compliance.closeness import closest_place, closest_time
from tracker.compliance.verdicts import Details, as_json
from tracker.models import Incident, Publication, Report, Standing, View
from tracker.services import clock, positions
from tracker.services.authors import Author
from tracker.services.facts import incident_facts
from tracker.services.writing import writing

FIGURES = {
    "min": 3,
    "max": 5,
    "at_least": None,
    "contested": False,
    "sources": ["river-monitor"],
    "repeated_by": [],
    "highest": 5,
}
UNSAID = as_json(Details())
"""The details of what is said of an incident of which nothing is."""

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


def publish(report_reference):
    """Make a report public, as its moment would."""
    with writing(Author.of_worker("test")) as w:
        Publication.objects.create(
            report=Report.objects.get(reference=report_reference), change=w.change, public=True
        )
    positions.place()


def said_of(incident, truce, view):
    """What a worker keeps of where and how exactly it was, and against whom, by what its claims say now."""
    claims = incident_facts([incident.pk], truce)[View(view)][incident.pk].claims
    timed, located = closest_time(claims), closest_place(claims)
    shown = located and located.place_shown
    return {
        "precision": timed and timed.precision,
        "place": shown and dict(shown.place),
        "place_of": located and [located.report, located.source.slug],
        "areas": list(shown.areas) if shown else [],
        "against": sorted({claim.against for claim in claims if claim.against}),
    }


def stand(
    cast,
    api,
    number=1,
    *,
    readings=("alleged",),
    view="public",
    body=None,
    key="monitor",
    published=False,
    **columns,
):
    """An incident by a report, and its standings as a worker would have stored them; gives its reference.

    ``published``: the report is one that waits to be made public, and is made so.
    """
    sent = api.send(body or report_of(number), key=key)
    if published:
        publish(sent.json()["ref"])
    incident = Incident.objects.get(reference=sent.json()["incident"])
    known = columns.pop("known", clock.now() - timedelta(minutes=5))
    details = {**UNSAID, **columns.pop("details", DETAILS), **said_of(incident, cast.truce, view)}
    for reading in ("alleged", "corroborated", "ruled"):
        happened = datetime(2026, 3, 4, 6, tzinfo=UTC)
        row = {
            "counts": reading in readings,
            "coverage": "covered",
            "occurred_from": happened,
            "occurred_to": happened + timedelta(hours=1),
            "grade": "weak",
            "alleged": ["north"],
            "details": details,
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
