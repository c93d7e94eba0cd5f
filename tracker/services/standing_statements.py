"""What a reader of stored standings asks the database, as constant statements to be prepared.

Each reading and term is asked by itself, by equalities, so that an index gives its rows in order; a handful
of each is then put in order together. The index alone finds the rows (it holds when each was known, and till
when), and only what is found is read from the table: however much is superseded or not yet known, little
else is.

Values: truce, view, terms (row ids), known_at, and those that a statement names; readings, with the moments
by which all had occurred that was known of each (``counting``: that counts, ``restarts``: that restarts).
"""

from __future__ import annotations

from functools import cache

from tracker.services import prepared
from tracker.services.standing_counts import GIVEN

_ASKED = """
    given CROSS JOIN unnest(given.readings, given.counting, given.restarts)
        AS asked (reading, counting, restarts)
"""
_STANDING = """
    FROM tracker_standing
    WHERE truce_id = given.truce AND view = given.view AND reading = asked.reading AND term_id = term.id
        AND superseded IS NULL AND known <= given.known_at AND (until IS NULL OR until > given.known_at)
        AND counts
"""
_RESTARTING = f"{_STANDING} AND restarts_at IS NOT NULL"
_BY = "AND restarts_at <= asked.restarts AND restarts_at <= given.by"
_COUNTED_BY = "AND occurred_to <= asked.counting AND occurred_to <= given.by"
# Only one bound of a question is the one by which rows are read in order: the other is not for an index.
_BEST, _LATEST = "(restarts_at_best + interval '0')", "(restarts_at + interval '0')"
_SEVERITY = "AND (severity = ANY(given.severities)) <> given.others"
_FOUND = "id, restarts_at, restarts_at_best, reference"
_RESTART = "reference, term_id, restarts_at, restarts_at_best, severity, ruled, accepted"
_BREACH = "(ruled = 'violation' OR accepted)"
_MOMENT = "timestamptz"


def _given(**types: str) -> str:
    ends = {"counting": "timestamptz[]", "restarts": "timestamptz[]"}
    return prepared.given(**GIVEN, terms="bigint[]", readings="text[]", **ends, **types)


def _may(after: str, before: str, also: str = "") -> str:
    """The latest restart of a term that may fall between two moments.

    Those that end after ``before`` may have begun before it. The kept counts say in which hours such a one
    may be, so that a day in which all began later is passed over as a whole.
    """
    return f"""
        (SELECT one.* FROM (
            SELECT DISTINCT bucket FROM tracker_standingcount
            WHERE truce_id = given.truce AND view = given.view AND reading = asked.reading
                AND term_id = term.id AND span = 'hour' AND earliest < {before}
                AND bucket >= {before} AND bucket < {before} + interval '27 hours'
            ORDER BY bucket DESC
        ) AS hour, LATERAL (
            SELECT {_FOUND} {_RESTARTING} {_BY} {also}
                AND restarts_at > hour.bucket - interval '1 hour' AND restarts_at <= hour.bucket
                AND restarts_at > {after} AND restarts_at >= {before} AND {_BEST} < {before}
            ORDER BY restarts_at DESC, reference LIMIT 1
        ) AS one
        ORDER BY hour.bucket DESC LIMIT 1)
        UNION ALL
        (SELECT {_FOUND} {_RESTARTING} {_BY} {also} AND restarts_at > {after} AND restarts_at < {before}
        ORDER BY restarts_at DESC, reference LIMIT 1)
    """


def _surely(after: str, before: str, also: str = "", order: str = "DESC") -> str:
    """The latest restart of a term, at its earliest, that surely falls between two moments."""
    return f"""
        SELECT {_FOUND} {_RESTARTING} {also}
            AND restarts_at_best > {after} AND restarts_at_best < {before}
            AND restarts_at_best <= asked.restarts AND restarts_at_best <= given.by
            AND {_LATEST} < {before} AND {_LATEST} <= asked.restarts AND {_LATEST} <= given.by
        ORDER BY restarts_at_best {order}, reference LIMIT 1
    """


def _over_all(one: str, order: str, limit: int = 1) -> str:
    """The first ``limit`` rows over all asked terms, of those that ``one`` gives for each."""
    return f"""
        SELECT one.* FROM unnest(given.terms) AS term (id) CROSS JOIN LATERAL ({one}) AS one
        ORDER BY {order} LIMIT {limit}
    """


def _whole(found: str, select: str = _RESTART, kind: str = "0") -> str:
    """The columns ``select`` of the rows whose ids ``found`` gives for each reading, in its order."""
    columns = ", ".join(f"standing.{column}" for column in select.split(", "))
    # Row by row, by their ids: however few rows there are, no plan shall read them all.
    return f"""
        SELECT asked.reading, {kind}, {columns}
        FROM {_ASKED} CROSS JOIN LATERAL ({found}) AS found
        CROSS JOIN LATERAL (SELECT * FROM tracker_standing WHERE id = found.id LIMIT 1) AS standing
    """


@cache
def last_restart(surely: bool, by_severity: bool) -> str:
    """Values: after, before, by, severities and others (whether it goes by all other severities)."""
    also = _SEVERITY if by_severity else ""
    if surely:
        found = _over_all(_surely("given.after", "given.before", also), "restarts_at_best DESC, reference")
    else:
        found = _over_all(_may("given.after", "given.before", also), "restarts_at DESC, reference")
    return _given(after=_MOMENT, before=_MOMENT, by=_MOMENT, severities="text[]", others="bool") + _whole(
        found
    )


@cache
def first_restart(surely: bool) -> str:
    """Values: after, before, by, widened."""
    if surely:
        one, order = _surely("given.after", "given.before", order="ASC"), "restarts_at_best, reference"
    else:
        order = "restarts_at, reference"
        one = f"""
            SELECT {_FOUND} {_RESTARTING} {_BY} AND restarts_at > given.after
                AND restarts_at < given.widened AND {_BEST} < given.before
            ORDER BY restarts_at, reference LIMIT 1
        """
    return _given(after=_MOMENT, before=_MOMENT, by=_MOMENT, widened=_MOMENT) + _whole(_over_all(one, order))


@cache
def restarts(limit: int, by_severity: bool) -> str:
    """Values: after, before, by, widened, severities, others."""
    one = f"""
        SELECT {_FOUND} {_RESTARTING} {_BY} {_SEVERITY if by_severity else ""} AND restarts_at > given.after
            AND restarts_at < given.widened AND {_BEST} < given.before
        ORDER BY restarts_at DESC, reference LIMIT {limit}
    """
    types = {"after": _MOMENT, "before": _MOMENT, "by": _MOMENT, "widened": _MOMENT}
    found = _over_all(one, "restarts_at DESC, reference", limit)
    ordered = " ORDER BY standing.restarts_at DESC, standing.reference"
    return _given(**types, severities="text[]", others="bool") + _whole(found) + ordered


def _chain(one: str, moment: str) -> str:
    """The id of the row to which ``one`` leads from ``start`` on, each step a ``length`` long."""
    return f"""
        SELECT id FROM (
            WITH RECURSIVE chain (step, at, id) AS (
                SELECT 0, given.start, NULL::bigint
              UNION ALL
                SELECT chain.step + 1, found.{moment}, found.id
                FROM chain CROSS JOIN LATERAL ({_over_all(one, f"{moment} DESC, reference")}) AS found
            )
            SELECT id FROM chain ORDER BY step DESC LIMIT 1
        ) AS chain
    """


_CHAINS = {
    False: _chain(_may("chain.at", "(chain.at + given.length)"), "restarts_at"),
    True: _chain(_surely("chain.at", "(chain.at + given.length)"), "restarts_at_best"),
}
"""By whether each surely falls within the step."""


@cache
def last_in_chain(surely: bool) -> str:
    """Values: start, length, by."""
    return _given(start=_MOMENT, length="interval", by=_MOMENT) + _whole(_CHAINS[surely])


def _unplaced(limit: int, also: str) -> str:
    one = f"""
        SELECT id, occurred_to, reference {_STANDING} AND unplaced AND occurred_to > given.start
            {_COUNTED_BY} {also}
        ORDER BY occurred_to DESC, reference LIMIT {limit}
    """
    return _over_all(one, "occurred_to DESC, reference", limit)


@cache
def unplaced(limit: int) -> str:
    """Values: start, end, by."""
    found = _unplaced(limit, "AND (occurred_from IS NULL OR occurred_from < given.end)")
    whole = _whole(found, "reference, term_id, occurred_from, occurred_to")
    ordered = " ORDER BY standing.occurred_to DESC, standing.reference"
    return _given(start=_MOMENT, end=_MOMENT, by=_MOMENT) + whole + ordered


LED_TO, LED_TO_SURELY, LATEST, UNPLACED = range(4)


@cache
def resets(limit: int, chained: bool) -> str:
    """All of ``Resets`` but the count, a row each of its kind. Values: start, by, length."""
    latest = f"""
        SELECT {_FOUND} {_RESTARTING} {_BY} AND restarts_at > given.start
        ORDER BY restarts_at DESC, reference LIMIT {limit}
    """
    kinds = {
        LATEST: _over_all(latest, "restarts_at DESC, reference", limit),
        UNPLACED: _unplaced(limit, ""),
    }
    if chained:
        kinds |= {LED_TO: _CHAINS[False], LED_TO_SURELY: _CHAINS[True]}
    found = " UNION ALL ".join(
        f"(SELECT {kind} AS kind, found.id FROM ({one}) AS found)" for kind, one in kinds.items()
    )
    columns = f"{_RESTART}, occurred_from, occurred_to"
    ordered = " ORDER BY standing.occurred_to DESC, standing.reference"
    return (
        _given(start=_MOMENT, by=_MOMENT, length="interval") + _whole(found, columns, "found.kind") + ordered
    )


_SINCE = f"""
    WITH RECURSIVE chain (at) AS (
        SELECT latest.oldest
      UNION ALL
        SELECT one.restarts_at
        FROM chain CROSS JOIN LATERAL (
            SELECT restarts_at {_RESTARTING} AND restarts_at <= asked.restarts AND restarts_at < chain.at
                AND restarts_at > greatest(chain.at - given.within, given.start - interval '1 microsecond')
            ORDER BY restarts_at LIMIT 1
        ) AS one
    )
    SELECT min(at) FROM chain
"""


@cache
def strain(limit: int) -> str:
    """All of ``Strain`` but the counts, a row for each reading: the incidents and moments of the latest,
    the breach, since, last. Of one term. Values: start, after, by, within."""
    counted = f"{_STANDING} {_COUNTED_BY}"
    within = "AND occurred_to > given.after"
    order = "ORDER BY occurred_to DESC, reference"
    return f"""
        {_given(start=_MOMENT, after=_MOMENT, by=_MOMENT, within="interval")}
        SELECT asked.reading, latest.incidents, latest.moments,
            breach.reference, breach.occurred_to, breach.ruled,
            CASE WHEN latest.oldest IS NOT NULL THEN ({_SINCE}) END,
            CASE WHEN latest.oldest IS NULL THEN (
                SELECT occurred_to {counted} AND occurred_to >= given.start {order} LIMIT 1
            ) END
        FROM {_ASKED} CROSS JOIN LATERAL (SELECT given.terms[1] AS id) AS term
        CROSS JOIN LATERAL (
            SELECT array_agg(reference {order}) AS incidents, array_agg(occurred_to {order}) AS moments,
                min(occurred_to) AS oldest
            FROM (SELECT reference, occurred_to {counted} {within} {order} LIMIT {limit}) AS one
        ) AS latest
        LEFT JOIN LATERAL (
            SELECT standing.reference, standing.occurred_to, standing.ruled
            FROM (SELECT id {counted} {within} AND {_BREACH} {order} LIMIT 1) AS one
            CROSS JOIN LATERAL (SELECT * FROM tracker_standing WHERE id = one.id LIMIT 1) AS standing
        ) AS breach ON true
    """


def _known(column: str, span: str, also: str = "") -> str:
    """The last bucket of occurrence in which something may have stood at the known moment."""
    return f"""
        SELECT bucket FROM tracker_standingcount
        WHERE truce_id = given.truce AND view = given.view AND reading = asked.reading
            AND term_id = ANY(given.terms)
            AND span = '{span}' AND known_day <= given.known_at {also}
        GROUP BY bucket
        HAVING sum({column}) FILTER (WHERE known_day < given.today) > 0
            OR bool_or(known_day = given.today AND first_known <= given.known_at)
        ORDER BY bucket DESC LIMIT 1
    """


def _known_by(column: str) -> str:
    within = "AND bucket > day.bucket - interval '1 day' AND bucket <= day.bucket"
    return f"""
        (SELECT coalesce(({_known(column, "hour", within)}), day.bucket)
        FROM ({_known(column, "day")}) AS day)
    """


KNOWN_BY = f"""
    {prepared.given(**GIVEN, terms="bigint[]", readings="text[]", today=_MOMENT)}
    SELECT asked.reading, {_known_by("counting")}, {_known_by("restarts")}
    FROM given CROSS JOIN unnest(given.readings) AS asked (reading)
"""
"""By when all that counts had occurred, and all that restarts; null where nothing does. Values: today."""
