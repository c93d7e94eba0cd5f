"""The statements of the violation feed: which standings count now, with what stands beside each of them.

Constant text and named parameters only: nothing that came in is ever part of a statement.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import orjson

from tracker.feed.harm import HOUR, IS_OURS
from tracker.feed.shown import IS_WITHHELD
from tracker.models import View
from tracker.services import prepared

_SOURCES = f"""(
    SELECT json_agg(json_build_array(source.slug, {IS_WITHHELD}))::text
    FROM tracker_source source
    WHERE {IS_WITHHELD} OR {IS_OURS}
)"""

TERM_REFERENCE = "term.ref || CASE WHEN term.number > 1 THEN '.' || term.number ELSE '' END"
"""As ``Term.reference``, of a ``term`` in a statement."""

Key = tuple[int, int]
"""An entry by the row ids of its incident and its term."""

_NEWEST: Key = (2**62, 0)


class References(NamedTuple):
    """An entry by the public references of its incident, its truce and its prohibition."""

    incident: str
    truce: str
    term: str


_ORDER = "ORDER BY standing.incident_id DESC, standing.term_id DESC"
# The details come whole and as text: each member that is asked for takes the database a search of its own.
# Which sources are ours is the same for all rows, and stands in the first.
_COLUMNS = f"""standing.incident_id, standing.term_id, standing.slug, standing.reading, standing.known,
    standing.occurred_from, standing.occurred_to, standing.unplaced, standing.coverage, standing.grade,
    standing.severity, standing.ruled, standing.accepted, standing.alleged, standing.reference, term.ref,
    {TERM_REFERENCE},
    beside.version, beside.readings, standing.details::text, {{shows_place}},
    CASE WHEN standing.view <> 'full' AND row_number() OVER ({_ORDER}) = 1 THEN {_SOURCES} END"""

# What is withheld or set aside is weighed anew a moment later. Until then its place is already gone: of an
# incident that waits to be weighed it is asked whether the report that gave the place still shows. (A scalar
# subquery is never answered from a copy of all that waits, of which there may be a million.)
_SHOWS_PLACE = """(
    SELECT TRUE FROM tracker_dueincident due WHERE due.incident_id = standing.incident_id LIMIT 1
) IS NULL OR EXISTS (
    SELECT FROM tracker_report report
    WHERE report.reference = standing.details -> 'place_of' ->> 0 AND (
        SELECT screening.outcome = 'screened_in' FROM tracker_screening screening
        WHERE screening.report_id = report.id ORDER BY screening.id DESC LIMIT 1
    ) AND (standing.view = 'full' OR (
        SELECT publication.public FROM tracker_publication publication
        WHERE publication.report_id = report.id ORDER BY publication.id DESC LIMIT 1
    ))
)"""

_HAPPENED = "coalesce(standing.occurred_to, standing.occurred_from, '-infinity')"

# How often each was weighed anew, and the readings in which its incident counts against the same prohibition.
_BESIDE = """LATERAL (
    SELECT count(*) FILTER (WHERE other.reading = standing.reading) AS version,
        array_agg(other.reading) FILTER (
            WHERE other.counts AND other.superseded IS NULL
                AND (other.until IS NULL OR other.until > standing.now)
                AND coalesce(other.occurred_to, other.occurred_from, '-infinity') <= standing.by
        ) AS readings
    FROM tracker_standing other
    WHERE other.incident_id = standing.incident_id AND other.term_id = standing.term_id
        AND other.view = standing.view AND other.known <= standing.now
) AS beside"""

_GIVEN = prepared.given(
    view="text",
    now="timestamptz",
    truce="text",
    reading="text",
    incident="bigint",
    term="bigint",
    entry="text[]",
    most="bigint",
)
# Where the page before this one ended: an entry by its public references, or by row ids. Each truce then asks
# one index for its next entries, in the feed's order; the newest of all of them are taken.
_PAGE = """
{given}, start AS MATERIALIZED (
    SELECT given.incident, given.term FROM given WHERE given.entry IS NULL
    UNION ALL
    SELECT incident.id, term.id FROM given
    JOIN tracker_incident incident ON incident.reference = given.entry[1]
    JOIN tracker_truce truce ON truce.slug = given.entry[2]
    JOIN tracker_term term ON term.truce_id = truce.id AND term.ref = given.entry[3]
)
SELECT {columns}
FROM (
    SELECT found.*, asked.slug, asked.by, given.now
    FROM given CROSS JOIN start CROSS JOIN LATERAL (
        SELECT truce.id AS truce, truce.slug, coalesce(given.reading, truce.headline_reading) AS reading,
            least(truce.record_ends, given.now) AS by
        FROM tracker_truce truce
        WHERE (given.view = 'full' OR truce.visibility = 'public')
            AND (given.truce IS NULL OR truce.slug = given.truce)
    ) AS asked CROSS JOIN LATERAL ({found}) AS found
    ORDER BY found.incident_id DESC, found.term_id DESC
    LIMIT (SELECT given.most FROM given)
) AS standing
JOIN tracker_term term ON term.id = standing.term_id
CROSS JOIN {beside}
{order}
"""
_NEXT = """(
    SELECT standing.*
    FROM tracker_standing standing
    WHERE standing.truce_id = asked.truce AND standing.view = given.view
        AND standing.reading = asked.reading
        AND standing.counts AND {stands} AND standing.superseded IS NULL
        AND standing.known <= given.now AND {happened} <= asked.by
        AND (standing.incident_id, standing.term_id) < (start.incident, start.term)
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
FROM (
    SELECT standing.*, truce.slug, least(truce.record_ends, given.now) AS by, given.now
    FROM given JOIN tracker_truce truce ON truce.id = given.truce
    JOIN tracker_standing standing ON standing.incident_id = ANY(given.incidents)
        AND standing.truce_id = truce.id
    WHERE standing.view = given.view AND standing.reading = given.reading
        AND standing.counts AND standing.until IS NULL AND standing.superseded IS NULL
        AND standing.known <= given.now AND {happened} <= least(truce.record_ends, given.now)
) AS standing
JOIN tracker_term term ON term.id = standing.term_id
CROSS JOIN {beside}
{order}
"""

_IS_THERE = """
SELECT
    %(truce)s::text IS NULL OR EXISTS (
        SELECT FROM tracker_truce truce
        WHERE truce.slug = %(truce)s AND (%(view)s = 'full' OR truce.visibility = 'public')
    ),
    %(entry)s::text[] IS NULL OR EXISTS (
        SELECT FROM tracker_incident incident, tracker_truce truce
        JOIN tracker_term term ON term.truce_id = truce.id AND term.ref = (%(entry)s::text[])[3]
        WHERE incident.reference = (%(entry)s::text[])[1] AND truce.slug = (%(entry)s::text[])[2]
    )
"""


class CountingRow(NamedTuple):
    """A standing that counts, as the feed reads it.

    ``version`` says how often it was weighed anew, and ``readings`` in which readings its incident counts
    against the same prohibition, one of them this one. ``details`` are compliance's ``Details`` as JSON, of
    which the place goes out only where it ``shows_place``.
    """

    incident: int
    term: int
    truce: str
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
    alleged: tuple[str, ...]
    incident_reference: str
    term_ref: str
    term_reference: str
    version: int
    readings: tuple[str, ...]
    details: str
    shows_place: bool


_ALLEGED, _READINGS = (CountingRow._fields.index(name) for name in ("alleged", "readings"))


class Found(NamedTuple):
    """Some rows, and which sources are ours (``withheld_and_ours``), as JSON; None: of no interest."""

    rows: list[CountingRow]
    our_sources: str | None


def is_there(view: View, truce: str | None, entry: References | None = None) -> tuple[bool, bool]:
    """Whether a view shows the truce of a slug, and whether there is an entry of some public references;
    None: it is not asked about, as if there were."""
    values = {"view": view.value, "truce": truce, "entry": entry and list(entry)}
    ((has_truce, has_entry),) = prepared.rows(_IS_THERE, values)
    return has_truce, has_entry


def page(
    view: View,
    now: datetime,
    *,
    truce: str | None,
    reading: str | None,
    chosen: Mapping[str, Any],
    after: Key | References | None,
    limit: int,
    earlier: bool = False,
) -> Found:
    """Up to ``limit`` standings that count now after an entry, in the feed's order.

    ``truce`` is a slug; None: of all that the view shows. ``reading`` None: each charter's headline one.
    ``after`` None: from the newest on; where there is no such entry, nothing is found. ``earlier`` says that
    ``now`` is a moment that has passed: then as known at it.
    ``chosen`` holds the filters that are asked for, by name. Times and places (``occurred_from``,
    ``occurred_to``, ``country``, ``pcode``, ``bbox``) are only narrowed to what may match.
    """
    key, entry = (_NEWEST, after) if after is None or isinstance(after, References) else (after, None)
    values = {
        "view": view.value,
        "now": now,
        "truce": truce,
        "reading": reading,
        "incident": key[0],
        "term": key[1],
        "entry": entry and list(entry),
        "most": limit,
        **{name: value for name, value in chosen.items() if name != "bbox"},
    }
    if "bbox" in chosen:
        values.update(zip(("west", "south", "east", "north"), chosen["bbox"], strict=True))
    statement = _page(tuple(name for name in _CHOICES if name in chosen), earlier)
    return _found(statement, values)


@cache
def _page(chosen: Sequence[str], earlier: bool) -> str:
    """The statement of a page with these filters."""
    conditions = "".join(f" AND {_CHOICES[name]}" for name in chosen)
    found = " UNION ALL ".join(
        _NEXT.format(happened=_HAPPENED, chosen=conditions, stands=stands)
        for stands in ((_STANDS, _ENDED_SINCE) if earlier else (_STANDS,))
    )
    return _PAGE.format(
        given=_GIVEN,
        columns=_COLUMNS.format(shows_place=_SHOWS_PLACE),
        found=found,
        beside=_BESIDE,
        order=_ORDER,
    )


def among(incidents: Collection[int], truce: int, view: View, now: datetime, reading: str) -> Found:
    """The standings of some incidents in a truce (row ids) that count now in a reading."""
    values = {
        "incidents": prepared.ids(incidents),
        "truce": truce,
        "view": view.value,
        "reading": reading,
        "now": now,
    }
    return _found(_among(), values)


def _found(statement: str, values: Mapping[str, Any]) -> Found:
    found = prepared.rows(statement, values, binary=True)
    rows = []
    for *cells, _sources in found:
        cells[_ALLEGED], cells[_READINGS] = tuple(cells[_ALLEGED]), tuple(cells[_READINGS])
        rows.append(CountingRow._make(cells))
    return Found(rows, found[0][-1] if found else None)


@cache
def _among() -> str:
    given = prepared.given(
        incidents="bigint[]", truce="bigint", view="text", reading="text", now="timestamptz"
    )
    return _AMONG.format(
        given=given,
        columns=_COLUMNS.format(shows_place="TRUE"),
        happened=_HAPPENED,
        beside=_BESIDE,
        order=_ORDER,
    )


def our_sources() -> tuple[frozenset[str], frozenset[str]]:
    """The slugs of the sources that are never named in public, and of those that are ours (or protected)."""
    ((found,),) = prepared.rows(f"SELECT {_SOURCES}", {})
    return withheld_and_ours(found)


def withheld_and_ours(found: str | None) -> tuple[frozenset[str], frozenset[str]]:
    """``our_sources`` of what a page found of them."""
    sources = orjson.loads(found) if found else []
    withheld = frozenset(slug for slug, is_withheld in sources if is_withheld)
    return withheld, frozenset(slug for slug, _is_withheld in sources)


assert HOUR.total_seconds() == 3600  # what _WIDENED says
