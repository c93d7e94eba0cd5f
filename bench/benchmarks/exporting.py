"""Exports of everything that a list or the log holds: what the process that builds one needs of memory.

As Parquet, which needs the most: the other formats are written as the rows come.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable
from pathlib import Path

from bench.filling import begin
from bench.house import House
from bench.measure import Row, at_most

ORDER = 57
STATUS = Path("/proc/self/status")
MEGABYTE = 1024


def rows(house: House) -> Iterable[Row]:
    from tracker.models import ExportSubject

    smaller, larger = (house.truce(size) for size in house.sizes[:2])
    for what in ExportSubject.values:
        few, many = (_built(what, one.slug) for one in (smaller, larger))
        about = (
            f"{many[0]:,} rows, of a truce of {larger.size:,} incidents; the highest resident set of a "
            f"process of its own that builds one as Parquet; the reference is the same of {few[0]:,} rows"
        )
        row = Row(
            f"memory to export the {what}",
            many[1],
            "MB",
            many[0],
            about,
            few[1],
            f"of {smaller.size:,} incidents",
        )
        yield at_most(300, row)


def _built(what: str, truce: str) -> tuple[int, float]:
    """The rows of an export, and the megabytes that its process held at the most."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1, initializer=begin, initargs=(dict(os.environ),)) as pool:
        return pool.apply(_build, (what, truce))


def _build(what: str, truce: str) -> tuple[int, float]:
    from tempfile import TemporaryDirectory

    from tracker.models import ExportFormat, ExportSubject, View
    from tracker.services import exports

    filters = {"truce": truce, **({"reading": "alleged"} if what == "violations" else {})}
    with TemporaryDirectory() as folder:
        built, _checksum = exports.write_now(
            ExportSubject(what),
            ExportFormat.PARQUET,
            View.PUBLIC,
            filters,
            "http://localhost",
            Path(folder) / "export",
            lambda _rows: None,
        )
    return built, _highest_resident_set()


def _highest_resident_set() -> float:
    (line,) = [line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / MEGABYTE
