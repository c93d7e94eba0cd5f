"""What a reader of stored standings asks the database, as constant statements to be prepared.

Each term is asked by itself, by equalities, so that an index gives its rows in order; a handful of each is
then put in order together. The index alone finds the rows (it holds when each was known, and till when),
and only what is found is read from the table: however much is superseded or not yet known, little else is.

Values: truce, view, reading, terms (row ids), known_at, by (no later than ``known_at``), today (the day of
``known_at``), and those that a statement names.
"""

from __future__ import annotations

from functools import cache

_STANDING = """
    FROM tracker_standing
    WHERE truce_id = %(truce)s AND view = %(view)s AND reading = %(reading)s AND term_id = asked.term
        AND superseded IS NULL AND known <= %(known_at)s AND (until IS NULL OR until > %(known_at)s)
        AND counts
"""
_RESTARTING = f"{_STANDING} AND restarts_at IS NOT NULL"
_BY = "AND restarts_at <= %(by)s"
# Only one bound of a question is the one by which rows are read in order: the other is not for an index.
_BEST, _LATEST = "(restarts_at_best + interval '0')", "(restarts_at + interval '0')"
_SEVERITY = "AND (severity = ANY(%(severities)s::text[])) <> %(others)s"
_FOUND = "id, restarts_at, restarts_at_best, reference"
_RESTART = "reference, term_id, restarts_at, restarts_at_best, severity, ruled, accepted"
_AFTER, _BEFORE, _STEP = "%(after)s::timestamptz", "%(before)s::timestamptz", "(chain.at + %(length)s)"


def _may(after: str, before: str, also: str = "") -> str:
    """The latest restart of ``asked.term`` that may fall between two moments.

    Those that end after ``before`` may have begun before it. The kept counts say in which hours such a one
    may be, so that a day in which all began later is passed over as a whole.
    """
    return f"""
        (SELECT one.* FROM (
            SELECT DISTINCT bucket FROM tracker_standingcount
            WHERE truce_id = %(truce)s AND view = %(view)s AND reading = %(reading)s
                AND term_id = asked.term AND span = 'hour' AND earliest < {before}
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
    """The latest restart of ``asked.term``, at its earliest, that surely falls between two moments."""
    return f"""
        SELECT {_FOUND} {_RESTARTING} {also}
            AND restarts_at_best > {after} AND restarts_at_best < {before} AND restarts_at_best <= %(by)s
            AND {_LATEST} < {before} AND {_LATEST} <= %(by)s
        ORDER BY restarts_at_best {order}, reference LIMIT 1
    """


def _over_all(one: str, order: str, select: str = _RESTART, limit: int = 1) -> str:
    """The first ``limit`` rows over all asked terms, of those whose ids ``one`` gives for each."""
    whole = ", ".join(f"standing.{column}" for column in select.split(", "))
    ordered = ", ".join(f"found.{column}" for column in order.split(", "))
    return f"""
        SELECT {whole}
        FROM (
            SELECT one.* FROM unnest(%(terms)s::bigint[]) AS asked (term), LATERAL ({one}) AS one
            ORDER BY {order} LIMIT {limit}
        ) AS found JOIN tracker_standing standing ON standing.id = found.id
        ORDER BY {ordered}
    """


@cache
def last_restart(surely: bool, by_severity: bool) -> str:
    """Values: after, before; severities and others, where it goes by severity."""
    also = _SEVERITY if by_severity else ""
    if surely:
        return _over_all(_surely(_AFTER, _BEFORE, also), "restarts_at_best DESC, reference")
    return _over_all(_may(_AFTER, _BEFORE, also), "restarts_at DESC, reference")


@cache
def first_restart(surely: bool) -> str:
    """Values: after, before, widened."""
    if surely:
        return _over_all(_surely(_AFTER, _BEFORE, order="ASC"), "restarts_at_best, reference")
    return _over_all(
        f"SELECT {_FOUND} {_RESTARTING} {_BY} AND restarts_at > {_AFTER} AND restarts_at < %(widened)s "
        f"AND {_BEST} < {_BEFORE} ORDER BY restarts_at, reference LIMIT 1",
        "restarts_at, reference",
    )


@cache
def restarts(limit: int, by_severity: bool) -> str:
    """Values: after, before, widened; severities and others, where it goes by severity."""
    one = (
        f"SELECT {_FOUND} {_RESTARTING} {_BY} {_SEVERITY if by_severity else ''} AND restarts_at > {_AFTER} "
        f"AND restarts_at < %(widened)s AND {_BEST} < {_BEFORE} "
        f"ORDER BY restarts_at DESC, reference LIMIT {limit}"
    )
    return _over_all(one, "restarts_at DESC, reference", limit=limit)


def _chain(one: str, moment: str) -> str:
    """The moments to which ``one`` leads from ``start`` on, in order."""
    return f"""
        WITH RECURSIVE chain (at) AS (
            SELECT %(start)s::timestamptz
          UNION ALL
            SELECT (
                SELECT max(one.{moment})
                FROM unnest(%(terms)s::bigint[]) AS asked (term), LATERAL ({one}) AS one
            )
            FROM chain WHERE chain.at IS NOT NULL
        )
        SELECT at FROM chain WHERE at IS NOT NULL ORDER BY at
    """


CHAIN = {
    False: _chain(_may("chain.at", _STEP), "restarts_at"),
    True: _chain(_surely("chain.at", _STEP), "restarts_at_best"),
}
"""By whether each surely falls within the step. Values: start, length."""

CHAIN_BACK = f"""
    WITH RECURSIVE chain (at) AS (
        SELECT %(end)s::timestamptz
      UNION ALL
        SELECT (
            SELECT min(one.restarts_at)
            FROM unnest(%(terms)s::bigint[]) AS asked (term), LATERAL (
                SELECT restarts_at {_RESTARTING} {_BY} AND restarts_at < chain.at
                    AND restarts_at > greatest(chain.at - %(length)s::interval, %(after)s::timestamptz)
                ORDER BY restarts_at LIMIT 1
            ) AS one
        )
        FROM chain WHERE chain.at IS NOT NULL
    )
    SELECT min(at) FROM chain
"""
"""Values: end, length, after."""


def _by_occurrence(select: str, also: str, limit: int) -> str:
    one = f"""
        SELECT id, occurred_to, reference {_STANDING} {also} AND occurred_to <= %(by)s
        ORDER BY occurred_to DESC, reference LIMIT {limit}
    """
    return _over_all(one, "occurred_to DESC, reference", select, limit)


@cache
def latest(select: str, limit: int, breaches: bool) -> str:
    """The columns ``select`` of the latest rows. Values: after."""
    only = "AND (ruled = 'violation' OR accepted)" if breaches else ""
    return _by_occurrence(select, f"{only} AND occurred_to > %(after)s", limit)


@cache
def unplaced(limit: int) -> str:
    """Values: start, end."""
    also = """
        AND unplaced AND occurred_to > %(start)s AND (occurred_from IS NULL OR occurred_from < %(end)s)
    """
    return _by_occurrence("reference, term_id, occurred_from, occurred_to", also, limit)


def _known(column: str, span: str, also: str = "") -> str:
    """The last bucket of occurrence in which something may have stood at the known moment."""
    return f"""
        SELECT bucket FROM tracker_standingcount
        WHERE truce_id = %(truce)s AND view = %(view)s AND reading = %(reading)s
            AND term_id = ANY(%(terms)s::bigint[])
            AND span = '{span}' AND known_day <= %(known_at)s {also}
        GROUP BY bucket
        HAVING sum({column}) FILTER (WHERE known_day < %(today)s) > 0
            OR bool_or(known_day = %(today)s AND first_known <= %(known_at)s)
        ORDER BY bucket DESC LIMIT 1
    """


@cache
def known_by(column: str) -> str:
    """By when all that is counted in a column had occurred; no row where nothing is."""
    within = "AND bucket > day.bucket - interval '1 day' AND bucket <= day.bucket"
    return f"""
        SELECT coalesce(({_known(column, "hour", within)}), day.bucket)
        FROM ({_known(column, "day")}) AS day
    """
