"""What was alleged per day of a truce's zone, what became of it, who counted for themselves, who watched.

A day is the zone's, from its midnight to the next: 23 or 25 hours where the clocks change. Everything takes
``known_at`` (aware) and a view and answers what was known then; nothing here asks the time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q
from django.db.models.functions import Greatest, TruncDate

from tracker.compliance.verdicts import as_json
from tracker.feed.counted import reports_of, standings_at
from tracker.models import ObservationWindow, Report, ReportKind, Truce, View, Visibility

ONE_DAY = timedelta(days=1)
# The end of a half-open span lies in it no more: midnight is not yet the next day's.
INSTANT = timedelta(microseconds=1)
STAGES = {
    "found": ("violation",),
    "cleared": ("no_violation", "outside_truce"),
    "insufficient": ("insufficient_evidence",),
}
RULED = [ruling for rulings in STAGES.values() for ruling in rulings]


@dataclass
class DayReading:
    """One day: the incidents alleged on it by what became of them, tallies that cover it, whether observed.

    ``received`` counts each incident alleged on this day once, whatever became of it; one that is ruled on
    under two terms stands under each ruling. ``may_fall`` are those whose time, as far as it is known,
    reaches beyond the day.
    """

    day: date
    received: int = 0
    found: int = 0
    cleared: int = 0
    insufficient: int = 0
    pending: int = 0
    may_fall: int = 0
    observed: bool = False
    tallies: list[Report] = field(default_factory=list)


def days_of(
    truce: Truce, view: View, known_at: datetime, as_of: datetime, limit: int | None = None
) -> list[DayReading]:
    """The days of a truce up to ``as_of``, or the last ``limit`` of them, oldest first (four queries).

    An incident lies on a day when the whole span in which it may have happened does; else it lies on none,
    and is counted on each day of its span as one that may fall there.
    """
    if as_of <= truce.in_force_from:
        return []
    zone = ZoneInfo(truce.zone)
    last = (as_of - INSTANT).astimezone(zone).date()
    first = truce.in_force_from.astimezone(zone).date()
    if limit is not None:
        first = max(first, last - (limit - 1) * ONE_DAY)
    days = [DayReading(first + n * ONE_DAY) for n in range((last - first).days + 1)]

    def touched(start: date, end: date) -> list[DayReading]:
        """The days from one date to another, both included, as far as they are among ours."""
        return days[max(0, (start - first).days) : max(0, (end - first).days + 1)]

    def dates(start: datetime, until: datetime) -> tuple[date, date]:
        return start.astimezone(zone).date(), max(start, until - INSTANT).astimezone(zone).date()

    for row in _incidents(truce, view, known_at, as_of, datetime.combine(first, datetime.min.time(), zone)):
        if row["first_day"] == row["last_day"]:
            for day in touched(row["first_day"], row["last_day"]):
                for name in ("received", "pending", *STAGES):
                    setattr(day, name, row[name])
        else:
            for day in touched(row["first_day"], row["last_day"]):
                day.may_fall += row["received"]
    for report in reports_of(truce, view, known_at, as_of, ReportKind.TALLY):
        for day in touched(*dates(report.tally.start, report.tally.until)):
            day.tallies.append(report)
    for start, until in _windows(truce, view, known_at):
        for day in touched(*dates(start, until)):
            day.observed = True
    return days


def _incidents(
    truce: Truce, view: View, known_at: datetime, as_of: datetime, since: datetime
) -> list[dict[str, Any]]:
    """Counted in the database: the incidents alleged since a moment, per first and last day of their span."""
    zone = ZoneInfo(truce.zone)
    stages: dict[str, Any] = {
        name: Count("incident", distinct=True, filter=Q(ruled__in=rulings))
        for name, rulings in STAGES.items()
    }
    found = (
        standings_at(truce, view, known_at)
        .filter(
            ~Q(coverage="outside"),
            Q(counts=True) | ~Q(ruled=""),
            reading="alleged",
            occurred_from__lte=as_of,
            occurred_to__gte=since,
        )
        .annotate(
            first_day=TruncDate("occurred_from", tzinfo=zone),
            last_day=TruncDate(Greatest("occurred_from", F("occurred_to") - INSTANT), tzinfo=zone),
        )
        .values("first_day", "last_day")
        .annotate(
            received=Count("incident", distinct=True),
            pending=Count("incident", distinct=True, filter=~Q(ruled__in=RULED)),
            **stages,
        )
    )
    return [dict(row) for row in found.order_by("first_day", "last_day")]


def _windows(truce: Truce, view: View, known_at: datetime) -> list[tuple[datetime, datetime]]:
    """When somebody was watching, as far as the view may know it; never who."""
    windows = ObservationWindow.objects.filter(truce=truce, change__known__lte=known_at)
    if view == View.PUBLIC:
        windows = windows.filter(
            Q(public_from__isnull=True) | Q(public_from__lte=known_at), visibility=Visibility.PUBLIC
        )
    return list(windows.values_list("start", "until"))


def as_sent(day: DayReading) -> dict[str, Any]:
    """A day as it goes out; a tally stays its source's own."""
    counts = {
        name: getattr(day, name)
        for name in ("received", "found", "cleared", "insufficient", "pending", "may_fall", "observed")
    }
    return {
        "day": day.day.isoformat(),
        **counts,
        "tallies": [_tally(report) for report in day.tallies],
    }


def _tally(report: Report) -> dict[str, Any]:
    return {
        "source": None if report.unnamed else report.source.slug,  # type: ignore[attr-defined]
        "report": report.reference,
        "counts": [
            {"what": one.what, "n": one.number, "spans": one.spans} for one in report.tally.counts.all()
        ],
        "from": as_json(report.tally.start),
        "to": as_json(report.tally.until),
    }
