"""When a report counts, as half-open ranges of known time.

A report counts from its screening in; in the public view, from when it is published as well. It stops
counting when it is set aside, withheld, or when a report that supersedes it counts in the same view.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from tracker.models import ScreeningOutcome, View
from tracker.services import prepared

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


def either(ranges: Iterable[Range]) -> list[Range]:
    """The ranges in which any of some ranges is on, in order."""
    found: list[Range] = []
    for start, end in sorted(ranges, key=lambda one: one[0]):
        if found and (found[-1][1] is None or start <= found[-1][1]):
            first, last = found.pop()
            found.append((first, None if last is None or end is None else max(last, end)))
        else:
            found.append((start, end))
    return found


def until(ranges: Iterable[Range], moment: datetime) -> list[Range]:
    """The ranges, ended at ``moment``."""
    return [(start, moment if end is None else min(end, moment)) for start, end in ranges if start < moment]


def known_of(change: str) -> str:
    """The known time of a change, named as in a statement, looked up row by row.

    Joined, the changes tempt the planner to go through all of them from the first on.
    """
    return f"(SELECT change.known FROM tracker_change change WHERE change.id = {change})"


_SETTINGS = f"""
    {prepared.given(reports="bigint[]")}, successor AS MATERIALIZED (
        SELECT report.supersedes_id AS report, report.id
        FROM given CROSS JOIN unnest(given.reports) AS asked (id)
        JOIN tracker_report report ON report.supersedes_id = asked.id
        WHERE {known_of("report.change_id")} IS NOT NULL
    ), wanted AS MATERIALIZED (
        SELECT unnest(given.reports) AS id FROM given UNION SELECT id FROM successor
    )
    SELECT 'successor' AS kind, report, id, NULL::timestamptz AS known, NULL::boolean FROM successor
  UNION ALL
    SELECT 'screening', row.report_id, row.id, set.known, row.outcome = '{ScreeningOutcome.SCREENED_IN}'
    FROM wanted JOIN tracker_screening row ON row.report_id = wanted.id
    CROSS JOIN LATERAL (SELECT {known_of("row.change_id")} OFFSET 0) AS set (known)
    WHERE set.known IS NOT NULL
  UNION ALL
    SELECT 'publication', row.report_id, row.id, set.known, row.public
    FROM wanted JOIN tracker_publication row ON row.report_id = wanted.id
    CROSS JOIN LATERAL (SELECT {known_of("row.change_id")} OFFSET 0) AS set (known)
    WHERE set.known IS NOT NULL
  ORDER BY known, id
"""


def counting_ranges(reports: Collection[int]) -> dict[View, dict[int, list[Range]]]:
    """When each report (row ids) counts, in every view, as half-open known ranges; placed changes only."""
    uncut, successor_of = _uncut(reports)
    return {
        view: {report: _cut(report, uncut[view], successor_of.get(report)) for report in reports}
        for view in View
    }


def shown_ranges(reports: Collection[int]) -> dict[int, list[Range]]:
    """When the public is shown each report (row ids), whether a later one of its source counts or not."""
    uncut, _successor_of = _uncut(reports)
    return {report: uncut[View.PUBLIC].get(report, []) for report in reports}


def _uncut(reports: Collection[int]) -> tuple[dict[View, dict[int, list[Range]]], dict[int, int]]:
    """When reports, and those that supersede them, are on in each view; and by which each is superseded."""
    switches: dict[str, dict[int, list[Switch]]] = {
        "screening": defaultdict(list),
        "publication": defaultdict(list),
    }
    successor_of: dict[int, int] = {}
    values = {"reports": prepared.ids(reports)}
    for kind, report, number, known, on in prepared.rows(_SETTINGS, values, binary=True) if reports else ():
        if kind == "successor":
            successor_of[report] = number
        else:
            switches[kind][report].append((known, on))
    screened, public = (
        {report: ranges_where_on(settings) for report, settings in switches[kind].items()}
        for kind in ("screening", "publication")
    )
    shown = {report: both(found, public.get(report, ())) for report, found in screened.items()}
    return {View.FULL: screened, View.PUBLIC: shown}, successor_of


def _cut(report: int, ranges: dict[int, list[Range]], successor: int | None) -> list[Range]:
    """When a report counts, ended where the one that supersedes it begins to."""
    own, after = ranges.get(report, []), ranges.get(successor, []) if successor is not None else []
    return until(own, after[0][0]) if after else own
