"""Reads a scenario file: every fault at once, each with its line, or the whole as frozen documents."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tracker.compliance.charter import Charter, charter_faults

from .charter import charter_of_documents
from .codes import LANGUAGES, Reading, TruceClass
from .fault import AN_OBJECT, Fault, faults_of, parts_of, parts_of_path, pointer_of, shown
from .fields import Surroundings
from .scenario_document import ActorDocument, CharterDocument, ScenarioDocument
from .yaml_lines import Read, read_yaml

REPORT_LABEL = "report:"
REFERENCE_FAULTS = {"charter.unknown_actor", "charter.unknown_term"}
FILE_NAMES = {"truce_class": "class"}
"""What the rules call otherwise than the file does."""

_NO_WORDS = dict.fromkeys(LANGUAGES, "-")
STAND_INS: dict[str, Any] = {
    "slug": "stand-in",
    "title": _NO_WORDS,
    "zone": "UTC",
    "zone_name": _NO_WORDS,
    "area": ["0"],
    "area_name": _NO_WORDS,
    "class": TruceClass.PRELIMINARY.value,
    "in_force_from": "1900-01-01T00:00:00Z",
    "declarers": ["stand-in"],
    "leading_body": "stand-in",
    "headline_reading": Reading.ALLEGED.value,
}
"""Values that let the rules look at the rest of a charter of which these fields are at fault."""

Sound = TypeVar("Sound", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class ScenarioRead:
    """What a file held: the document where there is no fault, else every fault in the order of the lines."""

    document: ScenarioDocument | None
    faults: tuple[Fault, ...]


def read_scenario_file(
    path: Path, *, now: datetime.datetime, base: ScenarioDocument | None = None
) -> ScenarioRead:
    """``read_scenario`` of a file. Raises OSError where the file cannot be read."""
    return read_scenario(path.read_bytes(), now=now, base=base)


def read_scenario(
    content: bytes, *, now: datetime.datetime, base: ScenarioDocument | None = None
) -> ScenarioRead:
    """The scenario in a YAML file's bytes; never raises.

    now: aware; what a report tells of may not lie after the day that follows it. base: the scenario that a
    supplement adds to; without it a supplement's references are left for whoever loads it to check.
    """
    read = read_yaml(content)
    raw = read.value
    if raw is None:
        return ScenarioRead(None, tuple(read.faults))
    if not isinstance(raw, dict):
        return ScenarioRead(None, (*read.faults, Fault("", "wrong_type", {"expected": AN_OBJECT}, 1)))
    alone = raw.get("adds_to") is None
    exists = Present.of(raw, base).exists if alone or base else None
    document: ScenarioDocument | None = None
    faults = list(read.faults)
    try:
        document = ScenarioDocument.model_validate(raw, context=Surroundings(now, exists))
    except ValidationError as error:
        faults += _with_lines(faults_of(error), read)
    found = {fault.pointer for fault in faults}
    later = [*_repeats(raw, base), *_undated(raw), *_rule_faults(raw, now)]
    faults += _with_lines((fault for fault in later if fault.pointer not in found), read)
    faults.sort(key=lambda fault: fault.line or 0)
    return ScenarioRead(None if faults else document, tuple(faults))


def charter_of(document: ScenarioDocument) -> Charter:
    """The charter, as the rules read it, of a scenario. Raises ValueError for a supplement."""
    if document.charter is None:
        raise ValueError("a supplement has no charter of its own")
    return charter_of_documents(document.charter, document.actors)


def report_label(source: str, external_id: str) -> str:
    """How another file, or ``supersedes``, names a report; also the incident that the report is about."""
    return f"{REPORT_LABEL}{source}/{external_id}"


@dataclass(frozen=True, slots=True)
class Present:
    """What a file and the scenario that it adds to hold, by slug, for checking references."""

    names: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, raw: Mapping[str, Any], base: ScenarioDocument | None) -> Present:
        """From what the file says, whether or not the rest of each entry is sound."""
        files = [raw] if base is None else [raw, base.model_dump(mode="json")]
        names: dict[str, set[str]] = {
            what: set() for what in ("actor", "source", "truce", "term", "convoy", "incident", "report")
        }
        for file in files:
            for what, section in (("actor", "actors"), ("source", "sources"), ("convoy", "convoys")):
                names[what].update(_texts(entry.get("slug") for entry in _entries(file, section)))
            charter = file.get("charter")
            if isinstance(charter, Mapping):
                names["truce"].update(_texts([charter.get("slug")]))
                names["term"].update(_texts(term.get("ref") for term in _entries(charter, "terms")))
            for report in _entries(file, "reports"):
                names["incident"].update(_texts([report.get("incident")]))
                names["report"].add(_label_of(report))
        names["quoted"] = names["source"] | names["report"]
        return cls({what: frozenset(known) for what, known in names.items()})

    def exists(self, what: str, name: str) -> bool:
        """Whether the name is there; an incident also by the label of a report that is about it."""
        if what == "incident" and name.startswith(REPORT_LABEL):
            what = "report"
        return name in self.names[what]


def _rule_faults(raw: Mapping[str, Any], now: datetime.datetime) -> Iterator[Fault]:
    """What the rules find wrong in a charter whose parties and terms are well formed.

    References are left out: they were checked against the whole file, where an entry that is itself at fault
    still counts as there.
    """
    charter, stood_in = _charter_for_rules(raw.get("charter"), now)
    if charter is None:
        return
    entries = raw["actors"] if isinstance(raw.get("actors"), list) else ()
    actors = {index: _sound(ActorDocument, entry, now) for index, entry in enumerate(entries)}
    index_of = {actor.slug: index for index, actor in actors.items() if actor}
    for fault in charter_faults(charter_of_documents(charter, filter(None, actors.values()))):
        head, *rest = parts_of_path(fault.path) or ("",)
        if fault.code in REFERENCE_FAULTS or head in stood_in:
            continue
        if head == "actors" and rest:
            place: tuple[str | int, ...] = ("actors", index_of.get(str(rest[0]), str(rest[0])), *rest[1:])
        else:
            place = tuple(part for part in ("charter", FILE_NAMES.get(str(head), head), *rest) if part != "")
        yield Fault(
            pointer_of(place), fault.code, {name: _told(value) for name, value in fault.values.items()}
        )


def _charter_for_rules(
    entry: object, now: datetime.datetime
) -> tuple[CharterDocument | None, frozenset[str | int]]:
    """The charter with each faulty field of its own stood in for, and which those are.

    None where it has no parties and terms to judge.
    """
    if not isinstance(entry, Mapping):
        return None, frozenset()
    try:
        return CharterDocument.model_validate(entry, context=Surroundings(now)), frozenset()
    except ValidationError as error:
        faulty = frozenset(found["loc"][0] for found in error.errors() if found["loc"])
    if faulty & {"parties", "terms"}:
        return None, faulty
    sound = {name: value for name, value in entry.items() if name not in faulty}
    stand_ins = {name: STAND_INS[str(name)] for name in faulty if name in STAND_INS}
    return _sound(CharterDocument, {**sound, **stand_ins}, now), faulty


def _sound(shape: type[Sound], entry: object, now: datetime.datetime) -> Sound | None:
    try:
        return shape.model_validate(entry, context=Surroundings(now))
    except ValidationError:
        return None


def _repeats(raw: Mapping[str, Any], base: ScenarioDocument | None) -> Iterator[Fault]:
    """Slugs and report keys that stand twice, in the file or already in the scenario that it adds to."""
    taken: Counter[tuple[str, str]] = Counter()
    if base:
        for section in ("actors", "sources", "convoys"):
            taken.update((section, entry.slug) for entry in getattr(base, section))
        taken.update(("reports", report_label(entry.source, entry.external_id)) for entry in base.reports)
    for section in ("actors", "sources", "convoys", "reports"):
        for index, entry in enumerate(raw[section] if isinstance(raw.get(section), list) else ()):
            if not isinstance(entry, Mapping):
                continue
            is_report = section == "reports"
            name = _label_of(entry) if is_report else entry.get("slug")
            if not isinstance(name, str) or (is_report and entry.get("supersedes") is not None):
                continue
            if taken[section, name]:
                place = (section, index, "external_id" if is_report else "slug")
                yield Fault(pointer_of(place), "repeated", {"given": shown(name)})
            taken[section, name] += 1


def _undated(raw: Mapping[str, Any]) -> Iterator[Fault]:
    if raw.get("historical") is not True:
        return
    for index, report in enumerate(raw["reports"] if isinstance(raw.get("reports"), list) else ()):
        if isinstance(report, Mapping) and report.get("known") is None and report.get("published") is None:
            yield Fault(pointer_of(("reports", index, "known")), "known_missing")


def _with_lines(faults: Iterable[Fault], read: Read) -> list[Fault]:
    return [replace(fault, line=read.line_of(parts_of(fault.pointer))) for fault in faults]


def _entries(holder: Mapping[str, Any], section: str) -> list[Mapping[str, Any]]:
    entries = holder.get(section)
    return (
        [entry for entry in entries if isinstance(entry, Mapping)]
        if isinstance(entries, list | tuple)
        else []
    )


def _texts(values: Iterable[object]) -> set[str]:
    return {value for value in values if isinstance(value, str)}


def _label_of(report: Mapping[str, Any]) -> str:
    return report_label(str(report.get("source")), str(report.get("external_id")))


def _told(value: object) -> str | int | float | bool | None:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return value if isinstance(value, str | int | float | bool) or value is None else shown(str(value))
