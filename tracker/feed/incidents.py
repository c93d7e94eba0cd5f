"""Incidents as they go out: what the claims that stand in a view say, side by side."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from tracker.compliance.closeness import vagueness_of_place
from tracker.compliance.verdicts import as_json
from tracker.feed import standing_claims
from tracker.feed.standing_claims import StandingClaim
from tracker.models import (
    Incident,
    IncidentLink,
    Publication,
    Report,
    Screening,
    ScreeningOutcome,
    Truce,
    View,
)
from tracker.services import places


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


def shown(view: View, truce: Truce | None = None) -> QuerySet[Incident]:
    """The incidents that a view shows: a report that it shows is about them now, and concerns the truce."""
    placed = IncidentLink.objects.filter(change__known__isnull=False)
    newer = placed.filter(report=OuterRef("report"), pk__gt=OuterRef("pk"))
    about = placed.filter(~Exists(newer), incident=OuterRef("pk"), report__in=reports_shown(view))
    if truce is not None:
        about = about.filter(report__report_truces__truce=truce)
    return Incident.objects.filter(Exists(about))


class About(NamedTuple):
    """What the claims of one incident that stand in a view say at their closest, as the view shows it.

    ``place`` is the closest place given, or None; ``timed`` the claim that gives the closest time.
    """

    view: View
    claims: Sequence[StandingClaim] = ()
    timed: StandingClaim | None = None
    place: dict[str, Any] | None = None

    def summary(self) -> dict[str, Any]:
        """Act (None where the claims differ), time and place, as lists of incidents give them."""
        acts = {claim.act for claim in self.claims if claim.act}
        return {
            "act": acts.pop() if len(acts) == 1 else None,
            "occurred": self.timed and _occurred(self.timed, self.view),
            "place": self.place,
            "first_known": as_json(min((claim.known for claim in self.claims), default=None)),
        }


def about(incidents: Collection[int], view: View) -> dict[int, About]:
    """What is said now of each incident (row id); those of which no claim stands are left out."""
    found = standing_claims.of_incidents(incidents, view)
    claims = [claim for those in found.values() for claim in those]
    names = places.first_level(code for claim in claims for code in claim.place_within)
    return {incident: _about(those, view, names) for incident, those in found.items()}


def _about(claims: list[StandingClaim], view: View, names: Mapping[str, str]) -> About:
    timed = [claim for claim in claims if claim.gives_time]
    located = min((claim for claim in claims if claim.gives_place), key=_vagueness_of_place, default=None)
    place = None
    if located is not None:
        # Where one tells of civilians, what another says of the place would show where they were.
        is_hidden = located.ours or any(claim.tells_of_civilians() for claim in claims)
        place = located.place(names, is_hidden=view == View.PUBLIC and is_hidden)
    return About(view, claims, min(timed, key=_vagueness_of_time, default=None), place)


def _vagueness_of_time(claim: StandingClaim) -> tuple[Any, ...]:
    return claim.length, claim.report


def _vagueness_of_place(claim: StandingClaim) -> tuple[Any, ...]:
    return *vagueness_of_place(claim.place_precision, claim.place_lat is not None), claim.report


def _occurred(claim: StandingClaim, view: View) -> dict[str, Any]:
    start, end = claim.occurred(view)
    return {"from": as_json(start), "to": as_json(end), "precision": claim.occurred_precision}
