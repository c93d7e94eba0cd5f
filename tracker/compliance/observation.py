"""Which days somebody was watching. Without it zero reports are "not observed", never calm."""

from collections.abc import Sequence
from datetime import date, datetime

from tracker.compliance.facts import ObservationWindow
from tracker.compliance.intervals import DAY, Interval, days, overlaps, union


def days_seen(
    windows: Sequence[ObservationWindow], zone: str, start: datetime, end: datetime
) -> tuple[list[tuple[date, Interval]], list[tuple[date, Interval]]]:
    """The zone's days that ``start <= t < end`` touches: those observed at some time, those not at all."""
    spans = union((window.start, window.end) for window in windows)
    seen: list[tuple[date, Interval]] = []
    unseen: list[tuple[date, Interval]] = []
    for day, (midnight, next_midnight) in days(zone, start, end):
        part = (max(midnight, start), min(next_midnight, end))
        (seen if any(overlaps(part, span) for span in spans) else unseen).append((day, part))
    return seen, unseen


def watched(
    windows: Sequence[ObservationWindow], as_of: datetime
) -> tuple[bool, datetime | None, datetime | None]:
    """Whether somebody was watching within the last 24 hours; since when that is so; until when it will be.

    Windows less than 24 hours apart make one watch. Where nobody watches, ``since`` is when that began,
    or None if nobody ever had.
    """
    spans = union((window.start, min(window.end, as_of) + DAY) for window in windows if window.start <= as_of)
    if not spans:
        return False, None, None
    start, end = spans[-1]
    return (True, start, end) if as_of < end else (False, end, None)
