"""What counts as alleged of some incidents, as the change log tells it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tracker.feed import violations
from tracker.models import Reading, Truce, View
from tracker.services import clock

Entries = dict[str, dict[str, Any]]


def of_incidents(incidents: Collection[int], truce: Truce, view: View) -> Entries:
    """The entries of the violation feed for some incidents (row ids), by reference, read as alleged."""
    now = clock.now()
    rows = violations.counting(view, now, reading=Reading.ALLEGED, truce=truce).filter(incident__in=incidents)
    return {entry["ref"]: entry for entry in violations.render(rows, view, now, address="")}
