"""Reads one YAML file into plain values that remember their lines, and trusts none of it.

Only what a scenario needs is let through: maps with plain keys, lists, and scalars by YAML's core schema.
No tag, alias or merge key; nothing is looked up, built or expanded. Size, number and depth are bounded
before anything is kept. A moment is text in quotation marks: unquoted, other readers make a date of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from .fault import Fault, pointer_of, shown

MOST_BYTES = 4_000_000
MOST_VALUES = 200_000
DEEPEST = 24

Place = tuple[str | int, ...]
"""Where in the file, as keys and indexes: ``("reports", 5, "claim")``."""

CORE_TAGS = {"tag:yaml.org,2002:" + name for name in ("str", "int", "float", "bool", "null", "map", "seq")}
CONSTANTS = {"": None, "~": None, "null": None, "true": True, "false": False}
INTEGER = re.compile(r"[-+]?\d{1,18}", re.ASCII)
NUMBER = re.compile(r"[-+]?(\d{1,18}\.\d{0,18}|\.\d{1,18})(e[-+]?\d{1,2})?", re.ASCII | re.IGNORECASE)
DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?", re.ASCII)


@dataclass(slots=True)
class Read:
    """What a file held. value: dicts, lists, text, numbers, booleans, None. None where it could not
    be read to its end. lines: from 1, by place; the line of an entry of a map is its key's. faults: what the
    reader itself found."""

    value: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line_of(self, place: Place) -> int:
        """The line of the place, or of the nearest thing that holds it (for what is missing)."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


@dataclass(slots=True)
class _Open:
    """A map or a list that is still being filled. pending: the key that waits for its value."""

    value: dict[str, Any] | list[Any]
    place: Place
    pending: str | None = None
    expects_key: bool = True


def read_yaml(content: bytes) -> Read:
    """The one document of a UTF-8 file, with its lines and the faults of its writing; never raises."""
    read = Read()
    if len(content) > MOST_BYTES:
        read.faults.append(Fault("", "file_too_large", {"limit": MOST_BYTES}, 1))
        return read
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        read.faults.append(Fault("", "not_utf8", {}, line))
        return read
    try:
        _Builder(read).build(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(str(error.problem or error.context or "").split())
        read.faults.append(Fault("", "not_yaml", {"problem": shown(problem)}, mark.line + 1 if mark else 1))
        read.value = None
    except (YAMLError, ValueError, RecursionError) as error:
        read.faults.append(Fault("", "not_yaml", {"problem": shown(str(error).split("\n")[0])}, 1))
        read.value = None
    except _Stop:
        read.value = None
    if read.value is None and not read.faults:
        read.faults.append(Fault("", "empty_file", {}, 1))
    return read


class _Stop(Exception):
    """Reading further would not be safe; the fault is already noted."""


class _Builder:
    """Puts the parser's events together without recursion."""

    def __init__(self, read: Read) -> None:
        self.read = read
        self.stack: list[_Open] = []
        self.values = 0
        self.documents = 0

    def build(self, events: Any) -> None:
        for event in events:
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, DocumentStartEvent):
                self.documents += 1
                if self.documents > 1:
                    self._fault((), "several_documents", line)
                    raise _Stop
            elif isinstance(event, AliasEvent):
                self._alias(event, line)
            elif isinstance(event, ScalarEvent):
                self._scalar(event, line)
            elif isinstance(event, MappingStartEvent | SequenceStartEvent):
                self._start(event, line)
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                self.stack.pop()

    def _alias(self, event: Any, line: int) -> None:
        if self._at_key():
            self._fault(self._here(), "alias_not_allowed", line, given=shown(event.anchor))
            self._drop_key()
        else:
            self._fault(self._next_place(), "alias_not_allowed", line, given=shown(event.anchor))
            self._add(None, line)

    def _drop_key(self) -> None:
        """The key is refused: the value that follows it goes nowhere."""
        self.stack[-1].expects_key, self.stack[-1].pending = False, None

    def _start(self, event: Event, line: int) -> None:
        self._check_tag(event, line)
        if len(self.stack) >= DEEPEST:
            self._fault(self._here(), "too_deep", line, limit=DEEPEST)
            raise _Stop
        value: dict[str, Any] | list[Any] = {} if isinstance(event, MappingStartEvent) else []
        if self._at_key():
            self._fault(self._here(), "key_not_text", line)
            place = (*self._here(), "?")
            self._drop_key()
        else:
            place = self._add(value, line)
        self.stack.append(_Open(value, place))

    def _scalar(self, event: Any, line: int) -> None:
        self._check_tag(event, line)
        plain = event.style is None or event.style == ""
        if self._at_key():
            self._key(event.value, line, plain)
            return
        value: Any = event.value
        if plain and not event.tag:
            if DATE.fullmatch(value):
                self._fault(self._next_place(), "moment_not_quoted", line, given=shown(value))
            value = _resolved(value)
        self._add(value, line)

    def _key(self, key: str, line: int, plain: bool) -> None:
        top = self.stack[-1]
        place = (*top.place, key)
        top.expects_key, top.pending = False, key
        if plain and key == "<<":
            self._fault(top.place, "merge_not_allowed", line)
            top.pending = None
        elif key in top.value:
            self._fault(place, "duplicate_key", line, given=shown(key), first=self.read.lines[place])
            top.pending = None
        else:
            self.read.lines[place] = line

    def _add(self, value: Any, line: int) -> Place:
        """Puts a value where it belongs and says where that is. A value under a refused key is dropped."""
        self.values += 1
        if self.values > MOST_VALUES:
            self._fault((), "too_many_values", line, limit=MOST_VALUES)
            raise _Stop
        if not self.stack:
            self.read.value = value
            self.read.lines[()] = line
            return ()
        top = self.stack[-1]
        place = self._next_place()
        if isinstance(top.value, list):
            self.read.lines[place] = line
            top.value.append(value)
            return place
        top.expects_key = True
        if top.pending is None:
            return place
        top.value[top.pending] = value
        return place

    def _at_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].value, dict) and self.stack[-1].expects_key

    def _here(self) -> Place:
        return self.stack[-1].place if self.stack else ()

    def _next_place(self) -> Place:
        if not self.stack:
            return ()
        top = self.stack[-1]
        if isinstance(top.value, list):
            return (*top.place, len(top.value))
        return (*top.place, top.pending if top.pending is not None else "?")

    def _check_tag(self, event: Any, line: int) -> None:
        tag = str(event.tag) if event.tag else None
        if tag and tag != "!" and tag not in CORE_TAGS:
            self._fault(self._next_place(), "tag_not_allowed", line, given=shown(tag))

    def _fault(self, place: Place, code: str, line: int, **values: Any) -> None:
        self.read.faults.append(Fault(pointer_of(place), code, values, line))


def _resolved(text: str) -> Any:
    """A plain scalar by YAML's core schema; what is no number, boolean or null is text."""
    if text.lower() in CONSTANTS:
        return CONSTANTS[text.lower()]
    if INTEGER.fullmatch(text):
        return int(text)
    return float(text) if NUMBER.fullmatch(text) else text
