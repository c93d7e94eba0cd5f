"""Times as people type them, read in a zone: days, hours, and how well they are known."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tracker.intake.codes import DatePrecision

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
DAY_SHAPE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
TIME_SHAPE = re.compile(r"(\d{1,2})(?:[:.hH](\d{2})?)?")
WHOLE_SPANS = (DatePrecision.MONTH, DatePrecision.YEAR)


class Unreadable(Exception):
    """``field``: the one of from_day, from_time, to_day, to_time that cannot be read; ``message``: why."""

    def __init__(self, field: str, message: str):
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed of a time or a span of time; None where nothing was."""

    from_day: str | None = None
    from_time: str | None = None
    to_day: str | None = None
    to_time: str | None = None

    def __bool__(self) -> bool:
        return any((self.from_day, self.from_time, self.to_day, self.to_time))


def interval(
    typed: Typed, precision: str | None, zone: ZoneInfo, now: datetime.datetime
) -> tuple[datetime.datetime, datetime.datetime]:
    """The half-open interval that was meant, in UTC. Raises ``Unreadable``.

    A last day is meant whole. Without a last day: an exact time is that moment, the hour its clock hour, a
    week seven days from its first, a month or a year all of it. What of a span has not come yet (``now``,
    aware) is left out, to the end of today: nobody can report of it.
    """
    if not typed.from_day:
        raise Unreadable("from_day", _("Give the day, or say that it is not known."))
    first = _day(typed.from_day, "from_day", whole_span=precision in WHOLE_SPANS)
    if precision in (DatePrecision.EXACT, DatePrecision.HOUR) and not typed.from_time:
        raise Unreadable("from_time", _("Give the time, or choose “the day” as how well it is known."))
    if precision in (DatePrecision.DAYS, DatePrecision.UNKNOWN) and not typed.to_day:
        raise Unreadable("to_day", _("Give the last day too."))
    if precision in WHOLE_SPANS and not typed.to_day:
        first = first.replace(day=1, month=first.month if precision == DatePrecision.MONTH else 1)
    from_time = _time(typed.from_time, "from_time") if typed.from_time else datetime.time()
    if precision == DatePrecision.HOUR and not typed.to_time:
        from_time = from_time.replace(minute=0)
    start = moment(first, from_time, zone, "from_time")
    if typed.to_day or typed.to_time:
        last = _day(typed.to_day, "to_day") if typed.to_day else first
        if typed.to_time:
            return start, moment(last, _time(typed.to_time, "to_time"), zone, "to_time")
        return start, _start_of(last + DAY, zone)
    if precision == DatePrecision.EXACT:
        return start, start
    if precision == DatePrecision.HOUR:
        return start, start + HOUR
    end = _start_of(_day_after(first, precision), zone)
    return start, max(min(end, _start_of(now.astimezone(zone).date() + DAY, zone)), start)


def one_moment(day: str | None, time: str | None, zone: ZoneInfo) -> datetime.datetime | None:
    """A moment given as a day and a time, in UTC; None where neither is given. Raises ``Unreadable``."""
    if not day and not time:
        return None
    if not day:
        raise Unreadable("from_day", _("Give the day too."))
    if not time:
        raise Unreadable("from_time", _("Give the time too."))
    return moment(_day(day, "from_day"), _time(time, "from_time"), zone, "from_time")


def moment(day: datetime.date, time: datetime.time, zone: ZoneInfo, field: str) -> datetime.datetime:
    """A local time as UTC. Raises ``Unreadable`` where clocks skip it or show it twice on that day."""
    local = datetime.datetime.combine(day, time, zone)
    try:
        found = local.astimezone(datetime.UTC)
        later = local.replace(fold=1).astimezone(datetime.UTC)
        if found.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
            raise Unreadable(
                field, _("Clocks skip this time on that day. Choose UTC above and give it in UTC.")
            )
    except OverflowError:
        raise Unreadable(field, _("This day is outside the calendar.")) from None
    if found != later:
        raise Unreadable(
            field, _("Clocks show this time twice on that day. Choose UTC above and give it in UTC.")
        )
    return found


def _start_of(day: datetime.date, zone: ZoneInfo) -> datetime.datetime:
    """The first instant of a day, also where clocks skip its midnight or show it twice."""
    return datetime.datetime.combine(day, datetime.time(), zone).astimezone(datetime.UTC)


def _day_after(first: datetime.date, precision: str | None) -> datetime.date:
    if precision == DatePrecision.WEEK:
        return first + 7 * DAY
    if precision == DatePrecision.MONTH:
        return (first.replace(day=28) + 4 * DAY).replace(day=1)
    if precision == DatePrecision.YEAR:
        return first.replace(year=first.year + 1)
    return first + DAY


def _day(text: str, field: str, whole_span: bool = False) -> datetime.date:
    found = DAY_SHAPE.fullmatch(text)
    if not found or (found[3] is None and not whole_span):
        raise Unreadable(field, _("“%(typed)s” is not a day. Write it as 2016-09-17.") % {"typed": text[:80]})
    year, month, day = (int(part) if part else 1 for part in found.groups())
    try:
        date = datetime.date(year, month, day)
        date.replace(year=year + 1, month=1, day=1)  # the arithmetic above stays within the calendar
    except ValueError:
        raise Unreadable(
            field, _("There is no day “%(typed)s”. Correct it.") % {"typed": text[:80]}
        ) from None
    return date


def _time(text: str, field: str) -> datetime.time:
    found = TIME_SHAPE.fullmatch(text)
    try:
        if not found:
            raise ValueError
        return datetime.time(int(found[1]), int(found[2] or 0))
    except ValueError:
        raise Unreadable(
            field, _("“%(typed)s” is not a time. Write it as 18:30.") % {"typed": text[:80]}
        ) from None
