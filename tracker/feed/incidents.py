"""Incidents as they go out: what the claims that stand in a view say, side by side."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Subquery

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
    View,
)

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
    """The incidents that a view shows: a report that it shows is about them now."""
    placed = IncidentLink.objects.filter(change__known__isnull=False)
    newer = placed.filter(report=OuterRef("report"), pk__gt=OuterRef("pk"))
    about = placed.filter(~Exists(newer), incident=OuterRef("pk"), report__in=reports_shown(view))
    return Incident.objects.filter(Exists(about))


class About(NamedTuple):
    """What the claims of one incident that stand in a view say at their closest, as the view shows it.

    ``place`` is the closest place given, or None, and ``areas`` the codes of the areas that surely hold it.
    ``timed`` is the claim that gives the closest time. ``against`` are the victims that claims name, sorted.
    ``whole_hours`` says that times show to the hour.
    """

    view: View
    claims: Sequence[StandingClaim] = ()
    timed: StandingClaim | None = None
    place: dict[str, Any] | None = None
    areas: Sequence[str] = ()
    against: Sequence[str] = ()
    whole_hours: bool = False

    @property
    def precision(self) -> str | None:
        """How exactly the closest time is given."""
        return None if self.timed is None else self.timed.occurred_precision

    def summary(self) -> dict[str, Any]:
        """Act (None where the claims differ), time and place, as lists of incidents give them."""
        acts = {claim.act for claim in self.claims if claim.act}
        return {
            "act": acts.pop() if len(acts) == 1 else None,
            "occurred": self.timed and _occurred(self.timed, self.view),
            "place": self.place,
            "first_known": as_json(min((claim.known for claim in self.claims), default=None)),
        }


def about(
    incidents: Collection[int],
    view: View,
    known_at: datetime | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> dict[int, About]:
    """What is said of each incident (row id); those of which no claim stands are left out.

    known_at (UTC): as it was said when this was known; None: as it is now. ``meanwhile`` is called while the
    database looks for it, and must ask it nothing.
    """
    found = standing_claims.of_incidents(incidents, view, known_at, meanwhile)
    names = standing_claims.first_level([claim for claims in found.values() for claim in claims])
    return {incident: _about(claims, view, names) for incident, claims in found.items()}


def _about(claims: list[StandingClaim], view: View, names: Mapping[str, str]) -> About:
    timed = [claim for claim in claims if claim.gives_time]
    located = [claim for claim in claims if claim.gives_place]
    against = [claim.against for claim in claims if claim.against]
    place, areas = None, list[str]()
    if located:
        place, areas = _closest(located, _vagueness_of_place).place(view)
        place["adm1"] = next((names[code] for code in areas if code in names), None) if names else None
    return About(
        view,
        claims,
        _closest(timed, _vagueness_of_time) if timed else None,
        place,
        areas,
        against if len(against) < 2 else sorted(set(against)),
        view == View.PUBLIC and any(claim.ours for claim in claims),
    )


def _closest(claims: list[StandingClaim], vagueness: Callable[[StandingClaim], Any]) -> StandingClaim:
    # Most incidents have one claim: what needs no comparison is not compared.
    return claims[0] if len(claims) == 1 else min(claims, key=vagueness)


def _vagueness_of_time(claim: StandingClaim) -> tuple[Any, ...]:
    return claim.length, claim.report


def _vagueness_of_place(claim: StandingClaim) -> tuple[Any, ...]:
    return claim.place_precision or VAGUEST, claim.place_lat is None, claim.report


def _occurred(claim: StandingClaim, view: View) -> dict[str, Any]:
    start, end = claim.occurred(view)
    return {"from": as_json(start), "to": as_json(end), "precision": claim.occurred_precision}
