"""What counts as alleged of some incidents, and what the change log's readers have of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson

from tracker.feed import violations
from tracker.feed.violation_rows import TERM_REFERENCE
from tracker.models import EntryType, Truce, View
from tracker.services import clock, prepared

Entries = dict[str, dict[str, Any]]

# What awaits its place was said after all that has one.
_TOLD = f"""
{prepared.given(incidents="bigint[]", truce="bigint")}, subject AS (
    SELECT incident.reference || '/' || {TERM_REFERENCE} AS name
    FROM given JOIN tracker_incident incident ON incident.id = ANY(given.incidents)
    JOIN tracker_term term ON term.truce_id = given.truce
), said AS (
    SELECT draft.view, draft.subject, draft.type, draft.payload, true AS waits, draft.id AS place
    FROM tracker_logdraft draft WHERE draft.subject IN (SELECT name FROM subject)
    UNION ALL
    SELECT entry.view, entry.subject, entry.type, payload.payload, false, entry.position
    FROM tracker_logentry entry
    LEFT JOIN tracker_logpayload payload ON payload.view = entry.view AND payload.position = entry.position
    WHERE entry.subject IN (SELECT name FROM subject)
)
SELECT DISTINCT ON (view, subject) view, subject, type, payload FROM said
ORDER BY view, subject, waits DESC, place DESC
"""


def of_incidents(incidents: Collection[int], truce: Truce, view: View) -> Entries:
    """The entries of the violation feed for some incidents (row ids), by reference, read as alleged."""
    found = violations.of_incidents(incidents, truce, view, clock.now())
    return {entry["ref"]: entry for entry in found}


def told(incidents: Collection[int], truce: Truce) -> dict[View, Entries]:
    """The same as the readers of each view's change log have them: what was said last of each.

    What was redacted since, or whose content is kept no longer, is there without content.
    """
    values = {"incidents": prepared.ids(incidents), "truce": truce.pk}
    entries: dict[View, Entries] = {view: {} for view in View}
    for view, subject, what, payload in prepared.rows(_TOLD, values):
        if what != EntryType.ALLEGATION_WITHDRAWN:
            entries[View(view)][subject] = {} if payload is None else orjson.loads(payload)
    return entries


def is_said(told: dict[str, Any] | None, now: dict[str, Any] | None) -> bool:
    """Whether an entry says what was told of it already; None is an entry that is not there."""
    return told == (None if now is None else orjson.loads(orjson.dumps(now)))
