"""What the board reads beside the status: reports, standings and windows, as known at a moment in a view.

Everything takes ``known_at`` (aware) and a view and answers what was known then; nothing here asks the time.
Each function is a fixed number of queries, and says how many rows it may give.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce, Greatest, Least, TruncDate

from tracker.models import (
    Actor,
    Convoy,
    Incident,
    IncidentLink,
    LogHead,
    ObservationWindow,
    Publication,
    Report,
    ReportKind,
    Ruling,
    Screening,
    ScreeningOutcome,
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
ONE_DAY = timedelta(hours=24)


def counted_reports(view: View, known_at: datetime) -> QuerySet[Report]:
    """Reports that stand and count in a view as known at a moment, each with ``known``: from when it did.

    Screened in (and, for the public, published), the newest word holding, and superseded by none that
    counted by then.
    """
    screening = _newest(Screening, known_at)
    publication = _newest(Publication, known_at)
    successor = Exists(_counted_successors(view, known_at))
    reports = Report.objects.annotate(screened=Subquery(screening.values("outcome")[:1])).filter(
        ~successor, screened=ScreeningOutcome.SCREENED_IN, retracts=False
    )
    screened_known = Subquery(screening.values("change__known")[:1])
    if view == View.FULL:
        return reports.annotate(known=screened_known)
    return reports.annotate(
        is_public=Subquery(publication.values("public")[:1]),
        known=Greatest(screened_known, Subquery(publication.values("change__known")[:1])),
    ).filter(is_public=True)


def _newest(model: type[Screening] | type[Publication], known_at: datetime) -> QuerySet[Any]:
    return model.objects.filter(report=OuterRef("pk"), change__known__lte=known_at).order_by(
        "-change__known", "-id"
    )


def _counted_successors(view: View, known_at: datetime) -> QuerySet[Report]:
    found = Report.objects.filter(
        Exists(
            Screening.objects.filter(
                report=OuterRef("pk"), outcome=ScreeningOutcome.SCREENED_IN, change__known__lte=known_at
            )
        ),
        supersedes=OuterRef("pk"),
    )
    if view == View.PUBLIC:
        found = found.filter(
            Exists(
                Publication.objects.filter(report=OuterRef("pk"), public=True, change__known__lte=known_at)
            )
        )
    return found


def reports_of(
    truce: Truce, view: View, known_at: datetime, as_of: datetime, kind: ReportKind, limit: int
) -> list[Report]:
    """The latest ``limit`` counted reports of a kind of a truce that were made by ``as_of``, newest first.

    One query, two for tallies. ``reported`` is when a report was made, as far as is known: the earlier of
    its publication and of when it was known.
    """
    part = {
        ReportKind.ACCESS: ("access__convoy", "access__withheld_by", "access__refused_by"),
        ReportKind.TALLY: ("tally",),
        ReportKind.STATEMENT: ("statement__term",),
    }[kind]
    found = (
        counted_reports(view, known_at)
        .annotate(reported=Least(Coalesce("published", "known"), F("known")))
        .filter(kind=kind, report_truces__truce=truce, reported__lte=as_of)
        .select_related("source", "change", *part)
        .order_by("-reported", "-id")
    )
    if kind == ReportKind.TALLY:
        found = found.prefetch_related("tally__counts")
    return list(found[:limit])


@dataclass
class IncidentReading:
    """One incident as known: its standings by (term, reading), its claims in order, its rulings."""

    incident: Incident
    standings: dict[tuple[int, str], Standing] = field(default_factory=dict)
    claims: list[Report] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)


def standings_at(truce: Truce, view: View, known_at: datetime) -> QuerySet[Standing]:
    """The standings of a truce that stood at a known moment."""
    return Standing.objects.filter(
        Q(until__isnull=True) | Q(until__gt=known_at),
        truce=truce,
        view=view,
        superseded__isnull=True,
        known__lte=known_at,
    )


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
    """Everything that stood of the given incidents at a known moment, in the given order (five queries)."""
    found = {incident.pk: IncidentReading(incident) for incident in Incident.objects.filter(pk__in=ids)}
    for standing in standings_at(truce, view, known_at).filter(incident__in=ids):
        found[standing.incident_id].standings[standing.term_id, standing.reading] = standing
    for report in claims_about(ids, view, known_at):
        found[report.incident_now].claims.append(report)  # type: ignore[attr-defined]
    for ruling in rulings_on(ids, truce, view, known_at):
        found[ruling.incident_id].rulings.append(ruling)
    return [found[pk] for pk in ids if pk in found]


def claims_about(ids: Sequence[int], view: View, known_at: datetime) -> QuerySet[Report]:
    """The counted reports that were about the given incidents, by ``incident_now``; first known first."""
    link = IncidentLink.objects.filter(report=OuterRef("pk"), change__known__lte=known_at)
    found = (
        counted_reports(view, known_at)
        .filter(pk__in=IncidentLink.objects.filter(incident__in=ids).values("report"))
        .annotate(incident_now=Subquery(link.order_by("-change__known", "-id").values("incident")[:1]))
        .filter(incident_now__in=ids, claim__isnull=False)
        .select_related("source__affiliation", "change", "claim__by", "claim__against")
        .prefetch_related("claim__casualties")
    )
    return found.order_by("known", "id")  # type: ignore[misc]


def rulings_on(ids: Sequence[int], truce: Truce, view: View, known_at: datetime) -> QuerySet[Ruling]:
    """The reviewed rulings on the given incidents that stood at a known moment; ``review`` is fetched."""
    later = Ruling.objects.filter(supersedes=OuterRef("pk"), review__change__known__lte=known_at)
    found = Ruling.objects.filter(
        ~Exists(later), incident__in=ids, term__truce=truce, review__change__known__lte=known_at
    ).select_related("term", "responsible", "review__change")
    return found.filter(visibility=Visibility.PUBLIC) if view == View.PUBLIC else found


@dataclass
class DayReading:
    """One day of the truce's zone: incidents alleged on it by stage, tallies that cover it, who watched."""

    day: date
    found: int = 0
    pending: int = 0
    insufficient: int = 0
    cleared: int = 0
    may_fall: int = 0
    observed: bool = False
    tallies: list[Report] = field(default_factory=list)

    @property
    def received(self) -> int:
        """Every incident alleged on this day, whatever became of it."""
        return self.found + self.pending + self.insufficient + self.cleared


STAGE_OF_RULING = {
    "violation": "found",
    "no_violation": "cleared",
    "outside_truce": "cleared",
    "insufficient_evidence": "insufficient",
}


def days_of(
    truce: Truce,
    view: View,
    known_at: datetime,
    as_of: datetime,
    tallies: Iterable[Report],
    limit: int = DAYS,
) -> list[DayReading]:
    """The last ``limit`` days of the truce up to ``as_of``, oldest first (three queries).

    An incident that may have happened over more than 24 hours lies on no day: it is counted on each as one
    that may fall there.
    """
    zone = ZoneInfo(truce.zone)
    last = (as_of - timedelta(microseconds=1)).astimezone(zone).date()
    first = max(truce.in_force_from.astimezone(zone).date(), last - timedelta(days=limit - 1))
    if as_of <= truce.in_force_from:
        return []
    days = {
        first + timedelta(days=n): DayReading(first + timedelta(days=n))
        for n in range((last - first).days + 1)
    }
    start = datetime.combine(first, datetime.min.time(), zone)
    alleged = standings_at(truce, view, known_at).filter(
        ~Q(coverage="outside"), Q(counts=True) | ~Q(ruled=""), reading="alleged", occurred_from__isnull=False
    )
    placed = (
        alleged.filter(
            occurred_from__gte=start, occurred_from__lte=as_of, occurred_to__lte=F("occurred_from") + ONE_DAY
        )
        .annotate(day=TruncDate("occurred_from", tzinfo=zone))
        .values("day", "ruled")
        .annotate(incidents=Count("incident", distinct=True))
        .values_list("day", "ruled", "incidents")
    )
    for day, ruled, incidents in placed:
        stage = STAGE_OF_RULING.get(ruled, "pending")
        if day in days:
            setattr(days[day], stage, getattr(days[day], stage) + incidents)
    spread = alleged.filter(
        Q(occurred_to__gt=start), Q(occurred_to__gt=F("occurred_from") + ONE_DAY), occurred_from__lte=as_of
    ).values_list("occurred_from", "occurred_to")[:200]
    for begins, ends in spread:
        if begins is None or ends is None:
            continue
        for day, reading in days.items():
            midnight = datetime.combine(day, datetime.min.time(), zone)
            if begins < midnight + ONE_DAY and midnight < ends:
                reading.may_fall += 1
    for report in tallies:
        for day, reading in days.items():
            midnight = datetime.combine(day, datetime.min.time(), zone)
            if report.tally.start < midnight + ONE_DAY and midnight < report.tally.until:
                reading.tallies.append(report)
    for begins, ends in observation(truce, view, known_at):
        for day, reading in days.items():
            midnight = datetime.combine(day, datetime.min.time(), zone)
            reading.observed |= begins < midnight + ONE_DAY and midnight < ends
    return list(days.values())


PUBLIC_WINDOW_DELAY = timedelta(days=7)


def observation(truce: Truce, view: View, known_at: datetime) -> list[tuple[datetime, datetime]]:
    """When somebody was watching, as far as the view may know it; never who (one query)."""
    windows = ObservationWindow.objects.filter(truce=truce, change__known__lte=known_at)
    if view == View.PUBLIC:
        windows = windows.filter(
            Q(public_from__isnull=True) | Q(public_from__lte=known_at), visibility=Visibility.PUBLIC
        )
    return list(windows.values_list("start", "until"))


def names_of(slugs: Iterable[str], model: type[Actor] | type[Source]) -> dict[str, dict[str, str]]:
    """Names by language code of actors or sources by slug (one query)."""
    return dict(model.objects.filter(slug__in=set(slugs)).values_list("slug", "name"))


def last_position(view: View) -> int:
    """The change log's last position in a view (one query)."""
    return LogHead.objects.filter(view=view).values_list("position", flat=True).first() or 0


def convoys_of(truce: Truce, known_at: datetime) -> list[Convoy]:
    """The convoys of a truce that were known at a moment (one query)."""
    return list(Convoy.objects.filter(truce=truce, change__known__lte=known_at).order_by("id"))


def charter_truces() -> QuerySet[Truce]:
    """Public truces with what an overview names of them."""
    return Truce.objects.filter(visibility=Visibility.PUBLIC).order_by(
        F("record_ends").desc(nulls_first=True), "-in_force_from"
    )
