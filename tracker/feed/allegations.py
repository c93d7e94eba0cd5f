"""What counts as alleged of some incidents, as the change log tells it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tracker.feed import violations
from tracker.models import LogEntry, Truce, View
from tracker.services import clock

Entries = dict[str, dict[str, Any]]


def of_incidents(incidents: Collection[int], truce: Truce, view: View) -> Entries:
    """The entries of the violation feed for some incidents (row ids), by reference, read as alleged."""
    found = violations.of_incidents(incidents, truce, view, clock.now())
    return {entry["ref"]: entry for entry in found}


def told(incidents: Collection[int], truce: Truce, view: View) -> Entries:
    """The same as the change log's readers have them: what was redacted since they have without content."""
    entries = of_incidents(incidents, truce, view)
    newest = (
        LogEntry.objects.filter(view=view, subject__in=list(entries))
        .order_by("subject", "-position")
        .distinct("subject")
    )
    redacted = {subject for subject, digest in newest.values_list("subject", "digest") if digest is None}
    return {subject: {} if subject in redacted else entry for subject, entry in entries.items()}
