"""Incidents as they go out: what the claims that stand in a view say, side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from tracker.compliance.verdicts import as_json
from tracker.feed import projection
from tracker.models import (
    Claim,
    Incident,
    IncidentLink,
    IncidentMerge,
    Publication,
    Report,
    Screening,
    ScreeningOutcome,
    View,
)
from tracker.services.known_ranges import counting_ranges, placed

VAGUEST = 9


def reports_shown(view: View) -> QuerySet[Report]:
    """The reports that a view shows: in the full one all that have a known time, in the public one those
    that are screened in and public now."""
    reports = Report.objects.filter(change__known__isnull=False)
    if view == View.FULL:
        return reports
    newest = {"report": OuterRef("pk"), "change__known__isnull": False}
    return reports.alias(
        public_now=Subquery(Publication.objects.filter(**newest).order_by("-id").values("public")[:1]),
        screened_now=Subquery(Screening.objects.filter(**newest).order_by("-id").values("outcome")[:1]),
    ).filter(public_now=True, screened_now=ScreeningOutcome.SCREENED_IN)


def shown(view: View) -> QuerySet[Incident]:
    """The incidents that a view shows: a report that it shows is about them; merged into none."""
    about = IncidentLink.objects.filter(
        incident=OuterRef("pk"), change__known__isnull=False, report__in=reports_shown(view)
    )
    merged = IncidentMerge.objects.filter(incident=OuterRef("pk"), change__known__isnull=False)
    return Incident.objects.filter(Exists(about)).exclude(Exists(merged))


def standing_claims(incidents: Iterable[int], view: View) -> dict[int, list[Claim]]:
    """The claims that stand now, by incident (row id), in the order in which they came."""
    wanted = set(incidents)
    home: dict[int, int] = {}
    for report, incident in (
        IncidentLink.objects.filter(report__incident_links__incident__in=wanted, change__known__isnull=False)
        .order_by("change__known", "id")
        .values_list("report_id", "incident_id")
    ):
        home[report] = incident
    claims = list(
        Claim.objects.filter(report__in=[report for report, at in home.items() if at in wanted])
        .select_related("report__source", "report__change", "by", "against")
        .prefetch_related("casualties")
        .order_by("report_id")
    )
    counting = counting_ranges([claim.report for claim in claims], view)
    found: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        ranges = counting.get(claim.report_id)
        if ranges and ranges[-1][1] is None and not claim.report.retracts:
            found[home[claim.report_id]].append(claim)
    return found


def summaries(incidents: Iterable[int], view: View) -> dict[int, dict[str, Any]]:
    """Act, time and place of each incident (row id), as its closest standing claims give them."""
    return {incident: summary(claims, view) for incident, claims in standing_claims(incidents, view).items()}


def summary(claims: list[Claim], view: View) -> dict[str, Any]:
    """What some claims of one incident say at their closest; ``act`` is null where they differ."""
    acts = {claim.act for claim in claims if claim.act}
    lengths = {
        claim.report_id: claim.occurred_to - claim.occurred_from
        for claim in claims
        if claim.occurred_from is not None and claim.occurred_to is not None
    }
    timed = [claim for claim in claims if claim.report_id in lengths]
    closest = min(timed, key=lambda claim: (lengths[claim.report_id], claim.report_id), default=None)
    return {
        "act": acts.pop() if len(acts) == 1 else None,
        "occurred": None if closest is None else occurred_of(closest),
        "place": _place(claims, view),
        "first_known": as_json(min((placed(claim.report.change.known) for claim in claims), default=None)),
    }


def occurred_of(claim: Claim) -> dict[str, Any]:
    """When a claim says that it happened, half-open, UTC."""
    return {
        "from": as_json(claim.occurred_from),
        "to": as_json(claim.occurred_to),
        "precision": claim.occurred_precision,
    }


def _place(claims: list[Claim], view: View) -> dict[str, Any] | None:
    """The closest place that a claim gives, as coarse as the view must have it."""
    ranked = sorted(
        claims, key=lambda claim: (claim.place_precision or VAGUEST, claim.place_lat is None, claim.report_id)
    )
    places = (projection.place(claim, view) for claim in ranked)
    return next((place for place in places if place), None)
