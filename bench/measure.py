"""What a benchmark gives back, and how times are taken: seconds of wall clock, medians, percentiles."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import orjson


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    ``reference`` is what ``value`` is compared with, in the same unit and from the same run; ``ratio`` is
    value / reference. ``aim`` is a bound in words (``>= 1.3 of reference``, ``<= 50``); ``kept`` is whether
    it was. ``n`` is how many measurements or items the value rests on; ``about`` says the data size, the
    clients, the warm-up and what is left out.
    """

    name: str
    value: float
    unit: str
    n: int
    about: str
    reference: float | None = None
    against: str = ""
    aim: str = ""
    kept: bool | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.reference if self.reference else None


def at_least(bound: float, row: Row, of_reference: bool = False) -> Row:
    """The row with an aim that its value (or its ratio) is not below ``bound``."""
    return _bounded(row, bound, of_reference, ">=", lambda found: found >= bound)


def at_most(bound: float, row: Row, of_reference: bool = False) -> Row:
    """The row with an aim that its value (or its ratio) is not above ``bound``."""
    return _bounded(row, bound, of_reference, "<=", lambda found: found <= bound)


def _bounded(row: Row, bound: float, of_reference: bool, sign: str, kept: Callable[[float], bool]) -> Row:
    found = row.ratio if of_reference else row.value
    aim = f"{sign} {bound:,g} x reference" if of_reference else f"{sign} {bound:,g} {row.unit}"
    fields = {name: getattr(row, name) for name in row.__dataclass_fields__}
    return Row(**{**fields, "aim": aim, "kept": None if found is None else kept(found)})


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0 to 1) of the values lie, the nearest one taken."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def times(act: Callable[[], object], count: int, warm_up: int = 3) -> list[float]:
    """Seconds that each of ``count`` calls took, after ``warm_up`` that are not counted."""
    for _ in range(warm_up):
        act()
    found = []
    for _ in range(count):
        start = time.perf_counter()
        act()
        found.append(time.perf_counter() - start)
    return found


def rate(act: Callable[[], int], rounds: int = 3) -> tuple[float, int]:
    """Items per second of one core, the median of rounds after one not counted; and the items in all.

    ``act`` does one round and returns how many items it did. What counts is this process's own time on a
    core, so that its neighbours do not. Garbage is collected between rounds, not in them.
    """
    act()
    found, items = [], 0
    for _ in range(rounds):
        gc.collect()
        gc.disable()
        try:
            start = time.process_time()
            done = act()
            found.append(done / (time.process_time() - start))
        finally:
            gc.enable()
        items += done
    return median(found), items


def as_table(rows: Iterable[Row]) -> str:
    """The rows as text: what, ours, the reference, the ratio, the aim and whether it is kept."""
    head = ("what", "value", "unit", "reference", "ratio", "aim", "", "n")
    lines = [
        (
            row.name,
            figure(row.value),
            row.unit,
            figure(row.reference),
            figure(row.ratio),
            row.aim,
            {True: "kept", False: "MISSED", None: ""}[row.kept],
            f"{row.n:,}",
        )
        for row in rows
    ]
    widths = [max(len(line[i]) for line in (head, *lines)) for i in range(len(head))]
    right = {1, 3, 4, 7}

    def told(line: Sequence[str]) -> str:
        cells = (
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        return "  ".join(cells).rstrip()

    return "\n".join([told(head), told(["-" * width for width in widths]), *(told(line) for line in lines)])


def figure(value: float | None) -> str:
    """A number with three figures that say something, and separated thousands; blank for none."""
    if value is None:
        return ""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def write_results(path: Path, rows: Iterable[Row]) -> None:
    """Write the rows as the list of objects that ``bench/README.md`` describes."""
    path.write_bytes(
        orjson.dumps([asdict(row) | {"ratio": row.ratio} for row in rows], option=orjson.OPT_INDENT_2) + b"\n"
    )
