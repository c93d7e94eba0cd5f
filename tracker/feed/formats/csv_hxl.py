"""CSV (RFC 4180) with a row of HXL tags under its header, for spreadsheets and humanitarian data tools.

A cell is blank where a figure is unknown or an end open: never a word in a number's column. Text that a
spreadsheet would run as a formula has an apostrophe put before it, as spreadsheets mark text themselves.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ceasefire.chunks import CHUNK

Entry = Mapping[str, Any]
Cell = str | int | float | None
Reading = Callable[[Entry], Cell]

# Spreadsheets take the wide forms of these signs for the narrow ones, and pass over white space before them.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
# Of the P-codes only those of the second level fill a column of their own: two letters and four figures.
_SECOND_LEVEL = re.compile(r"[A-Z]{2}\d{4}", re.ASCII)


def _place(key: str) -> Reading:
    return lambda entry: (entry["incident"]["place"] or {}).get(key)


def _occurred(key: str) -> Reading:
    return lambda entry: (entry["incident"]["occurred"] or {}).get(key)


def _figure(effect: str, end: str) -> Reading:
    return lambda entry: (entry["casualties"][effect] or {}).get(end)


def _names(key: str) -> Reading:
    return lambda entry: "; ".join(entry[key])


def _second_level(entry: Entry) -> Cell:
    code = _place("pcode")(entry)
    return code if isinstance(code, str) and _SECOND_LEVEL.fullmatch(code) else None


COLUMNS: tuple[tuple[str, str, Reading], ...] = (
    ("id", "#meta+id", lambda entry: entry["ref"]),
    ("truce", "#crisis+name", lambda entry: entry["truce"]),
    ("act", "#event+type", lambda entry: entry["incident"]["act"]),
    ("occurred_from", "#date+occurred+start", _occurred("from")),
    ("occurred_to", "#date+occurred+end", _occurred("to")),
    ("reported", "#date+reported", lambda entry: entry["first_known"]),
    ("as_of", "#date+asof", lambda entry: entry["updated"]),
    ("country", "#country+code", _place("country")),
    ("first_level", "#adm1+name", _place("adm1")),
    ("second_level_code", "#adm2+code", _second_level),
    ("place", "#loc+name", _place("name")),
    ("latitude", "#geo+lat", _place("lat")),
    ("longitude", "#geo+lon", _place("lon")),
    ("alleged", "#group+name+alleged", _names("alleged")),
    ("responsible", "#group+name+responsible", lambda entry: entry["responsible"]),
    ("against", "#group+name+victim", _names("against")),
    ("killed_min", "#affected+killed+min", _figure("killed", "min")),
    ("killed_max", "#affected+killed+max", _figure("killed", "max")),
    ("injured_min", "#affected+injured+min", _figure("injured", "min")),
    ("injured_max", "#affected+injured+max", _figure("injured", "max")),
    ("reading", "#status+reading", lambda entry: entry["reading"]),
    ("attribution", "#status+attribution", lambda entry: entry["attribution"]),
    ("grade", "#status+grade", lambda entry: entry["grade"]),
    ("severity", "#severity+code", lambda entry: entry["severity"]),
    ("sources", "#meta+source", _names("sources")),
    ("url", "#meta+url", lambda entry: entry["url"]),
)
"""Each column: the name in the header, its HXL tag, and how an entry fills it. Several names: ``a; b``."""


def stream(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The header, the row of tags, and a row per entry, in UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([name for name, _tag, _read in COLUMNS])
    writer.writerow([tag for _name, tag, _read in COLUMNS])
    for entry in entries:
        writer.writerow([cell(read(entry)) for _name, _tag, read in COLUMNS])
        if text.tell() >= CHUNK:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def cell(value: Cell) -> Cell:
    """A value as its cell holds it: text that would run as a formula is made plain text."""
    if isinstance(value, str) and _FORMULA.match(value):
        return "'" + value
    return value
