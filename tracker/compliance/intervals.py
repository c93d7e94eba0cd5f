"""Arithmetic of moments, half-open intervals and days. Moments are aware datetimes; UTC inside."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Interval = tuple[datetime, datetime]
"""``start <= t < end``; where the two are equal, that single instant."""

DAY = timedelta(hours=24)
"""A day of a length is 24 hours, also across a change of the zone's clocks."""

WIDEST = timedelta(hours=26)
"""More than both ends of what is placed (``is_placed``) can ever lie apart: the longest day of a zone."""


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name; ZoneInfoNotFoundError (a KeyError) if there is none."""
    return ZoneInfo(name)


def overlaps(one: Interval, other: Interval) -> bool:
    """Whether two intervals, neither of them an instant, share a moment."""
    return one[0] < other[1] and other[0] < one[1]


def within(one: Interval, start: datetime | None, end: datetime | None) -> bool:
    """Whether the whole of ``one`` lies in ``start <= t < end``; None is open on that side."""
    a, b = one
    if start is not None and a < start:
        return False
    return end is None or (b <= end and a < end)


def apart(one: Interval, start: datetime | None, end: datetime | None) -> bool:
    """Whether ``one`` surely shares no moment with ``start <= t < end``; None is open on that side."""
    a, b = one
    if end is not None and a >= end:
        return True
    return start is not None and (b < start or (b == start and a < b))


def hull(intervals: Iterable[Interval]) -> Interval | None:
    """The smallest interval that holds all of them; None for none."""
    found = None
    for start, end in intervals:
        found = (start, end) if found is None else (min(found[0], start), max(found[1], end))
    return found


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """The same moments as disjoint intervals in order; empty ones and instants fall away."""
    joined: list[Interval] = []
    for start, end in sorted(one for one in intervals if one[0] < one[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def time_in(intervals: Sequence[Interval], start: datetime, end: datetime) -> timedelta:
    """How much of ``start`` to ``end`` lies in the intervals, which must be disjoint."""
    total = timedelta()
    for a, b in intervals:
        total += max(timedelta(), min(b, end) - max(a, start))
    return total


def advance(start: datetime, length: timedelta, pauses: Sequence[Interval] = ()) -> datetime:
    """The moment at which ``length`` has run since ``start`` when it stands still during ``pauses``.

    Pauses are disjoint and in order. A run that completes at the very start of a pause has completed.
    """
    done, left = start, length
    for a, b in pauses:
        if b <= done:
            continue
        if done + left <= a:
            break
        left -= max(timedelta(), a - done)
        done = b
    return done + left


def day_number(start: datetime, moment: datetime) -> int:
    """Whole 24-hour periods since ``start``, plus one: the start itself is in day 1."""
    return (moment - start) // DAY + 1


def day_of(zone: str, moment: datetime) -> date:
    """The zone's calendar day that ``moment`` falls in."""
    return moment.astimezone(zone_of(zone)).date()


def day_bounds(zone: str, day: date) -> Interval:
    """The zone's day from midnight to midnight, in UTC: 23 or 25 hours where its clocks change."""
    there = zone_of(zone)
    start = datetime.combine(day, time(), there).astimezone(UTC)
    return start, datetime.combine(day + timedelta(days=1), time(), there).astimezone(UTC)


def days(zone: str, start: datetime, end: datetime) -> list[tuple[date, Interval]]:
    """Every day of the zone that ``start <= t < end`` touches, each with its bounds in UTC."""
    if end <= start:
        return []
    found: list[tuple[date, Interval]] = []
    day = day_of(zone, start)
    while True:
        bounds = day_bounds(zone, day)
        if bounds[0] >= end:
            return found
        found.append((day, bounds))
        day += timedelta(days=1)


def is_placed(zone: str, one: Interval) -> bool:
    """Whether an interval is short enough to restart a count: 24 hours, or within one day of the zone.

    The second matters once a year, on the day of 25 hours.
    """
    start, end = one
    span = end - start
    if span <= DAY:
        return True
    if span > WIDEST:
        return False
    return day_bounds(zone, day_of(zone, start))[1] >= end
