"""The statements of the violation feed: which standings count now, with what stands beside each of them.

Constant text and named parameters only: nothing that came in is ever part of a statement.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from tracker.feed.harm import HOUR
from tracker.models import View
from tracker.services import prepared

Key = tuple[int, int]
"""Where a page ended: the row ids of the incident and of the term. Entries come newest incident first."""

NO_KEY: Key = (2**62, 0)

_COLUMNS = """standing.incident_id, standing.term_id, standing.truce_id, standing.reading, standing.known,
    standing.occurred_from, standing.occurred_to, standing.unplaced, standing.coverage, standing.grade,
    standing.severity, standing.ruled, standing.accepted, standing.alleged, standing.details::text,
    incident.reference, term.ref, beside.version, beside.readings"""

_HAPPENED = "coalesce(standing.occurred_to, standing.occurred_from, '-infinity')"

# How often each was weighed anew, and the readings in which its incident counts against the same prohibition.
_BESIDE = """LATERAL (
    SELECT count(*) FILTER (WHERE other.reading = standing.reading) AS version,
        array_agg(other.reading) FILTER (
            WHERE other.counts AND other.superseded IS NULL AND (other.until IS NULL OR other.until > {now})
                AND coalesce(other.occurred_to, other.occurred_from, '-infinity') <= {by}
        ) AS readings
    FROM tracker_standing other
    WHERE other.incident_id = standing.incident_id AND other.term_id = standing.term_id
        AND other.view = {view} AND other.known <= {now}
) AS beside"""

_GIVEN = prepared.given(
    view="text",
    now="timestamptz",
    truces="bigint[]",
    readings="text[]",
    ends="timestamptz[]",
    incident="bigint",
    term="bigint",
    most="bigint",
)
# Each truce asks one index for its next entries, in the feed's order; the newest of all of them are taken.
_PAGE = """
{given}
SELECT {columns}
FROM (
    SELECT found.*, asked.by, given.view AS asked_view, given.now
    FROM given CROSS JOIN unnest(given.truces, given.readings, given.ends) AS asked (truce, reading, by),
    LATERAL ({found}) AS found
    ORDER BY found.incident_id DESC, found.term_id DESC
    LIMIT (SELECT given.most FROM given)
) AS standing
JOIN tracker_incident incident ON incident.id = standing.incident_id
JOIN tracker_term term ON term.id = standing.term_id
CROSS JOIN {beside}
ORDER BY standing.incident_id DESC, standing.term_id DESC
"""
_NEXT = """(
    SELECT standing.*
    FROM tracker_standing standing
    WHERE standing.truce_id = asked.truce AND standing.view = given.view
        AND standing.reading = asked.reading
        AND standing.counts AND {stands} AND standing.superseded IS NULL
        AND standing.known <= given.now AND {happened} <= asked.by
        AND (standing.incident_id, standing.term_id) < (given.incident, given.term)
        {chosen}
    ORDER BY standing.incident_id DESC, standing.term_id DESC
    LIMIT (SELECT given.most FROM given)
)"""
# What stood at an earlier moment either still stands or has ended since: each has an index of its own.
_STANDS, _ENDED_SINCE = "standing.until IS NULL", "standing.until > given.now"

# Times and places are narrowed here and decided by the entry as it shows: what is ours shows whole hours, and
# what could harm shows no place. A claim that the incident ever had may hold it; one that stands decides.
_WIDENED = "interval '1 hour'"
_CLAIMED = """standing.incident_id IN (
    SELECT link.incident_id FROM tracker_claim claim
    JOIN tracker_incidentlink link ON link.report_id = claim.report_id WHERE {where}
)"""
_CHOICES = {
    "term_ref": "standing.term_id IN (SELECT term.id FROM tracker_term term WHERE term.ref = %(term_ref)s)",
    "party": "standing.alleged @> ARRAY[%(party)s]::varchar[]",
    "grade": "standing.grade = %(grade)s",
    "severity": "standing.severity = %(severity)s",
    "act": "standing.details ->> 'act' = %(act)s",
    "updated_from": "standing.known >= %(updated_from)s",
    "updated_to": "standing.known < %(updated_to)s",
    "occurred_from": f"coalesce(standing.occurred_to, 'infinity') >= %(occurred_from)s - {_WIDENED}",
    "occurred_to": f"coalesce(standing.occurred_from, '-infinity') < %(occurred_to)s + {_WIDENED}",
    "country": _CLAIMED.format(where="claim.place_within @> ARRAY[%(country)s]::varchar[]"),
    "pcode": _CLAIMED.format(
        where="claim.place_within @> ARRAY[%(pcode)s]::varchar[] OR starts_with(claim.place_pcode, %(pcode)s)"
    ),
    "bbox": _CLAIMED.format(
        where="claim.place_lat BETWEEN %(south)s AND %(north)s AND "
        "CASE WHEN %(west)s::float8 <= %(east)s::float8 "
        "THEN claim.place_lon BETWEEN %(west)s AND %(east)s "
        "ELSE claim.place_lon >= %(west)s OR claim.place_lon <= %(east)s END"
    ),
}

_AMONG = """
{given}
SELECT {columns}
FROM given JOIN tracker_standing standing ON standing.incident_id = ANY(given.incidents)
JOIN tracker_incident incident ON incident.id = standing.incident_id
JOIN tracker_term term ON term.id = standing.term_id
CROSS JOIN {beside}
WHERE standing.truce_id = given.truce AND standing.view = given.view AND standing.reading = given.reading
    AND standing.counts AND standing.until IS NULL AND standing.superseded IS NULL
    AND standing.known <= given.now AND {happened} <= given.by
ORDER BY standing.incident_id DESC, standing.term_id DESC
"""

_TRUCES = """
SELECT truce.id, truce.slug, truce.headline_reading, truce.record_ends FROM tracker_truce truce
WHERE %(view)s = 'full' OR truce.visibility = 'public' ORDER BY truce.id
"""

_KEY = """
SELECT incident.id, term.id FROM tracker_incident incident, tracker_term term
JOIN tracker_truce truce ON truce.id = term.truce_id
WHERE incident.reference = %(incident)s AND truce.slug = %(truce)s AND term.ref = %(term)s
"""

_SOURCES = """
SELECT source.slug, source.protected OR source.visibility <> 'public'
FROM tracker_source source
WHERE source.protected OR source.visibility <> 'public' OR source.kind = 'own_field_staff'
"""


class CountingRow(NamedTuple):
    """A standing that counts, as the feed reads it.

    ``details`` is the JSON of compliance's ``Details``. ``version`` says how often it was weighed anew, and
    ``readings`` in which readings its incident counts against the same prohibition, one of them this one.
    """

    incident: int
    term: int
    truce: int
    reading: str
    known: datetime
    occurred_from: datetime | None
    occurred_to: datetime | None
    unplaced: bool
    coverage: str
    grade: str
    severity: str
    ruled: str
    accepted: bool
    alleged: list[str]
    details: str
    incident_reference: str
    term_ref: str
    version: int
    readings: list[str]


class TruceRow(NamedTuple):
    """What the feed needs of a truce. ``record_ends`` None: its record goes on."""

    pk: int
    slug: str
    headline_reading: str
    record_ends: datetime | None


def truces_shown(view: View) -> list[TruceRow]:
    """The truces that a view shows."""
    return [TruceRow._make(row) for row in prepared.rows(_TRUCES, {"view": view.value})]


def key_of(incident: str, truce: str, term: str) -> Key | None:
    """The key of an entry by its public references; None where there is no such incident or prohibition."""
    rows = prepared.rows(_KEY, {"incident": incident, "truce": truce, "term": term})
    return rows[0] if rows else None


def page(
    view: View,
    now: datetime,
    truces: Sequence[TruceRow],
    *,
    reading: str | None,
    chosen: Mapping[str, Any],
    after: Key,
    limit: int,
    earlier: bool = False,
) -> list[CountingRow]:
    """Up to ``limit`` standings that count now after a key, in the feed's order.

    ``earlier`` says that ``now`` is a moment that has passed: then as known at it.
    ``chosen`` holds the filters that are asked for, by name. Times and places (``occurred_from``,
    ``occurred_to``, ``country``, ``pcode``, ``bbox``) are only narrowed to what may match.
    """
    values = {
        "view": view.value,
        "now": now,
        "truces": prepared.ids(truce.pk for truce in truces),
        "readings": [reading or truce.headline_reading for truce in truces],
        "ends": [_end(truce.record_ends, now) for truce in truces],
        "incident": after[0],
        "term": after[1],
        "most": limit,
        **{name: value for name, value in chosen.items() if name != "bbox"},
    }
    if "bbox" in chosen:
        values.update(zip(("west", "south", "east", "north"), chosen["bbox"], strict=True))
    conditions = "".join(f" AND {_CHOICES[name]}" for name in _CHOICES if name in chosen)
    found = " UNION ALL ".join(
        _NEXT.format(happened=_HAPPENED, chosen=conditions, stands=stands)
        for stands in ((_STANDS, _ENDED_SINCE) if earlier else (_STANDS,))
    )
    beside = _BESIDE.format(view="standing.asked_view", now="standing.now", by="standing.by")
    statement = _PAGE.format(given=_GIVEN, columns=_COLUMNS, found=found, beside=beside)
    return [CountingRow._make(row) for row in prepared.rows(statement, values, binary=True)]


def among(
    incidents: Collection[int], truce: TruceRow, view: View, now: datetime, reading: str
) -> list[CountingRow]:
    """The standings of some incidents (row ids) of a truce that count now in a reading."""
    values = {
        "incidents": prepared.ids(incidents),
        "truce": truce.pk,
        "view": view.value,
        "reading": reading,
        "now": now,
        "by": _end(truce.record_ends, now),
    }
    given = prepared.given(
        incidents="bigint[]",
        truce="bigint",
        view="text",
        reading="text",
        now="timestamptz",
        by="timestamptz",
    )
    beside = _BESIDE.format(view="given.view", now="given.now", by="given.by")
    statement = _AMONG.format(given=given, columns=_COLUMNS, happened=_HAPPENED, beside=beside)
    return [CountingRow._make(row) for row in prepared.rows(statement, values, binary=True)]


def our_sources() -> tuple[frozenset[str], frozenset[str]]:
    """The slugs of the sources that are never named in public, and of those that are ours (or protected)."""
    rows = prepared.rows(_SOURCES, {})
    withheld = frozenset(slug for slug, is_withheld in rows if is_withheld)
    return withheld, frozenset(slug for slug, _is_withheld in rows)


def _end(record_ends: datetime | None, now: datetime) -> datetime:
    return now if record_ends is None else min(record_ends, now)


assert HOUR.total_seconds() == 3600  # what _WIDENED says
