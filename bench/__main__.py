"""``python -m bench SIZE [word …]``: runs the benchmarks, prints the table, writes ``bench/results.json``.

SIZE is ``small`` (two minutes) or ``full`` (a million incidents). Words choose the benchmarks whose file
name holds one of them; ``results.json`` is then left as it is.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from bench.house import SIZES, House, machine, open_house
from bench.measure import Row, as_table, write_results
from bench.registry import benchmarks

RESULTS = Path(__file__).parent / "results.json"


def main(size: str, words: list[str]) -> int:
    if size not in SIZES:
        print(f"SIZE is {size!r}: it may be {', '.join(SIZES)}", file=sys.stderr)
        return 2
    began = time.monotonic()
    with open_house(SIZES[size]) as house:
        rows = run(house, words)
    print()
    sizes = ", ".join(f"{incidents:,}" for incidents in SIZES[size])
    print(f"{machine()}; one PostgreSQL, durable commits; truces of {sizes} incidents.")
    print(
        "A ratio is value / reference, both from this run. The README of this folder says what is left out."
    )
    print()
    print(as_table(rows))
    print()
    print(f"{time.monotonic() - began:.0f} s in all.")
    if not words and size != "smoke":
        write_results(RESULTS, rows)
        print(f"Written to {RESULTS}.")
    return 0


def run(house: House, words: list[str] = ()) -> list[Row]:
    """Run the benchmarks in their order, saying which is at work; their rows, the limits first."""
    rows: list[Row] = []
    chosen = benchmarks(words)
    _say("limits")
    rows.extend(house.limits.rows)
    for benchmark in chosen:
        _say(benchmark.name)
        rows.extend(benchmark.rows(house))
    return rows


def _say(name: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {name} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "small", sys.argv[2:]))
