"""How many standings stood at a known moment, out of the counts that the database keeps of them.

Whole hours and days of occurrence come from kept counts; only the two broken hours at the ends are counted
row by row, and what came to be known in the course of the day of the known moment itself, if more followed
on that day. So an answer costs what a truce's days cost, not what its incidents do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.db import connection, transaction

from tracker.models import StandingCount, Truce
from tracker.models.standing_count import COUNTED, counted, counting_statement, events_of
from tracker.services import prepared

GIVEN = {"truce": "bigint", "view": "text", "known_at": "timestamptz"}
"""What every question about standings is told, and its types."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVER = datetime(1, 1, 2, tzinfo=UTC)
"""Before everything, and far enough from the first moment there is to be rounded."""

_OF = """truce_id = given.truce AND view = given.view AND reading = asked.reading
    AND term_id = ANY(given.terms)"""
_SPANS = (
    ("hour", "first_hours", "first_days"),
    ("day", "first_days", "last_days"),
    ("hour", "last_days", "last_hours"),
)
_ROWS = f"FROM tracker_standing WHERE {_OF} AND superseded IS NULL"
# Of the changes of a day, few are read: by when they were known, wherever they occurred.
_OCCURRED = "(occurred_to + interval '0')"


def _kept(columns: Sequence[str], part: int) -> str:
    """The kept counts of whole hours and days, of all days of knowledge up to that of the known moment."""
    return " UNION ALL ".join(
        f"SELECT known_day, first_known, last_known, {', '.join(columns)} FROM tracker_standingcount "
        f"WHERE {_OF} AND span = '{span}' AND bucket > given.{after}_{part} AND bucket <= given.{by}_{part} "
        "AND known_day <= given.today"
        for span, after, by in _SPANS
    )


def _broken(column: str, part: int) -> str:
    """How many stood in the broken hours, row by row."""
    return " + ".join(
        f"(SELECT count(*) {_ROWS} AND {COUNTED[column]} AND occurred_to > given.{after}_{part} "
        f"AND occurred_to <= given.{by}_{part} "
        "AND known <= given.known_at AND (until IS NULL OR until > given.known_at))"
        for after, by in (("after", "first_hours"), ("last_hours", "by"))
    )


def _changed(column: str, part: int, first: str, last: str) -> str:
    """By how many a count changed over a stretch of knowledge, row by row: ``first`` and ``last`` compare."""
    return " - ".join(
        f"(SELECT count(*) {_ROWS} AND {COUNTED[column]} "
        f"AND {_OCCURRED} > given.first_hours_{part} AND {_OCCURRED} <= given.last_hours_{part} "
        f"AND {event} {first} AND {event} {last})"
        for event in ("known", "until")
    )


def _total(column: str, part: int) -> str:
    """How many by the day before the known moment's, in the broken hours, and of what that day changed.

    What was known of the day by the known moment is counted from the nearer end of its changes.
    """
    by_then = _changed(column, part, ">= given.today", "<= given.known_at")
    since_then = _changed(column, part, "> given.known_at", "<= kept.last_known")
    return f"""kept.{column} + {_broken(column, part)} + CASE
        WHEN kept.last_known IS NULL OR kept.last_known <= given.known_at THEN kept.{column}_today
        WHEN given.known_at < kept.first_known THEN 0
        WHEN given.known_at - kept.first_known < kept.last_known - given.known_at THEN {by_then}
        ELSE kept.{column}_today - ({since_then})
    END"""


def _part(part: int, columns: Sequence[str]) -> str:
    of_today = "FILTER (WHERE known_day = given.today)"
    sums = ", ".join(
        f"coalesce(sum({column}) FILTER (WHERE known_day < given.today), 0)::bigint AS {column}, "
        f"coalesce(sum({column}) {of_today}, 0)::bigint AS {column}_today"
        for column in columns
    )
    return f"""
        SELECT {part}, asked.reading, ARRAY[{", ".join(_total(column, part) for column in columns)}]
        FROM given CROSS JOIN unnest(given.readings_{part}) AS asked (reading)
        CROSS JOIN LATERAL (
            SELECT {sums},
                min(first_known) {of_today} AS first_known, max(last_known) {of_today} AS last_known
            FROM ({_kept(columns, part)}) AS kept
        ) AS kept
    """


@cache
def _statement(parts: tuple[tuple[str, ...], ...]) -> str:
    numbers = range(len(parts))
    ranges = {f"{name}_{part}": "timestamptz" for part in numbers for name in Range.__slots__}
    readings = {f"readings_{part}": "text[]" for part in numbers}
    counted = " UNION ALL ".join(_part(part, columns) for part, columns in enumerate(parts))
    return prepared.given(**GIVEN, terms="bigint[]", today="timestamptz", **readings, **ranges) + counted


@dataclass(frozen=True, slots=True)
class Range:
    """``after < t <= by`` cut into whole days, the whole hours beside them, and a broken hour at each end."""

    after: datetime
    first_hours: datetime
    first_days: datetime
    last_days: datetime
    last_hours: datetime
    by: datetime

    @classmethod
    def of(cls, after: datetime, by: datetime) -> Range:
        first_hours, last_hours = _ceiling(after, HOUR), max(_floor(by, HOUR), after)
        if first_hours >= last_hours:
            return cls(after, by, by, by, by, by)
        first_days, last_days = _ceiling(after, DAY), _floor(by, DAY)
        if first_days >= last_days:
            first_days = last_days = last_hours
        return cls(after, first_hours, first_days, last_days, last_hours, by)


def day_of(moment: datetime) -> datetime:
    """When the day (UTC) of a moment began."""
    return _floor(moment, DAY)


def _floor(moment: datetime, span: timedelta) -> datetime:
    return moment - (moment - EVER) % span


def _ceiling(moment: datetime, span: timedelta) -> datetime:
    return moment + (EVER - moment) % span


@dataclass(frozen=True, slots=True)
class Asked:
    """What to count: columns of ``COUNTED``, in readings, that occurred in ``after < t <= by`` (UTC)."""

    columns: tuple[str, ...]
    readings: Sequence[str]
    after: datetime
    by: datetime


def count(asked: Sequence[Asked], of: Mapping[str, Any], known_at: datetime) -> list[dict[str, list[int]]]:
    """How many standings stood at ``known_at``, by reading and in the order of the columns, of each asked.

    ``of`` names ``truce`` (row id), ``view`` and ``terms`` (row ids). One statement answers all of it.
    """
    found = [{reading: [0] * len(one.columns) for reading in one.readings} for one in asked]
    numbers = [number for number, one in enumerate(asked) if one.after < one.by]
    if not numbers:
        return found
    values = {**of, "known_at": known_at, "today": day_of(known_at)}
    for part, number in enumerate(numbers):
        one = asked[number]
        cut = Range.of(one.after, one.by)
        values |= {f"{name}_{part}": getattr(cut, name) for name in Range.__slots__}
        values[f"readings_{part}"] = list(one.readings)
    statement = _statement(tuple(asked[number].columns for number in numbers))
    for part, reading, totals in prepared.rows(statement, values, binary=True):
        found[numbers[part]][reading] = totals
    return found


@transaction.atomic
def rebuild(truce: Truce) -> None:
    """Throw the kept counts of a truce away and make them again from its standings."""
    StandingCount.objects.filter(truce=truce).delete()
    with connection.cursor() as cursor:
        cursor.execute(counting_statement(_events(truce)))


def differences(truce: Truce) -> list[str]:
    """Which kept counts of a truce are not what its standings give; one line each."""
    key = "view, reading, term_id, span, bucket, known_day"
    unequal = " OR ".join(f"coalesce(kept.{name}, 0) <> coalesce(own.{name}, 0)" for name in COUNTED)
    sums = ", ".join(f"coalesce(kept.{name}, 0), coalesce(own.{name}, 0)" for name in COUNTED)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {sums} FROM (SELECT * FROM tracker_standingcount WHERE truce_id = %s) AS kept "
            f"FULL JOIN ({counted(_events(truce))}) AS own USING ({key}) WHERE {unequal} ORDER BY {key}",
            [truce.pk],
        )
        found = cursor.fetchall()
    return [
        f"{view} count {reading} term {term} {span} {bucket} of {known_day}: "
        f"kept {dict(zip(COUNTED, rest[::2], strict=True))}, "
        f"counted {dict(zip(COUNTED, rest[1::2], strict=True))}"
        for view, reading, term, span, bucket, known_day, *rest in found
    ]


def _events(truce: Truce) -> str:
    return events_of(f"(SELECT * FROM tracker_standing WHERE truce_id = {int(truce.pk)}) AS own")
