"""Parquet: typed columns, compressed with zstd, written a row group at a time.

Moments are UTC to the microsecond, figures whole numbers that may be null (unknown, or an open end), names in
lists. The file says of itself what it holds (``known``, ``licence``, ``attribution``). This is the only
module that needs pyarrow, which takes a second and 60 MB to load: import it only where a file is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from tracker.feed.violations import LICENCE

if TYPE_CHECKING:
    from tracker.feed.exports import Out, Wanted

T = TypeVar("T")
Entry = Mapping[str, Any]
Cell = Callable[[Any], Any]

ROW_GROUP = 10_000
AT_ONCE = 500
"""How many entries are held as Python's own objects, which take far more room than columns do."""

TEXT, NAMES, MOMENT = pa.string(), pa.list_(pa.string()), pa.timestamp("us", tz="UTC")
CODE = pa.dictionary(pa.int32(), pa.string())
FIGURES = {"min": pa.int64(), "max": pa.int64(), "at_least": pa.int64(), "contested": pa.bool_()}


def _top(name: str) -> Cell:
    return lambda entry: entry[name]


def _in(*path: str) -> Cell:
    """What lies in an object in an object; None where one of them is null."""

    def read(entry: Entry) -> Any:
        found: Any = entry
        for name in path:
            if found is None:
                return None
            found = found.get(name)
        return found

    return read


def _moment(read: Cell) -> Cell:
    def parse(entry: Entry) -> datetime | None:
        text = read(entry)
        return None if text is None else datetime.fromisoformat(text)

    return parse


def _json(name: str) -> Cell:
    return lambda entry: orjson.dumps(entry[name]).decode()


VIOLATION: tuple[tuple[str, pa.DataType, Cell], ...] = (
    ("ref", TEXT, _top("ref")),
    ("truce", CODE, _top("truce")),
    ("term", CODE, _top("term")),
    ("reading", CODE, _top("reading")),
    ("incident", TEXT, _in("incident", "ref")),
    ("act", CODE, _in("incident", "act")),
    ("occurred_from", MOMENT, _moment(_in("incident", "occurred", "from"))),
    ("occurred_to", MOMENT, _moment(_in("incident", "occurred", "to"))),
    ("occurred_precision", CODE, _in("incident", "occurred", "precision")),
    ("place_name", TEXT, _in("incident", "place", "name")),
    ("pcode", TEXT, _in("incident", "place", "pcode")),
    ("country", CODE, _in("incident", "place", "country")),
    ("first_level", CODE, _in("incident", "place", "adm1")),
    ("latitude", pa.float64(), _in("incident", "place", "lat")),
    ("longitude", pa.float64(), _in("incident", "place", "lon")),
    ("place_precision", pa.int8(), _in("incident", "place", "precision")),
    ("alleged", NAMES, _top("alleged")),
    ("against", NAMES, _top("against")),
    ("responsible", TEXT, _top("responsible")),
    ("answers_to", TEXT, _top("answers_to")),
    ("attribution", CODE, _top("attribution")),
    ("intent", CODE, _top("intent")),
    *(
        (f"{effect}_{figure}", kind, _in("casualties", effect, figure))
        for effect in ("killed", "injured")
        for figure, kind in FIGURES.items()
    ),
    ("casualties", TEXT, _json("casualties")),
    ("grade", CODE, _top("grade")),
    *(
        (f"counts_{reading}", pa.bool_(), _in("readings", reading))
        for reading in ("alleged", "corroborated", "ruled")
    ),
    ("coverage", CODE, _top("coverage")),
    ("assumed", pa.bool_(), _top("assumed")),
    ("unplaced", pa.bool_(), _top("unplaced")),
    ("severity", CODE, _top("severity")),
    ("ruling", TEXT, _top("ruling")),
    ("sources", NAMES, _top("sources")),
    ("first_known", MOMENT, _moment(_top("first_known"))),
    ("updated", MOMENT, _moment(_top("updated"))),
    ("version", pa.int32(), _top("version")),
    ("method", CODE, _top("method")),
    ("url", TEXT, _top("url")),
    ("licence", CODE, _top("licence")),
    ("citation", TEXT, _top("citation")),
)
"""The columns of violations: name, type, and how an entry fills it. ``casualties`` is the whole as JSON."""

LOG_ENTRY: tuple[tuple[str, pa.DataType, Cell], ...] = (
    ("position", pa.int64(), _top("position")),
    ("type", CODE, _top("type")),
    ("truce", CODE, _top("truce")),
    ("subject", TEXT, _top("subject")),
    ("known", MOMENT, _moment(_top("known"))),
    ("payload_version", pa.int16(), _top("payload_version")),
    ("payload", TEXT, lambda entry: None if entry["payload"] is None else _json("payload")(entry)),
)


def write_violations(entries: Iterable[Entry], out: Out, wanted: Wanted) -> None:
    """Entries of the violation feed as a table."""
    _write(entries, VIOLATION, out, wanted)


def write_feed(lines: Iterable[bytes], out: Out, wanted: Wanted) -> None:
    """Entries of the change log, each a line of JSON, as a table; the payload stays JSON."""
    _write(map(orjson.loads, lines), LOG_ENTRY, out, wanted)


def _write(
    entries: Iterable[Any], columns: tuple[tuple[str, pa.DataType, Cell], ...], out: Out, wanted: Wanted
) -> None:
    about = {
        "known": wanted.known.isoformat().replace("+00:00", "Z"),
        "view": wanted.view.value,
        "licence": LICENCE,
        "attribution": settings.ATTRIBUTION,
    }
    schema = pa.schema([(name, kind) for name, kind, _read in columns], metadata=about)
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        batches = (
            pa.record_batch(
                [pa.array([read(entry) for entry in some], type=kind) for _name, kind, read in columns],
                schema=schema,
            )
            for some in _by(AT_ONCE, entries)
        )
        for group in _by(ROW_GROUP // AT_ONCE, batches):
            writer.write_table(pa.Table.from_batches(group, schema), row_group_size=ROW_GROUP)


def _by(count: int, things: Iterable[T]) -> Iterator[list[T]]:
    """The same things in the same order, ``count`` at a time."""
    found = iter(things)
    while some := list(islice(found, count)):
        yield some
