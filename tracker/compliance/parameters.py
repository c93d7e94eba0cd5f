"""Reads the parameters of a term, and names everything that is wrong with them, by path.

Parameters may come from a file or a JSON column, so a length may be a ``timedelta``, ISO 8601 text
("P7D", "PT48H"), plain words ("7 days", "48 hours") or whole seconds, and a moment an aware ``datetime``
or ISO 8601 text with its offset.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tracker.compliance.charter import Fault

_ISO_DURATION = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)
_WORDS = re.compile(r"(\d+)\s+(week|day|hour|minute|second)s?")


def duration(value: Any) -> timedelta:
    """The length that ``value`` writes; ValueError where it writes none. Months and years have no length."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return timedelta(seconds=value)
    if isinstance(value, str):
        text = value.strip()
        iso = _ISO_DURATION.fullmatch(text)
        if iso is not None and any(iso.groups()):
            return timedelta(**{unit: int(n) for unit, n in iso.groupdict().items() if n is not None})
        words = _WORDS.fullmatch(text.lower())
        if words is not None:
            return timedelta(**{f"{words[2]}s": int(words[1])})
    raise ValueError(f"not a length of time: {value!r}")


def moment(value: Any) -> datetime:
    """The moment that ``value`` writes, in UTC; ValueError where it writes none or names no offset."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError(f"not a moment with an offset: {value!r}")
    return value.astimezone(UTC)


class Parameters:
    """One mapping of parameters being read. Each getter notes a fault and gives None where it cannot."""

    def __init__(self, given: Any, path: str) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self._asked: set[str] = set()
        self._parts: list[Parameters] = []
        self.given: Mapping[str, Any] = {}
        if isinstance(given, Mapping):
            self.given = given
        elif given is not None:
            self.faults.append(Fault(path, "parameter.not_a_mapping"))

    def noted(self) -> list[Fault]:
        """Every fault found so far, in its parts too."""
        return self.faults + [fault for part in self._parts for fault in part.noted()]

    def all_faults(self) -> list[Fault]:
        """Every fault found so far, and every parameter that nothing asked for."""
        unknown = [
            Fault(f"{self.path}.{name}", "parameter.unknown", {"name": name})
            for name in self.given
            if name not in self._asked
        ]
        return self.faults + unknown + [fault for part in self._parts for fault in part.all_faults()]

    def fault(self, name: str, code: str, /, **values: Any) -> None:
        """Notes a fault of one parameter."""
        self.faults.append(Fault(f"{self.path}.{name}", code, values))

    def _raw(self, name: str, required: bool) -> Any:
        self._asked.add(name)
        value = self.given.get(name)
        if value is None and required:
            self.fault(name, "parameter.missing", name=name)
        return value

    def note(self, *names: str) -> None:
        """Accepts parameters that are told to readers and judged by nothing."""
        self._asked.update(names)

    def length(self, name: str, *, required: bool = False) -> timedelta | None:
        """A positive length of time."""
        value = self._raw(name, required)
        if value is None:
            return None
        try:
            found = duration(value)
        except ValueError:
            self.fault(name, "parameter.not_a_length", value=str(value))
            return None
        if found <= timedelta():
            self.fault(name, "parameter.not_positive", value=str(value))
            return None
        return found

    def moment(self, name: str) -> datetime | None:
        """A moment, in UTC."""
        value = self._raw(name, False)
        if value is None:
            return None
        try:
            return moment(value)
        except ValueError:
            self.fault(name, "parameter.not_a_moment", value=str(value))
            return None

    def number(self, name: str, *, required: bool = False, least: float = 0) -> Any:
        """A number, not below ``least``."""
        value = self._raw(name, required)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fault(name, "parameter.not_a_number", value=str(value))
            return None
        if value < least:
            self.fault(name, "parameter.too_small", value=value, least=least)
            return None
        return value

    def flag(self, name: str, default: bool) -> bool:
        """True or false."""
        value = self._raw(name, False)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fault(name, "parameter.not_a_flag", value=str(value))
            return default
        return value

    def text(self, name: str, *, required: bool = False, choices: Sequence[str] | None = None) -> str | None:
        """One text, one of ``choices`` where they are given."""
        value = self._raw(name, required)
        if value is None:
            return None
        if not isinstance(value, str):
            self.fault(name, "parameter.not_a_text", value=str(value))
            return None
        if choices is not None and value not in choices:
            self.fault(name, "parameter.not_a_choice", value=value, choices=tuple(choices))
            return None
        return value

    def texts(self, name: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts, in its order; a single text is a list of one."""
        value = self._raw(name, required)
        if value is None:
            return ()
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, Sequence) or not all(isinstance(one, str) for one in value):
            self.fault(name, "parameter.not_a_list", value=str(value))
            return ()
        return tuple(value)

    def part(self, name: str, *, required: bool = False) -> "Parameters | None":
        """A mapping inside this one."""
        value = self._raw(name, required)
        if value is None:
            return None
        part = Parameters(value, f"{self.path}.{name}")
        self._parts.append(part)
        return part

    def parts(self, name: str, *, required: bool = False) -> "tuple[Parameters, ...]":
        """A list of mappings."""
        value = self._raw(name, required)
        if value is None:
            return ()
        if isinstance(value, str | Mapping) or not isinstance(value, Sequence):
            self.fault(name, "parameter.not_a_list", value=str(value))
            return ()
        found = tuple(Parameters(one, f"{self.path}.{name}[{i}]") for i, one in enumerate(value))
        self._parts.extend(found)
        return found
