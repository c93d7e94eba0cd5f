"""The violation feed, present state: one entry per incident and prohibition that counts in a reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Least

from tracker.compliance.verdicts import as_json
from tracker.feed import incidents
from tracker.models import Reading, Standing, Truce, View

LICENCE = "CC BY 4.0"
METHOD = "1"


def standing_now(view: View, now: datetime) -> QuerySet[Standing]:
    """Every standing that holds now in a view and has happened by now (or the end of its truce's record)."""
    end = Least(Value(now), Coalesce("truce__record_ends", Value(now)))
    return (
        Standing.objects.filter(view=view, until__isnull=True, superseded__isnull=True, known__lte=now)
        .annotate(happened=Coalesce("occurred_to", "occurred_from"))
        .filter(Q(happened__isnull=True) | Q(happened__lte=end))
    )


def counting(
    view: View, now: datetime, *, reading: str | None = None, truce: Truce | None = None
) -> QuerySet[Standing]:
    """The standings that count in a reading (None: each charter's headline one), newest incident first."""
    rows = standing_now(view, now).filter(counts=True)
    rows = rows.filter(reading=F("truce__headline_reading") if reading is None else reading)
    if truce is not None:
        rows = rows.filter(truce=truce)
    return rows.select_related("incident", "truce", "term").order_by("-incident_id", "-term_id")


def render(rows: Iterable[Standing], view: View, now: datetime, address: str) -> list[dict[str, Any]]:
    """The entries of some standings, as they go out. ``address`` is the service's own, without a slash."""
    found = list(rows)
    about = incidents.summaries({row.incident_id for row in found}, view)
    versions = _versions(found, view)
    readings = _readings(found, view, now)
    return [
        _entry(
            row,
            about.get(row.incident_id, {}),
            readings[row.incident_id, row.term_id],
            versions[row.incident_id, row.term_id, row.reading],
            address,
        )
        for row in found
    ]


def reference(incident: str, term: str) -> str:
    """The reference of a violation: that of its incident and that of its term."""
    return f"{incident}/{term}"


def figures(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """One range of figures as it goes out; None where no source gives one."""
    if not found:
        return None
    return {key: found.get(key) for key in ("min", "max", "at_least", "contested", "sources", "repeated_by")}


def casualties(details: Mapping[str, Any]) -> dict[str, Any]:
    """The ranges of an incident: killed, injured, further effects where a source gives one, and by group."""
    every = {effect: figures(found) for effect, found in details.get("casualties", {}).items()}
    groups = {
        group: {effect: figures(found) for effect, found in effects.items()}
        for group, effects in details.get("by_group", {}).items()
    }
    return {"killed": None, "injured": None, **every, "by_group": groups}


def _entry(
    row: Standing, about: Mapping[str, Any], readings: Mapping[str, bool], version: int, address: str
) -> dict[str, Any]:
    details = row.details
    return {
        "ref": reference(row.incident.reference, row.term.ref),
        "truce": row.truce.slug,
        "term": row.term.ref,
        "reading": row.reading,
        "incident": {
            "ref": row.incident.reference,
            "act": details.get("act") or about.get("act"),
            "occurred": occurred(row, about),
            "place": about.get("place"),
        },
        "alleged": list(row.alleged),
        "responsible": details.get("responsible") if row.ruled == "violation" or row.accepted else None,
        "answers_to": details.get("answers_to"),
        "attribution": details.get("attribution", "unknown"),
        "intent": details.get("intent", "not_stated"),
        "casualties": casualties(details),
        "grade": row.grade,
        "readings": dict(readings),
        "coverage": row.coverage,
        "assumed": details.get("assumed", False),
        "unplaced": row.unplaced,
        "severity": row.severity or None,
        "ruling": details.get("ruling"),
        "sources": details.get("sources", []),
        "first_known": details.get("first_known"),
        "updated": as_json(row.known),
        "version": version,
        "method": METHOD,
        "url": f"{address}/incidents/{row.incident.reference}/",
        "licence": LICENCE,
        "attributed_to": getattr(settings, "ATTRIBUTION", "") or "Ceasefire compliance tracker",
    }


def occurred(row: Standing, about: Mapping[str, Any]) -> dict[str, Any] | None:
    """When it may have happened, half-open, and how exactly its reports say so; None where none does."""
    if row.occurred_from is None and row.occurred_to is None:
        return None
    said = about.get("occurred") or {}
    return {
        "from": as_json(row.occurred_from),
        "to": as_json(row.occurred_to),
        "precision": said.get("precision"),
    }


def _pairs(rows: list[Standing]) -> Q:
    return Q(incident__in={row.incident_id for row in rows}, term__in={row.term_id for row in rows})


def _versions(rows: list[Standing], view: View) -> dict[tuple[int, int, str], int]:
    """How many standings each has had, those among them that were found wrong too."""
    counted = (
        Standing.objects.filter(_pairs(rows), view=view)
        .values_list("incident_id", "term_id", "reading")
        .annotate(number=Count("id"))
        .order_by()
    )
    return {(incident, term, reading): number for incident, term, reading, number in counted}


def _readings(rows: list[Standing], view: View, now: datetime) -> dict[tuple[int, int], dict[str, bool]]:
    """In which readings each counts now."""
    found: dict[tuple[int, int], dict[str, bool]] = {
        (row.incident_id, row.term_id): dict.fromkeys(Reading.values, False) for row in rows
    }
    for incident, term, reading, counts in (
        standing_now(view, now)
        .filter(_pairs(rows))
        .order_by()
        .values_list("incident_id", "term_id", "reading", "counts")
    ):
        if (incident, term) in found:
            found[incident, term][reading] = counts
    return found
