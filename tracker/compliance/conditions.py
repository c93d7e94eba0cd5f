"""Conditions over other terms: all, any and not, in three values.

A condition is a reference; a list, which means all of it; or a mapping with one of ``all``, ``any`` (lists of
conditions) and ``not`` (a condition).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.compliance.charter import Fault


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a condition is surely met, and which references keep it from being so."""

    met: bool
    missing: tuple[str, ...] = ()  # surely not as the condition wants it, in at least one reading
    unknown: tuple[str, ...] = ()  # not known to be as it wants it, and surely not so in none


def references(condition: Any) -> tuple[str, ...]:
    """Every reference that a condition names, once, in order."""
    found: dict[str, None] = {}

    def walk(one: Any) -> None:
        if isinstance(one, str):
            found[one] = None
        elif isinstance(one, Mapping):
            for inner in one.values():
                walk(inner)
        elif isinstance(one, Sequence):
            for inner in one:
                walk(inner)

    walk(condition)
    return tuple(found)


def condition_faults(condition: Any, path: str) -> list[Fault]:
    """Where a condition is not written as one."""
    if isinstance(condition, str):
        return []
    if isinstance(condition, Mapping):
        if len(condition) != 1 or next(iter(condition)) not in ("all", "any", "not"):
            return [Fault(path, "condition.not_one_of_all_any_not")]
        word, inner = next(iter(condition.items()))
        if word == "not":
            return condition_faults(inner, f"{path}.not")
        if isinstance(inner, str | Mapping) or not isinstance(inner, Sequence) or not inner:
            return [Fault(f"{path}.{word}", "condition.not_a_list")]
        return [
            fault for i, one in enumerate(inner) for fault in condition_faults(one, f"{path}.{word}[{i}]")
        ]
    if isinstance(condition, Sequence):
        return [fault for i, one in enumerate(condition) for fault in condition_faults(one, f"{path}[{i}]")]
    return [Fault(path, "condition.not_a_condition")]


Readings = Callable[[str], Sequence[bool | None]]
"""Gives of a reference whether it is met in each reading: True, False, or None for unknown."""


def answer(condition: Any, of: Readings, wanted: bool = True) -> Answer:
    """Whether a condition holds in certainty, by what every reading agrees on.

    ``wanted`` is False inside a ``not``, where a reference helps by surely *not* being met.
    """
    if isinstance(condition, str):
        return _leaf(condition, of(condition), wanted)
    word, inner = "all", condition
    if isinstance(condition, Mapping):
        word, inner = next(iter(condition.items()))
    if word == "not":
        return answer(inner, of, not wanted)
    answers = [answer(one, of, wanted) for one in inner]
    every = (word == "all") == wanted  # not any of them = all of them not
    if (all if every else any)(one.met for one in answers):
        return Answer(True)
    missing = tuple(dict.fromkeys(ref for one in answers for ref in one.missing))
    unknown = dict.fromkeys(ref for one in answers for ref in one.unknown)
    return Answer(False, missing, tuple(ref for ref in unknown if ref not in missing))


def _leaf(ref: str, readings: Sequence[bool | None], wanted: bool) -> Answer:
    if all(one is wanted for one in readings):
        return Answer(True)
    if any(one is (not wanted) for one in readings):
        return Answer(False, missing=(ref,))
    return Answer(False, unknown=(ref,))
