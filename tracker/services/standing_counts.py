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

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVER = datetime(1, 1, 2, tzinfo=UTC)
"""Before everything, and far enough from the first moment there is to be rounded."""

_OF = "truce_id = %(truce)s AND view = %(view)s AND reading = %(reading)s AND term_id = ANY(%(terms)s)"
_SPANS = (
    ("hour", "first_hours", "first_days"),
    ("day", "first_days", "last_days"),
    ("hour", "last_days", "last_hours"),
)
_ROWS = f"FROM tracker_standing WHERE {_OF} AND superseded IS NULL"


def _kept(columns: Sequence[str]) -> str:
    """The kept counts of whole hours and days, of all days of knowledge up to that of the known moment."""
    return " UNION ALL ".join(
        f"SELECT known_day, first_known, last_known, {', '.join(columns)} FROM tracker_standingcount "
        f"WHERE {_OF} AND span = '{span}' AND bucket > %({after})s AND bucket <= %({by})s "
        "AND known_day <= %(today)s"
        for span, after, by in _SPANS
    )


def _broken(column: str) -> str:
    """How many stood in the broken hours, row by row."""
    return " + ".join(
        f"(SELECT count(*) {_ROWS} AND {COUNTED[column]} AND occurred_to > %({after})s "
        f"AND occurred_to <= %({by})s AND known <= %(known_at)s AND (until IS NULL OR until > %(known_at)s))"
        for after, by in (("after", "first_hours"), ("last_hours", "by"))
    )


@cache
def _whole(columns: tuple[str, ...]) -> str:
    """Per column: how many by the day before the known moment's, how many that day changed, and how many in
    the broken hours; at last between which moments that day's changes lie."""
    sums = ", ".join(
        f"coalesce(sum({column}) FILTER (WHERE known_day < %(today)s), 0)::bigint, "
        f"coalesce(sum({column}) FILTER (WHERE known_day = %(today)s), 0)::bigint, {_broken(column)}"
        for column in columns
    )
    of_today = "FILTER (WHERE known_day = %(today)s)"
    return (
        f"SELECT {sums}, min(first_known) {of_today}, max(last_known) {of_today} "
        f"FROM ({_kept(columns)}) AS kept"
    )


@cache
def _changed(column: str, first: str, last: str) -> str:
    """By how many a count changed over a stretch of knowledge, row by row: ``first`` and ``last`` compare."""
    return "SELECT " + " - ".join(
        f"(SELECT count(*) {_ROWS} AND {COUNTED[column]} "
        "AND occurred_to > %(first_hours)s AND occurred_to <= %(last_hours)s "
        f"AND {event} {first} AND {event} {last})"
        for event in ("known", "until")
    )


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


def count(
    columns: Sequence[str],
    of: Mapping[str, Any],
    *,
    after: datetime,
    by: datetime,
    known_at: datetime,
) -> list[int]:
    """How many standings stood at ``known_at`` and occurred in ``after < t <= by`` (UTC), per column.

    ``columns`` are those of ``COUNTED``. ``of`` names ``truce`` (row id), ``view``, ``reading``, ``terms``
    (row ids).
    """
    if by <= after:
        return [0] * len(columns)
    asked = Range.of(after, by)
    values = {
        **of,
        **{name: getattr(asked, name) for name in Range.__slots__},
        "known_at": known_at,
        "today": day_of(known_at),
    }
    *found, first, last = prepared.rows(_whole(tuple(columns)), values)[0]
    totals = []
    for column, before, today, broken in zip(columns, found[::3], found[1::3], found[2::3], strict=True):
        if last is not None and last > known_at:
            today = _by_then(column, today, first, last, values)
        totals.append(before + today + broken)
    return totals


def _by_then(column: str, today: int, first: datetime, last: datetime, values: Mapping[str, Any]) -> int:
    """How much of a day's change was known by the known moment, counted from the nearer end of the day's."""
    known_at: datetime = values["known_at"]
    if known_at < first:
        return 0
    if known_at - first < last - known_at:
        changed = _changed(column, ">= %(today)s", "<= %(known_at)s")
        by_then: int = prepared.rows(changed, values)[0][0]
        return by_then
    changed = _changed(column, "> %(known_at)s", "<= %(last)s")
    after: int = prepared.rows(changed, {**values, "last": last})[0][0]
    return today - after


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
