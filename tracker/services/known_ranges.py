"""When a report counts, as half-open ranges of known time.

A report counts from its screening in; in the public view, from when it is published as well. It stops
counting when it is set aside, withheld, or when a report that supersedes it counts in the same view.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from tracker.models import Publication, Report, Screening, ScreeningOutcome, View

Range = tuple[datetime, datetime | None]
Switch = tuple[datetime, bool]


def placed(known: datetime | None) -> datetime:
    """A change's known time, which it has once it is placed; only placed changes are read as facts."""
    if known is None:
        raise ValueError("this change has no known time yet")
    return known


def ranges_where_on(switches: Iterable[Switch]) -> list[Range]:
    """The half-open ranges in which a switch is on, from its settings in the order of their moments.

    Settings at one moment: the later given holds.
    """
    last: dict[datetime, bool] = {}
    for moment, on in sorted(switches, key=lambda setting: setting[0]):
        last[moment] = on
    ranges: list[Range] = []
    since: datetime | None = None
    for moment, on in last.items():
        if on and since is None:
            since = moment
        elif not on and since is not None:
            ranges.append((since, moment))
            since = None
    if since is not None:
        ranges.append((since, None))
    return ranges


def both(left: Iterable[Range], right: Iterable[Range]) -> list[Range]:
    """The ranges in which both are on."""
    found: list[Range] = []
    others = list(right)
    for start, end in left:
        for other_start, other_end in others:
            first = max(start, other_start)
            ends = [moment for moment in (end, other_end) if moment is not None]
            last = min(ends) if ends else None
            if last is None or first < last:
                found.append((first, last))
    return found


def until(ranges: Iterable[Range], moment: datetime) -> list[Range]:
    """The ranges, ended at ``moment``."""
    return [(start, moment if end is None else min(end, moment)) for start, end in ranges if start < moment]


def counting_ranges_in_views(reports: Iterable[Report]) -> dict[View, dict[int, list[Range]]]:
    """When each report counts, in every view: report id → half-open known ranges, placed changes only."""
    wanted = {report.pk for report in reports}
    successor_of = dict(
        Report.objects.filter(supersedes__in=wanted, change__known__isnull=False).values_list(
            "supersedes_id", "id"
        )
    )
    with_successors = wanted | set(successor_of.values())
    screened = _ranges_of(
        Screening.objects.filter(report__in=with_successors).values_list(
            "report_id", "change__known", "outcome"
        ),
        on=ScreeningOutcome.SCREENED_IN,
    )
    public = _ranges_of(
        Publication.objects.filter(report__in=with_successors).values_list(
            "report_id", "change__known", "public"
        ),
        on=True,
    )
    uncut = {
        View.FULL: screened,
        View.PUBLIC: {report: both(found, public.get(report, ())) for report, found in screened.items()},
    }
    return {
        view: {report: _cut(report, uncut[view], successor_of.get(report)) for report in wanted}
        for view in View
    }


def _cut(report: int, ranges: dict[int, list[Range]], successor: int | None) -> list[Range]:
    """When a report counts, ended where the one that supersedes it begins to."""
    own, after = ranges.get(report, []), ranges.get(successor, []) if successor is not None else []
    return until(own, after[0][0]) if after else own


def _ranges_of(rows: QuerySet[Any, tuple[int, datetime | None, Any]], *, on: Any) -> dict[int, list[Range]]:
    """The ranges in which a setting is ``on`` for each report, from what it was set to and when."""
    switches: dict[int, list[Switch]] = defaultdict(list)
    for report, known, setting in rows.filter(change__known__isnull=False).order_by("change__known", "id"):
        switches[report].append((placed(known), setting == on))
    return {report: ranges_where_on(settings) for report, settings in switches.items()}
