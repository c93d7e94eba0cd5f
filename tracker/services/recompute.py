"""Everything from nothing: the same facts, weighed and assessed again, against what is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from tracker.compliance import verdicts
from tracker.compliance.held_standings import HeldStandings
from tracker.compliance.verdicts import as_json
from tracker.compliance.weigh import weigh
from tracker.models import Incident, Standing, Truce, View
from tracker.services import assessment, clock, history, standing_counts, status
from tracker.services.charters import charter_of
from tracker.services.facts import incident_facts, truce_facts
from tracker.services.standings import from_row

log = structlog.get_logger()

INCIDENTS_AT_ONCE = 1_000


def differences(truce: Truce) -> list[str]:
    """What is stored of a truce and would not come out again, or the other way round; one line each.

    Reads only: weighs every incident, walks the whole history in both views, and counts the standings whose
    counts are kept. Facts that are not yet
    assessed are no difference: the truce must be at rest (see ``assessment.due_truces``).
    """
    in_views = [line for view in View for line in _differences_in_view(truce, view)]
    return in_views + standing_counts.differences(truce)


def check_all() -> int:
    """Compare every truce that is at rest; raise the alarm in the log. Returns how many lines differ."""
    behind = set(assessment.due_truces())
    found = 0
    for truce in Truce.objects.exclude(pk__in=behind):
        for line in differences(truce):
            found += 1
            log.error("recompute.differs", truce=truce.slug, difference=line)
    return found


def _differences_in_view(truce: Truce, view: View) -> list[str]:
    charter = charter_of(truce)
    weighed: list[verdicts.Standing] = []
    ids = list(
        Incident.objects.filter(links__report__report_truces__truce=truce)
        .distinct()
        .order_by("id")
        .values_list("id", flat=True)
    )
    for first in range(0, len(ids), INCIDENTS_AT_ONCE):
        for facts in incident_facts(ids[first : first + INCIDENTS_AT_ONCE], truce)[view].values():
            weighed.extend(weigh(charter, facts))
    stored = [
        from_row(row)
        for row in Standing.objects.filter(truce=truce, view=view, superseded__isnull=True).select_related(
            "incident", "term"
        )
    ]
    lines = _compare(
        f"{view} standing",
        {(one.incident, one.term, one.reading, one.known): as_json(one) for one in weighed},
        {(one.incident, one.term, one.reading, one.known): as_json(one) for one in stored},
    )
    steps, _next = history.walk(
        charter,
        truce_facts(truce, view),
        lambda moment: HeldStandings(weighed, moment),
        history.known_moments(truce, None),
        {},
        start=None,
        until=truce.assessed_until or clock.now(),
        horizon=history.horizon(truce),
        next_moment=None,
    )
    return lines + _compare(
        f"{view} transition",
        {(*step.subject, step.moment): (step.said.state, step.said.since) for step in steps},
        {
            (row.term.ref if row.term else None, row.reading, row.known): (row.state, row.since)
            for row in status.history(truce, view)
        },
    )


def _compare(what: str, computed: Mapping[Any, Any], stored: Mapping[Any, Any]) -> list[str]:
    lines = []
    for key in sorted(computed.keys() | stored.keys(), key=str):
        name = f"{what} {' '.join(str(part) for part in key)}"
        if key not in stored:
            lines.append(f"{name}: computed, not stored")
        elif key not in computed:
            lines.append(f"{name}: stored, not computed")
        elif computed[key] != stored[key]:
            lines.append(f"{name}: stored {stored[key]}, computed {computed[key]}")
    return lines
