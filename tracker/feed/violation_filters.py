"""The filters of the violation feed that an entry decides as it shows: when, and where.

SQL narrows to what may match (``violation_rows``). What decides is what the reader sees: times to the hour
and places as areas where more could harm. So no filter tells more than the entries do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

Entry = Mapping[str, Any]
Incident = Mapping[str, Any]
"""The member ``incident`` of an entry."""

# Two letters of the country and two figures or more: a longer code lies in each that it begins with.
_PCODE = re.compile(r"[A-Z]{2}\d{2,}", re.ASCII)


def shown_as_asked(chosen: Mapping[str, Any]) -> Callable[[Entry, Collection[str]], bool]:
    """Whether an entry, whose place lies in some areas (codes, as far as they show), is among the chosen.

    ``chosen`` holds the filters that were given, by name; those that SQL decides by itself are passed over.
    """
    asked = [(test, chosen[name]) for name, test in _TESTS.items() if name in chosen]
    return lambda entry, areas: all(test(value, entry["incident"], areas) for test, value in asked)


def _ends_from(moment: datetime, incident: Incident, areas: Collection[str]) -> bool:
    occurred = incident["occurred"]
    if occurred is None:
        return False
    return datetime.fromisoformat(occurred["to"] or occurred["from"]) >= moment


def _begins_before(moment: datetime, incident: Incident, areas: Collection[str]) -> bool:
    occurred = incident["occurred"]
    if occurred is None:
        return False
    return occurred["from"] is None or datetime.fromisoformat(occurred["from"]) < moment


def _in_country(code: str, incident: Incident, areas: Collection[str]) -> bool:
    place = incident["place"]
    return place is not None and (place["country"] == code or code in areas)


def _in_pcode(code: str, incident: Incident, areas: Collection[str]) -> bool:
    place = incident["place"]
    if place is None:
        return False
    shown = place["pcode"] or ""
    return code in areas or (bool(_PCODE.fullmatch(code)) and shown.startswith(code))


def _in_box(box: tuple[float, float, float, float], incident: Incident, areas: Collection[str]) -> bool:
    place = incident["place"]
    if place is None or place["lat"] is None or place["lon"] is None:
        return False
    west, south, east, north = box
    lat: float = place["lat"]
    lon: float = place["lon"]
    across = west <= lon <= east if west <= east else lon >= west or lon <= east
    return south <= lat <= north and across


_TESTS: dict[str, Callable[[Any, Incident, Collection[str]], bool]] = {
    "occurred_from": _ends_from,
    "occurred_to": _begins_before,
    "country": _in_country,
    "pcode": _in_pcode,
    "bbox": _in_box,
}
