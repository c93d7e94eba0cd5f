"""When a report counts, as half-open ranges of known time.

A report counts from its screening in; in the public view, from when it is published as well. It stops
counting when it is set aside, withheld, or when a report that supersedes it counts in the same view.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

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


def counting_ranges(reports: Iterable[Report], view: View) -> dict[int, list[Range]]:
    """When each report counts in a view: report id → half-open known ranges, placed changes only."""
    wanted = {report.pk for report in reports}
    successor_of = dict(
        Report.objects.filter(supersedes__in=wanted, change__known__isnull=False).values_list(
            "supersedes_id", "id"
        )
    )
    on = _uncut_ranges(wanted | set(successor_of.values()), view)
    cut = {}
    for report in wanted:
        ranges = on.get(report, [])
        successor = successor_of.get(report)
        if successor is not None and on.get(successor):
            ranges = until(ranges, on[successor][0][0])
        cut[report] = ranges
    return cut


def _uncut_ranges(reports: set[int], view: View) -> dict[int, list[Range]]:
    screened: dict[int, list[Switch]] = defaultdict(list)
    for report, known, outcome in (
        Screening.objects.filter(report__in=reports, change__known__isnull=False)
        .order_by("change__known", "id")
        .values_list("report_id", "change__known", "outcome")
    ):
        screened[report].append((placed(known), outcome == ScreeningOutcome.SCREENED_IN))
    ranges = {report: ranges_where_on(switches) for report, switches in screened.items()}
    if view == View.FULL:
        return ranges
    published: dict[int, list[Switch]] = defaultdict(list)
    for report, known, public in (
        Publication.objects.filter(report__in=reports, change__known__isnull=False)
        .order_by("change__known", "id")
        .values_list("report_id", "change__known", "public")
    ):
        published[report].append((placed(known), public))
    return {
        report: both(found, ranges_where_on(published.get(report, ()))) for report, found in ranges.items()
    }
