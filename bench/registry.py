"""The benchmarks: each is a file of ``bench/benchmarks`` with a function ``rows(house)``; adding one touches
nothing else. ``ORDER`` (a number) says when it runs: those that need an empty database come first."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import bench.benchmarks
from bench.house import House
from bench.measure import Row


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One file: its name, when it runs, and what it gives back."""

    name: str
    order: int
    rows: Callable[[House], Iterable[Row]]


def benchmarks(words: Sequence[str] = ()) -> list[Benchmark]:
    """All benchmarks in their order, or those whose name holds one of the words."""
    found = []
    for module in pkgutil.iter_modules(bench.benchmarks.__path__):
        if words and not any(word in module.name for word in words):
            continue
        code = importlib.import_module(f"bench.benchmarks.{module.name}")
        found.append(Benchmark(module.name, code.ORDER, code.rows))
    return sorted(found, key=lambda one: (one.order, one.name))
