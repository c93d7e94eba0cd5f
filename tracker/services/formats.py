"""Moments, spans, figures, lists and names as a reader of a language writes them.

Languages are ``en``, ``fr``, ``ar`` and ``ru``. Moments come in aware and are shown in a truce's zone, an
IANA name; figures are Western digits in every language, so that columns line up.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel import dates, lists, numbers
from django.utils.translation import get_language

# British English writes the day before the month, as the other three do.
LOCALES = {"en": "en_GB", "fr": "fr", "ar": "ar", "ru": "ru"}
Unit = Literal["day", "hour", "minute"]
UNITS: dict[Unit, int] = {"day": 86_400, "hour": 3_600, "minute": 60}
DATES = {
    # language: (in full, short with the year, short without it)
    "en": ("d MMMM y", "d MMM y", "d MMM"),
    "fr": ("d MMMM y", "d MMM y", "d MMM"),
    "ar": ("d MMMM y", "d MMMM y", "d MMMM"),
    "ru": ("d MMMM y", "d MMM y", "d MMM"),
}
FULL, SHORT, DAY = range(3)
COMMA = {"ar": "، "}


def language() -> str:
    """The reader's language, one of the four."""
    code = (get_language() or "en").split("-")[0]
    return code if code in LOCALES else "en"


def locale(code: str | None = None) -> str:
    """Babel's locale of a language (the reader's if none is given)."""
    return LOCALES[code or language()]


def name_of(names: Mapping[str, str] | str | None, fallback: str = "", code: str | None = None) -> str:
    """The name by language code in the reader's language, else in English, else any, else ``fallback``."""
    if not names:
        return fallback
    if isinstance(names, str):
        return names
    return names.get(code or language()) or names.get("en") or next(iter(names.values()))


def format_day(day: date, code: str | None = None, style: int = DAY) -> str:
    """A day: "17 Sep", or with ``style`` SHORT or FULL "17 Sep 2016", "17 September 2016"."""
    return _english(dates.format_date(day, DATES[code or language()][style], locale=locale(code)))


def format_moment(moment: datetime, zone: str, code: str | None = None, style: int = SHORT) -> str:
    """An aware moment in a zone: "17 Sep 2016, 23:00"; FULL writes the month out, DAY leaves out the year."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{format_day(local.date(), code, style)}{COMMA.get(code or language(), ', ')}{local:%H:%M}"


def format_weekday(day: date, code: str | None = None) -> str:
    """The short name of a day of the week."""
    return dates.format_date(day, "ccc", locale=locale(code))


def format_span(span: timedelta | float, code: str | None = None, parts: int = 2) -> str:
    """A length of time (seconds or a timedelta) in its largest units: "5 days, 4 hours"; never rounded up."""
    seconds = int(span.total_seconds() if isinstance(span, timedelta) else span)
    found = []
    for unit, size in UNITS.items():
        count, seconds = divmod(seconds, size)
        if count:
            found.append(_count_of(count, unit, code))
    found = found[:parts] or [_count_of(0, "hour", code)]
    if (code or language()) == "ar":
        # CLDR's Arabic pattern for units says the last one twice.
        return " و".join(found)
    return lists.format_list(found, style="unit", locale=locale(code))


def format_hours(hours: int, code: str | None = None) -> str:
    """A whole number of hours: "72 hours"."""
    return _count_of(hours, "hour", code)


def format_days(days: int, code: str | None = None) -> str:
    """A whole number of days: "7 days"."""
    return _count_of(days, "day", code)


def format_number(number: float, code: str | None = None) -> str:
    """A figure with the language's grouping, in Western digits."""
    return numbers.format_decimal(number, locale=locale(code), numbering_system="latn")


def format_range(minimum: int | None, maximum: int | None) -> str:
    """A range of figures: "62", "30–62", "30–80+" needs ``format_figures``; "" for no figure."""
    if minimum is None:
        return "" if maximum is None else f"≤ {format_number(maximum)}"
    if maximum is None:
        return f"≥ {format_number(minimum)}"
    if minimum == maximum:
        return format_number(minimum)
    return f"{format_number(minimum)}–{format_number(maximum)}"


def format_figures(figures: Mapping[str, Any]) -> str:
    """Several sources' range of one effect: "30–80+", its end open where one of them left it open."""
    minimum, maximum, at_least = (figures.get(key) for key in ("min", "max", "at_least"))
    if at_least is None:
        return format_range(minimum, maximum)
    if minimum is None or minimum == at_least:
        return f"{format_number(at_least)}+"
    return f"{format_number(minimum)}–{format_number(at_least)}+"


def format_list(items: Iterable[str], code: str | None = None) -> str:
    """Several names as one enumeration: "A, B and C"."""
    return lists.format_list(list(items), locale=locale(code))


def _count_of(count: int, unit: Unit, code: str | None) -> str:
    # Of Babel's two ways this one knows every plural form. The threshold keeps the unit asked for.
    span = timedelta(seconds=count * UNITS[unit])
    return dates.format_timedelta(span, granularity=unit, threshold=10**9, locale=locale(code))


def _english(text: str) -> str:
    # CLDR's British short form of September is the only one of four letters; columns want three.
    return re.sub(r"\bSept\b(?!\.)", "Sep", text)
