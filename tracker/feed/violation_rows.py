"""The statements of the violation feed: which standings count now, with what stands beside each of them.

Constant text and named parameters only: nothing that came in is ever part of a statement.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from tracker.feed.harm import HOUR
from tracker.models import View
from tracker.services import prepared

Key = tuple[int, int]
"""Where a page ended: the row ids of the incident and of the term. Entries come newest incident first."""

NO_KEY: Key = (2**62, 0)

_COLUMNS = """standing.incident_id, standing.term_id, standing.truce_id, standing.reading, standing.known,
    standing.occurred_from, standing.occurred_to, standing.unplaced, standing.coverage, standing.grade,
    standing.severity, standing.ruled, standing.accepted, standing.alleged, standing.reference, term.ref,
    beside.version, beside.readings"""

# Of the details only what goes out, as text: most of them say why, which the feed does not.
_DETAILS = (
    *("act", "responsible", "answers_to", "attribution", "intent", "assumed", "ruling", "first_known"),
    *("sources", "casualties", "by_group"),
)
_COLUMNS += "".join(f", standing.details ->> '{name}'" for name in _DETAILS)

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

_SOURCES = """
SELECT source.slug, source.protected OR source.visibility <> 'public'
FROM tracker_source source
WHERE source.protected OR source.visibility <> 'public' OR source.kind = 'own_field_staff'
"""

# Both of these, and a key by its public references: what a page begins with is asked at once.
_BEGINNING = f"""
SELECT 'truce', truce.id, truce.slug, truce.headline_reading, truce.record_ends, NULL::bigint, NULL::boolean
FROM ({_TRUCES}) AS truce
UNION ALL SELECT 'source', NULL, source.slug, NULL, NULL, NULL, source.is_withheld
FROM ({_SOURCES}) AS source (slug, is_withheld)
"""
_KEY = """
UNION ALL SELECT 'key', incident.id, NULL, NULL, NULL, term.id, NULL
FROM tracker_incident incident, tracker_term term JOIN tracker_truce truce ON truce.id = term.truce_id
WHERE incident.reference = %(incident)s AND truce.slug = %(truce)s AND term.ref = %(term)s
"""


class CountingRow(NamedTuple):
    """A standing that counts, as the feed reads it.

    ``version`` says how often it was weighed anew, and ``readings`` in which readings its incident counts
    against the same prohibition, one of them this one. What follows are the members of compliance's
    ``Details``, as text, None where they are null or not there; ``assumed``, ``sources``, ``casualties`` and
    ``by_group`` are JSON.
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
    incident_reference: str
    term_ref: str
    version: int
    readings: list[str]
    act: str | None
    responsible: str | None
    answers_to: str | None
    attribution: str | None
    intent: str | None
    assumed: str | None
    ruling: str | None
    first_known: str | None
    sources: str | None
    casualties: str | None
    by_group: str | None


class TruceRow(NamedTuple):
    """What the feed needs of a truce. ``record_ends`` None: its record goes on."""

    pk: int
    slug: str
    headline_reading: str
    record_ends: datetime | None


def beginning(
    view: View, after: tuple[str, str, str] | None
) -> tuple[list[TruceRow], tuple[frozenset[str], frozenset[str]], Key | None]:
    """What a page begins with: ``truces_shown``, ``our_sources``, and the key of the last entry before it by
    its public references (incident, truce, prohibition); None where there is none such."""
    values = {"view": view.value}
    if after is not None:
        values.update(zip(("incident", "truce", "term"), after, strict=True))
    statement = _BEGINNING if after is None else _BEGINNING + _KEY
    truces: list[TruceRow] = []
    sources: list[tuple[str, bool]] = []
    key: Key | None = None
    for what, pk, slug, reading, ends, term, is_withheld in prepared.rows(statement, values, binary=True):
        if what == "truce":
            truces.append(TruceRow(pk, slug, reading, ends))
        elif what == "source":
            sources.append((slug, is_withheld))
        else:
            key = pk, term
    return truces, _withheld_and_ours(sources), key


def truces_shown(view: View) -> list[TruceRow]:
    """The truces that a view shows."""
    return [TruceRow._make(row) for row in prepared.rows(_TRUCES, {"view": view.value})]


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
    statement = _page(tuple(name for name in _CHOICES if name in chosen), earlier)
    return [CountingRow._make(row) for row in prepared.rows(statement, values, binary=True)]


@cache
def _page(chosen: Sequence[str], earlier: bool) -> str:
    """The statement of a page with these filters."""
    conditions = "".join(f" AND {_CHOICES[name]}" for name in chosen)
    found = " UNION ALL ".join(
        _NEXT.format(happened=_HAPPENED, chosen=conditions, stands=stands)
        for stands in ((_STANDS, _ENDED_SINCE) if earlier else (_STANDS,))
    )
    beside = _BESIDE.format(view="standing.asked_view", now="standing.now", by="standing.by")
    return _PAGE.format(given=_GIVEN, columns=_COLUMNS, found=found, beside=beside)


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
    return _withheld_and_ours(prepared.rows(_SOURCES, {}))


def _withheld_and_ours(sources: Collection[tuple[Any, ...]]) -> tuple[frozenset[str], frozenset[str]]:
    withheld = frozenset(slug for slug, is_withheld in sources if is_withheld)
    return withheld, frozenset(slug for slug, _is_withheld in sources)


def _end(record_ends: datetime | None, now: datetime) -> datetime:
    return now if record_ends is None else min(record_ends, now)


assert HOUR.total_seconds() == 3600  # what _WIDENED says
