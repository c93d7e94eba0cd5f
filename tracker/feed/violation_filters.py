"""The filters of the violation feed that an entry decides as it shows: when, and where.

SQL narrows to what may match (``violation_rows``). What decides is what the reader sees: times to the hour
and places as areas where more could harm. So no filter tells more than the entries do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from tracker.feed.incidents import About

Entry = Mapping[str, Any]

# Two letters of the country and two figures or more: a longer code lies in each that it begins with.
_PCODE = re.compile(r"[A-Z]{2}\d{2,}", re.ASCII)


def shown_as_asked(chosen: Mapping[str, Any]) -> Callable[[Entry, About], bool]:
    """Whether an entry, with what is known about its incident, is among the chosen as it shows.

    ``chosen`` holds the filters that were given, by name; those that SQL decides by itself are passed over.
    """
    asked = [(test, chosen[name]) for name, test in _TESTS.items() if name in chosen]
    return lambda entry, about: all(test(value, entry, about) for test, value in asked)


def _ends_from(moment: datetime, entry: Entry, about: About) -> bool:
    occurred = entry["incident"]["occurred"]
    if occurred is None:
        return False
    return datetime.fromisoformat(occurred["to"] or occurred["from"]) >= moment


def _begins_before(moment: datetime, entry: Entry, about: About) -> bool:
    occurred = entry["incident"]["occurred"]
    if occurred is None:
        return False
    return occurred["from"] is None or datetime.fromisoformat(occurred["from"]) < moment


def _in_country(code: str, entry: Entry, about: About) -> bool:
    return about.place is not None and (about.place["country"] == code or code in about.areas)


def _in_pcode(code: str, entry: Entry, about: About) -> bool:
    if about.place is None:
        return False
    shown = about.place["pcode"] or ""
    return code in about.areas or (bool(_PCODE.fullmatch(code)) and shown.startswith(code))


def _in_box(box: tuple[float, float, float, float], entry: Entry, about: About) -> bool:
    if about.place is None or about.place["lat"] is None or about.place["lon"] is None:
        return False
    west, south, east, north = box
    lat: float = about.place["lat"]
    lon: float = about.place["lon"]
    across = west <= lon <= east if west <= east else lon >= west or lon <= east
    return south <= lat <= north and across


_TESTS: dict[str, Callable[[Any, Entry, About], bool]] = {
    "occurred_from": _ends_from,
    "occurred_to": _begins_before,
    "country": _in_country,
    "pcode": _in_pcode,
    "bbox": _in_box,
}
