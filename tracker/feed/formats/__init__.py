"""The formats in which the violation feed goes out whole: pure, from entries to bytes.

``FORMATS[name].stream(entries)`` takes any iterable of entries, each a dict as ``feed.violations`` renders
it, and gives the file as chunks of bytes, in the entries' order, holding only one chunk in memory; no entries
give a valid empty file. ``media_type`` is what the answer says of itself, ``suffix`` how a file's name ends,
without its dot. Names are ``ndjson``, ``geojson`` and ``csv``. ``csv_hxl.COLUMNS`` is the table of the
columns, for whoever writes other tables. Atom is paged, for readers of feeds, and stands by itself in
``atom``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.feed.formats import csv_hxl, geojson, ndjson


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write entries as a file."""

    name: str
    media_type: str
    suffix: str
    stream: Callable[[Iterable[Mapping[str, Any]]], Iterator[bytes]]


FORMATS = {
    one.name: one
    for one in (
        Format("ndjson", "application/x-ndjson", "ndjson", ndjson.stream),
        Format("geojson", "application/geo+json", "geojson", geojson.stream),
        Format("csv", "text/csv", "csv", csv_hxl.stream),
    )
}
