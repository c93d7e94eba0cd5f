"""What the board reads beside the status: incidents, rulings and convoys, as known at a moment in a view.

Everything takes ``known_at`` (aware) and a view and answers what was known then; nothing here asks the time.
Each function is a fixed number of queries, and says how many rows it may give.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from tracker.feed.counted import counted_reports, public_now, standings_at
from tracker.models import (
    Convoy,
    Declaration,
    Incident,
    IncidentLink,
    LogHead,
    Report,
    Ruling,
    Source,
    Standing,
    Truce,
    View,
    Visibility,
)

LATEST_INCIDENTS = 12
STATEMENTS = 12
TALLIES = 12
LEDGER = 24
DAYS = 31


@dataclass
class IncidentReading:
    """One incident as known: its standings by (term, reading), its claims in order, its rulings."""

    incident: Incident
    standings: dict[tuple[int, str], Standing] = field(default_factory=dict)
    claims: list[Report] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)


def latest_incidents(
    truce: Truce, view: View, known_at: datetime, as_of: datetime, limit: int = LATEST_INCIDENTS
) -> list[int]:
    """Row ids of the incidents that happened last before ``as_of``, latest first (one query)."""
    rows = (
        standings_at(truce, view, known_at)
        .filter(reading="alleged", occurred_to__lte=as_of)
        .order_by("-occurred_to", "-counts", "incident_id")
        .values_list("incident_id", flat=True)
    )
    return list(dict.fromkeys(rows[: limit * 2]))[:limit]


def incidents_read(ids: Sequence[int], truce: Truce, view: View, known_at: datetime) -> list[IncidentReading]:
    """Everything that stood of the given incidents at a known moment, in the given order (seven queries).

    Those that every report has been withheld from the public since are left out of its view.
    """
    incidents = Incident.objects.filter(pk__in=ids)
    if view == View.PUBLIC:
        links = IncidentLink.objects.alias(is_public_now=public_now("report"))
        incidents = incidents.filter(Exists(links.filter(incident=OuterRef("pk"), is_public_now=True)))
    found = {incident.pk: IncidentReading(incident) for incident in incidents}
    ids = [pk for pk in ids if pk in found]
    for standing in standings_at(truce, view, known_at).filter(incident__in=ids):
        found[standing.incident_id].standings[standing.term_id, standing.reading] = standing
    withheld = withheld_sources(view)
    for report in claims_about(ids, view, known_at):
        report.relayed_by = [slug for slug in report.relayed_by if slug not in withheld]
        found[report.incident_now].claims.append(report)  # type: ignore[attr-defined]
    for ruling in rulings_on(ids, truce, view, known_at):
        found[ruling.incident_id].rulings.append(ruling)
    return [found[pk] for pk in ids]


def claims_about(ids: Sequence[int], view: View, known_at: datetime) -> QuerySet[Report]:
    """The counted reports that were about the given incidents, by ``incident_now``; first known first."""
    # Asked for on their own: else the database looks into every report before it chooses these.
    about = list(IncidentLink.objects.filter(incident__in=ids).values_list("report", flat=True))
    link = IncidentLink.objects.filter(report=OuterRef("pk"), change__known__lte=known_at)
    found = (
        counted_reports(view, known_at)
        .filter(pk__in=about)
        .annotate(incident_now=Subquery(link.order_by("-change__known", "-id").values("incident")[:1]))
        .filter(incident_now__in=ids, claim__isnull=False)
        .select_related("source__affiliation", "change", "claim__by", "claim__against")
        .prefetch_related("claim__casualties")
    )
    return found.order_by("known", "id")  # type: ignore[misc]


def withheld_sources(view: View) -> set[str]:
    """The slugs of the sources that a view never names (one query, none for the full view)."""
    if view == View.FULL:
        return set()
    return set(
        Source.objects.filter(Q(protected=True) | ~Q(visibility=Visibility.PUBLIC)).values_list(
            "slug", flat=True
        )
    )


def rulings_on(ids: Sequence[int], truce: Truce, view: View, known_at: datetime) -> QuerySet[Ruling]:
    """The reviewed rulings on the given incidents that stood at a known moment; ``review`` is fetched.

    In public none that was taken down since, whichever moment is asked about.
    """
    known = Ruling.objects.filter(review__change__known__lte=known_at)
    if view == View.PUBLIC:
        known = known.filter(visibility=Visibility.PUBLIC)
    found = known.filter(
        ~Exists(known.filter(supersedes=OuterRef("pk"))), incident__in=ids, term__truce=truce
    ).select_related("term", "responsible", "review__change")
    return found.filter(takedown__isnull=True) if view == View.PUBLIC else found


def declarations_of(truce: Truce, view: View, known_at: datetime, as_of: datetime) -> list[Declaration]:
    """The words on terms that had been said by ``as_of`` and counted, earliest first (one query)."""
    counted = counted_reports(view, known_at).filter(pk=OuterRef("report"))
    return list(
        Declaration.objects.filter(
            Q(report__isnull=True) | Exists(counted),
            truce=truce,
            term__isnull=False,
            at__lte=as_of,
            change__known__lte=known_at,
        )
        .select_related("term")
        .order_by("at", "id")
    )


def last_position(view: View) -> int:
    """The change log's last position in a view (one query)."""
    return LogHead.objects.filter(view=view).values_list("position", flat=True).first() or 0


def convoys_of(truce: Truce, known_at: datetime) -> list[Convoy]:
    """The convoys of a truce that were known at a moment (one query)."""
    return list(Convoy.objects.filter(truce=truce, change__known__lte=known_at).order_by("id"))
